//! The middlewares of HTTP.

use super::{
    Shape::{Bool, Duration, Integer, IntegerMap, Plugins, Section, Switch, Text, TextMap, Texts},
    Struct, field,
    providers::PROVIDER_TLS,
};

pub(in crate::check) static MIDDLEWARE: Struct = Struct(&[
    field("addPrefix", Section(&ADD_PREFIX)),
    field("stripPrefix", Section(&STRIP_PREFIX)),
    field("stripPrefixRegex", Section(&STRIP_PREFIX_REGEX)),
    field("replacePath", Section(&REPLACE_PATH)),
    field("replacePathRegex", Section(&REPLACE_PATH_REGEX)),
    field("chain", Section(&CHAIN)),
    field("ipWhiteList", Section(&IP_WHITE_LIST)),
    field("ipAllowList", Section(&IP_ALLOW_LIST)),
    field("headers", Section(&HEADERS)),
    field("errors", Section(&ERROR_PAGE)),
    field("rateLimit", Section(&RATE_LIMIT)),
    field("redirectRegex", Section(&REDIRECT_REGEX)),
    field("redirectScheme", Section(&REDIRECT_SCHEME)),
    field("basicAuth", Section(&BASIC_AUTH)),
    field("digestAuth", Section(&DIGEST_AUTH)),
    field("forwardAuth", Section(&FORWARD_AUTH)),
    field("inFlightReq", Section(&IN_FLIGHT_REQ)),
    field("buffering", Section(&BUFFERING)),
    field("circuitBreaker", Section(&CIRCUIT_BREAKER)),
    field("compress", Switch(&COMPRESS)),
    field("passTLSClientCert", Section(&PASS_TLS_CLIENT_CERT)),
    field("retry", Section(&RETRY)),
    field("contentType", Switch(&CONTENT_TYPE)),
    field("grpcWeb", Section(&GRPC_WEB)),
    field("plugin", Plugins),
    field("requestHeaderModifier", Section(&HEADER_MODIFIER)).ignored(),
    field("responseHeaderModifier", Section(&HEADER_MODIFIER)).since(2).ignored(),
    field("requestRedirect", Section(&REQUEST_REDIRECT)).since(2).ignored(),
    field("URLRewrite", Section(&URL_REWRITE)).since(2).ignored(),
    field("encodedCharacters", Section(&ENCODED_CHARACTERS)).since(7),
    field("authTLSPassCertificateToUpstream", Section(&AUTH_TLS_PASS_CERTIFICATE_TO_UPSTREAM))
        .since(7)
        .ignored(),
    field("snippet", Section(&SNIPPET)).since(7).ignored(),
    field("rewriteTarget", Section(&REWRITE_TARGET)).since(7).ignored(),
    field("upstreamVHost", Section(&UPSTREAM_VHOST)).since(7).ignored(),
    field("appRoot", Section(&APP_ROOT)).since(7).ignored(),
]);

pub(in crate::check) static ADD_PREFIX: Struct = Struct(&[field("prefix", Text)]);

pub(in crate::check) static STRIP_PREFIX: Struct =
    Struct(&[field("prefixes", Texts), field("forceSlash", Bool)]);

pub(in crate::check) static STRIP_PREFIX_REGEX: Struct = Struct(&[field("regex", Texts)]);

pub(in crate::check) static REPLACE_PATH: Struct = Struct(&[field("path", Text)]);

pub(in crate::check) static REPLACE_PATH_REGEX: Struct =
    Struct(&[field("regex", Text), field("replacement", Text)]);

pub(in crate::check) static CHAIN: Struct = Struct(&[field("middlewares", Texts)]);

pub(in crate::check) static IP_WHITE_LIST: Struct =
    Struct(&[field("sourceRange", Texts), field("ipStrategy", Switch(&IP_STRATEGY))]);

pub(in crate::check) static IP_STRATEGY: Struct =
    Struct(&[field("depth", Integer), field("excludedIPs", Texts), field("ipv6Subnet", Integer).since(2)]);

pub(in crate::check) static IP_ALLOW_LIST: Struct = Struct(&[
    field("sourceRange", Texts),
    field("ipStrategy", Switch(&IP_STRATEGY)),
    field("rejectStatusCode", Integer),
]);

