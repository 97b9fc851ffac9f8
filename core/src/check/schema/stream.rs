//! TCP and UDP.

use super::{
    Shape::{Bool, Duration, Integer, List, Objects, Section, Switch, Text, Texts},
    Struct, field,
    http::{HEALTH_CHECK, SPIFFE},
    tls::{DOMAIN, TLS_CERTIFICATE},
};

pub(in crate::check) static TCP: Struct = Struct(&[
    field("routers", Objects(&TCP_ROUTER)),
    field("services", Objects(&TCP_SERVICE)),
    field("middlewares", Objects(&TCP_MIDDLEWARE)),
    field("models", Objects(&TCP_MODEL)).ignored(),
    field("serversTransports", Objects(&TCP_SERVERS_TRANSPORT)),
]);

pub(in crate::check) static TCP_ROUTER: Struct = Struct(&[
    field("entryPoints", Texts),
    field("middlewares", Texts),
    field("service", Text),
    field("rule", Text),
    field("ruleSyntax", Text),
    field("priority", Integer),
    field("tls", Switch(&ROUTER_TCP_TLS_CONFIG)),
]);

pub(in crate::check) static ROUTER_TCP_TLS_CONFIG: Struct = Struct(&[
    field("passthrough", Bool),
    field("options", Text),
    field("certResolver", Text),
    field("domains", List(&DOMAIN)),
]);

pub(in crate::check) static TCP_SERVICE: Struct = Struct(&[
    field("loadBalancer", Section(&TCP_SERVERS_LOAD_BALANCER)),
    field("weighted", Section(&TCP_WEIGHTED_ROUND_ROBIN)),
]);

pub(in crate::check) static TCP_SERVERS_LOAD_BALANCER: Struct = Struct(&[
    field("servers", List(&TCP_SERVER)),
    field("proxyProtocol", Switch(&PROXY_PROTOCOL)),
    field("serversTransport", Text),
    field("terminationDelay", Integer),
    field("healthCheck", Switch(&TCP_SERVER_HEALTH_CHECK)).since(6),
]);

pub(in crate::check) static PROXY_PROTOCOL: Struct = Struct(&[field("version", Integer)]);

pub(in crate::check) static TCP_SERVER: Struct =
    Struct(&[field("address", Text), field("port", Text), field("tls", Bool)]);

pub(in crate::check) static TCP_SERVER_HEALTH_CHECK: Struct = Struct(&[
    field("port", Integer),
    field("send", Text),
    field("expect", Text),
    field("interval", Duration),
    field("unhealthyInterval", Duration),
    field("timeout", Duration),
]);

pub(in crate::check) static TCP_WEIGHTED_ROUND_ROBIN: Struct = Struct(&[
    field("services", List(&TCP_WRR_SERVICE)),
    field("healthCheck", Switch(&HEALTH_CHECK)).since(6),
]);

pub(in crate::check) static TCP_WRR_SERVICE: Struct =
    Struct(&[field("name", Text), field("weight", Integer)]);

pub(in crate::check) static TCP_MIDDLEWARE: Struct = Struct(&[
    field("inFlightConn", Section(&TCP_IN_FLIGHT_CONN)),
    field("ipWhiteList", Section(&TCP_IP_WHITE_LIST)),
    field("ipAllowList", Section(&TCP_IP_ALLOW_LIST)),
]);

pub(in crate::check) static TCP_IN_FLIGHT_CONN: Struct = Struct(&[field("amount", Integer)]);

pub(in crate::check) static TCP_IP_WHITE_LIST: Struct = Struct(&[field("sourceRange", Texts)]);

pub(in crate::check) static TCP_IP_ALLOW_LIST: Struct = Struct(&[field("sourceRange", Texts)]);

pub(in crate::check) static TCP_MODEL: Struct = Struct(&[field("defaultRuleSyntax", Text).ignored()]);

pub(in crate::check) static TCP_SERVERS_TRANSPORT: Struct = Struct(&[
    field("dialKeepAlive", Duration),
    field("dialTimeout", Duration),
    field("terminationDelay", Duration),
    field("tls", Switch(&TLS_CLIENT_CONFIG)),
    field("proxyProtocol", Switch(&PROXY_PROTOCOL)).since(5),
]);

pub(in crate::check) static TLS_CLIENT_CONFIG: Struct = Struct(&[
    field("serverName", Text),
    field("insecureSkipVerify", Bool),
    field("rootCAs", Texts),
    field("certificates", List(&TLS_CERTIFICATE)),
    field("peerCertURI", Text),
    field("spiffe", Switch(&SPIFFE)),
]);

pub(in crate::check) static UDP: Struct =
    Struct(&[field("routers", Objects(&UDP_ROUTER)), field("services", Objects(&UDP_SERVICE))]);

pub(in crate::check) static UDP_ROUTER: Struct =
    Struct(&[field("entryPoints", Texts), field("service", Text)]);

pub(in crate::check) static UDP_SERVICE: Struct = Struct(&[
    field("loadBalancer", Section(&UDP_SERVERS_LOAD_BALANCER)),
    field("weighted", Section(&UDP_WEIGHTED_ROUND_ROBIN)),
]);

pub(in crate::check) static UDP_SERVERS_LOAD_BALANCER: Struct =
    Struct(&[field("servers", List(&UDP_SERVER))]);

pub(in crate::check) static UDP_SERVER: Struct =
    Struct(&[field("address", Text), field("port", Text).ignored()]);

pub(in crate::check) static UDP_WEIGHTED_ROUND_ROBIN: Struct =
    Struct(&[field("services", List(&UDP_WRR_SERVICE))]);

pub(in crate::check) static UDP_WRR_SERVICE: Struct =
    Struct(&[field("name", Text), field("weight", Integer)]);
