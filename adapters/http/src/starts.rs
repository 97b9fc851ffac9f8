//! What new objects begin from: nearly ready YAML, or a form.

use traefik_manager_core::{config::object::ObjectKind, traefik::Protocol};

use crate::templates::TEMPLATES;

/// The field of a page's address that names a beginning.
pub(crate) const START_PAGE: &str = "from";

/// Something to begin from.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) protocol: Protocol,
    /// A name for it.
    pub(crate) suggested: &'static str,
    /// The variety of an empty form; nothing where the text says it.
    pub(crate) variety: &'static str,
    pub(crate) yaml: &'static str,
}

/// The beginnings of a kind.
pub(crate) fn starts(kind: ObjectKind) -> &'static [Start] {
    match kind {
        ObjectKind::Service => SERVICES,
        ObjectKind::Middleware => TEMPLATES,
        ObjectKind::ServersTransport => TRANSPORTS,
        ObjectKind::TlsOptions => OPTIONS,
        ObjectKind::TlsStore => STORES,
        ObjectKind::TlsCertificate => CERTIFICATES,
        ObjectKind::Router => &[],
    }
}

/// The beginning of that name, or the one for whoever has chosen none.
pub(crate) fn start(kind: ObjectKind, id: &str) -> Option<&'static Start> {
    let all = starts(kind);
    let usual = if kind == ObjectKind::Middleware { all.last() } else { all.first() };
    all.iter().find(|start| start.id == id).or(usual)
}

const fn yaml(id: &'static str, title: &'static str, protocol: Protocol, yaml: &'static str) -> Start {
    Start { id, title, protocol, suggested: "", variety: "", yaml }
}

const fn form(id: &'static str, title: &'static str, protocol: Protocol, variety: &'static str) -> Start {
    Start { id, title, protocol, suggested: "", variety, yaml: "" }
}

const SERVICES: &[Start] = &[
    form("servers", "Servers", Protocol::Http, "loadBalancer"),
    form("weighted", "Services by weight", Protocol::Http, "weighted"),
    form("mirroring", "A copy to another service", Protocol::Http, "mirroring"),
    form("failover", "Another service when one is down", Protocol::Http, "failover"),
    form("hrw", "Services by the client's address", Protocol::Http, "highestRandomWeight"),
    form("tcp", "TCP servers", Protocol::Tcp, "loadBalancer"),
    form("tcp-weighted", "TCP services by weight", Protocol::Tcp, "weighted"),
    form("udp", "UDP servers", Protocol::Udp, "loadBalancer"),
    form("udp-weighted", "UDP services by weight", Protocol::Udp, "weighted"),
    yaml("yaml", "YAML", Protocol::Http, ""),
];

const TRANSPORTS: &[Start] = &[
    yaml(
        "private-ca",
        "Servers with a private authority",
        Protocol::Http,
        "serverName: app.internal\nrootCAs:\n  - /certs/ca.pem\n",
    ),
    yaml("unverified", "Certificates that are not checked", Protocol::Http, "insecureSkipVerify: true\n"),
    yaml(
        "client-certificate",
        "A client certificate for the servers",
        Protocol::Http,
        "certificates:\n  - certFile: /certs/client.pem\n    keyFile: /certs/client.key\n",
    ),
    yaml(
        "slow",
        "Slow servers",
        Protocol::Http,
        "forwardingTimeouts:\n  dialTimeout: 30s\n  responseHeaderTimeout: 5m\n",
    ),
    yaml("tcp", "TCP with TLS to the servers", Protocol::Tcp, "tls:\n  serverName: db.internal\n"),
];

const OPTIONS: &[Start] = &[
    yaml("tls12", "TLS 1.2 and later", Protocol::Http, "minVersion: VersionTLS12\nsniStrict: true\n"),
    yaml("tls13", "TLS 1.3 only", Protocol::Http, "minVersion: VersionTLS13\n"),
    yaml(
        "client-certificates",
        "Clients need a certificate",
        Protocol::Http,
        "clientAuth:\n  caFiles:\n    - /certs/clients-ca.pem\n  clientAuthType: RequireAndVerifyClientCert\n",
    ),
    yaml(
        "ciphers",
        "Chosen ciphers and curves",
        Protocol::Http,
        "minVersion: VersionTLS12\ncipherSuites:\n  - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n  - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\ncurvePreferences:\n  - X25519\n  - CurveP256\n",
    ),
];

const STORES: &[Start] = &[
    yaml(
        "file",
        "A certificate from a file",
        Protocol::Http,
        "defaultCertificate:\n  certFile: /certs/default.pem\n  keyFile: /certs/default.key\n",
    ),
    yaml(
        "generated",
        "A certificate from a resolver",
        Protocol::Http,
        "defaultGeneratedCert:\n  resolver: letsencrypt\n  domain:\n    main: example.com\n    sans:\n      - \"*.example.com\"\n",
    ),
];

const CERTIFICATES: &[Start] = &[yaml(
    "file",
    "Two files",
    Protocol::Http,
    "certFile: /certs/example.com.pem\nkeyFile: /certs/example.com.key\n",
)];
