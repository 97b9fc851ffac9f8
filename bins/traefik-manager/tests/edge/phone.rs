//! The phone app's contract: what it reads, it sends back.

use std::fs;

use serde_json::{Value, json};

use crate::{
    support::edge::{Edge, accepted},
    support::eventually,
};

/// What the phone app does when somebody opens a route and saves it without a change.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_phone_app_reads_it_can_save_without_a_change() {
    let edge = Edge::start().await;
    let file = edge.dynamic().join("app.yml");
    let text = "\
http:
  routers:
    full:   # all of it
      rule: Host(`full.test`) && PathPrefix(`/x`)
      entryPoints: [web, websecure]
      service: full-service
      priority: 42
      middlewares: [a@file, b]
      tls:
        certResolver: le
        options: modern@file
        domains:
          - main: full.test
            sans: ['*.full.test']
          - main: other.test
    plain:
      rule: Host(`plain.test`)
      service: shared
    bare-tls: {rule: Host(`t.test`), service: bare-tls-service, tls: {}}
  services:
    full-service:
      loadBalancer:
        sticky:
          cookie: {name: c, secure: true, sameSite: lax, maxAge: 60}
        healthCheck: {path: /up, interval: 10s, timeout: 3s, port: 81}
        passHostHeader: false
        servers:
          - url: http://10.0.0.1:80/base
            weight: 2
          - url: \"https://[fd00::1]:8443\"
    bare-tls-service:
      loadBalancer: {servers: [{url: 'http://10.0.0.2'}]}
    shared:
      weighted: {services: [{name: full-service, weight: 1}]}
tcp:
  routers:
    db: {rule: HostSNI(`db.test`), entryPoints: tcp, service: db-service, middlewares: [allow], tls: {passthrough: true}}
  services:
    db-service: {loadBalancer: {servers: [{address: '10.0.0.3:5432'}]}}
udp:
  routers:
    dns: {entryPoints: [udp, udp2], service: dns-service}
  services:
    dns-service: {loadBalancer: {servers: [{address: '10.0.0.4:53'}]}}
";
    fs::write(&file, text).unwrap();
    let phone = edge.manager.client().with_api_key(&edge.secret).with_header("x-requested-with", "fetch");
    eventually("the new file", async || {
        (phone.get_json("/api/routes").await["apps"].as_array().unwrap().len() == 6).then_some(())
    })
    .await;
    for route in phone.get_json("/api/routes").await["apps"].as_array().unwrap() {
        if route["configFile"] != "app.yml" {
            continue;
        }
        let fields = phone_form(route);
        let borrowed: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        accepted(&phone, "/save", &borrowed).await;
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "after saving {}", route["id"]);
    }
}

