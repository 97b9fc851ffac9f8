#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn url(scheme: &str, host: &str, port: &str) -> String {
    HttpServer::parse(scheme, host, port).unwrap().to_string()
}

#[test]
fn three_fields_become_a_url() {
    assert_eq!(url("http", "10.0.0.5", "8080"), "http://10.0.0.5:8080");
    assert_eq!(url("", "whoami", ""), "http://whoami");
    assert_eq!(url("https", "my_app.local", "8443"), "https://my_app.local:8443");
    assert_eq!(url("HTTPS", " nas ", " 443 "), "https://nas:443");
    assert_eq!(url("h2c", "grpc", "9000"), "h2c://grpc:9000");
}

#[test]
fn a_host_that_begins_with_http_is_a_host() {
    assert_eq!(url("http", "httpbin.local", "80"), "http://httpbin.local:80");
    assert_eq!(url("https", "http", ""), "https://http");
}

#[test]
fn ipv6_gets_its_brackets_once() {
    assert_eq!(url("http", "::1", "8080"), "http://[::1]:8080");
    assert_eq!(url("http", "[::1]", "8080"), "http://[::1]:8080");
    assert_eq!(url("http", "[2001:db8::1]:81", ""), "http://[2001:db8::1]:81");
    assert_eq!(StreamServer::parse("fe80::1", "53").unwrap().to_string(), "[fe80::1]:53");
}

#[test]
fn a_whole_url_in_the_host_field_counts_as_it_is() {
    assert_eq!(url("http", "https://nas.local:5001/base/path", ""), "https://nas.local:5001/base/path");
    assert_eq!(url("https", "http://nas.local/", "8080"), "http://nas.local:8080/");
    assert_eq!(url("http", "nas.local:81/x", "81"), "http://nas.local:81/x");
}

#[test]
fn what_is_no_target_is_refused_at_its_field() {
    for (scheme, host, port, field) in [
        ("http", "", "", TargetField::Host),
        ("http", "", "80", TargetField::Host),
        ("http", ":80", "", TargetField::Host),
        ("http", "a b", "80", TargetField::Host),
        ("http", "a`b", "80", TargetField::Host),
        ("http", "a\nb", "80", TargetField::Host),
        ("http", "a", "abc\n evil", TargetField::Port),
        ("http", "a", "0", TargetField::Port),
        ("http", "a", "65536", TargetField::Port),
        ("http", "a", "+80", TargetField::Port),
        ("http", "a", "-1", TargetField::Port),
        ("http", "a:", "", TargetField::Host),
        ("http", "a:99999", "", TargetField::Host),
        ("http", "a:80", "81", TargetField::Port),
        ("http", "http://a:80", "81", TargetField::Port),
        ("ftp", "a", "21", TargetField::Scheme),
        ("http", "ftp://a", "", TargetField::Host),
        ("http", "http://", "", TargetField::Host),
        ("http", "http://u:p@a/", "", TargetField::Host),
        ("http", "http://a/?x=1", "", TargetField::Host),
        ("http", "http://a/{{ x }}", "", TargetField::Host),
        ("http", "300.1.1.1", "80", TargetField::Host),
        ("http", "10.0.0", "80", TargetField::Host),
        ("http", "[::1", "80", TargetField::Host),
        ("http", "[::1]x", "80", TargetField::Host),
        ("http", "[a.b]", "80", TargetField::Host),
        ("http", "fe80::1%eth0", "80", TargetField::Host),
        ("http", "bücher.example", "80", TargetField::Host),
        ("http", "a..b", "80", TargetField::Host),
    ] {
        let found = HttpServer::parse(scheme, host, port);
        assert_eq!(found.as_ref().map_err(|error| error.field), Err(field), "{scheme} {host:?} {port:?}");
    }
}

#[test]
fn tcp_and_udp_servers_are_host_and_port() {
    let address = |host, port| StreamServer::parse(host, port).map(|server| server.to_string());
    assert_eq!(address("10.0.0.5", "5432"), Ok("10.0.0.5:5432".to_owned()));
    assert_eq!(address("db:5432", ""), Ok("db:5432".to_owned()));
    assert_eq!(address("db:5432", "5432"), Ok("db:5432".to_owned()));
    assert_eq!(address("", "").unwrap_err().field, TargetField::Host);
    assert_eq!(address("db", "").unwrap_err().field, TargetField::Port);
    assert_eq!(address("db:5432", "5433").unwrap_err().field, TargetField::Port);
    assert_eq!(address("tcp://db:5432", "").unwrap_err().field, TargetField::Host);
    assert_eq!(address("db/x", "1").unwrap_err().field, TargetField::Host);
}

#[test]
fn urls_from_a_file_come_apart_only_when_they_go_back_together() {
    let server = HttpServer::from_url("https://[::1]:8443/app").unwrap();
    assert_eq!(
        (server.scheme(), server.host(), server.port(), server.path()),
        ("https", "::1", Some(8443), "/app")
    );
    for other in
        ["http://{{ env \"HOST\" }}:80", "HTTP://a", "a.b", "http://a:080", "http://u@a", "", " http://a"]
    {
        assert_eq!(HttpServer::from_url(other), None, "{other:?}");
    }
    let server = StreamServer::from_address("db:5432").unwrap();
    assert_eq!((server.host(), server.port()), ("db", 5432));
    assert_eq!(StreamServer::from_address("db"), None);
}

#[test]
fn an_error_names_the_field_and_the_remedy() {
    let error = HttpServer::parse("http", "a", "99999").unwrap_err();
    assert_eq!(error.to_string(), "port: \"99999\" is no port; type a number from 1 to 65535");
}

proptest! {
    #[test]
    fn whatever_is_taken_reads_back(scheme in "(|http|https|h2c)", host in "\\PC{0,30}", port in "[0-9]{0,6}") {
        if let Ok(server) = HttpServer::parse(&scheme, &host, &port) {
            prop_assert_eq!(HttpServer::from_url(&server.to_string()), Some(server));
        }
        if let Ok(server) = StreamServer::parse(&host, &port) {
            prop_assert_eq!(StreamServer::from_address(&server.to_string()), Some(server));
        }
    }

    #[test]
    fn likely_hosts_read_back(host in "(https?://)?([a-z0-9_-]{1,8}\\.){0,2}[a-z]{1,8}(:[0-9]{1,6})?(/[a-z/]{0,5})?") {
        if let Ok(server) = HttpServer::parse("", &host, "") {
            prop_assert_eq!(HttpServer::from_url(&server.to_string()), Some(server));
        }
    }
}
