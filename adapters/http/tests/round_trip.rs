//! The phone app rebuilds its form from `GET /api/routes`: sent back without a change, it must change nothing.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::Method;
use serde_json::{Value as Json, json};
use support::{House, Visitor};

/// Routes with what the app knows, and around it what it does not.
const FILE: &str = r#"# by hand
http:
  routers:
    plain:
      rule: Host(`plain.example.com`) # a comment
      service: plain-service
    rich:
      entryPoints: [ websecure ]
      rule: "Host(`a.example.com`) || Host(`b.example.com`)"
      priority: 42
      service: rich-service
      observability:
        accessLogs: false
      middlewares:
        - auth@file
        - limit
      tls: {}
    ruled:
      rule: Host(`c.example.com`) && PathPrefix(`/api`)
      service: rich-service
      tls:
        certResolver: le
        options: modern
        domains:
          - main: example.com
            sans: ["*.example.com"]
    elsewhere:
      rule: Host(`d.example.com`)
      service: api@internal
    split:
      rule: Host(`e.example.com`)
      service: split-service
    kept:
      rule: Host(`f.example.com`)
      service: api@internal
      middlewares: [auth, kept-headers@file, limit] # headers in between
    crafted:
      rule: Host(`g.example.com`)
      service: api@internal
      middlewares:
        - crafted-headers
    beside:
      rule: Host(`h.example.com`)
      service: api@internal
      priority: 9223372036854775000
      tls:
        domains:
          - main: "*.h.example.com"
  middlewares:
    kept-headers:
      headers: # strict
        permissionsPolicy: geolocation=(self), camera=()
        stsSeconds: 31536000
        stsIncludeSubdomains: true
        frameDeny: true
    crafted-headers:
      headers:
        frameDeny: true
        customFrameOptionsValue: SAMEORIGIN
    beside-headers: # nobody uses it
      headers: {frameDeny: true}
  services:
    plain-service:
      loadBalancer:
        servers:
          - url: "http://10.0.0.1:80/"
    rich-service:
      loadBalancer:
        passHostHeader: false
        serversTransport: rich-transport
        sticky:
          cookie:
            name: pin
            secure: true
            sameSite: lax
        healthCheck:
          path: /health
          interval: 10s
          headers: { X-From: traefik }
        servers:
          - url: https://10.0.0.2:8443
            weight: 3
          - url: https://10.0.0.3:8443/base
    split-service:
      weighted:
        services:
          - name: plain-service
            weight: 1
  serversTransports:
    rich-transport:
      insecureSkipVerify: true
      serverName: inner
tcp:
  routers:
    passed:
      rule: HostSNI(`db.example.com`)
      service: passed-service
      tls: { passthrough: true }
    ended:
      rule: HostSNI(`mq.example.com`)
      middlewares: [gate]
      service: ended-service
      tls: {certResolver: le}
    bare:
      rule: HostSNI(`*`)
      entryPoints: ['ssh']
      service: bare-service
  services:
    passed-service: {loadBalancer: {servers: [{address: "10.0.0.4:5432"}]}}
    ended-service:
      loadBalancer:
        servers:
          - address: 10.0.0.5:5671
          - address: "[fd00::5]:5671"
    bare-service:
      loadBalancer:
        servers:
          - address: 10.0.0.6:22
udp:
  routers:
    names:
      entryPoints:
        - dns
      service: names-service
    time:
      entryPoints: ntp
      service: names-service
  services:
    names-service:
      loadBalancer:
        servers:
          - address: 10.0.0.7:53
"#;

fn text<'j>(route: &'j Json, field: &str) -> &'j str {
    route[field].as_str().unwrap_or_default()
}

fn joined(route: &Json, field: &str, by: &str) -> String {
    let names: Vec<&str> = route[field].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    names.join(by)
}

/// Scheme, host and port of a server; a path has no field in the app.
fn apart(server: &str, http: bool) -> Json {
    let (scheme, rest) = server.split_once("://").unwrap_or(("", server));
    let address = rest.split('/').next().unwrap_or_default();
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    json!({"scheme": if http { scheme } else { "" }, "host": host, "port": port})
}

