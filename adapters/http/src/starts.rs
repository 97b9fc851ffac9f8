//! What new objects begin from: nearly ready YAML, or a form.

use traefik_manager_core::{config::object::ObjectKind, traefik::Protocol};

use crate::{
    templates::TEMPLATES,
    words::{Message, message},
};

/// The field of a page's address that names a beginning.
pub(crate) const START_PAGE: &str = "from";

/// Something to begin from.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) id: &'static str,
    pub(crate) title: Message,
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

const fn yaml(id: &'static str, title: Message, protocol: Protocol, yaml: &'static str) -> Start {
    Start { id, title, protocol, suggested: "", variety: "", yaml }
}

const fn form(id: &'static str, title: Message, protocol: Protocol, variety: &'static str) -> Start {
    Start { id, title, protocol, suggested: "", variety, yaml: "" }
}

const SERVICES: &[Start] = &[
    form("servers", message!("field-services-loadBalancer"), Protocol::Http, "loadBalancer"),
    form("weighted", message!("field-services-weighted"), Protocol::Http, "weighted"),
    form("mirroring", message!("field-services-mirroring"), Protocol::Http, "mirroring"),
    form("failover", message!("field-services-failover"), Protocol::Http, "failover"),
    form("hrw", message!("field-services-highestRandomWeight"), Protocol::Http, "highestRandomWeight"),
    form("tcp", message!("start-tcp"), Protocol::Tcp, "loadBalancer"),
    form("tcp-weighted", message!("start-tcp-weighted"), Protocol::Tcp, "weighted"),
    form("udp", message!("start-udp"), Protocol::Udp, "loadBalancer"),
    form("udp-weighted", message!("start-udp-weighted"), Protocol::Udp, "weighted"),
    yaml("yaml", message!("start-yaml"), Protocol::Http, ""),
];

const TRANSPORTS: &[Start] = &[
    yaml(
        "private-ca",
        message!("start-private-ca"),
        Protocol::Http,
        "serverName: app.internal\nrootCAs:\n  - /certs/ca.pem\n",
    ),
    yaml("unverified", message!("start-unverified"), Protocol::Http, "insecureSkipVerify: true\n"),
    yaml(
        "client-certificate",
        message!("start-client-certificate"),
        Protocol::Http,
        "certificates:\n  - certFile: /certs/client.pem\n    keyFile: /certs/client.key\n",
    ),
    yaml(
        "slow",
        message!("start-slow"),
        Protocol::Http,
        "forwardingTimeouts:\n  dialTimeout: 30s\n  responseHeaderTimeout: 5m\n",
    ),
    yaml("tcp", message!("start-tcp-tls"), Protocol::Tcp, "tls:\n  serverName: db.internal\n"),
];

const OPTIONS: &[Start] = &[
    yaml("tls12", message!("start-tls12"), Protocol::Http, "minVersion: VersionTLS12\nsniStrict: true\n"),
    yaml("tls13", message!("start-tls13"), Protocol::Http, "minVersion: VersionTLS13\n"),
    yaml(
        "client-certificates",
        message!("start-clients-certificate"),
        Protocol::Http,
        "clientAuth:\n  caFiles:\n    - /certs/clients-ca.pem\n  clientAuthType: RequireAndVerifyClientCert\n",
    ),
    yaml(
        "ciphers",
        message!("start-chosen-ciphers"),
        Protocol::Http,
        "minVersion: VersionTLS12\ncipherSuites:\n  - TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384\n  - TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\ncurvePreferences:\n  - X25519\n  - CurveP256\n",
    ),
];

const STORES: &[Start] = &[
    yaml(
        "file",
        message!("start-store-file"),
        Protocol::Http,
        "defaultCertificate:\n  certFile: /certs/default.pem\n  keyFile: /certs/default.key\n",
    ),
    yaml(
        "generated",
        message!("start-store-resolver"),
        Protocol::Http,
        "defaultGeneratedCert:\n  resolver: letsencrypt\n  domain:\n    main: example.com\n    sans:\n      - \"*.example.com\"\n",
    ),
];

const CERTIFICATES: &[Start] = &[yaml(
    "file",
    message!("start-two-files"),
    Protocol::Http,
    "certFile: /certs/example.com.pem\nkeyFile: /certs/example.com.key\n",
)];