pub(in crate::check) static HEADERS: Struct = Struct(&[
    field("customRequestHeaders", TextMap),
    field("customResponseHeaders", TextMap),
    field("accessControlAllowCredentials", Bool),
    field("accessControlAllowHeaders", Texts),
    field("accessControlAllowMethods", Texts),
    field("accessControlAllowOriginList", Texts),
    field("accessControlAllowOriginListRegex", Texts),
    field("accessControlExposeHeaders", Texts),
    field("accessControlMaxAge", Integer),
    field("addVaryHeader", Bool),
    field("allowedHosts", Texts),
    field("hostsProxyHeaders", Texts),
    field("sslProxyHeaders", TextMap),
    field("stsSeconds", Integer),
    field("stsIncludeSubdomains", Bool),
    field("stsPreload", Bool),
    field("forceSTSHeader", Bool),
    field("frameDeny", Bool),
    field("customFrameOptionsValue", Text),
    field("contentTypeNosniff", Bool),
    field("browserXssFilter", Bool),
    field("customBrowserXSSValue", Text),
    field("contentSecurityPolicy", Text),
    field("publicKey", Text),
    field("referrerPolicy", Text),
    field("permissionsPolicy", Text),
    field("isDevelopment", Bool),
    field("featurePolicy", Text),
    field("sslRedirect", Bool),
    field("sslTemporaryRedirect", Bool),
    field("sslHost", Text),
    field("sslForceHost", Bool),
    field("contentSecurityPolicyReportOnly", Text).since(2),
]);

pub(in crate::check) static ERROR_PAGE: Struct = Struct(&[
    field("status", Texts),
    field("service", Text),
    field("query", Text),
    field("statusRewrites", IntegerMap).since(4),
    field("errorRequestHeaders", Texts).since(6),
    field("nginxHeaders", TextMap).since(7).ignored(),
]);

pub(in crate::check) static RATE_LIMIT: Struct = Struct(&[
    field("average", Integer),
    field("period", Duration),
    field("burst", Integer),
    field("sourceCriterion", Section(&SOURCE_CRITERION)),
    field("redis", Section(&REDIS)).since(4),
]);

pub(in crate::check) static SOURCE_CRITERION: Struct = Struct(&[
    field("ipStrategy", Section(&IP_STRATEGY)),
    field("requestHeaderName", Text),
    field("requestHost", Bool),
]);

pub(in crate::check) static REDIS: Struct = Struct(&[
    field("endpoints", Texts),
    field("tls", Section(&PROVIDER_TLS)),
    field("username", Text),
    field("password", Text),
    field("db", Integer),
    field("poolSize", Integer),
    field("minIdleConns", Integer),
    field("maxActiveConns", Integer),
    field("readTimeout", Duration),
    field("writeTimeout", Duration),
    field("dialTimeout", Duration),
]);

pub(in crate::check) static REDIRECT_REGEX: Struct = Struct(&[
    field("regex", Text),
    field("replacement", Text),
    field("permanent", Bool),
    field("statusCode", Integer).since(7).ignored(),
]);

pub(in crate::check) static REDIRECT_SCHEME: Struct = Struct(&[
    field("scheme", Text),
    field("port", Text),
    field("permanent", Bool),
    field("forcePermanentRedirect", Bool).since(6).ignored(),
]);

pub(in crate::check) static BASIC_AUTH: Struct = Struct(&[
    field("users", Texts),
    field("usersFile", Text),
    field("realm", Text),
    field("removeHeader", Bool),
    field("headerField", Text),
]);

pub(in crate::check) static DIGEST_AUTH: Struct = Struct(&[
    field("users", Texts),
    field("usersFile", Text),
    field("removeHeader", Bool),
    field("realm", Text),
    field("headerField", Text),
]);

pub(in crate::check) static FORWARD_AUTH: Struct = Struct(&[
    field("address", Text),
    field("tls", Section(&CLIENT_TLS)),
    field("trustForwardHeader", Bool),
    field("authResponseHeaders", Texts),
    field("authResponseHeadersRegex", Text),
    field("authRequestHeaders", Texts),
    field("addAuthCookiesToResponse", Texts),
    field("headerField", Text).since(2),
    field("forwardBody", Bool).since(3),
    field("maxBodySize", Integer).since(3),
    field("preserveLocationHeader", Bool).since(3),
    field("preserveRequestMethod", Bool).since(4),
    field("maxResponseBodySize", Integer).since(6),
    field("authSigninURL", Text).since(7),
]);

pub(in crate::check) static CLIENT_TLS: Struct = Struct(&[
    field("ca", Text),
    field("cert", Text),
    field("key", Text),
    field("insecureSkipVerify", Bool),
    field("caOptional", Bool),
]);

pub(in crate::check) static IN_FLIGHT_REQ: Struct =
    Struct(&[field("amount", Integer), field("sourceCriterion", Section(&SOURCE_CRITERION))]);

pub(in crate::check) static BUFFERING: Struct = Struct(&[
    field("maxRequestBodyBytes", Integer),
    field("memRequestBodyBytes", Integer),
    field("maxResponseBodyBytes", Integer),
    field("memResponseBodyBytes", Integer),
    field("retryExpression", Text),
    field("disableRequestBuffer", Bool).since(7).ignored(),
    field("disableResponseBuffer", Bool).since(7).ignored(),
]);

