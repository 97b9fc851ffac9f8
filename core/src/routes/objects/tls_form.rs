//! TLS options by the fields that 1.5.2 has for them.

use super::super::patch::Patch;
use crate::config::value::Value;

/// What a form says about TLS options. A field that is `None` stays as it is; an empty one is taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsOptionsForm {
    /// `VersionTLS12`, …
    pub min_version: Option<String>,
    /// The same.
    pub max_version: Option<String>,
    /// Whether a client must name a host that has a certificate.
    pub sni_strict: Option<bool>,
    /// The ciphers up to TLS 1.2.
    pub cipher_suites: Option<Vec<String>>,
    /// The curves, the preferred one first.
    pub curve_preferences: Option<Vec<String>>,
    /// The protocols to agree on, the preferred one first.
    pub alpn_protocols: Option<Vec<String>>,
    /// `RequireAndVerifyClientCert`, …; `NoClientCert` takes `clientAuth` out.
    pub client_auth_type: Option<String>,
    /// The files of the authorities that clients' certificates come from.
    pub client_auth_ca_files: Option<Vec<String>>,
}

impl TlsOptionsForm {
    pub(super) fn fill(&self, patch: &mut Patch<'_>) {
        for (field, text) in [("minVersion", &self.min_version), ("maxVersion", &self.max_version)] {
            set_text(patch, &[field], text.as_deref());
        }
        match self.sni_strict {
            Some(true) => patch.set(&["sniStrict"], Value::Bool(true)),
            Some(false) => patch.remove(&["sniStrict"]),
            None => {}
        }
        for (field, list) in [
            ("cipherSuites", &self.cipher_suites),
            ("curvePreferences", &self.curve_preferences),
            ("alpnProtocols", &self.alpn_protocols),
        ] {
            if let Some(list) = list {
                patch.set_list(&[field], list);
            }
        }
        if matches!(self.client_auth_type.as_deref(), Some("" | "NoClientCert")) {
            return patch.remove(&["clientAuth"]);
        }
        set_text(patch, &["clientAuth", "clientAuthType"], self.client_auth_type.as_deref());
        if let Some(list) = &self.client_auth_ca_files {
            patch.set_list(&["clientAuth", "caFiles"], list);
        }
    }
}

fn set_text(patch: &mut Patch<'_>, fields: &[&str], text: Option<&str>) {
    match text {
        Some("") => patch.remove(fields),
        Some(text) => patch.set(fields, Value::text(text)),
        None => {}
    }
}
