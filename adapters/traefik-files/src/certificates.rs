//! Traefik's certificates from `acme.json` and from the files that its configuration names.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use traefik_manager_core::traefik::certificate::{
    AcmeCertificate, Certificate, CertificateError, Certificates,
};
use zeroize::Zeroizing;

use crate::{place::Place, x509};

/// The most bytes of an `acme.json`: thousands of certificates.
const MAX_ACME: u64 = 32 * 1024 * 1024;
/// The most bytes of a certificate's file: chains are a few kilobytes.
const MAX_FILE: u64 = 1024 * 1024;

/// Certificates on this machine's disk.
#[derive(Debug)]
pub struct FsCertificates {
    acme: Place,
}

impl FsCertificates {
    /// With the place of `acme.json`, where there is one.
    pub fn new(acme: impl Into<Place>) -> Self {
        Self { acme: acme.into() }
    }
}

/// What Traefik keeps of a resolver. Its account, and the keys of its certificates, are passed over by the reader.
#[derive(Deserialize)]
struct ResolverJson {
    #[serde(rename = "Certificates", alias = "certificates", default)]
    certificates: Option<Vec<CertificateJson>>,
}

#[derive(Deserialize)]
struct CertificateJson {
    #[serde(alias = "Domain", default)]
    domain: DomainJson,
    #[serde(alias = "Certificate", default)]
    certificate: String,
}

#[derive(Deserialize, Default)]
struct DomainJson {
    #[serde(alias = "Main", default)]
    main: String,
    #[serde(alias = "SANs", alias = "Sans", default)]
    sans: Option<Vec<String>>,
}

impl Certificates for FsCertificates {
    fn acme(&self) -> Result<Option<Vec<AcmeCertificate>>, CertificateError> {
        let refused = |(path, reason): (PathBuf, String)| CertificateError::Unreadable {
            place: path.display().to_string(),
            reason,
        };
        let Some(path) = &self.acme.now().map_err(refused)? else { return Ok(None) };
        let place = || path.display().to_string();
        let unreadable = |reason: String| CertificateError::Unreadable { place: place(), reason };
        let bytes = read(path, MAX_ACME).map_err(|error| match error.kind() {
            ErrorKind::NotFound => CertificateError::NotFound { place: place() },
            _ => unreadable(error.to_string()),
        })?;
        // Traefik makes the file empty and fills it when the first certificate is there.
        if bytes.trim_ascii().is_empty() {
            return Ok(Some(Vec::new()));
        }
        // Of the reader's words only the place is told: they may quote what stands there.
        let resolvers: BTreeMap<String, Option<ResolverJson>> =
            serde_json::from_slice(&bytes).map_err(|error| {
                unreadable(format!(
                    "it is not what Traefik writes there (line {}, column {})",
                    error.line(),
                    error.column()
                ))
            })?;
        let all = resolvers.into_iter().flat_map(|(resolver, kept)| {
            let certificates = kept.and_then(|kept| kept.certificates).unwrap_or_default();
            certificates.into_iter().map(move |one| of_acme(resolver.clone(), one))
        });
        Ok(Some(all.collect()))
    }

    fn in_file(&self, cert_file: &str) -> Result<Certificate, CertificateError> {
        if cert_file.contains("-----BEGIN") {
            return x509::first(cert_file).ok_or_else(|| CertificateError::Unreadable {
                place: "the text".to_owned(),
                reason: "there is no certificate in it".to_owned(),
            });
        }
        let path = Path::new(cert_file);
        let bytes = path.is_absolute().then(|| read(path, MAX_FILE).ok()).flatten();
        let found = bytes.and_then(|bytes| x509::first(std::str::from_utf8(&bytes).ok()?));
        found.ok_or_else(|| CertificateError::Unreadable {
            place: cert_file.to_owned(),
            reason: "no certificate can be read there from here".to_owned(),
        })
    }
}

fn of_acme(resolver: String, kept: CertificateJson) -> AcmeCertificate {
    let text = x509::from_base64(&kept.certificate).and_then(|bytes| String::from_utf8(bytes).ok());
    let certificate = text.and_then(|text| x509::first(&text)).ok_or_else(|| CertificateError::Unreadable {
        place: kept.domain.main.clone(),
        reason: "there is no certificate in its entry".to_owned(),
    });
    let sans = kept.domain.sans.unwrap_or_default();
    AcmeCertificate { resolver, main: kept.domain.main, sans, certificate }
}

/// The bytes of a file, which are wiped when they are dropped: keys may be among them.
fn read(path: &Path, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    // A pipe would make opening it wait.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > most {
        return Err(io::Error::other(format!("it is larger than {} MiB", most / 1024 / 1024)));
    }
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
