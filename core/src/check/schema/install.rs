//! The static configuration.

use super::{
    Shape::{Bool, Duration, Integer, List, Objects, Section, SmallInteger, Switch, Text, TextMap, Texts},
    Struct, field,
    observability::{ACCESS_LOG, METRICS, STATIC_TRACING, TRAEFIK_LOG},
    providers::STATIC_PROVIDERS,
    tls::DOMAIN,
};

pub(in crate::check) static STATIC: Struct = Struct(&[
    field("global", Section(&STATIC_GLOBAL)),
    field("serversTransport", Section(&STATIC_SERVERS_TRANSPORT)),
    field("tcpServersTransport", Section(&STATIC_TCP_SERVERS_TRANSPORT)),
    field("entryPoints", Objects(&ENTRY_POINT)),
    field("providers", Section(&STATIC_PROVIDERS)),
    field("api", Switch(&STATIC_API)),
    field("metrics", Section(&METRICS)),
    field("ping", Switch(&PING_HANDLER)),
    field("log", Switch(&TRAEFIK_LOG)),
    field("accessLog", Switch(&ACCESS_LOG)),
    field("tracing", Switch(&STATIC_TRACING)),
    field("hostResolver", Switch(&HOST_RESOLVER_CONFIG)),
    field("certificatesResolvers", Objects(&STATIC_CERTIFICATE_RESOLVER)),
    field("experimental", Section(&STATIC_EXPERIMENTAL)),
    field("core", Section(&STATIC_CORE)),
    field("spiffe", Section(&STATIC_SPIFFE_CLIENT_CONFIG)),
    field("ocsp", Switch(&TLS_OCSP_CONFIG)).since(5),
]);

pub(in crate::check) static STATIC_GLOBAL: Struct = Struct(&[
    field("checkNewVersion", Bool),
    field("sendAnonymousUsage", Bool),
    field("notAppendXForwardedFor", Bool).since(7),
]);

pub(in crate::check) static STATIC_SERVERS_TRANSPORT: Struct = Struct(&[
    field("insecureSkipVerify", Bool),
    field("rootCAs", Texts),
    field("maxIdleConnsPerHost", Integer),
    field("forwardingTimeouts", Section(&STATIC_FORWARDING_TIMEOUTS)),
    field("spiffe", Switch(&STATIC_SPIFFE)),
]);

pub(in crate::check) static STATIC_FORWARDING_TIMEOUTS: Struct = Struct(&[
    field("dialTimeout", Duration),
    field("responseHeaderTimeout", Duration),
    field("idleConnTimeout", Duration),
]);

pub(in crate::check) static STATIC_SPIFFE: Struct =
    Struct(&[field("ids", Texts), field("trustDomain", Text)]);

pub(in crate::check) static STATIC_TCP_SERVERS_TRANSPORT: Struct = Struct(&[
    field("dialKeepAlive", Duration),
    field("dialTimeout", Duration),
    field("terminationDelay", Duration),
    field("tls", Switch(&STATIC_TLS_CLIENT_CONFIG)),
]);

pub(in crate::check) static STATIC_TLS_CLIENT_CONFIG: Struct = Struct(&[
    field("insecureSkipVerify", Bool),
    field("rootCAs", Texts),
    field("spiffe", Switch(&STATIC_SPIFFE)),
]);

pub(in crate::check) static ENTRY_POINT: Struct = Struct(&[
    field("address", Text),
    field("reusePort", Bool),
    field("asDefault", Bool),
    field("transport", Section(&ENTRY_POINTS_TRANSPORT)),
    field("proxyProtocol", Switch(&STATIC_PROXY_PROTOCOL)),
    field("forwardedHeaders", Section(&STATIC_FORWARDED_HEADERS)),
    field("http", Section(&STATIC_HTTP_CONFIG)),
    field("http2", Section(&STATIC_HTTP_2_CONFIG)),
    field("http3", Switch(&STATIC_HTTP_3_CONFIG)),
    field("udp", Section(&STATIC_UDP_CONFIG)),
    field("allowACMEByPass", Bool).since(2),
    field("observability", Section(&STATIC_OBSERVABILITY_CONFIG)).since(3),
]);