/// The form that the app makes of a route, in the order in which it sends the fields.
fn form(route: &Json) -> Vec<(&'static str, String)> {
    let protocol = text(route, "protocol");
    let (http, tcp) = (protocol == "http", protocol == "tcp");
    let is_own = text(route, "service_name") == format!("{}-service", text(route, "name"))
        && text(route, "serviceType") == "loadBalancer";
    let servers: Vec<&str> =
        route["servers"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let mut fields = vec![
        ("serviceName", text(route, "name").to_owned()),
        ("protocol", protocol.to_owned()),
        ("isEdit", "true".to_owned()),
        ("originalId", text(route, "id").to_owned()),
        ("configFile", text(route, "configFile").to_owned()),
        ("agent_id", String::new()),
    ];
    for slot in ["http", "tcp", "udp"] {
        let first = servers.first().filter(|_| slot == protocol && is_own).map(|server| apart(server, http));
        let part =
            |name: &str| first.as_ref().map_or_else(String::new, |server| text(server, name).to_owned());
        fields.extend([("targetIp", part("host")), ("targetPort", part("port"))]);
    }
    let entry_points = joined(route, "entryPoints", ", ");
    let tls_is_on = route["tls"] == true || route["tls"].is_object();
    let resolver = match (tls_is_on, text(route, "certResolver")) {
        (false, _) => "__disabled__",
        (true, "") => "__none__",
        (true, name) => name,
    };
    for slot in ["http", "tcp"] {
        let is_this = slot == protocol;
        fields.push(("entryPoints", if is_this { entry_points.clone() } else { String::new() }));
        fields.push(("certResolver", if is_this { resolver } else { "__none__" }.to_owned()));
    }
    if !is_own {
        fields.push(("serviceRef", text(route, "service_name").to_owned()));
    }
    let mut backends =
        json!({"servers": servers.iter().map(|server| apart(server, http)).collect::<Vec<_>>()});
    if route["stickyEnabled"] == true {
        let sticky = &route["sticky"];
        backends["sticky"] = json!({"enabled": true, "cookieName": sticky["name"], "secure": sticky["secure"], "httpOnly": sticky["httpOnly"]});
    }
    if route["healthCheck"].is_object() {
        let check = &route["healthCheck"];
        backends["healthCheck"] = json!({"enabled": true, "path": check["path"], "interval": check["interval"], "timeout": check["timeout"]});
    }
    if route["priority"].is_number() {
        backends["priority"] = route["priority"].clone();
    }
    if http {
        let scheme = servers.first().map(|server| text(&apart(server, true), "scheme").to_owned());
        fields.extend([
            ("subdomain", String::new()),
            ("httpRule", text(route, "rule").to_owned()),
            ("middlewares", joined(route, "middlewares", ", ")),
            ("scheme", scheme.filter(|_| is_own).unwrap_or_else(|| "http".to_owned())),
            ("passHostHeader", route["passHostHeader"].to_string()),
            ("insecureSkipVerify", route["insecureSkipVerify"].to_string()),
            ("tlsOptionsProfile", text(route, "tlsOptionsProfile").to_owned()),
            ("streamingPresetPresent", "true".to_owned()),
            ("headersPresetPresent", "true".to_owned()),
        ]);
        fields.extend(headers(&route["headersPreset"]));
        if let Some(domain) = route["tlsDomains"].as_array().and_then(|domains| domains.first()) {
            fields.extend([
                ("tlsWildcardMain", text(domain, "main").to_owned()),
                ("tlsWildcardSans", joined(domain, "sans", "\n")),
            ]);
        }
    } else if tcp {
        let passthrough = route["tls"]["passthrough"] == true;
        fields.extend([
            ("subdomain", String::new()),
            ("tcpRule", text(route, "rule").to_owned()),
            ("middlewaresTcp", joined(route, "middlewares", ", ")),
            ("useTls", (tls_is_on && !passthrough).to_string()),
            ("tlsPassthrough", passthrough.to_string()),
        ]);
    } else {
        fields.push(("udpEntryPoint", entry_points));
    }
    if is_own {
        let name = if http {
            "backendsJsonHttp"
        } else if tcp {
            "backendsJsonTcp"
        } else {
            "backendsJsonUdp"
        };
        fields.push((name, backends.to_string()));
    }
    fields
}

/// The fields of the security headers.
fn headers(preset: &Json) -> Vec<(&'static str, String)> {
    let (state, toggles) = (text(preset, "state"), &preset["toggles"]);
    let mut fields = vec![
        ("headersPresetEnabled", (state != "off").to_string()),
        ("headersPresetCustom", (state == "custom").to_string()),
    ];
    if state == "on" {
        for (name, feature) in [("hp_perm_geolocation", "geolocation"), ("hp_perm_camera", "camera")] {
            fields.push((name, text(&toggles["perms"], feature).to_owned()));
        }
        for (name, toggle) in [("hp_hsts", "hsts"), ("hp_nosniff", "nosniff"), ("hp_frameDeny", "frameDeny")]
        {
            fields.push((name, toggles[toggle].to_string()));
        }
        fields.push(("hp_referrer", text(toggles, "referrer").to_owned()));
    }
    fields
}

/// The same form from a client that keeps the route's headers apart from its other middlewares.
fn without_headers(fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let others = |list: &str| {
        list.split(", ").filter(|name| !name.contains("-headers")).collect::<Vec<_>>().join(", ")
    };
    fields
        .iter()
        .map(|(name, value)| (*name, if *name == "middlewares" { others(value) } else { value.clone() }))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_sent_back_as_it_came_leaves_every_byte() {
    let house = House::with_files(&[("hand.yml", FILE)]);
    let device = house.device(true).await;
    let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
    let routes = list["apps"].as_array().unwrap();
    assert_eq!(routes.len(), 13);
    for route in routes {
        let whole = form(route);
        for fields in [without_headers(&whole), whole] {
            let answer = save(&device, &fields).await;
            assert_eq!(answer["ok"], true, "{}: {answer} for {fields:?}", route["name"]);
            assert_eq!(house.files.text("hand.yml").unwrap(), FILE, "{}: {fields:?}", route["name"]);
        }
    }
}

async fn save(device: &Visitor<'_>, fields: &[(&'static str, String)]) -> Json {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    device.send(Method::POST, "/save", &kind, &body).await.json()
}

