//! Forms and JSON that make no sense.

use serde_json::json;

use crate::house::{Body, House, Rude, route};

fn save<'a>(
    what: &'a str,
    changes: &[(&'a str, &'a str)],
    status: u16,
    field: &'a str,
    words: &'a [&'a str],
) -> Rude<'a> {
    Rude { what, path: "/save", body: Body::Form(route(changes)), status, field, words }
}

#[expect(clippy::too_many_lines, reason = "one table")]
#[tokio::test(flavor = "multi_thread")]
async fn routes_that_cannot_be() {
    let long = "x".repeat(300);
    let house = House::open().await;
    let edit = [("isEdit", "true"), ("serviceName", "wild"), ("originalId", "edge.yml::wild")];
    house
        .refuses_all(&[
            save("a name with a slash", &[("serviceName", "a/b")], 400, "serviceName", &["'/'", "use"]),
            save("a name with ::", &[("serviceName", "a::b")], 400, "serviceName", &["':'", "use"]),
            save("a name with @", &[("serviceName", "a@b")], 400, "serviceName", &["@", "use"]),
            save("a name with a newline", &[("serviceName", "a\nb")], 400, "serviceName", &["'\\n'", "use"]),
            save("a name with a null", &[("serviceName", "a\0b")], 400, "serviceName", &["use"]),
            save("no name", &[("serviceName", "")], 400, "serviceName", &["name"]),
            save("a blank name", &[("serviceName", " \t ")], 400, "serviceName", &["name"]),
            save("a long name", &[("serviceName", &long)], 400, "serviceName", &["200", "shorter"]),
            save("a template for a name", &[("serviceName", "{{ .x }}")], 400, "serviceName", &["use"]),
            save(
                "a taken name",
                &[("serviceName", "wild")],
                409,
                "serviceName",
                &["wild", "edge.yml", "choose another"],
            ),
            save(
                "a protocol that there is not",
                &[("protocol", "smtp")],
                400,
                "protocol",
                &["http, tcp or udp"],
            ),
            save(
                "a host with a backtick",
                &[("httpRule", ""), ("domains", "a`b.test")],
                400,
                "domains",
                &["`"],
            ),
            save(
                "a typed host with a backtick",
                &[("ruleMode", "hosts"), ("hosts", "a.test`) || Host(`b.test")],
                400,
                "domains",
                &["`"],
            ),
            save("no host", &[("httpRule", "")], 400, "", &["host"]),
            save("a port of 0", &[("targetPort", "0")], 400, "targetPort", &["65535"]),
            save("a port of 65536", &[("targetPort", "65536")], 400, "targetPort", &["65535"]),
            save("a negative port", &[("targetPort", "-1")], 400, "targetPort", &["port"]),
            save("a word for a port", &[("targetPort", "http")], 400, "targetPort", &["port"]),
            save("a port with a letter", &[("targetPort", "80a")], 400, "targetPort", &["port"]),
            save(
                "a TCP route without a port",
                &[("protocol", "tcp"), ("targetPort", "")],
                400,
                "targetPort",
                &["port"],
            ),
            save("a target with spaces", &[("targetIp", "10.0 .0.1")], 400, "targetIp", &[]),
            save("a target with a quote", &[("targetIp", "10.0.0.1\"\nx: y")], 400, "targetIp", &[]),
            save("a target of another kind", &[("targetIp", "ftp://10.0.0.1:21")], 400, "", &["ftp"]),
            save("half an IPv6 address", &[("targetIp", "[::1")], 400, "targetIp", &[]),
            save("no target", &[("targetIp", ""), ("targetPort", "")], 400, "targetIp", &[]),
            save(
                "a matcher that there is not",
                &[("httpRule", "Hots(`a.test`)")],
                400,
                "httpRule",
                &["Hots"],
            ),
            save(
                "an open parenthesis",
                &[("httpRule", "Host(`a.test`")],
                400,
                "httpRule",
                &["Host(`a.test`"],
            ),
            save("an operator in the air", &[("httpRule", "Host(`a`) &&")], 400, "httpRule", &[]),
            save("a matcher without a value", &[("httpRule", "Host()")], 400, "httpRule", &[]),
            save("a pattern that is none", &[("httpRule", "HostRegexp(`[`)")], 400, "httpRule", &[]),
            save(
                "a matcher of HTTP in TCP",
                &[("protocol", "tcp"), ("tcpRule", "Path(`/a`)")],
                400,
                "tcpRule",
                &[],
            ),
            save(
                "a file above the folder",
                &[("configFile", "../evil.yml")],
                400,
                "configFile",
                &["../evil.yml"],
            ),
            save(
                "a file elsewhere",
                &[("configFile", "/etc/evil.yml")],
                400,
                "configFile",
                &["/etc/evil.yml"],
            ),
            save("a hidden file", &[("configFile", ".evil.yml")], 400, "configFile", &[".evil.yml"]),
            save("a file with a null", &[("configFile", "a\0b.yml")], 400, "configFile", &[]),
            save(
                "neither yes nor no",
                &[("passHostHeader", "maybe")],
                400,
                "passHostHeader",
                &["true or false"],
            ),
            save(
                "servers that are no JSON",
                &[("backendsJsonHttp", "[")],
                400,
                "backendsJsonHttp",
                &["servers"],
            ),
            save(
                "servers of a wrong type",
                &[("backendsJsonHttp", "[1]")],
                400,
                "backendsJsonHttp",
                &["servers"],
            ),
            save(
                "servers with a wrong port",
                &[("backendsJsonHttp", r#"{"servers":[{"host":"a","port":"99999"}]}"#)],
                400,
                "targetPort",
                &["65535"],
            ),
            save("an agent that there is not", &[("agent_id", "a1")], 404, "", &["agent"]),
            save(
                "an edit of nothing",
                &[("isEdit", "true"), ("originalId", "edge.yml::gone")],
                404,
                "",
                &["edge.yml::gone"],
            ),
            save(
                "an edit of old",
                &[edit[0], edit[1], edit[2], ("version", "old")],
                409,
                "",
                &["wild", "changed"],
            ),
            save(
                "a rename onto another",
                &[edit[0], edit[2], ("protocol", "tcp"), ("serviceName", "db")],
                409,
                "",
                &["db", "edge.yml"],
            ),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_may_not_be_written() {
    let house = House::open_with(&[("CONFIG_PATHS", "{}/dynamic/edge.yml")]).await;
    house
        .refuses_all(&[
            save("an unknown file", &[("configFile", "other.yml")], 400, "configFile", &["other.yml"]),
            save("a new file", &[("newFile", "other.yml")], 400, "configFile", &["other.yml", "CONFIG_DIR"]),
        ])
        .await;
    assert_eq!(house.key.get_json("/api/configs").await["configDirSet"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn middlewares_backups_and_keys_that_cannot_be() {
    let house = House::open().await;
    let good = [("middlewareName", "limit"), ("middlewareContent", "rateLimit:\n  average: 10\n")];
    let made = house.key.post_form("/save-middleware", &good).await;
    assert_eq!(made.json()["ok"], true, "{}", made.text());
    let form = |path, what, fields: &[_], status, field, words| Rude {
        what,
        path,
        body: Body::Form(fields.to_vec()),
        status,
        field,
        words,
    };
    let middleware = |what, name, content, status, field, words| {
        form(
            "/save-middleware",
            what,
            &[("middlewareName", name), ("middlewareContent", content)],
            status,
            field,
            words,
        )
    };
    house
        .refuses_all(&[
            middleware("a slash", "a/b", "compress: {}", 400, "middlewareName", &["'/'"]),
            middleware("no name", "", "compress: {}", 400, "middlewareName", &["name"]),
            middleware("nothing to do", "m", " \n", 400, "middlewareContent", &["YAML"]),
            middleware(
                "a taken name",
                "limit",
                "compress: {}",
                409,
                "middlewareName",
                &["limit", "edge.yml"],
            ),
            middleware("broken YAML", "m", "compress: [\n", 400, "middlewareContent", &["line"]),
            middleware("a tab", "m", "headers:\n\tframeDeny: true\n", 400, "middlewareContent", &["line 2"]),
            middleware(
                "two of one key",
                "m",
                "compress: {}\ncompress: {}\n",
                400,
                "middlewareContent",
                &["line 2"],
            ),
            middleware("a list", "m", "- compress\n", 400, "middlewareContent", &[]),
            form("/delete-middleware/gone", "no middleware", &[], 404, "", &["gone"]),
            form("/delete/edge.yml::gone", "no route", &[], 404, "", &["gone"]),
            form("/delete/edge.yml::wild", "an old page", &[("version", "old")], 409, "", &["wild"]),
            form("/api/restore/gone.yml.20260101_000000.bak", "no backup", &[], 404, "", &["gone.yml"]),
            form(
                "/api/restore/..%2F..%2Fetc%2Fpasswd",
                "a path for a backup",
                &[],
                400,
                "filename",
                &["passwd"],
            ),
            form(
                "/api/backup/delete/..%2Fconfig%2Fmanager.yml",
                "another file",
                &[],
                400,
                "filename",
                &["manager.yml"],
            ),
            form("/api/auth/apikey/revoke", "no key", &[("preview", "nobody")], 404, "", &[]),
            form("/api/auth/apikey/revoke", "nothing said", &[], 400, "preview", &["which"]),
            form(
                "/api/auth/apikey/generate",
                "a key without a name",
                &[("device_name", " ")],
                400,
                "device_name",
                &["Name the device"],
            ),
            form(
                "/api/auth/apikey/generate",
                "a taken name",
                &[("device_name", "test")],
                409,
                "device_name",
                &["test"],
            ),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_of_the_wrong_type() {
    let house = House::open().await;
    let path = "/api/routes/edge.yml::wild/toggle";
    let text = |what, body: &str| Rude {
        what,
        path,
        body: Body::Text(body.to_owned()),
        status: 400,
        field: "",
        words: &["body"],
    };
    let toggle = |what, value| Rude {
        what,
        path,
        body: Body::Json(json!({ "enable": value })),
        status: 400,
        field: "enable",
        words: &["true or false"],
    };
    let typed = |what, path, value, field| Rude {
        what,
        path,
        body: Body::Json(value),
        status: 400,
        field,
        words: &["must be text"],
    };
    let deep = format!(r#"{{"enable":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    house
        .refuses_all(&[
            text("an array", "[]"),
            text("an array of objects", r#"[{"enable":false}]"#),
            text("a text", r#""enable""#),
            text("a number", "1"),
            text("a truth", "true"),
            text("null", "null"),
            text("half an object", r#"{"enable":"#),
            text("two objects", "{}{}"),
            text("a thousand levels", &deep),
            toggle("a word for a truth", json!("maybe")),
            toggle("a number for a truth", json!(1)),
            toggle("an object for a truth", json!({})),
            toggle("a list for a truth", json!([])),
            toggle("a list of truths", json!([false])),
            typed("an object for a name", "/save", json!({"serviceName": {"a": 1}}), "serviceName"),
            typed("a truth for a name", "/save", json!({"serviceName": true}), "serviceName"),
            typed(
                "a list for a text",
                "/api/routes/edge.yml::wild/raw",
                json!({"content": ["http:"]}),
                "content",
            ),
            typed(
                "an object for a text",
                "/api/routes/edge.yml::wild/raw",
                json!({"content": {}}),
                "content",
            ),
            typed("a number for a text", "/api/routes/edge.yml::wild/raw", json!({"content": 5}), "content"),
            typed("a number for a name", "/save", json!({"serviceName": 5}), "serviceName"),
            typed(
                "a number among texts",
                "/save",
                json!({"serviceName": "a", "domains": ["a.test", 5]}),
                "domains",
            ),
            typed("a list for a key's name", "/api/auth/apikey/revoke", json!({"name": [["test"]]}), "name"),
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_may_be_one_in_json_too() {
    let house = House::open().await;
    let body = json!({
        "serviceName": "numbers", "httpRule": "Host(`n.test`)", "targetIp": "10.0.0.1", "targetPort": 8080, "priority": 7,
    });
    let answer = house.key.post_json("/save", &body).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let text = house.text();
    assert!(text.contains("http://10.0.0.1:8080") && text.contains("priority: 7\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_that_look_odd_and_are_good() {
    let house = House::open().await;
    for (number, (changes, target)) in [
        (vec![("targetIp", "::1")], "http://[::1]:8080"),
        (vec![("targetIp", "[fd00::7]")], "http://[fd00::7]:8080"),
        (vec![("targetIp", "http://10.0.0.1:81"), ("targetPort", "")], "http://10.0.0.1:81"),
        (vec![("targetIp", "https://[fd00::8]:8443"), ("targetPort", "")], "https://[fd00::8]:8443"),
        (vec![("targetIp", "nas.lan"), ("targetPort", "65535")], "http://nas.lan:65535"),
        (vec![("protocol", "tcp"), ("targetIp", "fd00::9"), ("targetPort", "22")], "[fd00::9]:22"),
        (vec![("protocol", "udp"), ("targetIp", "[::1]"), ("targetPort", "53")], "[::1]:53"),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("odd{number}");
        let mut changes = changes;
        changes.push(("serviceName", &name));
        let answer = house.key.post_form("/save", &route(&changes)).await;
        assert_eq!(answer.json()["ok"], true, "{changes:?}: {}", answer.text());
        let list = house.key.get_json("/api/routes").await;
        let app = list["apps"].as_array().unwrap().iter().find(|app| app["name"] == name.as_str()).unwrap();
        assert_eq!(app["target"], target, "{changes:?}");
    }
}
