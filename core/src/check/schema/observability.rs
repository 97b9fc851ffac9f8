//! Logs, metrics and traces in the static configuration.

use super::{
    Shape::{Bool, Duration, Float, Floats, Integer, Section, Switch, Text, TextMap, Texts},
    Struct, field,
    providers::PROVIDER_TLS,
};

pub(in crate::check) static METRICS: Struct = Struct(&[
    field("addInternals", Bool),
    field("prometheus", Switch(&PROMETHEUS)),
    field("datadog", Switch(&DATADOG)),
    field("statsD", Switch(&STATSD)),
    field("influxDB2", Switch(&INFLUX_DB2)),
    field("otlp", Switch(&OTLP)),
]);

pub(in crate::check) static PROMETHEUS: Struct = Struct(&[
    field("buckets", Floats),
    field("addEntryPointsLabels", Bool),
    field("addRoutersLabels", Bool),
    field("addServicesLabels", Bool),
    field("entryPoint", Text),
    field("manualRouting", Bool),
    field("headerLabels", TextMap),
]);

pub(in crate::check) static DATADOG: Struct = Struct(&[
    field("address", Text),
    field("pushInterval", Duration),
    field("addEntryPointsLabels", Bool),
    field("addRoutersLabels", Bool),
    field("addServicesLabels", Bool),
    field("prefix", Text),
]);

pub(in crate::check) static STATSD: Struct = Struct(&[
    field("address", Text),
    field("pushInterval", Duration),
    field("addEntryPointsLabels", Bool),
    field("addRoutersLabels", Bool),
    field("addServicesLabels", Bool),
    field("prefix", Text),
]);

pub(in crate::check) static INFLUX_DB2: Struct = Struct(&[
    field("address", Text),
    field("token", Text),
    field("pushInterval", Duration),
    field("org", Text),
    field("bucket", Text),
    field("addEntryPointsLabels", Bool),
    field("addRoutersLabels", Bool),
    field("addServicesLabels", Bool),
    field("additionalLabels", TextMap),
]);

pub(in crate::check) static OTLP: Struct = Struct(&[
    field("grpc", Switch(&OTEL_GRPC)),
    field("http", Switch(&OTEL_HTTP)),
    field("addEntryPointsLabels", Bool),
    field("addRoutersLabels", Bool),
    field("addServicesLabels", Bool),
    field("explicitBoundaries", Floats),
    field("pushInterval", Duration),
    field("serviceName", Text).since(2),
    field("resourceAttributes", TextMap).since(5),
]);

pub(in crate::check) static OTEL_GRPC: Struct = Struct(&[
    field("endpoint", Text),
    field("insecure", Bool),
    field("tls", Section(&PROVIDER_TLS)),
    field("headers", TextMap),
]);

pub(in crate::check) static OTEL_HTTP: Struct =
    Struct(&[field("endpoint", Text), field("tls", Section(&PROVIDER_TLS)), field("headers", TextMap)]);

pub(in crate::check) static TRAEFIK_LOG: Struct = Struct(&[
    field("level", Text),
    field("format", Text),
    field("noColor", Bool),
    field("filePath", Text),
    field("maxSize", Integer),
    field("maxAge", Integer),
    field("maxBackups", Integer),
    field("compress", Bool),
    field("otlp", Switch(&OTEL_LOG)).since(3),
]);

pub(in crate::check) static OTEL_LOG: Struct = Struct(&[
    field("serviceName", Text),
    field("resourceAttributes", TextMap),
    field("grpc", Switch(&OTEL_GRPC)),
    field("http", Switch(&OTEL_HTTP)),
]);

pub(in crate::check) static ACCESS_LOG: Struct = Struct(&[
    field("filePath", Text),
    field("format", Text),
    field("filters", Section(&ACCESS_LOG_FILTERS)),
    field("fields", Section(&ACCESS_LOG_FIELDS)),
    field("bufferingSize", Integer),
    field("addInternals", Bool),
    field("otlp", Switch(&OTEL_LOG)).since(3),
    field("dualOutput", Bool).since(7),
]);

pub(in crate::check) static ACCESS_LOG_FILTERS: Struct =
    Struct(&[field("statusCodes", Texts), field("retryAttempts", Bool), field("minDuration", Duration)]);

pub(in crate::check) static ACCESS_LOG_FIELDS: Struct = Struct(&[
    field("defaultMode", Text),
    field("names", TextMap),
    field("headers", Section(&FIELD_HEADERS)),
    field("queryParameters", Section(&FIELD_QUERY_PARAMETERS)).since(7),
]);

pub(in crate::check) static FIELD_HEADERS: Struct =
    Struct(&[field("defaultMode", Text), field("names", TextMap)]);

pub(in crate::check) static FIELD_QUERY_PARAMETERS: Struct = Struct(&[field("defaultMode", Text)]);

pub(in crate::check) static STATIC_TRACING: Struct = Struct(&[
    field("serviceName", Text),
    field("globalAttributes", TextMap),
    field("capturedRequestHeaders", Texts),
    field("capturedResponseHeaders", Texts),
    field("sampleRate", Float),
    field("addInternals", Bool),
    field("otlp", Switch(&OTEL_TRACING)),
    field("safeQueryParams", Texts).since(2),
    field("resourceAttributes", TextMap).since(3),
]);

pub(in crate::check) static OTEL_TRACING: Struct =
    Struct(&[field("grpc", Switch(&OTEL_GRPC)), field("http", Switch(&OTEL_HTTP))]);
