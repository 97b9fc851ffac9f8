//! Certificates: elements of a list, which have no key to be named by.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ObjectContent, ObjectForm, ObjectId},
};

use crate::{
    objects::{BASE, EDGE, as_text, edge},
    world::{World, terms},
};

#[test]
fn certificates_are_elements_that_keep_their_comments() {
    let world = edge();
    let snapshot = world.configuration.snapshot();
    let certificates: Vec<_> = snapshot.objects(ObjectKind::TlsCertificate).collect();
    let text = world.configuration.object_text(&certificates[0]).unwrap();
    assert_eq!(text, "certFile: a.pem   # the first\nkeyFile: a.key\n");
    let form = as_text(&certificates[0], "certFile: a.pem\nkeyFile: other.key\nstores: [default]\n");
    world.configuration.save_object(&terms(), &form).unwrap();
    let expected = BASE.replace(
        "    - certFile: a.pem   # the first\n      keyFile: a.key\n",
        "    - certFile: a.pem   # the first\n      keyFile: other.key\n      stores:\n        - default\n",
    );
    assert_eq!(world.text("b-base.yml"), expected);
    let certificate = |name: &str| ObjectRef::new(None, ObjectKind::TlsCertificate, name);
    let text = "certFile: c.pem\nkeyFile: c.key\n".to_owned();
    let mut form = ObjectForm::new(certificate(""), ObjectContent::Text(text));
    form.file = Some("b-base.yml".to_owned());
    world.configuration.save_object(&terms(), &form).unwrap();
    let expected = format!("{expected}    - certFile: c.pem\n      keyFile: c.key\n");
    assert_eq!(world.text("b-base.yml"), expected);
    form.file = Some("a-edge.yml".to_owned());
    form.edit_of = Some(ObjectId::anywhere(certificate("c.pem")));
    form.content = ObjectContent::AsWritten;
    world.configuration.save_object(&terms(), &form).unwrap();
    world.configuration.delete_object(&terms(), &ObjectId::anywhere(certificate("b.pem")), None).unwrap();
    assert!(!world.text("b-base.yml").contains("b.pem"));
    assert!(
        world
            .text("a-edge.yml")
            .ends_with("tls:\n  certificates:\n    - certFile: c.pem\n      keyFile: c.key\n")
    );
    let moved = ObjectId::anywhere(certificate("c.pem"));
    world.configuration.delete_object(&terms(), &moved, None).unwrap();
    assert_eq!(world.text("a-edge.yml"), EDGE, "and nothing empty is left");
}

#[test]
fn of_two_certificates_of_one_name_the_version_tells_which() {
    let text = "tls:\n  certificates:\n    - certFile: a.pem\n      keyFile: a.key\n    - certFile: a.pem\n      keyFile: b.key\n";
    let world = World::new([("a.yml", text)]);
    let snapshot = world.configuration.snapshot();
    let second = snapshot.objects(ObjectKind::TlsCertificate).nth(1).unwrap();
    let id = ObjectId::anywhere(second.to_ref());
    world.configuration.delete_object(&terms(), &id, Some(&second.version())).unwrap();
    assert_eq!(world.text("a.yml"), text.replace("    - certFile: a.pem\n      keyFile: b.key\n", ""));
}
