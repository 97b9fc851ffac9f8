//! The pages and forms of services, middlewares, servers transports and TLS.

use std::collections::HashSet;

use hyper::{Method, StatusCode};
use serde_json::Value as Json;

use crate::{FILE, house, support::House};

/// The fields of a form as they would be sent, with what a test types in their place.
fn typed<'f>(fields: &'f [(String, String)], changed: &[(&str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let value = |name: &str, value: &'f str| {
        changed.iter().find(|(field, _)| *field == name).map_or(value, |(_, value)| *value)
    };
    fields.iter().map(|(name, old)| (name.as_str(), value(name, old))).collect()
}

const FORMS: [(&str, &str); 11] = [
    ("/services", "name=split&protocol=http&file=edge.yml"),
    ("/services", "name=old&protocol=http&file=edge.yml"),
    ("/services", "name=old&protocol=http&file=edge.yml&as=yaml"),
    ("/services", "name=new&protocol=http&file=edge.yml"),
    ("/services", "name=db&protocol=tcp"),
    ("/transports", "name=inside"),
    ("/transports", "name=inside&as=yaml"),
    ("/middlewares", "name=safe"),
    ("/middlewares", "name=safe&as=yaml"),
    ("/tls", "kind=options&name=strict"),
    ("/tls", "kind=certificates&name=%2Fcerts%2Fa.pem"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_nobody_changed_writes_nothing() {
    let house = house();
    let mut owner = house.owner().await;
    for (page, query) in FORMS.into_iter().chain([
        ("/services", "name=copy"),
        ("/tls", "kind=stores&name=default"),
        ("/tls", "kind=options&name=default"),
    ]) {
        let form = owner.get(&format!("{page}/edit?{query}")).await;
        assert_eq!(form.status, StatusCode::OK, "{query}: {}", form.text());
        let fields = form.form_fields(&format!("{page}/save"));
        let answer = owner.send_form(&format!("{page}/save"), &typed(&fields, &[])).await;
        assert_eq!(answer.location(), format!("{page}?done=unchanged"), "{query}: {}", answer.text());
    }
    assert_eq!(house.files.text("edge.yml").unwrap(), FILE);
    assert_eq!(house.files.writes(), 0);
}

/// Every field of Traefik 3.7, once.
const REFERENCE: &str = include_str!("../../../../fixtures/yaml/reference-3.7.yml");
/// What configurations say that somebody uses.
const USED: [&str; 4] = [
    include_str!("../../../../fixtures/oracle/middlewares.yml"),
    include_str!("../../../../fixtures/oracle/services.yml"),
    include_str!("../../../../fixtures/oracle/streams.yml"),
    include_str!("../../../../fixtures/oracle/web.yml"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_every_object_that_there_is_changes_nothing_by_itself() {
    let (mut forms, mut texts) = (0, 0);
    for file in USED.into_iter().chain([REFERENCE, FILE]) {
        let house = House::with_files(&[("edge.yml", file)]);
        let mut owner = house.owner().await;
        for page in ["/services", "/middlewares", "/transports", "/tls"] {
            let list = owner.get(page).await.text().to_owned();
            let mark = format!("href=\"{page}/edit?");
            let mut addresses: Vec<String> = list
                .split(&mark)
                .skip(1)
                .map(|rest| format!("{page}/edit?{}", rest.split('"').next().unwrap().replace("&amp;", "&")))
                .collect();
            addresses.sort();
            addresses.dedup();
            for address in addresses {
                let form = owner.get(&address).await;
                assert_eq!(form.status, StatusCode::OK, "{address}: {}", form.text());
                let fields = form.form_fields(&format!("{page}/save"));
                let is_form = fields.iter().any(|(name, _)| name == "form");
                *if is_form { &mut forms } else { &mut texts } += 1;
                let answer = owner.send_form(&format!("{page}/save"), &typed(&fields, &[])).await;
                assert_eq!(
                    answer.location(),
                    format!("{page}?done=unchanged"),
                    "{address}: {}",
                    answer.text()
                );
            }
        }
        assert_eq!((house.files.text("edge.yml").unwrap().as_str(), house.files.writes()), (file, 0));
    }
    assert!(forms > 60 && texts > 0 && texts < 10, "{forms} forms, {texts} texts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_shows_all_that_the_reference_says() {
    let house = House::with_files(&[("edge.yml", REFERENCE)]);
    let mut owner = house.owner().await;
    // Of the names of fields in the file none is missing in the forms; plugins are left to YAML.
    let mut shown = HashSet::new();
    for page in ["/services", "/middlewares", "/transports", "/tls"] {
        let list = owner.get(page).await.text().to_owned();
        for rest in list.split(&format!("href=\"{page}/edit?")).skip(1) {
            let query = rest.split('"').next().unwrap().replace("&amp;", "&");
            let form = owner.get(&format!("{page}/edit?{query}")).await;
            for (name, _) in form.form_fields(&format!("{page}/save")) {
                shown.extend(name.split('.').map(str::to_owned));
            }
        }
    }
    let skipped = [
        // Sections, names of one's own choice, and routers, whose forms are another matter.
        "http",
        "tcp",
        "udp",
        "tls",
        "routers",
        "services",
        "middlewares",
        "serversTransports",
        "options",
        "stores",
        "certificates",
        "plugin",
        "models",
        "rule",
        "ruleSyntax",
        "priority",
        "entryPoints",
        "domains",
        "certResolver",
        "observability",
        "accessLogs",
        "metrics",
        "tracing",
        "traceVerbosity",
        "passthrough",
        "parentRefs",
        "defaultRuleSyntax",
        "deniedEncodedPathCharacters",
    ];
    for line in REFERENCE.lines() {
        let Some((key, _)) = line.trim().trim_start_matches("- ").split_once(':') else { continue };
        let is_own = key.chars().any(|c| c.is_ascii_digit()) && !["tls12"].contains(&key);
        if is_own || skipped.contains(&key) || key.starts_with('#') {
            continue;
        }
        assert!(shown.contains(key), "no form shows {key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_that_of_the_version_and_may_be_kept_by_its_digest() {
    let house = house();
    let device = house.device(false).await;
    let names = |schema: &Json, mapping: u64| -> Vec<String> {
        let fields = schema["mappings"][usize::try_from(mapping).unwrap()].as_array().unwrap();
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect()
    };
    let mut digests = Vec::new();
    for (version, has_hrw) in [("3.0", false), ("3.7", true)] {
        let answer = device.send(Method::GET, &format!("/api/schema?version={version}"), &[], "").await;
        assert_eq!(answer.headers["cache-control"], "no-cache");
        let digest = answer.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
        let schema = answer.json();
        assert_eq!(names(&schema, 0), ["http", "tcp", "udp", "tls"]);
        let below = |mapping: u64, name: &str| -> u64 {
            let fields = schema["mappings"][usize::try_from(mapping).unwrap()].as_array().unwrap();
            fields.iter().find(|field| field["name"] == name).unwrap()["of"].as_u64().unwrap()
        };
        let services = names(&schema, below(below(0, "http"), "services"));
        assert_eq!(services.contains(&"highestRandomWeight".to_owned()), has_hrw, "{version}: {services:?}");
        let kept = device
            .send(Method::GET, &format!("/api/schema?version={version}&digest={digest}"), &[], "")
            .await;
        assert!(kept.headers["cache-control"].to_str().unwrap().contains("immutable"));
        digests.push(digest);
    }
    assert_ne!(digests[0], digests[1]);
    assert_eq!(
        device.send(Method::GET, "/api/schema?version=2.9", &[], "").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_in_any_form_is_carried_along_and_nothing_else_changes() {
    for (page, query) in FORMS.into_iter().filter(|(_, query)| !query.contains("certificates")) {
        let house = house();
        let mut owner = house.owner().await;
        let form = owner.get(&format!("{page}/edit?{query}")).await;
        let fields = form.form_fields(&format!("{page}/save"));
        let answer = owner.send_form(&format!("{page}/save"), &typed(&fields, &[("name", "fresh")])).await;
        assert_eq!(answer.location(), format!("{page}?done=saved"), "{query}: {}", answer.text());
        let text = house.files.text("edge.yml").unwrap();
        let old = query.split("name=").nth(1).unwrap().split('&').next().unwrap();
        assert!(!text.contains(&format!(" {old}:")), "{query}: {text}");
        let back = text.replace(" fresh:", &format!(" {old}:")).replace(": fresh", &format!(": {old}"));
        let back = back.replace("[fresh]", &format!("[{old}]"));
        assert_eq!(back, FILE, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_made_with_the_form_and_each_start_gives_one() {
    let house = house();
    let mut owner = house.owner().await;
    let token = owner.token.clone();
    let fields = [
        ("csrf_token", token.as_str()),
        ("kind", "services"),
        ("name", "trio"),
        ("protocol", "http"),
        ("configFile", "more.yml"),
        ("newFile", ""),
        ("form", "loadBalancer"),
        ("loadBalancer.servers.at", ""),
        ("loadBalancer.servers.url", "10.1.0.1:80"),
        ("loadBalancer.servers.weight", "3"),
        ("loadBalancer.servers.at", ""),
        ("loadBalancer.servers.url", "https://10.1.0.2"),
        ("loadBalancer.servers.weight", ""),
        ("loadBalancer.servers.at", ""),
        ("loadBalancer.servers.url", ""),
        ("loadBalancer.servers.weight", ""),
        ("loadBalancer.passHostHeader", "false"),
        ("loadBalancer.passHostHeader", "true"),
        ("loadBalancer.sticky.cookie", "false"),
        ("loadBalancer.sticky.cookie", "true"),
        ("loadBalancer.sticky.cookie.name", "pin"),
        ("loadBalancer.sticky.cookie.secure", "false"),
        ("loadBalancer.healthCheck.path", ""),
        ("loadBalancer.serversTransport", "inside"),
    ];
    let answer = owner.send_form("/services/save", &fields).await;
    assert_eq!(answer.location(), "/services?done=saved", "{}", answer.text());
    let expected = "http:\n  services:\n    trio:\n      loadBalancer:\n        servers:\n          - url: http://10.1.0.1:80\n            weight: 3\n          - url: https://10.1.0.2\n        sticky:\n          cookie:\n            name: pin\n        serversTransport: inside\n";
    assert_eq!(house.files.text("more.yml").unwrap(), expected);
    for (page, kind) in [
        ("/services", "services"),
        ("/transports", "serversTransports"),
        ("/tls", "options"),
        ("/tls", "stores"),
        ("/tls", "certificates"),
    ] {
        let list = owner.get(&format!("{page}/new?kind={kind}")).await.text().to_owned();
        let list = list.split("aria-label=\"Beginnings\"").nth(1).unwrap();
        let mark = format!("{page}/new?kind={kind}&amp;from=");
        let starts: Vec<String> = list
            .split(&mark)
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
            .collect();
        assert!(!starts.is_empty(), "{page} {kind}");
        for start in starts {
            let form = owner.get(&format!("{page}/new?kind={kind}&from={start}")).await;
            let fields = form.form_fields(&format!("{page}/save"));
            let name = format!("from-{}", start.replace(['&', '='], "-"));
            let changed = [
                ("name", name.as_str()),
                ("loadBalancer.servers.url", "10.2.0.1:81"),
                ("loadBalancer.servers.address", "10.2.0.1:81"),
                ("weighted.services.name", "old"),
                ("mirroring.service", "old"),
                ("mirroring.mirrors.name", "new"),
                ("failover.service", "old"),
                ("failover.fallback", "new"),
                ("highestRandomWeight.services.name", "old"),
                ("yaml", "loadBalancer: {servers: []}"),
                ("configFile", "more.yml"),
            ];
            let answer = owner.send_form(&format!("{page}/save"), &typed(&fields, &changed)).await;
            assert_eq!(answer.location(), format!("{page}?done=saved"), "{start}: {}", answer.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_comes_back_as_it_was_typed() {
    let house = house();
    let mut owner = house.owner().await;
    let form = owner.get("/services/edit?name=old").await;
    let fields = form.form_fields("/services/save");
    let changed = [
        ("loadBalancer.servers.url", "http://a b"),
        ("loadBalancer.servers.weight", "7"),
        ("loadBalancer.sticky.cookie.name", "other"),
    ];
    let answer = owner.send_form("/services/save", &typed(&fields, &changed)).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    for part in
        ["value=\"http://a b\"", "value=\"7\"", "value=\"other\"", "class=\"wrong\"", "role=\"alert\""]
    {
        assert!(answer.text().contains(part), "{part} is not in {}", answer.text());
    }
    let form = owner.get("/transports/edit?name=inside&as=yaml").await;
    let fields = form.form_fields("/transports/save");
    let answer = owner.send_form("/transports/save", &typed(&fields, &[("yaml", "a: [")])).await;
    assert_eq!((answer.status, answer.area().as_str()), (StatusCode::BAD_REQUEST, "a: ["));
    house.files.edit_behind_the_back(
        "edge.yml",
        &FILE.replace("insecureSkipVerify: true", "insecureSkipVerify: false"),
    );
    let mine = [("yaml", "serverName: a\n")];
    let answer = owner.send_form("/transports/save", &typed(&fields, &mine)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text().contains("insecureSkipVerify: false"), "it shows what is there now");
    let fields = answer.form_fields("/transports/save");
    let answer = owner.send_form("/transports/save", &typed(&fields, &[])).await;
    assert_eq!(answer.location(), "/transports?done=saved", "{}", answer.text());
    assert_eq!(
        house.files.text("edge.yml").unwrap(),
        FILE.replace("insecureSkipVerify: true   # our own", "serverName: a")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn before_a_deletion_its_users_and_what_goes_are_shown() {
    let house = house();
    let mut owner = house.owner().await;
    let page = owner.get("/services/delete?name=new&protocol=http&file=edge.yml").await;
    let text = page.text();
    for part in ["new is in use", "Would stay, without it", ">split</a>", ">copy</a>"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let page = owner.get("/services/delete?name=split&protocol=http").await;
    assert!(page.text().contains("would be deleted too") && page.text().contains(">shop</a>"));
    let fields = page.form_fields("/services/delete");
    let answer = owner.send_form("/services/delete", &typed(&fields, &[])).await;
    assert_eq!(answer.location(), "/services?done=deleted", "{}", answer.text());
    let text = house.files.text("edge.yml").unwrap();
    assert!(!text.contains("shop") && !text.contains("split"), "{text}");

    let page = owner.get("/tls/delete?kind=options&name=strict").await;
    assert!(page.text().contains("Nothing uses it"));
    let fields = page.form_fields("/tls/delete");
    // Meanwhile somebody has begun to use it.
    let used = format!("{text}udp: ~\n").replace(
        "http:\n",
        "http:\n  routers:\n    r:\n      rule: Host(`r`)\n      service: old\n      tls:\n        options: strict\n",
    );
    house.files.edit_behind_the_back("edge.yml", &used);
    let answer = owner.send_form("/tls/delete", &typed(&fields, &[])).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(house.files.text("edge.yml").unwrap(), used);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_find_page_and_say_what_is_unused() {
    use std::fmt::Write as _;
    let mut many = String::from("http:\n  services:\n");
    for n in 0..120 {
        write!(
            many,
            "    s{n}:\n      loadBalancer:\n        servers:\n          - url: http://10.9.0.{n}\n"
        )
        .unwrap();
    }
    let house = House::with_files(&[("edge.yml", FILE), ("many.yml", &many)]);
    let mut owner = house.owner().await;
    let page = owner.get("/services").await;
    assert!(page.text().contains("Page 1 of 3") && page.text().contains(">split<"));
    assert!(owner.get("/services?page=3").await.text().contains(">s119<"));
    for (query, shown, hidden) in [
        ("q=10.9.0.77", "Edit s77<", "Edit s78<"),
        ("q=MIRROR", "Edit copy<", "Edit old<"),
        ("q=old&state=unused", "Edit copy<", "Edit old<"),
    ] {
        let text = owner.get(&format!("/services?{query}")).await.text().to_owned();
        assert!(text.contains(shown) && !text.contains(hidden), "{query}: {text}");
    }
    let text = owner.get("/tls").await.text().to_owned();
    for part in [">strict<", ">default<", "/certs/a.pem", ">shop</a>", "Whatever names none"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let empty = House::with_files(&[]);
    let mut owner = empty.owner().await;
    for (path, words) in [
        ("/services", "Add your first service"),
        ("/transports", "Add your first servers transport"),
        ("/tls", "None yet"),
    ] {
        assert!(owner.get(path).await.text().contains(words), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_files_stays_text() {
    let evil = "http:\n  services:\n    '<b>x</b>':\n      loadBalancer: {servers: [{url: '\"><img src=x>'}]}\ntls:\n  certificates:\n    - certFile: '<b>'\n";
    let house = House::with_files(&[("edge.yml", evil)]);
    let mut owner = house.owner().await;
    for path in [
        "/services",
        "/services/edit?name=%3Cb%3Ex%3C%2Fb%3E",
        "/services/delete?name=%3Cb%3Ex%3C%2Fb%3E",
        "/tls",
        "/tls/edit?kind=certificates&name=%3Cb%3E",
        "/services?q=%22%3E%3Cb%3E",
    ] {
        let page = owner.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text().contains("<b>") && !page.text().contains("<img"), "{path}");
    }
}
