//! What is worked out while the program is built: `openapi.yaml`, which people write, becomes JSON, so that the program
//! needs no reader of YAML for it; the catalogues of texts are checked against one another; and each asset is kept beside
//! itself as gzip makes it, so that the program compresses nothing while somebody waits.

use std::{env, error::Error, fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};

#[path = "build/catalogue.rs"]
mod catalogue;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=lang");
    println!("cargo::rerun-if-changed=openapi.yaml");
    let folder = env::var_os("OUT_DIR").ok_or("cargo says nowhere to write to")?;
    let folder = Path::new(&folder);
    let document: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string("openapi.yaml")?)?;
    fs::write(folder.join("openapi.json"), serde_json::to_vec(&document)?)?;
    fs::write(folder.join("catalogues.rs"), catalogue::generate(Path::new("lang"))?)?;
    for asset in fs::read_dir("assets")? {
        let asset = asset?;
        let mut name = asset.file_name();
        name.push(".gz");
        let mut compressed = GzEncoder::new(fs::File::create(folder.join(name))?, Compression::best());
        compressed.write_all(&fs::read(asset.path())?)?;
        compressed.finish()?;
    }
    Ok(())
}
