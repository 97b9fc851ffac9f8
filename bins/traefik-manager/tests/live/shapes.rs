//! What the phone app asks for, and the types that it decodes the answers to.
//!
//! A shape is written as JSON: `str`, `int`, `bool`, `any`, and `lenient` for a text or a number; a list has one shape for
//! its items, and none of them may be null; `*` stands for all other keys. A field whose name ends with `!` must be
//! there and not null, any other may be left out or null.

use serde_json::{Value, json};

/// What is asked for, and what comes.
pub(crate) fn reads() -> Vec<(String, Value)> {
    let fixed = [of_traefik(), of_configuration(), of_the_program()].concat();
    let mut reads: Vec<_> = fixed.into_iter().map(|(path, shape)| (path.to_owned(), shape)).collect();
    for path in ["100", "200", "500", "1000"].map(|count| format!("/api/traefik/logs?lines={count}")) {
        reads.push((path, json!({"lines!": ["str"], "error": "str"})));
    }
    reads
}

/// Traefik's own words, and its files.
fn of_traefik() -> Vec<(&'static str, Value)> {
    let count = json!({"total": "int", "warnings": "int", "errors": "int"});
    let counts = json!({"routers!": count, "services!": count, "middlewares": count});
    let object = json!({
        "name!": "str", "provider!": "str", "status": "str", "rule": "str", "service": "str", "using": ["str"],
        "entryPoints": ["str"], "usedBy": ["str"], "serverStatus": {"*": "str"}, "type": "str"
    });
    let service = json!({
        "name!": "str", "provider!": "str", "status": "str", "type": "str", "usedBy": ["str"],
        "serverStatus": {"*": "str"}, "error": "any",
        "loadBalancer": {"servers": [{"url": "str", "address": "str"}], "passHostHeader": "bool", "sticky": "any", "healthCheck": "any"},
        "weighted": {"services": [{"name!": "str", "weight": "int"}]},
        "mirroring": {"service": "str", "mirrors": [{"name!": "str", "percent": "int"}]},
        "failover": {"service": "str", "fallback": "str"}
    });
    let live = |one: &Value| json!({"http!": [one], "tcp!": [one], "udp!": [one], "reachable!": "bool"});
    vec![
        ("/api/traefik/version", json!({"Version!": "str", "Codename!": "str"})),
        (
            "/api/traefik/overview",
            json!({
                "http!": counts, "tcp!": counts, "udp!": counts, "providers!": ["str"],
                "features!": {"tracing": "str", "metrics": "str", "accessLog": "bool"}
            }),
        ),
        (
            "/api/traefik/entrypoints",
            json!([{
                "name!": "str", "address!": "str", "asDefault": "bool",
                "http": {"middlewares": ["str"], "tls": {"certResolver": "str", "options": "str"}}
            }]),
        ),
        ("/api/traefik/routers", live(&object)),
        ("/api/traefik/middlewares", live(&object)),
        ("/api/traefik/services", live(&service)),
        (
            "/api/traefik/certs",
            json!({
                "certs!": [{"resolver!": "lenient", "main!": "lenient", "sans!": ["lenient"], "not_after": "str", "source": "str", "certFile": "str"}],
                "error": "str"
            }),
        ),
        (
            "/api/traefik/plugins",
            json!({"plugins!": [{"name!": "str", "moduleName!": "str", "version": "lenient", "settings": "any"}], "error": "str"}),
        ),
    ]
}

/// Routes and all that is in files.
fn of_configuration() -> Vec<(&'static str, Value)> {
    let toggles = json!({"perms!": {"*": "str"}, "hsts!": "bool", "nosniff!": "bool", "frameDeny!": "bool", "referrer": "str"});
    let route = json!({
        "id!": "str", "name!": "str", "rule!": "str", "service_name!": "str", "target!": "str", "servers!": ["str"],
        "middlewares!": ["str"], "entryPoints!": ["str"], "entrypointMiddlewares!": ["str"], "protocol!": "str",
        "tls!": "any", "enabled!": "bool", "certResolver": "str", "tlsOptionsProfile": "str", "insecureSkipVerify": "bool",
        "passHostHeader": "bool", "priority": "int", "serviceType!": "str", "configFile!": "str", "provider!": "str",
        "sticky": {"name": "str", "secure": "bool", "httpOnly": "bool", "sameSite": "str"}, "stickyEnabled!": "bool",
        "healthCheck": {"path": "lenient", "interval": "lenient", "timeout": "lenient"},
        "tlsDomains!": [{"main": "str", "sans": ["str"]}], "streaming": "bool",
        "headersPreset": {"owned!": "bool", "exists!": "bool", "state!": "str", "toggles!": toggles}
    });
    vec![
        (
            "/api/routes",
            json!({
                "apps!": [route], "middlewares!": [{"name!": "str", "type!": "str", "yaml!": "str", "configFile!": "str"}],
                "configErrors!": [{"file!": "str", "error!": "str"}], "services!": {"http!": ["str"], "tcp!": ["str"], "udp!": ["str"]}
            }),
        ),
        ("/api/routes/edge.yml%3A%3Aapp/raw", json!({"raw!": "str", "configFile!": "str", "proto!": "str"})),
        ("/api/mw/templates", json!({"templates!": [{"id!": "str", "name!": "str", "yaml!": "str"}]})),
        ("/api/configs", json!({"files!": [{"label!": "str", "path!": "str"}], "configDirSet!": "bool"})),
        (
            "/api/tls-options",
            json!([{"name!": "str", "configFile!": "str", "minVersion!": "str", "maxVersion!": "str"}]),
        ),
        ("/api/static/config", json!({"parsed!": {"certificatesResolvers": {"*": "any"}}, "path!": "str"})),
        ("/api/backups", json!([{"name!": "str", "size!": "int", "modified!": "str", "kind!": "str"}])),
        (
            "/api/backup/git/status",
            json!({"enabled!": "bool", "configured!": "bool", "last_sha": "str", "last_push": "str", "branch!": "str"}),
        ),
        (
            "/api/backup/git/commits",
            json!([{"sha!": "str", "sha_short!": "str", "timestamp!": "str", "message!": "str"}]),
        ),
        (
            "/api/ping?url=https%3A%2F%2Fapp.example&fallback=http%3A%2F%2F127.0.0.1%3A9",
            json!({
                "ok!": "bool", "latency_ms": "int", "status_code": "int", "self": "bool", "error": "str"
            }),
        ),
    ]
}

