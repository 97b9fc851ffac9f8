//! TLS: certificates, options and stores.

use super::{
    Shape::{Bool, List, Objects, Section, Text, Texts},
    Struct, field,
};

pub(in crate::check) static DOMAIN: Struct = Struct(&[field("main", Text), field("sans", Texts)]);

pub(in crate::check) static TLS_CERTIFICATE: Struct =
    Struct(&[field("certFile", Text), field("keyFile", Text)]);

pub(in crate::check) static TLS: Struct = Struct(&[
    field("certificates", List(&TLS_CERT_AND_STORES)),
    field("options", Objects(&TLS_OPTIONS)),
    field("stores", Objects(&TLS_STORE)),
]);

pub(in crate::check) static TLS_CERT_AND_STORES: Struct =
    Struct(&[field("certFile", Text), field("keyFile", Text), field("stores", Texts)]);

pub(in crate::check) static TLS_OPTIONS: Struct = Struct(&[
    field("minVersion", Text),
    field("maxVersion", Text),
    field("cipherSuites", Texts),
    field("curvePreferences", Texts),
    field("clientAuth", Section(&TLS_CLIENT_AUTH)),
    field("sniStrict", Bool),
    field("alpnProtocols", Texts),
    field("preferServerCipherSuites", Bool),
    field("disableSessionTickets", Bool).since(4),
]);

pub(in crate::check) static TLS_CLIENT_AUTH: Struct =
    Struct(&[field("caFiles", Texts), field("clientAuthType", Text)]);

pub(in crate::check) static TLS_STORE: Struct = Struct(&[
    field("defaultCertificate", Section(&TLS_CERTIFICATE)),
    field("defaultGeneratedCert", Section(&TLS_GENERATED_CERT)),
]);

pub(in crate::check) static TLS_GENERATED_CERT: Struct =
    Struct(&[field("resolver", Text), field("domain", Section(&DOMAIN))]);