/// The form that the app makes of a route it was given, field by field as in its contract.
pub(crate) fn phone_form(route: &Value) -> Vec<(&'static str, String)> {
    let text = |name: &str| route[name].as_str().unwrap_or_default().to_owned();
    let protocol = text("protocol");
    let slot = ["http", "tcp", "udp"].iter().position(|name| *name == protocol).unwrap();
    let shared = text("service_name").split('@').next() != Some(&format!("{}-service", text("name")));
    let manual = !shared && route["serviceType"] == "loadBalancer";
    let servers: Vec<(String, String, String)> =
        list(route, "servers").iter().map(|server| split(server)).collect();
    let mut fields = vec![
        ("serviceName", text("name")),
        ("protocol", protocol.clone()),
        ("isEdit", "true".to_owned()),
        ("originalId", text("id")),
        ("configFile", text("configFile")),
        ("agent_id", String::new()),
    ];
    let first = servers.first().filter(|_| manual).cloned().unwrap_or_default();
    for (name, value) in [("targetIp", first.1), ("targetPort", first.2)] {
        fields.extend((0..3).map(|at| (name, if at == slot { value.clone() } else { String::new() })));
    }
    let entry_points = list(route, "entryPoints");
    for at in 0..2 {
        fields.push(("entryPoints", if at == slot { entry_points.join(",") } else { String::new() }));
    }
    if protocol == "udp" {
        fields.push(("udpEntryPoint", entry_points.first().cloned().unwrap_or_default()));
    }
    let tls = match &route["tls"] {
        Value::Bool(on) => *on,
        Value::Object(_) => true,
        _ => false,
    };
    let passthrough = route["tls"]["passthrough"] == true;
    let resolver = match (tls, text("certResolver")) {
        (false, _) if protocol == "http" => "__disabled__".to_owned(),
        (_, name) if tls && !passthrough && !name.is_empty() => name,
        _ => "__none__".to_owned(),
    };
    fields.push(("certResolver", if slot == 0 { resolver.clone() } else { String::new() }));
    fields.push(("certResolver", if slot == 1 { resolver } else { String::new() }));
    if shared {
        fields.push(("serviceRef", text("service_name")));
    }
    let wire: Vec<_> = servers
        .iter()
        .map(|(scheme, host, port)| json!({ "scheme": scheme, "host": host, "port": port }))
        .collect();
    let mut backends = json!({ "servers": wire });
    if route["stickyEnabled"] == true {
        let cookie = &route["sticky"];
        backends["sticky"] = json!({ "enabled": true, "cookieName": cookie["name"], "secure": cookie["secure"], "httpOnly": cookie["httpOnly"] });
    }
    if let Some(check) = route["healthCheck"].as_object() {
        backends["healthCheck"] = json!({ "enabled": true, "path": check["path"], "interval": check["interval"], "timeout": check["timeout"] });
    }
    if route["priority"].is_number() {
        backends["priority"] = route["priority"].clone();
    }
    match protocol.as_str() {
        "http" => {
            fields.extend(http_fields(route, &servers));
            if manual {
                fields.push(("backendsJsonHttp", backends.to_string()));
            }
        }
        "tcp" => {
            fields.extend([
                ("tcpRule", text("rule")),
                ("subdomain", String::new()),
                ("middlewaresTcp", list(route, "middlewares").join(", ")),
                ("useTls", tls.to_string()),
                ("tlsPassthrough", passthrough.to_string()),
            ]);
            if manual {
                fields.push(("backendsJsonTcp", backends.to_string()));
            }
        }
        _ if manual => fields.push(("backendsJsonUdp", backends.to_string())),
        _ => {}
    }
    fields
}

/// What only the form of an HTTP route has.
fn http_fields(route: &Value, servers: &[(String, String, String)]) -> Vec<(&'static str, String)> {
    let text = |name: &str| route[name].as_str().unwrap_or_default().to_owned();
    let mut fields = vec![
        ("subdomain", String::new()),
        ("httpRule", text("rule")),
        ("middlewares", list(route, "middlewares").join(", ")),
        ("scheme", servers.first().map_or("http".to_owned(), |server| server.0.clone())),
        ("passHostHeader", (route["passHostHeader"] != false).to_string()),
        ("insecureSkipVerify", (route["insecureSkipVerify"] == true).to_string()),
        ("tlsOptionsProfile", text("tlsOptionsProfile")),
    ];
    if let Some(domain) = route["tlsDomains"].as_array().and_then(|domains| domains.first()) {
        fields.push(("tlsWildcardMain", domain["main"].as_str().unwrap().to_owned()));
        fields.push(("tlsWildcardSans", list(domain, "sans").join("\n")));
    }
    fields.extend([
        ("streamingPresetPresent", "true".to_owned()),
        ("streamingPresetEnabled", (route["streaming"] == true).to_string()),
        ("headersPresetPresent", "false".to_owned()),
    ]);
    fields
}

fn list(of: &Value, name: &str) -> Vec<String> {
    of[name].as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// Scheme, host and port of a server as the app's form shows them; the path has no field.
fn split(server: &str) -> (String, String, String) {
    let (scheme, rest) = server.split_once("://").unwrap_or(("http", server));
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (format!("[{host}]"), port.trim_start_matches(':')),
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host.to_owned(), port),
            None => (authority.to_owned(), ""),
        },
    };
    (scheme.to_owned(), host, port.to_owned())
}