/// Keys, settings, and what is beside them.
fn of_the_program() -> Vec<(&'static str, Value)> {
    vec![
        (
            "/api/auth/apikey/status",
            json!({"enabled!": "bool", "count!": "int", "keys!": [{"name!": "str", "preview!": "str", "created_at!": "str"}]}),
        ),
        ("/api/auth/otp/status", json!({"otp_enabled!": "bool"})),
        (
            "/api/diagnostics/client-ip",
            json!({
                "effective_ip!": "str", "effective_class!": "str", "socket_peer!": "str", "socket_peer_class!": "str",
                "headers!": {"*": "str"}, "forwarded_for_chain!": ["str"], "proxy_hops!": "int", "classes!": {"*": "str"}
            }),
        ),
        (
            "/api/manager/version",
            json!({"version!": "str", "repo!": "str", "static_config_configured!": "bool"}),
        ),
        (
            "/api/geoip/status",
            json!({"enabled!": "bool", "available!": "bool", "db_path!": "str", "db_date": "str"}),
        ),
        (
            "/api/settings/ui",
            json!({"ok!": "bool", "ui_prefs!": {"showRouteIcons!": "bool", "dashPodDensity!": "str"}}),
        ),
        (
            "/api/dashboard/config",
            json!({
                "route_overrides!": {"*": {
                    "icon_type": "str", "icon_url": "str", "icon_slug": "str", "display_name": "str", "hidden": "bool", "url": "str",
                    "link_disabled": "bool", "group": "str"
                }},
                "custom_groups!": [{"name!": "str"}], "tm_route_name!": "str", "server!": "str"
            }),
        ),
        ("/api/notifications", json!([{"ts!": "str", "type!": "str", "msg!": "str"}])),
        (
            "/api/settings",
            json!({
                "domains!": ["str"], "cert_resolver!": "str", "visible_tabs!": {"*": "bool"}, "crowdsec_enabled!": "bool",
                "crowdsec_lapi_url!": "str", "traefik_api_url!": "str", "traefik_api_user!": "str",
                "traefik_api_password_set!": "bool", "webhook_url!": "str", "webhook_type!": "str", "webhook_username!": "str",
                "auth_enabled!": "bool", "no_auth!": "bool", "has_password!": "bool", "auth_env_forced!": "bool",
                "oidc_enabled!": "bool", "oidc_active!": "bool", "otp_enabled!": "bool"
            }),
        ),
        ("/api/agents", json!({"agents!": ["any"]})),
    ]
}

/// Whether a value is of a shape, as the app decodes it.
pub(crate) fn fits(value: &Value, shape: &Value) -> Result<(), String> {
    let wrong = || Err(format!("{value} is no {shape}"));
    match shape {
        Value::String(kind) => {
            let is = match kind.as_str() {
                "str" => value.is_string(),
                "bool" => value.is_boolean(),
                // The app's numbers have 32 bits where it does not say `long`.
                "int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
                "lenient" => value.is_string() || value.is_number(),
                "any" => true,
                other => return Err(format!("no shape: {other}")),
            };
            if is { Ok(()) } else { wrong() }
        }
        Value::Array(item) => {
            let Some(items) = value.as_array() else { return wrong() };
            items.iter().try_for_each(|one| fits(one, &item[0]))
        }
        Value::Object(fields) => {
            let Some(found) = value.as_object() else { return wrong() };
            for (name, shape) in fields {
                if name == "*" {
                    found.values().try_for_each(|one| fits(one, shape))?;
                    continue;
                }
                let plain = name.trim_end_matches('!');
                match found.get(plain).filter(|one| !one.is_null()) {
                    Some(one) => fits(one, shape).map_err(|error| format!("{plain}: {error}"))?,
                    None if plain == name => {}
                    None => return Err(format!("{plain} is not there")),
                }
            }
            Ok(())
        }
        _ => wrong(),
    }
}

#[test]
fn a_shape_refuses_what_the_app_would_lose() {
    let shape = json!({"names!": ["str"], "count": "int", "by": {"*": "bool"}, "much": "lenient"});
    for (value, fit) in [
        (json!({"names": []}), true),
        (json!({"names": ["a"], "count": null, "by": {"a": true}, "much": 1, "more": []}), true),
        (json!({"names": ["a", null]}), false),
        (json!({"names": null}), false),
        (json!({"count": 1}), false),
        (json!({"names": [], "count": "1"}), false),
        (json!({"names": [], "count": 3_000_000_000_u32}), false),
        (json!({"names": [], "count": 1.5}), false),
        (json!({"names": [], "by": {"a": "true"}}), false),
        (json!({"names": [], "much": true}), false),
        (json!({"names": {}}), false),
        (json!([]), false),
    ] {
        assert_eq!(fits(&value, &shape).is_ok(), fit, "{value}");
    }
}