pub(in crate::check) static ENTRY_POINTS_TRANSPORT: Struct = Struct(&[
    field("lifeCycle", Section(&STATIC_LIFE_CYCLE)),
    field("respondingTimeouts", Section(&STATIC_RESPONDING_TIMEOUTS)),
    field("keepAliveMaxTime", Duration),
    field("keepAliveMaxRequests", Integer),
]);

pub(in crate::check) static STATIC_LIFE_CYCLE: Struct =
    Struct(&[field("requestAcceptGraceTimeout", Duration), field("graceTimeOut", Duration)]);

pub(in crate::check) static STATIC_RESPONDING_TIMEOUTS: Struct = Struct(&[
    field("readTimeout", Duration),
    field("writeTimeout", Duration),
    field("idleTimeout", Duration),
]);

pub(in crate::check) static STATIC_PROXY_PROTOCOL: Struct =
    Struct(&[field("insecure", Bool), field("trustedIPs", Texts)]);

pub(in crate::check) static STATIC_FORWARDED_HEADERS: Struct = Struct(&[
    field("insecure", Bool),
    field("trustedIPs", Texts),
    field("connection", Texts).since(2),
    field("notAppendXForwardedFor", Bool).since(7),
]);

pub(in crate::check) static STATIC_HTTP_CONFIG: Struct = Struct(&[
    field("redirections", Section(&STATIC_REDIRECTIONS)),
    field("middlewares", Texts),
    field("tls", Switch(&STATIC_TLS_CONFIG)),
    field("encodeQuerySemicolons", Bool),
    field("maxHeaderBytes", Integer).since(2),
    field("sanitizePath", Bool).since(3),
    field("encodedCharacters", Section(&STATIC_ENCODED_CHARACTERS)).since(6),
    field("aliasHeadersStrategy", Text).since(7),
    field("underscoreHeadersStrategy", Text).since(7),
]);

pub(in crate::check) static STATIC_REDIRECTIONS: Struct =
    Struct(&[field("entryPoint", Section(&STATIC_REDIRECT_ENTRY_POINT))]);

pub(in crate::check) static STATIC_REDIRECT_ENTRY_POINT: Struct =
    Struct(&[field("to", Text), field("scheme", Text), field("permanent", Bool), field("priority", Integer)]);

pub(in crate::check) static STATIC_TLS_CONFIG: Struct =
    Struct(&[field("options", Text), field("certResolver", Text), field("domains", List(&DOMAIN))]);

pub(in crate::check) static STATIC_ENCODED_CHARACTERS: Struct = Struct(&[
    field("allowEncodedSlash", Bool),
    field("allowEncodedBackSlash", Bool),
    field("allowEncodedNullCharacter", Bool),
    field("allowEncodedSemicolon", Bool),
    field("allowEncodedPercent", Bool),
    field("allowEncodedQuestionMark", Bool),
    field("allowEncodedHash", Bool),
]);

pub(in crate::check) static STATIC_HTTP_2_CONFIG: Struct = Struct(&[
    field("maxConcurrentStreams", SmallInteger),
    field("maxDecoderHeaderTableSize", SmallInteger).since(6),
    field("maxEncoderHeaderTableSize", SmallInteger).since(6),
]);

pub(in crate::check) static STATIC_HTTP_3_CONFIG: Struct = Struct(&[field("advertisedPort", Integer)]);

pub(in crate::check) static STATIC_UDP_CONFIG: Struct = Struct(&[field("timeout", Duration)]);

pub(in crate::check) static STATIC_OBSERVABILITY_CONFIG: Struct = Struct(&[
    field("accessLogs", Bool),
    field("tracing", Bool),
    field("metrics", Bool),
    field("traceVerbosity", Text).since(5),
]);

pub(in crate::check) static STATIC_API: Struct = Struct(&[
    field("insecure", Bool),
    field("dashboard", Bool),
    field("debug", Bool),
    field("disableDashboardAd", Bool),
    field("basePath", Text).since(3),
    field("dashboardName", Text).since(7),
]);

pub(in crate::check) static PING_HANDLER: Struct = Struct(&[
    field("entryPoint", Text),
    field("manualRouting", Bool),
    field("terminatingStatusCode", Integer),
]);

pub(in crate::check) static HOST_RESOLVER_CONFIG: Struct =
    Struct(&[field("cnameFlattening", Bool), field("resolvConfig", Text), field("resolvDepth", Integer)]);

