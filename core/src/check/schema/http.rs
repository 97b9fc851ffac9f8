//! HTTP: routers, services and servers transports.

use super::{
    Shape::{Bool, Duration, Integer, List, Objects, Section, Switch, Text, TextMap, Texts, Unsigned},
    Struct, field,
    middlewares::MIDDLEWARE,
    tls::{DOMAIN, TLS_CERTIFICATE},
};

pub(in crate::check) static HTTP: Struct = Struct(&[
    field("routers", Objects(&ROUTER)),
    field("services", Objects(&SERVICE)),
    field("middlewares", Objects(&MIDDLEWARE)),
    field("models", Objects(&MODEL)).unused(),
    field("serversTransports", Objects(&SERVERS_TRANSPORT)),
]);

pub(in crate::check) static ROUTER: Struct = Struct(&[
    field("entryPoints", Texts),
    field("middlewares", Texts),
    field("service", Text),
    field("rule", Text),
    field("ruleSyntax", Text),
    field("priority", Integer),
    field("tls", Switch(&ROUTER_TLS_CONFIG)),
    field("defaultRule", Bool).ignored(),
    field("observability", Section(&ROUTER_OBSERVABILITY_CONFIG)).since(3),
    field("parentRefs", Texts).since(6),
    field("deniedEncodedPathCharacters", Section(&ROUTER_DENIED_ENCODED_PATH_CHARACTERS)).since(6).ignored(),
]);

pub(in crate::check) static ROUTER_TLS_CONFIG: Struct = Struct(&[
    field("options", Text),
    field("certResolver", Text),
    field("domains", List(&DOMAIN)),
    field("resolvedOptions", Text).since(7).ignored(),
    field("conflictingOptions", Bool).since(7).ignored(),
]);

pub(in crate::check) static ROUTER_OBSERVABILITY_CONFIG: Struct = Struct(&[
    field("accessLogs", Bool),
    field("tracing", Bool),
    field("metrics", Bool),
    field("traceVerbosity", Text).since(5),
    field("metadata", Section(&OBSERVABILITY_METADATA)).since(7).ignored(),
]);

pub(in crate::check) static OBSERVABILITY_METADATA: Struct =
    Struct(&[field("ingress", Section(&KUBERNETES_METADATA)).ignored()]);

pub(in crate::check) static KUBERNETES_METADATA: Struct =
    Struct(&[field("namespace", Text), field("name", Text), field("kind", Text)]);

pub(in crate::check) static ROUTER_DENIED_ENCODED_PATH_CHARACTERS: Struct = Struct(&[
    field("allowEncodedSlash", Bool),
    field("allowEncodedBackSlash", Bool),
    field("allowEncodedNullCharacter", Bool),
    field("allowEncodedSemicolon", Bool),
    field("allowEncodedPercent", Bool),
    field("allowEncodedQuestionMark", Bool),
    field("allowEncodedHash", Bool),
]);

pub(in crate::check) static SERVICE: Struct = Struct(&[
    field("loadBalancer", Section(&SERVERS_LOAD_BALANCER)),
    field("weighted", Section(&WEIGHTED_ROUND_ROBIN)),
    field("mirroring", Section(&MIRRORING)),
    field("failover", Section(&FAILOVER)),
    field("highestRandomWeight", Section(&HIGHEST_RANDOM_WEIGHT)).since(6),
    field("middlewares", Texts).since(7),
    field("observability", Section(&SERVICE_OBSERVABILITY_CONFIG)).since(7).ignored(),
]);

pub(in crate::check) static SERVERS_LOAD_BALANCER: Struct = Struct(&[
    field("servers", List(&SERVER)),
    field("sticky", Switch(&STICKY)),
    field("healthCheck", Section(&SERVER_HEALTH_CHECK)),
    field("passHostHeader", Bool),
    field("responseForwarding", Section(&RESPONSE_FORWARDING)),
    field("serversTransport", Text),
    field("strategy", Text).since(4),
    field("passiveHealthCheck", Section(&PASSIVE_SERVER_HEALTH_CHECK)).since(6),
    field("nginxUpstreamHashBy", Text).since(7).ignored(),
]);

pub(in crate::check) static STICKY: Struct = Struct(&[field("cookie", Switch(&COOKIE))]);

pub(in crate::check) static COOKIE: Struct = Struct(&[
    field("name", Text),
    field("secure", Bool),
    field("httpOnly", Bool),
    field("sameSite", Text),
    field("maxAge", Integer),
    field("path", Text).since(3),
    field("domain", Text).since(4),
    field("expires", Integer).since(7).ignored(),
    field("preserveLeadingDot", Bool).since(7).ignored(),
]);

pub(in crate::check) static SERVER: Struct = Struct(&[
    field("url", Text),
    field("weight", Integer),
    field("scheme", Text).ignored(),
    field("port", Text).ignored(),
    field("preservePath", Bool).since(2),
    field("fenced", Bool).since(3).ignored(),
]);

