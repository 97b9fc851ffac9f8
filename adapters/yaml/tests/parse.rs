//! The reader against libyaml, its bounds and its messages.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use traefik_manager_core::config::store::ConfigSyntax;
use traefik_manager_yaml::Yaml;

#[test]
fn the_reference_file_is_read() {
    let text: Arc<str> = Arc::from(include_str!("../../../fixtures/yaml/reference-3.7.yml"));
    let tree = Yaml.parse(text).unwrap();
    let rule = tree.root().and_then(|root| root.get("http")?.get("routers")?.get("Router1")?.get("rule"));
    assert_eq!(rule.unwrap().text(), "foobar");
}
