//! What disables single objects, hangs Traefik or kills it, and what only may.

use traefik_manager_core::check::{Context, Effect, Level, TraefikVersion, newly_broken};

use super::{context, findings_in, told};

#[test]
fn a_fault_is_an_error_only_when_a_router_reaches_it() {
    let unused = "http:\n  middlewares:\n    m: {addPrefix: {prefix: \"\"}}\n";
    assert_eq!(
        told(unused, 7),
        ["warning disables-object missing-value http.middlewares.m.addPrefix.prefix"]
    );
    let used = format!(
        "{unused}    c: {{chain: {{middlewares: [m]}}}}\n  routers:\n    a: {{rule: Host(`a`), service: noop@internal, middlewares: [c]}}\n    b: {{rule: Host(`b`), service: noop@internal}}\n"
    );
    let found = findings_in(&[&used], &context(7));
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(finding.level, Level::Error);
    let mut disables = finding.disables.clone();
    disables.sort();
    assert_eq!(disables, ["http.middlewares.c", "http.middlewares.m", "http.routers.a"]);
}

#[test]
fn names_that_lead_nowhere_are_told_with_the_one_that_is_meant() {
    let text = "http:\n  routers:\n    a: {rule: Host(`a`), service: ap, middlewares: [auht], entryPoints: [wbe], tls: {options: modern, certResolver: el}}\n  services:\n    app: {loadBalancer: {servers: [{url: \"http://x\"}], serversTransport: t}}\n  middlewares:\n    auth: {basicAuth: {users: [\"a:b\"]}}\n";
    let found = findings_in(&[text], &context(7));
    let told: Vec<(&str, &str, Level)> =
        found.iter().map(|finding| (finding.code, finding.remedy.as_str(), finding.level)).collect();
    assert_eq!(
        told,
        [
            ("dangling-service", "did you mean `app`?", Level::Error),
            ("dangling-middleware", "did you mean `auth`?", Level::Error),
            ("unknown-entry-point", "did you mean `web`?", Level::Error),
            ("dangling-tls-options", "define it under tls.options, or remove the line", Level::Error),
            ("unknown-resolver", "did you mean `le`?", Level::Lint),
            ("dangling-transport", "define the servers transport, or name one that exists", Level::Warning),
        ]
    );
}

#[test]
fn other_providers_are_asked_as_far_as_they_are_known() {
    let router = |service: &str| format!("http: {{routers: {{a: {{rule: Host(`a`), service: {service}}}}}}}");
    let nothing_known = Context::for_version(TraefikVersion::NEWEST);
    let level = |service: &str, context: &Context| {
        findings_in(&[&router(service)], context).iter().map(|finding| finding.level).max()
    };
    assert_eq!(level("x@docker", &nothing_known), Some(Level::Warning));
    assert_eq!(level("x@docker", &context(7)), Some(Level::Warning));
    assert_eq!(level("x@consul", &context(7)), Some(Level::Error));
    assert_eq!(level("x@FILE", &nothing_known), Some(Level::Error));
    assert_eq!(level("api@internal", &nothing_known), Some(Level::Warning));
    assert_eq!(level("api@internal", &context(7)), None);
    assert_eq!(level("ping@internal", &context(7)), Some(Level::Error));
    assert_eq!(level("noop@internal", &nothing_known), None);
    let mut served = context(7);
    let mut others = traefik_manager_core::check::Others::default();
    others.services[0].insert("x@docker".to_owned());
    served.others = Some(others);
    assert_eq!(level("x@docker", &served), None);
    assert_eq!(level("y@docker", &served), Some(Level::Error));
}

