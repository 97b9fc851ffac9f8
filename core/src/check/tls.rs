//! What TLS options and certificates must satisfy.

use super::{
    File,
    finding::{Effect, Level},
    links::Links,
    nodes::{section, structs, text_of, texts, value_of},
    objects::{ObjectId, Step},
    report::Report,
    shape::spellings,
};
use crate::{
    config::edit::Path,
    tree::{NodeRef, Tree},
};

/// Go's cipher suites for TLS 1.2 and older, and those of TLS 1.3, which it cannot choose from.
const CIPHERS: &[&str] = &[
    "TLS_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_FALLBACK_SCSV",
];

const CURVES: &[&str] =
    &["secp256r1", "CurveP256", "secp384r1", "CurveP384", "secp521r1", "CurveP521", "x25519", "X25519"];
/// Since 3.3.
const NEW_CURVES: &[&str] = &["x25519mlkem768", "X25519MLKEM768"];

const CLIENT_AUTH: &[&str] = &[
    "NoClientCert",
    "RequestClientCert",
    "RequireAnyClientCert",
    "VerifyClientCertIfGiven",
    "RequireAndVerifyClientCert",
];

impl<'t> Links<'_, '_, 't> {
    pub(super) fn tls_options_object(&mut self, id: ObjectId) {
        let Some(object) = self.object(id) else { return };
        let node = object.node;
        self.known_texts(id, node, "cipherSuites", &[CIPHERS], "cipher suite");
        self.known_texts(id, node, "curvePreferences", &[CURVES, NEW_CURVES], "curve");
        self.tls_version(id, node, "minVersion");
        self.tls_version(id, node, "maxVersion");
        let Some(auth) = section(node, "clientAuth") else { return };
        let here = Step::Field("clientAuth");
        let mut has_authority = false;
        for element in texts(auth, "caFiles") {
            has_authority = true;
            if element.text.is_some_and(|text| text.is_empty()) {
                let mut steps = vec![here, Step::Field("caFiles")];
                steps.extend(element.index.map(Step::Index));
                let message = "the certificate authority is empty";
                self.fault(
                    id,
                    element.node,
                    &steps,
                    "missing-value",
                    message,
                    "name a file, or remove the element",
                );
            }
        }
        let Some((at, kind)) = Self::text(auth, "clientAuthType") else { return };
        let steps = [here, Step::Field("clientAuthType")];
        if !kind.is_empty() && !CLIENT_AUTH.contains(&kind.as_ref()) {
            let message = format!("there is no client authentication `{kind}`");
            let remedy = format!("write one of {}", CLIENT_AUTH.join(", "));
            self.fault(id, at, &steps, "bad-value", message, remedy);
        } else if matches!(kind.as_ref(), "VerifyClientCertIfGiven" | "RequireAndVerifyClientCert")
            && !has_authority
        {
            let message = format!("`{kind}` needs certificate authorities");
            self.fault(id, at, &steps, "missing-value", message, "name them under `caFiles`");
        }
    }

    fn known_texts(
        &mut self,
        id: ObjectId,
        node: NodeRef<'t>,
        field: &'static str,
        known: &[&[&str]],
        noun: &str,
    ) {
        for element in texts(node, field) {
            let Some(text) = element.text else { continue };
            if !known.iter().any(|list| list.contains(&text.as_ref())) {
                let mut steps = vec![Step::Field(field)];
                steps.extend(element.index.map(Step::Index));
                let message = format!("Traefik knows no {noun} `{text}`");
                self.fault(id, element.node, &steps, "bad-value", message, "look at its spelling and case");
            }
        }
    }
}

/// What belongs to no options: stores and certificates, about which Traefik only logs.
pub(super) fn stores_and_certificates(report: &mut Report<'_>, files: &[File<'_>]) {
    for (index, file) in files.iter().enumerate() {
        let Some(root) = file.tree.ok().and_then(Tree::root) else { continue };
        for (tls_key, area) in spellings(root, "tls") {
            for (stores_key, stores) in spellings(area, "stores") {
                for (key, _) in super::nodes::entries(stores) {
                    if key.text() != "default" && !key.is_templated() && !key.is_merge() {
                        let message =
                            format!("Traefik uses the store `default` only, and not `{}`", key.text());
                        let path = Path::keys([tls_key.text(), stores_key.text(), key.text()]);
                        let kind = (Level::Lint, Effect::Ignores, "unused-store");
                        report.add(index, key.span(), path, kind, message, "name it `default`, or remove it");
                    }
                }
            }
            for (at, certificate) in structs(area, "certificates") {
                for field in ["certFile", "keyFile"] {
                    let is_missing = value_of(certificate, field).is_none()
                        || text_of(certificate, field).is_some_and(|text| text.is_empty());
                    if is_missing {
                        let message = format!("the certificate has no `{field}`, so Traefik leaves it out");
                        let path = Path::keys([tls_key.text(), "certificates"]).index(at);
                        let kind = (Level::Lint, Effect::Ignores, "incomplete-certificate");
                        report.add(index, certificate.span(), path, kind, message, "give both files");
                    }
                }
            }
        }
    }
}
