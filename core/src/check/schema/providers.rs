//! The providers of the static configuration.

use super::{
    Shape::{Bool, Duration, Integer, Plugins, Section, Switch, Text, TextMap, Texts},
    Struct, field,
    kubernetes::{CRD_PROVIDER, GATEWAY_PROVIDER, INGRESS_PROVIDER, INGRESSNGINX_PROVIDER, KNATIVE_PROVIDER},
};

pub(in crate::check) static PROVIDER_TLS: Struct =
    Struct(&[field("ca", Text), field("cert", Text), field("key", Text), field("insecureSkipVerify", Bool)]);

pub(in crate::check) static STATIC_PROVIDERS: Struct = Struct(&[
    field("providersThrottleDuration", Duration),
    field("docker", Switch(&DOCKER_PROVIDER)),
    field("swarm", Switch(&DOCKER_SWARM_PROVIDER)),
    field("file", Section(&FILE_PROVIDER)),
    field("kubernetesIngress", Switch(&INGRESS_PROVIDER)),
    field("kubernetesCRD", Switch(&CRD_PROVIDER)),
    field("kubernetesGateway", Switch(&GATEWAY_PROVIDER)),
    field("rest", Switch(&REST_PROVIDER)),
    field("consulCatalog", Switch(&CONSULCATALOG_PROVIDER)),
    field("nomad", Switch(&NOMAD_PROVIDER)),
    field("ecs", Switch(&ECS_PROVIDER)),
    field("consul", Switch(&CONSUL_PROVIDER)),
    field("etcd", Switch(&ETCD_PROVIDER)),
    field("zooKeeper", Switch(&ZK_PROVIDER)),
    field("redis", Switch(&REDIS_PROVIDER)),
    field("http", Switch(&HTTP_PROVIDER)),
    field("plugin", Plugins),
    field("kubernetesIngressNGINX", Switch(&INGRESSNGINX_PROVIDER)).since(5),
    field("knative", Switch(&KNATIVE_PROVIDER)).since(6),
    field("precedence", Texts).since(7),
]);

pub(in crate::check) static DOCKER_PROVIDER: Struct = Struct(&[
    field("exposedByDefault", Bool),
    field("constraints", Text),
    field("allowEmptyServices", Bool),
    field("network", Text),
    field("useBindPortIP", Bool),
    field("watch", Bool),
    field("defaultRule", Text),
    field("endpoint", Text),
    field("tls", Section(&PROVIDER_TLS)),
    field("httpClientTimeout", Duration),
    field("username", Text).since(2),
    field("password", Text).since(2),
]);

pub(in crate::check) static DOCKER_SWARM_PROVIDER: Struct = Struct(&[
    field("exposedByDefault", Bool),
    field("constraints", Text),
    field("allowEmptyServices", Bool),
    field("network", Text),
    field("useBindPortIP", Bool),
    field("watch", Bool),
    field("defaultRule", Text),
    field("endpoint", Text),
    field("tls", Section(&PROVIDER_TLS)),
    field("httpClientTimeout", Duration),
    field("refreshSeconds", Duration),
    field("username", Text).since(2),
    field("password", Text).since(2),
]);

pub(in crate::check) static FILE_PROVIDER: Struct = Struct(&[
    field("directory", Text),
    field("watch", Bool),
    field("filename", Text),
    field("debugLogGeneratedTemplate", Bool),
]);

pub(in crate::check) static REST_PROVIDER: Struct = Struct(&[field("insecure", Bool)]);

pub(in crate::check) static CONSULCATALOG_PROVIDER: Struct = Struct(&[
    field("constraints", Text),
    field("endpoint", Section(&CONSULCATALOG_ENDPOINT_CONFIG)),
    field("prefix", Text),
    field("refreshInterval", Duration),
    field("requireConsistent", Bool),
    field("stale", Bool),
    field("cache", Bool),
    field("exposedByDefault", Bool),
    field("defaultRule", Text),
    field("connectAware", Bool),
    field("connectByDefault", Bool),
    field("serviceName", Text),
    field("watch", Bool),
    field("strictChecks", Texts),
    field("namespaces", Texts),
]);