#[test]
fn circles_disable_hang_or_kill() {
    let http = "http:\n  routers:\n    a: {rule: Host(`a`), service: x}\n  services:\n    x: {weighted: {services: [{name: y}]}}\n    y: {mirroring: {service: x}}\n";
    let effect = |text: &str, minor| {
        let found = findings_in(&[text], &context(minor));
        found.iter().find(|finding| finding.code == "circle").map(|finding| (finding.level, finding.effect))
    };
    assert_eq!(effect(http, 7), Some((Level::Error, Effect::DisablesObject)));
    assert_eq!(effect(http, 5), Some((Level::Error, Effect::Hangs)));
    let tcp = "tcp:\n  routers:\n    a: {rule: HostSNI(`*`), service: x}\n  services:\n    x: {weighted: {services: [{name: x}]}}\n";
    assert_eq!(effect(tcp, 0), Some((Level::Error, Effect::Kills)));
    let udp = "udp:\n  services:\n    x: {weighted: {services: [{name: x}]}}\n";
    assert_eq!(effect(udp, 7), Some((Level::Warning, Effect::Kills)));
    let chain = "http:\n  routers:\n    a: {rule: Host(`a`), service: noop@internal, middlewares: [x]}\n  middlewares:\n    x: {chain: {middlewares: [y]}}\n    y: {chain: {middlewares: [x]}}\n";
    assert_eq!(effect(chain, 0), Some((Level::Error, Effect::DisablesObject)));
}

#[test]
fn long_towers_of_services_cost_no_stack() {
    use std::fmt::Write as _;
    let mut text = String::from("http:\n  routers:\n    a: {rule: Host(`a`), service: s0}\n  services:\n");
    for index in 0..20_000 {
        writeln!(text, "    s{index}: {{weighted: {{services: [{{name: s{}}}]}}}}", index + 1).unwrap();
    }
    let found = findings_in(&[&text], &context(7));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].level), ("dangling-service", Level::Error));
}

#[test]
fn users_are_needed_by_version() {
    let text = "http: {routers: {a: {rule: Host(`a`), service: noop@internal, middlewares: [m]}}, middlewares: {m: {basicAuth: {realm: x}}}}";
    let at = "no-users http.middlewares.m.basicAuth.users";
    assert_eq!(told(text, 5), [format!("lint ignores {at}")]);
    assert_eq!(told(text, 6), [format!("error hangs {at}")]);
    assert_eq!(told(text, 7), [format!("error disables-object {at}")]);
}

#[test]
fn a_password_in_a_user_is_not_repeated() {
    let text = "http: {routers: {a: {rule: Host(`a`), service: noop@internal, middlewares: [m]}}, middlewares: {m: {basicAuth: {users: [\"hunter2\", \"joe:secret:x\"]}}}}";
    for finding in findings_in(&[text], &context(7)) {
        assert_eq!(finding.code, "bad-user");
        assert!(!finding.message.contains("hunter2") && !finding.message.contains("secret"), "{finding}");
    }
}

#[test]
fn of_two_files_the_first_counts() {
    let first = "http: {services: {s: {loadBalancer: {servers: [{url: \"http://a\"}]}}}}";
    let second = "http: {routers: {a: {rule: Host(`a`), service: s}}, services: {s: {}}}";
    let found = findings_in(&[first, second], &context(7));
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        finding.to_string(),
        "1.yml:1:64: warning: `s` is there already (0.yml), and Traefik ignores this one [duplicate-name]"
    );
}

#[test]
fn a_change_is_blamed_only_for_what_it_breaks() {
    let old = "http:\n  routers:\n    broken: {rule: Host(, service: noop@internal}\n    good: {rule: Host(`a`), service: noop@internal}\n".replace("Host(,", "\"Host(\",");
    let better =
        old.replace("Host(`a`)", "Host(`b`)").replace("  routers:\n", "  # moved down\n  routers:\n");
    let worse = old.replace("Host(`a`)", "\"Hots(`b`)\"");
    let find = |text: &str| findings_in(&[text], &context(7));
    assert_eq!(find(&old).len(), 1);
    assert!(newly_broken(&find(&old), &find(&better)).is_empty());
    let worse = find(&worse);
    let blamed = newly_broken(&find(&old), &worse);
    assert_eq!(blamed.len(), 1);
    assert_eq!(blamed[0].disables, ["http.routers.good"]);
}

