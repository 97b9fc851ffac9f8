use std::net::IpAddr;

use traefik_manager_core::auth::TrustedProxies;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn resolve(proxies: &TrustedProxies, peer: &str, forwarded_for: &[&str]) -> String {
    proxies.resolve(ip(peer), forwarded_for.iter().copied()).to_string()
}

#[test]
fn loopback_private_and_link_local_peers_are_trusted_by_default() {
    let proxies = TrustedProxies::default();
    for trusted in [
        "127.0.0.1",
        "127.255.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.1.1",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
    ] {
        assert!(proxies.trusts(ip(trusted)), "{trusted}");
    }
    for other in [
        "8.8.8.8",
        "11.0.0.1",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "::",
        "::2",
        "fbff::1",
        "fe00::1",
        "fec0::1",
        "2001:db8::1",
        "::ffff:8.8.8.8",
    ] {
        assert!(!proxies.trusts(ip(other)), "{other}");
    }
}

#[test]
fn a_peer_that_is_not_trusted_says_nothing_about_others() {
    let proxies = TrustedProxies::parse("10.0.0.0/8").unwrap();
    assert_eq!(resolve(&proxies, "203.0.113.7", &["198.51.100.1"]), "203.0.113.7");
    assert_eq!(resolve(&proxies, "203.0.113.7", &["10.0.0.1, 10.0.0.2"]), "203.0.113.7");
    assert_eq!(resolve(&TrustedProxies::parse("").unwrap(), "127.0.0.1", &["198.51.100.1"]), "127.0.0.1");
}

#[test]
fn the_first_untrusted_address_from_the_right_is_the_client() {
    let proxies = TrustedProxies::parse("10.0.0.0/8, ::1/128").unwrap();
    for (peer, forwarded_for, client) in [
        ("10.0.0.1", vec![], "10.0.0.1"),
        ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", vec!["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", vec!["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", vec!["6.6.6.6", "198.51.100.1,10.0.0.3", "10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", vec!["10.0.0.9, 10.0.0.2"], "10.0.0.9"),
        ("::ffff:10.0.0.1", vec!["::ffff:198.51.100.1"], "198.51.100.1"),
        ("::1", vec!["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", vec!["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", vec!["[2001:db8::7]:4711"], "2001:db8::7"),
    ] {
        assert_eq!(resolve(&proxies, peer, &forwarded_for), client, "{peer} {forwarded_for:?}");
    }
}

#[test]
fn what_is_not_an_address_ends_the_walk() {
    let proxies = TrustedProxies::default();
    for garbage in ["unknown", "", " ", "_hidden", "1.2.3", "1.2.3.4.5", "fe80::1%eth0", "é", "<script>"] {
        assert_eq!(
            resolve(&proxies, "10.0.0.1", &[&format!("6.6.6.6, {garbage}")]),
            "10.0.0.1",
            "{garbage:?}"
        );
        assert_eq!(
            resolve(&proxies, "10.0.0.1", &[&format!("6.6.6.6, {garbage}, 10.0.0.2")]),
            "10.0.0.2",
            "{garbage:?}"
        );
    }
    let long = "6.6.6.6,".repeat(100_000);
    assert_eq!(resolve(&proxies, "10.0.0.1", &[&long]), "10.0.0.1");
}

#[test]
fn a_list_of_proxies_is_read_or_refused() {
    let proxies = TrustedProxies::parse(" 192.0.2.1 ,10.0.0.0/8,, 2001:db8::/32, 0.0.0.0/0,").unwrap();
    assert!(proxies.trusts(ip("8.8.8.8")), "/0 is everybody");
    assert!(proxies.trusts(ip("2001:db8:ffff::1")));
    assert!(!proxies.trusts(ip("2001:db9::1")));
    for (list, entry) in [
        ("traefik", "traefik"),
        ("10.0.0.0/8, 10.0.0.0/33", "10.0.0.0/33"),
        ("::/129", "::/129"),
        ("10.0.0.0/", "10.0.0.0/"),
        ("10.0.0.0/+8", "10.0.0.0/+8"),
        ("10.0.0.0/8/8", "10.0.0.0/8/8"),
        ("10.0.0.0/-1", "10.0.0.0/-1"),
        ("*", "*"),
    ] {
        assert_eq!(TrustedProxies::parse(list).unwrap_err().entry, entry);
    }
}

#[test]
fn a_network_holds_its_own_addresses_and_no_others() {
    for (network, inside, outside) in [
        ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
        ("192.0.2.1/32", "192.0.2.1", "192.0.2.2"),
        ("192.0.2.77/24", "192.0.2.1", "192.0.3.1"),
        ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
        ("2001:db8::1/128", "2001:db8::1", "2001:db8::2"),
    ] {
        let proxies = TrustedProxies::parse(network).unwrap();
        assert!(proxies.trusts(ip(inside)), "{network}");
        assert!(!proxies.trusts(ip(outside)), "{network}");
    }
}