pub(in crate::check) static STATIC_CERTIFICATE_RESOLVER: Struct =
    Struct(&[field("acme", Section(&ACME_CONFIGURATION)), field("tailscale", Switch(&NOTHING))]);

pub(in crate::check) static ACME_CONFIGURATION: Struct = Struct(&[
    field("email", Text),
    field("caServer", Text),
    field("preferredChain", Text),
    field("storage", Text),
    field("keyType", Text),
    field("eab", Section(&ACME_EAB)),
    field("certificatesDuration", Integer),
    field("dnsChallenge", Switch(&ACME_DNS_CHALLENGE)),
    field("httpChallenge", Switch(&ACME_HTTP_CHALLENGE)),
    field("tlsChallenge", Switch(&ACME_TLS_CHALLENGE)),
    field("caCertificates", Texts).since(2),
    field("caSystemCertPool", Bool).since(2),
    field("caServerName", Text).since(2),
    field("profile", Text).since(4),
    field("emailAddresses", Texts).since(4),
    field("clientTimeout", Duration).since(5),
    field("clientResponseHeaderTimeout", Duration).since(5),
    field("disableCommonName", Bool).since(6),
    field("certificateTimeout", Duration).since(7),
]);

pub(in crate::check) static ACME_EAB: Struct = Struct(&[field("kid", Text), field("hmacEncoded", Text)]);

pub(in crate::check) static ACME_DNS_CHALLENGE: Struct = Struct(&[
    field("provider", Text),
    field("delayBeforeCheck", Duration),
    field("resolvers", Texts),
    field("disablePropagationCheck", Bool),
    field("propagation", Switch(&ACME_PROPAGATION)).since(3),
]);

pub(in crate::check) static ACME_PROPAGATION: Struct = Struct(&[
    field("disableChecks", Bool),
    field("disableANSChecks", Bool),
    field("requireAllRNS", Bool),
    field("delayBeforeChecks", Duration),
]);

pub(in crate::check) static ACME_HTTP_CHALLENGE: Struct =
    Struct(&[field("entryPoint", Text), field("delay", Duration).since(5)]);

pub(in crate::check) static ACME_TLS_CHALLENGE: Struct = Struct(&[field("delay", Duration)]);

pub(in crate::check) static NOTHING: Struct = Struct(&[]);

pub(in crate::check) static STATIC_EXPERIMENTAL: Struct = Struct(&[
    field("plugins", Objects(&PLUGINS_DESCRIPTOR)),
    field("localPlugins", Objects(&PLUGINS_LOCAL_DESCRIPTOR)),
    field("kubernetesGateway", Bool),
    field("fastProxy", Switch(&STATIC_FAST_PROXY_CONFIG)).since(2),
    field("abortOnPluginFailure", Bool).since(3),
    field("otlplogs", Bool).since(3),
    field("kubernetesIngressNGINX", Bool).since(5),
    field("knative", Bool).since(6),
]);

pub(in crate::check) static PLUGINS_DESCRIPTOR: Struct = Struct(&[
    field("moduleName", Text),
    field("version", Text),
    field("settings", Section(&PLUGINS_SETTINGS)).since(2),
    field("hash", Text).since(5),
]);

pub(in crate::check) static PLUGINS_SETTINGS: Struct =
    Struct(&[field("envs", Texts), field("mounts", Texts), field("useUnsafe", Bool).since(5)]);

pub(in crate::check) static PLUGINS_LOCAL_DESCRIPTOR: Struct =
    Struct(&[field("moduleName", Text), field("settings", Section(&PLUGINS_SETTINGS)).since(2)]);

pub(in crate::check) static STATIC_FAST_PROXY_CONFIG: Struct = Struct(&[field("debug", Bool)]);

pub(in crate::check) static STATIC_CORE: Struct =
    Struct(&[field("defaultRuleSyntax", Text), field("strictTLSOptions", Bool).since(7)]);

pub(in crate::check) static STATIC_SPIFFE_CLIENT_CONFIG: Struct = Struct(&[field("workloadAPIAddr", Text)]);

pub(in crate::check) static TLS_OCSP_CONFIG: Struct = Struct(&[field("responderOverrides", TextMap)]);
