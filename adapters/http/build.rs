//! Turns `openapi.yaml`, which people write, into JSON, so that the program needs no reader of YAML for it.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.yaml");
    let document: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string("openapi.yaml")?)?;
    let folder = env::var_os("OUT_DIR").ok_or("cargo says nowhere to write to")?;
    fs::write(Path::new(&folder).join("openapi.json"), serde_json::to_vec(&document)?)?;
    Ok(())
}