pub(in crate::check) static CONSULCATALOG_ENDPOINT_CONFIG: Struct = Struct(&[
    field("address", Text),
    field("scheme", Text),
    field("datacenter", Text),
    field("token", Text),
    field("tls", Section(&PROVIDER_TLS)),
    field("httpAuth", Section(&CONSULCATALOG_ENDPOINT_HTTP_AUTH_CONFIG)),
    field("endpointWaitTime", Duration),
]);

pub(in crate::check) static CONSULCATALOG_ENDPOINT_HTTP_AUTH_CONFIG: Struct =
    Struct(&[field("username", Text), field("password", Text)]);

pub(in crate::check) static NOMAD_PROVIDER: Struct = Struct(&[
    field("defaultRule", Text),
    field("constraints", Text),
    field("endpoint", Section(&NOMAD_ENDPOINT_CONFIG)),
    field("prefix", Text),
    field("stale", Bool),
    field("exposedByDefault", Bool),
    field("refreshInterval", Duration),
    field("allowEmptyServices", Bool),
    field("namespaces", Texts),
    field("watch", Bool).since(2),
    field("throttleDuration", Duration).since(2),
]);

pub(in crate::check) static NOMAD_ENDPOINT_CONFIG: Struct = Struct(&[
    field("address", Text),
    field("region", Text),
    field("token", Text),
    field("tls", Section(&PROVIDER_TLS)),
    field("endpointWaitTime", Duration),
]);

pub(in crate::check) static ECS_PROVIDER: Struct = Struct(&[
    field("constraints", Text),
    field("exposedByDefault", Bool),
    field("refreshSeconds", Integer),
    field("defaultRule", Text),
    field("clusters", Texts),
    field("autoDiscoverClusters", Bool),
    field("healthyTasksOnly", Bool),
    field("ecsAnywhere", Bool),
    field("region", Text),
    field("accessKeyID", Text),
    field("secretAccessKey", Text),
]);

pub(in crate::check) static CONSUL_PROVIDER: Struct = Struct(&[
    field("rootKey", Text),
    field("endpoints", Texts),
    field("token", Text),
    field("tls", Section(&PROVIDER_TLS)),
    field("namespaces", Texts),
]);

pub(in crate::check) static ETCD_PROVIDER: Struct = Struct(&[
    field("rootKey", Text),
    field("endpoints", Texts),
    field("tls", Section(&PROVIDER_TLS)),
    field("username", Text),
    field("password", Text),
]);

pub(in crate::check) static ZK_PROVIDER: Struct = Struct(&[
    field("rootKey", Text),
    field("endpoints", Texts),
    field("username", Text),
    field("password", Text),
]);

pub(in crate::check) static REDIS_PROVIDER: Struct = Struct(&[
    field("rootKey", Text),
    field("endpoints", Texts),
    field("tls", Section(&PROVIDER_TLS)),
    field("username", Text),
    field("password", Text),
    field("db", Integer),
    field("sentinel", Section(&REDIS_SENTINEL)),
]);

pub(in crate::check) static REDIS_SENTINEL: Struct = Struct(&[
    field("masterName", Text),
    field("username", Text),
    field("password", Text),
    field("latencyStrategy", Bool),
    field("randomStrategy", Bool),
    field("replicaStrategy", Bool),
    field("useDisconnectedReplicas", Bool),
]);

pub(in crate::check) static HTTP_PROVIDER: Struct = Struct(&[
    field("endpoint", Text),
    field("pollInterval", Duration),
    field("pollTimeout", Duration),
    field("headers", TextMap),
    field("tls", Section(&PROVIDER_TLS)),
    field("maxResponseBodySize", Integer).since(6),
]);