async fn route_of(device: &Visitor<'_>, name: &str) -> Json {
    let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
    list["apps"].as_array().unwrap().iter().find(|route| route["name"] == name).unwrap().clone()
}

fn with(
    mut fields: Vec<(&'static str, String)>,
    name: &'static str,
    value: &str,
) -> Vec<(&'static str, String)> {
    fields.retain(|(other, _)| *other != name);
    fields.push((name, value.to_owned()));
    fields
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_security_headers_is_told() {
    let house = House::with_files(&[("hand.yml", FILE)]);
    let device = house.device(true).await;
    let preset = |route: Json| route["headersPreset"].clone();
    assert_eq!(
        preset(route_of(&device, "kept").await),
        json!({"owned": true, "exists": true, "state": "on", "toggles": {
            "perms": {"geolocation": "self", "camera": "block"},
            "hsts": true, "nosniff": false, "frameDeny": true, "referrer": ""}})
    );
    let states =
        [("crafted", true, true, "custom"), ("beside", false, true, "off"), ("plain", false, false, "off")];
    for (name, owned, exists, state) in states {
        let preset = preset(route_of(&device, name).await);
        assert_eq!((&preset["owned"], &preset["exists"]), (&json!(owned), &json!(exists)), "{name}");
        assert_eq!(preset["state"], state, "{name}");
    }
    assert_eq!(preset(route_of(&device, "passed").await), Json::Null, "TCP has no headers");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_headers_go_on_and_off_again() {
    let house = House::with_files(&[("hand.yml", FILE)]);
    let device = house.device(true).await;
    let before = form(&route_of(&device, "rich").await);
    let mut on = with(before.clone(), "headersPresetEnabled", "true");
    on.extend([
        ("hp_perm_camera", "block".to_owned()),
        ("hp_perm_display-capture", "self".to_owned()),
        ("hp_perm_fullscreen", "all".to_owned()),
        ("hp_hsts", "true".to_owned()),
        ("hp_nosniff", "true".to_owned()),
        ("hp_frameDeny", "false".to_owned()),
        ("hp_referrer", "no-referrer".to_owned()),
    ]);
    let answer = save(&device, &on).await;
    assert_eq!(answer["ok"], true, "{answer}");
    let route = route_of(&device, "rich").await;
    assert_eq!(route["middlewares"], json!(["auth@file", "limit", "rich-headers"]));
    assert_eq!(route["headersPreset"]["state"], "on");
    let text = house.files.text("hand.yml").unwrap();
    assert!(text.contains(r"permissionsPolicy: camera=(), fullscreen=*, display-capture=(self)"), "{text}");

    let answer = save(&device, &with(form(&route), "headersPresetEnabled", "false")).await;
    assert_eq!(answer["ok"], true, "{answer}");
    assert_eq!(house.files.text("hand.yml").unwrap(), FILE);

    let wrong = save(&device, &with(on, "hp_referrer", "nowhere")).await;
    assert_eq!(wrong["ok"], false);
    assert!(wrong["error"].as_str().unwrap().contains("no-referrer"), "{wrong}");
    assert_eq!(house.files.text("hand.yml").unwrap(), FILE);
}

/// The app sends the domain only while its wildcard is on; further domains have no field there.
#[tokio::test(flavor = "multi_thread")]
async fn a_wildcard_that_is_left_out_was_switched_off() {
    let more = FILE.replace(
        "          - main: \"*.h.example.com\"\n",
        "          - main: \"*.h.example.com\"\n          - main: by.hand.example.com # stays\n",
    );
    let gone = FILE
        .replace("      tls:\n        domains:\n          - main: \"*.h.example.com\"\n", "      tls: {}\n");
    let first_gone = more.replace("          - main: \"*.h.example.com\"\n", "");
    assert!(gone != FILE && more != FILE && first_gone != more);
    for (before, after) in [(FILE, gone.as_str()), (&more, &first_gone)] {
        let house = House::with_files(&[("hand.yml", before)]);
        let device = house.device(true).await;
        let mut fields = form(&route_of(&device, "beside").await);
        let len = fields.len();
        fields.retain(|(name, _)| !name.starts_with("tlsWildcard"));
        assert_eq!(fields.len(), len - 2);
        // A client without a section for TLS says nothing about its domains.
        let silent: Vec<_> =
            fields.iter().filter(|(name, _)| *name != "tlsOptionsProfile").cloned().collect();
        assert_eq!(save(&device, &silent).await["ok"], true);
        assert_eq!(house.files.text("hand.yml").unwrap(), before);
        let answer = save(&device, &fields).await;
        assert_eq!(answer["ok"], true, "{answer}");
        assert_eq!(house.files.text("hand.yml").unwrap(), after);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_is_off_sent_back_as_it_came_comes_on_as_it_was() {
    let house = House::with_files(&[("hand.yml", FILE)]);
    let device = house.device(true).await;
    for name in ["plain", "rich", "ruled", "elsewhere", "split", "passed", "ended", "bare", "names", "time"] {
        let toggle = format!("/api/routes/hand.yml%3A%3A{name}/toggle");
        let off = device.send(Method::POST, &toggle, &[], r#"{"enable":false}"#).await;
        assert_eq!(off.json()["ok"], true, "{name}: {}", off.text());
        let list = device.send(Method::GET, "/api/routes", &[], "").await.json();
        let route =
            list["apps"].as_array().unwrap().iter().find(|route| route["name"] == name).unwrap().clone();
        assert_eq!(route["enabled"], false);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form(&route)).finish();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let answer = device.send(Method::POST, "/save", &kind, &body).await;
        assert_eq!(answer.json()["ok"], true, "{name}: {}", answer.text());
        let on = device.send(Method::POST, &toggle, &[], "{}").await;
        assert_eq!(on.json()["ok"], true, "{name}: {}", on.text());
        assert_eq!(house.files.text("hand.yml").unwrap(), FILE, "{name}");
    }
}

/// The page's own form, as a browser sends it when nothing was typed.
/// What else there is: every field of Traefik's reference, and files as people have them.
const OTHERS: [&str; 5] = [
    include_str!("../../../fixtures/yaml/reference-3.7.yml"),
    include_str!("../../../fixtures/oracle/middlewares.yml"),
    include_str!("../../../fixtures/oracle/services.yml"),
    include_str!("../../../fixtures/oracle/streams.yml"),
    include_str!("../../../fixtures/oracle/web.yml"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_page_s_own_form_sent_back_leaves_every_byte() {
    for file in std::iter::once(FILE).chain(OTHERS) {
        let house = House::with_files(&[("hand.yml", file)]);
        let mut owner = house.owner().await;
        let list = owner.send(Method::GET, "/api/routes", &[], "").await.json();
        let routes = list["apps"].as_array().unwrap();
        assert!(!routes.is_empty());
        for route in routes {
            let id = text(route, "id").replace("::", "%3A%3A");
            let page = owner.get(&format!("/routes/edit?id={id}")).await;
            let fields = page.form_fields("/save");
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let answer = owner.send_form("/save", &fields).await;
            let now = house.files.text("hand.yml").unwrap();
            assert_eq!(now, file, "{id}: {fields:?}");
            assert!(answer.location().ends_with("done=unchanged"), "{id}: {fields:?}: {}", answer.text());
        }
    }
}
