//! The reader against libyaml, its bounds and its messages.

use std::sync::Arc;

#[test]
fn the_reference_file_is_read() {
    let text: Arc<str> = Arc::from(include_str!("../../../../fixtures/yaml/reference-3.7.yml"));
    let tree = crate::common::read(&text);
    let rule = tree.root().and_then(|root| root.get("http")?.get("routers")?.get("Router1")?.get("rule"));
    assert_eq!(rule.map(|rule| rule.text()), Some("foobar"));
}
