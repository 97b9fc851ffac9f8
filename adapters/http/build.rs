//! Turns `openapi.yaml`, which people write, into JSON, so that the program needs no reader of YAML for it; and keeps each
//! asset beside itself as gzip makes it, so that the program compresses nothing while somebody waits.

use std::{env, error::Error, fs, io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.yaml");
    println!("cargo::rerun-if-changed=assets");
    let folder = env::var_os("OUT_DIR").ok_or("cargo says nowhere to write to")?;
    let folder = Path::new(&folder);
    let document: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string("openapi.yaml")?)?;
    fs::write(folder.join("openapi.json"), serde_json::to_vec(&document)?)?;
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