pub(in crate::check) static CIRCUIT_BREAKER: Struct = Struct(&[
    field("expression", Text),
    field("checkPeriod", Duration),
    field("fallbackDuration", Duration),
    field("recoveryDuration", Duration),
    field("responseCode", Integer),
]);

pub(in crate::check) static COMPRESS: Struct = Struct(&[
    field("excludedContentTypes", Texts),
    field("includedContentTypes", Texts),
    field("minResponseBodyBytes", Integer),
    field("defaultEncoding", Text),
    field("encodings", Texts).since(2),
]);

pub(in crate::check) static PASS_TLS_CLIENT_CERT: Struct =
    Struct(&[field("pem", Bool), field("info", Section(&TLS_CLIENT_CERTIFICATE_INFO))]);

pub(in crate::check) static TLS_CLIENT_CERTIFICATE_INFO: Struct = Struct(&[
    field("notAfter", Bool),
    field("notBefore", Bool),
    field("sans", Bool),
    field("serialNumber", Bool),
    field("subject", Section(&TLS_CLIENT_CERTIFICATE_SUBJECT_DN_INFO)),
    field("issuer", Section(&TLS_CLIENT_CERTIFICATE_ISSUER_DN_INFO)),
]);

pub(in crate::check) static TLS_CLIENT_CERTIFICATE_SUBJECT_DN_INFO: Struct = Struct(&[
    field("country", Bool),
    field("province", Bool),
    field("locality", Bool),
    field("organization", Bool),
    field("organizationalUnit", Bool),
    field("commonName", Bool),
    field("serialNumber", Bool),
    field("domainComponent", Bool),
]);

pub(in crate::check) static TLS_CLIENT_CERTIFICATE_ISSUER_DN_INFO: Struct = Struct(&[
    field("country", Bool),
    field("province", Bool),
    field("locality", Bool),
    field("organization", Bool),
    field("commonName", Bool),
    field("serialNumber", Bool),
    field("domainComponent", Bool),
]);

pub(in crate::check) static RETRY: Struct = Struct(&[
    field("attempts", Integer),
    field("initialInterval", Duration),
    field("timeout", Duration).since(7),
    field("maxRequestBodyBytes", Integer).since(7),
    field("status", Texts).since(7),
    field("disableRetryOnNetworkError", Bool).since(7),
    field("retryNonIdempotentMethod", Bool).since(7),
]);

pub(in crate::check) static CONTENT_TYPE: Struct = Struct(&[field("autoDetect", Bool)]);

pub(in crate::check) static GRPC_WEB: Struct = Struct(&[field("allowOrigins", Texts)]);

pub(in crate::check) static HEADER_MODIFIER: Struct =
    Struct(&[field("set", TextMap), field("add", TextMap), field("remove", Texts)]);

pub(in crate::check) static REQUEST_REDIRECT: Struct = Struct(&[
    field("scheme", Text),
    field("hostname", Text),
    field("port", Text),
    field("path", Text),
    field("pathPrefix", Text),
    field("statusCode", Integer),
]);

pub(in crate::check) static URL_REWRITE: Struct =
    Struct(&[field("hostname", Text), field("path", Text), field("pathPrefix", Text)]);

pub(in crate::check) static ENCODED_CHARACTERS: Struct = Struct(&[
    field("allowEncodedSlash", Bool),
    field("allowEncodedBackSlash", Bool),
    field("allowEncodedNullCharacter", Bool),
    field("allowEncodedSemicolon", Bool),
    field("allowEncodedPercent", Bool),
    field("allowEncodedQuestionMark", Bool),
    field("allowEncodedHash", Bool),
]);

pub(in crate::check) static AUTH_TLS_PASS_CERTIFICATE_TO_UPSTREAM: Struct =
    Struct(&[field("clientAuthType", Text), field("caFiles", Texts)]);

pub(in crate::check) static SNIPPET: Struct = Struct(&[
    field("serverSnippet", Text),
    field("configurationSnippet", Text),
    field("auth", Section(&AUTH)),
]);

pub(in crate::check) static AUTH: Struct = Struct(&[
    field("address", Text),
    field("method", Text),
    field("snippet", Text),
    field("authResponseHeaders", Texts),
    field("authSigninURL", Text),
]);

pub(in crate::check) static REWRITE_TARGET: Struct =
    Struct(&[field("regex", Text), field("replacement", Text), field("xForwardedPrefix", Text)]);

pub(in crate::check) static UPSTREAM_VHOST: Struct = Struct(&[field("vHost", Text), field("vars", TextMap)]);

pub(in crate::check) static APP_ROOT: Struct = Struct(&[field("path", Text)]);