pub(in crate::check) static SERVER_HEALTH_CHECK: Struct = Struct(&[
    field("scheme", Text),
    field("mode", Text),
    field("path", Text),
    field("method", Text),
    field("status", Integer),
    field("port", Integer),
    field("interval", Duration),
    field("timeout", Duration),
    field("hostname", Text),
    field("followRedirects", Bool),
    field("headers", TextMap),
    field("unhealthyInterval", Duration).since(5),
]);

pub(in crate::check) static RESPONSE_FORWARDING: Struct = Struct(&[field("flushInterval", Duration)]);

pub(in crate::check) static PASSIVE_SERVER_HEALTH_CHECK: Struct =
    Struct(&[field("failureWindow", Duration), field("maxFailedAttempts", Integer)]);

pub(in crate::check) static WEIGHTED_ROUND_ROBIN: Struct = Struct(&[
    field("services", List(&WRR_SERVICE)),
    field("sticky", Section(&STICKY)),
    field("healthCheck", Switch(&HEALTH_CHECK)),
]);

pub(in crate::check) static WRR_SERVICE: Struct = Struct(&[
    field("name", Text),
    field("weight", Integer),
    field("status", Integer).since(2).ignored(),
    field("grpcStatus", Section(&GRPC_STATUS)).since(2).ignored(),
    field("headers", TextMap).since(6).ignored(),
]);

pub(in crate::check) static GRPC_STATUS: Struct = Struct(&[field("code", Unsigned), field("msg", Text)]);

pub(in crate::check) static HEALTH_CHECK: Struct = Struct(&[]);

pub(in crate::check) static MIRRORING: Struct = Struct(&[
    field("service", Text),
    field("mirrors", List(&MIRROR_SERVICE)),
    field("maxBodySize", Integer),
    field("healthCheck", Switch(&HEALTH_CHECK)),
    field("mirrorBody", Bool).since(2),
]);

pub(in crate::check) static MIRROR_SERVICE: Struct =
    Struct(&[field("name", Text), field("percent", Integer)]);

pub(in crate::check) static FAILOVER: Struct = Struct(&[
    field("service", Text),
    field("fallback", Text),
    field("healthCheck", Switch(&HEALTH_CHECK)),
    field("errors", Section(&FAILOVER_ERROR)).since(7),
]);

pub(in crate::check) static FAILOVER_ERROR: Struct =
    Struct(&[field("maxRequestBodyBytes", Integer), field("status", Texts)]);

pub(in crate::check) static HIGHEST_RANDOM_WEIGHT: Struct =
    Struct(&[field("services", List(&HRW_SERVICE)), field("healthCheck", Switch(&HEALTH_CHECK))]);

pub(in crate::check) static HRW_SERVICE: Struct = Struct(&[field("name", Text), field("weight", Integer)]);

pub(in crate::check) static SERVICE_OBSERVABILITY_CONFIG: Struct =
    Struct(&[field("metadata", Section(&SERVICE_OBSERVABILITY_METADATA)).ignored()]);

pub(in crate::check) static SERVICE_OBSERVABILITY_METADATA: Struct =
    Struct(&[field("kubernetes", Section(&KUBERNETES_SERVICE_METADATA))]);

pub(in crate::check) static KUBERNETES_SERVICE_METADATA: Struct =
    Struct(&[field("namespace", Text), field("name", Text), field("port", Text)]);

pub(in crate::check) static MODEL: Struct = Struct(&[
    field("middlewares", Texts),
    field("tls", Switch(&ROUTER_TLS_CONFIG)),
    field("defaultRuleSyntax", Text).ignored(),
    field("observability", Section(&ROUTER_OBSERVABILITY_CONFIG)).since(3),
    field("deniedEncodedPathCharacters", Section(&ROUTER_DENIED_ENCODED_PATH_CHARACTERS)).since(6).ignored(),
]);

pub(in crate::check) static SERVERS_TRANSPORT: Struct = Struct(&[
    field("serverName", Text),
    field("insecureSkipVerify", Bool),
    field("rootCAs", Texts),
    field("certificates", List(&TLS_CERTIFICATE)),
    field("maxIdleConnsPerHost", Integer),
    field("forwardingTimeouts", Section(&FORWARDING_TIMEOUTS)),
    field("disableHTTP2", Bool),
    field("peerCertURI", Text),
    field("spiffe", Switch(&SPIFFE)),
    field("cipherSuites", Texts).since(7),
    field("minVersion", Text).since(7),
    field("maxVersion", Text).since(7),
]);

pub(in crate::check) static FORWARDING_TIMEOUTS: Struct = Struct(&[
    field("dialTimeout", Duration),
    field("responseHeaderTimeout", Duration),
    field("idleConnTimeout", Duration),
    field("readIdleTimeout", Duration),
    field("pingTimeout", Duration),
    field("readTimeout", Duration).since(7),
    field("writeTimeout", Duration).since(7),
]);

pub(in crate::check) static SPIFFE: Struct = Struct(&[field("ids", Texts), field("trustDomain", Text)]);