#[test]
fn routers_behind_routers_need_each_other() {
    let text = |child: &str| {
        format!(
            "http:\n  routers:\n    p: {{rule: Host(`a`)}}\n    c: {{rule: PathPrefix(`/`), parentRefs: [p], {child}}}\n"
        )
    };
    assert_eq!(told(&text("service: noop@internal"), 7), [""; 0]);
    let found = findings_in(&[&text("service: nope")], &context(7));
    let mut disables = found[0].disables.clone();
    disables.sort();
    assert_eq!(disables, ["http.routers.c", "http.routers.p"]);
    assert_eq!(
        told(&text("service: noop@internal, entryPoints: [web]"), 7),
        ["error disables-object child-router http.routers.c.entryPoints"]
    );
}

#[test]
fn middlewares_of_entry_points_are_used() {
    let mut known = context(7);
    known.entry_points.as_mut().unwrap()[0].middlewares = vec!["auth@file".to_owned()];
    let text = "http: {routers: {a: {rule: Host(`a`), service: noop@internal, entryPoints: [web]}}}";
    let found = findings_in(&[text], &known);
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.code, finding.level), ("dangling-entry-point-middleware", Level::Error));
    assert_eq!(finding.disables, ["http.routers.a"]);
}

#[test]
fn a_provider_in_a_name_is_taken_for_one() {
    let text = |service: &str| {
        format!(
            "http: {{routers: {{a@b: {{rule: Host(`a`), service: {service}}}}}, services: {{s: {{loadBalancer: {{servers: [{{url: \"http://x\"}}]}}}}}}}}"
        )
    };
    let codes = |service: &str| -> Vec<(Level, &str)> {
        findings_in(&[&text(service)], &context(7))
            .iter()
            .map(|finding| (finding.level, finding.code))
            .collect()
    };
    assert_eq!(codes("s"), [(Level::Lint, "name-not-referable"), (Level::Error, "name-not-referable")]);
    assert_eq!(codes("s@file"), [(Level::Lint, "name-not-referable")]);
}

#[test]
fn of_two_spellings_the_last_that_says_something_counts() {
    let router = |fields: &str| format!("http: {{routers: {{a: {{rule: Host(`a`), {fields}}}}}}}");
    let of = |fields: &str| told(&router(fields), 7);
    assert_eq!(
        of("SERVICE: nope, service: noop@internal"),
        ["lint ignores field-twice http.routers.a.service"]
    );
    assert!(
        of("service: ~, SERVICE: nope")
            .iter()
            .any(|line| line.starts_with("error disables-object dangling-service"))
    );
    assert!(
        of("service: noop@internal, tls: {}, TLS: {}")
            .iter()
            .any(|line| line.starts_with("error ignores field-twice"))
    );
}

#[test]
fn what_an_anchor_breaks_it_breaks_wherever_it_is_used() {
    let text = "http:\n  routers:\n    a: &r {rule: \"Hots(`a`)\", service: noop@internal}\n    b: *r\n    c: {<<: *r, priority: 3}\n";
    let found = findings_in(&[text], &context(7));
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(finding.disables, ["http.routers.a", "http.routers.b", "http.routers.c"]);
}

/// Somebody renames all services and none of the references: each name may be meant for each.
#[test]
fn advice_about_names_has_an_end() {
    const MANY: usize = 2_000;
    let lines = |line: fn(usize) -> String| (0..MANY).map(line).collect::<Vec<_>>().concat();
    let routers = lines(|n| format!("    r{n}: {{rule: Host(`h{n}.test`), service: service-{n}x}}\n"));
    let services =
        lines(|n| format!("    service-{n}: {{loadBalancer: {{servers: [{{url: 'http://10.0.0.1'}}]}}}}\n"));
    let text = format!("http:\n  routers:\n{routers}  services:\n{services}");
    let found = findings_in(&[&text], &context(7));
    let dangling: Vec<_> = found.iter().filter(|finding| finding.code == "dangling-service").collect();
    let advised = dangling.iter().filter(|finding| finding.remedy.starts_with("did you mean")).count();
    assert_eq!((dangling.len(), advised), (MANY, 50));
}
