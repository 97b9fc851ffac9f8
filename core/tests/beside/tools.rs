use std::sync::Arc;

use traefik_manager_core::{
    auth::Refusal,
    secret::Secret,
    test_support::{FakeDigests, FakePasswords},
    tools::UserTools,
};

#[test]
fn what_would_break_an_entry_is_refused_with_its_field() {
    let tools = UserTools::new(Arc::new(FakePasswords::default()), Arc::new(FakeDigests::default()));
    assert_eq!(tools.basic(" ann ", &Secret::new("pw")).unwrap(), "ann:fake$pw");
    assert!(tools.digest("ann", "", &Secret::new("pw")).unwrap().starts_with("ann:traefik:"));
    let long = "x".repeat(73);
    for (user, password, wrong) in [
        ("", "pw", "username"),
        ("a:b", "pw", "username"),
        ("a\nb:$2b$", "pw", "username"),
        ("ann", "", "password"),
        ("ann", long.as_str(), "password"),
        ("ann", "a\0b", "password"),
    ] {
        match tools.basic(user, &Secret::new(password)) {
            Err(Refusal::Invalid { field, .. }) => assert_eq!(field, wrong),
            other => unreachable!("{other:?}"),
        }
    }
    assert!(tools.digest("ann", "a:b", &Secret::new("pw")).is_err());
}
