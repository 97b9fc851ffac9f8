use std::sync::Arc;

use traefik_manager_core::{
    companion::{CompanionError, TemplateFile},
    test_support::{FakeEntropy, MemorySmallFile},
};
use traefik_manager_yaml::PlainYaml;

/// The file as 1.5.2 writes it, with what somebody has added by hand.
const FILE: &str = "\
# mine
templates:
  - id: 35ff608c-cbec-4952-8e6a-853702ae7d1b
    name: Office only   # the one on the 2nd floor
    yaml: \"ipAllowList:\\n  sourceRange:\\n    - 10.0.0.0/8\"
    colour: red
";

fn open(text: &str) -> (Arc<MemorySmallFile>, TemplateFile) {
    let file = Arc::new(MemorySmallFile::with(text));
    let templates = TemplateFile::new(file.clone(), Arc::new(PlainYaml), Arc::new(FakeEntropy::default()));
    (file, templates)
}

#[test]
fn the_file_of_1_5_2_is_read_and_what_is_written_by_hand_stays() {
    let (file, templates) = open(FILE);
    let first = templates.all().unwrap().remove(0);
    assert_eq!((first.name.as_str(), first.yaml.lines().count()), ("Office only", 3));
    let added = templates.add("Compress", "compress: {}\n").unwrap();
    assert!(file.text().starts_with(FILE), "{}", file.text());
    templates.change(&first.id, "Office", &first.yaml).unwrap();
    let expected = FILE.replace("name: Office only", "name: Office");
    assert!(file.text().starts_with(&expected), "{}", file.text());
    templates.remove(&added.id).unwrap();
    assert_eq!(file.text(), expected);
    let writes = file.writes();
    templates.change(&first.id, "Office", &first.yaml).unwrap();
    assert_eq!(file.writes(), writes, "what is no change is not written");
}

#[test]
fn ids_are_uuids_and_the_last_template_leaves_a_file_that_can_be_read() {
    let (file, templates) = open("");
    let one = templates.add("One", "a: {}").unwrap();
    let two = templates.add("Two", "b: {}").unwrap();
    assert_ne!(one.id, two.id);
    let shape: Vec<usize> = one.id.split('-').map(str::len).collect();
    assert_eq!(shape, [8, 4, 4, 4, 12]);
    assert_eq!(&one.id[14..15], "4");
    templates.remove(&one.id).unwrap();
    assert_eq!(templates.all().unwrap(), std::slice::from_ref(&two));
    templates.remove(&two.id).unwrap();
    assert_eq!((file.text().as_str(), templates.all().unwrap().len()), ("templates: []\n", 0));
}

#[test]
fn nonsense_is_refused_and_a_broken_file_is_left_alone() {
    let (file, templates) = open(FILE);
    for (name, yaml) in [("", "a: {}"), ("x\ny", "a: {}"), (&"x".repeat(101), "a: {}"), ("x", "a: [")] {
        assert!(matches!(templates.add(name, yaml), Err(CompanionError::Invalid { .. })), "{name}: {yaml}");
    }
    for missing in [templates.remove("none"), templates.change("none", "x", "a: {}")] {
        assert!(matches!(missing, Err(CompanionError::NotFound(_))));
    }
    assert_eq!(file.text(), FILE);
    for broken in ["templates: {}\n", "- a\n", "templates: [\n"] {
        let (file, templates) = open(broken);
        assert!(matches!(templates.all(), Err(CompanionError::Broken { .. })), "{broken}");
        assert!(templates.add("x", "a: {}").is_err() && file.text() == broken);
    }
}
