//! The Kubernetes providers of the static configuration.

use super::{
    Shape::{Bool, Duration, Integer, List, Objects, Section, Text, Texts},
    Struct, field,
    middlewares::IP_STRATEGY,
};

pub(in crate::check) static INGRESS_PROVIDER: Struct = Struct(&[
    field("endpoint", Text),
    field("token", Text),
    field("certAuthFilePath", Text),
    field("namespaces", Texts),
    field("labelSelector", Text),
    field("ingressClass", Text),
    field("ingressEndpoint", Section(&INGRESS_ENDPOINT_INGRESS)),
    field("throttleDuration", Duration),
    field("allowEmptyServices", Bool),
    field("allowExternalNameServices", Bool),
    field("disableIngressClassLookup", Bool),
    field("nativeLBByDefault", Bool),
    field("disableClusterScopeResources", Bool).since(2),
    field("defaultRuleSyntax", Text).since(2).ignored(),
    field("strictPrefixMatching", Bool).since(5),
    field("crossProviderNamespaces", Texts).since(7),
]);

pub(in crate::check) static INGRESS_ENDPOINT_INGRESS: Struct =
    Struct(&[field("ip", Text), field("hostname", Text), field("publishedService", Text)]);

pub(in crate::check) static CRD_PROVIDER: Struct = Struct(&[
    field("endpoint", Text),
    field("token", Text),
    field("certAuthFilePath", Text),
    field("namespaces", Texts),
    field("allowCrossNamespace", Bool),
    field("allowExternalNameServices", Bool),
    field("labelSelector", Text),
    field("ingressClass", Text),
    field("throttleDuration", Duration),
    field("allowEmptyServices", Bool),
    field("nativeLBByDefault", Bool),
    field("disableClusterScopeResources", Bool).since(2),
    field("crossProviderNamespaces", Texts).since(7),
    field("defaultTLSResourcesNamespace", Text).since(7),
    field("safeNaming", Bool).since(7),
]);

pub(in crate::check) static GATEWAY_PROVIDER: Struct = Struct(&[
    field("endpoint", Text),
    field("token", Text),
    field("certAuthFilePath", Text),
    field("namespaces", Texts),
    field("labelSelector", Text),
    field("throttleDuration", Duration),
    field("experimentalChannel", Bool),
    field("statusAddress", Section(&GATEWAY_STATUS_ADDRESS)),
    field("entryPoints", Objects(&GATEWAY_ENTRYPOINT)).ignored(),
    field("nativeLBByDefault", Bool).since(2),
    field("qps", Integer).since(7),
    field("burst", Integer).since(7),
    field("gateways", List(&GATEWAY_NAMESPACED_NAME)).since(7),
    field("crossProviderNamespaces", Texts).since(7),
]);

pub(in crate::check) static GATEWAY_STATUS_ADDRESS: Struct =
    Struct(&[field("ip", Text), field("hostname", Text), field("service", Section(&GATEWAY_SERVICE_REF))]);

pub(in crate::check) static GATEWAY_SERVICE_REF: Struct =
    Struct(&[field("name", Text), field("namespace", Text)]);

pub(in crate::check) static GATEWAY_ENTRYPOINT: Struct =
    Struct(&[field("address", Text), field("hasHTTPTLSConf", Bool)]);

pub(in crate::check) static GATEWAY_NAMESPACED_NAME: Struct =
    Struct(&[field("namespace", Text), field("name", Text)]);

pub(in crate::check) static INGRESSNGINX_PROVIDER: Struct = Struct(&[
    field("endpoint", Text),
    field("token", Text),
    field("certAuthFilePath", Text),
    field("throttleDuration", Duration),
    field("watchNamespace", Text),
    field("watchNamespaceSelector", Text),
    field("ingressClass", Text),
    field("controllerClass", Text),
    field("watchIngressWithoutClass", Bool),
    field("ingressClassByName", Bool),
    field("publishService", Text),
    field("publishStatusAddress", Texts),
    field("defaultBackendService", Text),
    field("disableSvcExternalName", Bool),
    field("nonTLSEntryPoints", Texts).since(6).ignored(),
    field("globalAuthURL", Text).since(7),
    field("ipAllowListStrategy", Section(&IP_STRATEGY)).since(7),
    field("httpEntryPoint", Text).since(7),
    field("httpsEntryPoint", Text).since(7),
    field("tlsEntryPoints", Texts).since(7).ignored(),
    field("proxyRequestBuffering", Bool).since(7),
    field("clientBodyBufferSize", Integer).since(7),
    field("proxyBodySize", Integer).since(7),
    field("proxyBuffering", Bool).since(7),
    field("proxyBufferSize", Integer).since(7),
    field("proxyBuffersNumber", Integer).since(7),
    field("proxyConnectTimeout", Integer).since(7),
    field("proxyReadTimeout", Integer).since(7),
    field("proxySendTimeout", Integer).since(7),
    field("proxyNextUpstream", Text).since(7),
    field("proxyNextUpstreamTries", Integer).since(7),
    field("proxyNextUpstreamTimeout", Integer).since(7),
    field("customHTTPErrors", Texts).since(7),
    field("upstreamKeepaliveTimeout", Integer).since(7),
    field("allowCrossNamespaceResources", Bool).since(7),
    field("globalAllowedResponseHeaders", Texts).since(7),
    field("allowSnippetAnnotations", Bool).since(7),
    field("strictValidatePathType", Bool).since(7),
]);

pub(in crate::check) static KNATIVE_PROVIDER: Struct = Struct(&[
    field("endpoint", Text),
    field("token", Text),
    field("certAuthFilePath", Text),
    field("namespaces", Texts),
    field("labelSelector", Text),
    field("publicEntrypoints", Texts),
    field("publicService", Section(&KNATIVE_SERVICE_REF)),
    field("privateEntrypoints", Texts),
    field("privateService", Section(&KNATIVE_SERVICE_REF)),
    field("throttleDuration", Duration),
]);

pub(in crate::check) static KNATIVE_SERVICE_REF: Struct =
    Struct(&[field("name", Text), field("namespace", Text)]);
