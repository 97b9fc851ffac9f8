//! Routers, TLS, and the sections of a file.

use super::{About, Names, f};

const TLS_VERSIONS: &[&str] = &["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"];

pub(super) const ABOUT: &[About] = &[
    f(".http", "HTTP", "Routers, services and middlewares for HTTP."),
    f(".tcp", "TCP", "Routers, services and middlewares for TCP."),
    f(".udp", "UDP", "Routers and services for UDP."),
    f(".tls", "TLS", "Certificates, options and stores."),
    f("http.routers", "Routers", "Which requests go where."),
    f("http.services", "Services", "Where requests go."),
    f("http.middlewares", "Middlewares", "What happens on the way."),
    f("http.serversTransports", "Servers transports", "How Traefik connects to servers."),
    f("tcp.routers", "Routers", "Which connections go where."),
    f("tcp.services", "Services", "Where connections go."),
    f("tcp.middlewares", "Middlewares", "What happens on the way."),
    f("tcp.serversTransports", "Servers transports", "How Traefik connects to servers."),
    f("udp.routers", "Routers", "Which datagrams go where."),
    f("udp.services", "Services", "Where datagrams go."),
    f("routers.rule", "Rule", "Which requests it takes, such as Host(`example.com`)."),
    f("routers.entryPoints", "Entry points", "Where it listens."),
    f("routers.service", "Service", "Where requests go.").names(Names::Services),
    f("routers.middlewares", "Middlewares", "In the order in which they are passed.")
        .names(Names::Middlewares),
    f("routers.priority", "Priority", "The higher one wins. 0: the longer rule."),
    f("routers.ruleSyntax", "Syntax of the rule", "").choices(&["v3", "v2"]),
    f("routers.tls", "TLS", "An empty mapping is enough."),
    f("routers.observability", "Observability", "Logs, traces and metrics of this router."),
    f("routers.parentRefs", "Parents", "Routers that send requests on to this one."),
    f("tls.options", "TLS options", "Versions, ciphers, client certificates."),
    f("tls.certResolver", "Certificate resolver", "The one that gets certificates.").names(Names::Resolvers),
    f("tls.domains", "Domains", "Names for the certificate."),
    f("tls.passthrough", "Pass TLS through", "The server ends it."),
    f("domains.main", "Main name", ""),
    f("domains.sans", "Other names", "One a line."),
    f("tls.certificates", "Certificates", "Two files each."),
    f("tls.stores", "Stores", "The default certificate."),
    f("certificates.stores", "Stores", "Names of stores, one a line. Empty: default.").rare(),
    f("options.minVersion", "Oldest version", "Empty: TLS 1.2.").choices(TLS_VERSIONS),
    f("options.maxVersion", "Newest version", "Better left empty.").choices(TLS_VERSIONS).rare(),
    f("options.sniStrict", "Only names with a certificate", "Visitors without one are not answered."),
    f("options.cipherSuites", "Ciphers", "Up to TLS 1.2, one a line.")
        .example("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    f("options.curvePreferences", "Curves", "The preferred one first, one a line.")
        .example("X25519\nCurveP256"),
    f("options.alpnProtocols", "Protocols", "The preferred one first, one a line.")
        .example("h2\nhttp/1.1")
        .rare(),
    f("options.clientAuth", "Client certificates", ""),
    f("clientAuth.caFiles", "Authorities", "Files that clients' certificates must come from, one a line.")
        .example("/certs/clients-ca.pem"),
    f("clientAuth.clientAuthType", "What is asked", "").choices(&[
        "NoClientCert",
        "RequestClientCert",
        "RequireAnyClientCert",
        "VerifyClientCertIfGiven",
        "RequireAndVerifyClientCert",
    ]),
    f("stores.defaultCertificate", "From files", ""),
    f("stores.defaultGeneratedCert", "From a resolver", ""),
    f("defaultCertificate.certFile", "Certificate", "A path that Traefik can read.")
        .example("/certs/default.pem"),
    f("defaultCertificate.keyFile", "Key", "A path that Traefik can read.").example("/certs/default.key"),
    f("defaultGeneratedCert.resolver", "Certificate resolver", "").example("letsencrypt"),
    f("defaultGeneratedCert.domain", "Names", ""),
    f("domain.main", "Main name", "").example("example.com"),
    f("domain.sans", "Other names", "One a line.").example("*.example.com"),
];
