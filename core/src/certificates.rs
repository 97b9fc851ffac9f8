//! All certificates that Traefik may show: those from authorities, and those that files name.

use crate::{
    clock::Timestamp,
    config::object::ObjectKind,
    manager::Manager,
    routes::Snapshot,
    traefik::certificate::{Certificate, CertificateError, Expiry},
};

/// Everything that is known of the certificates.
#[derive(Debug, Default)]
pub struct Collected {
    /// Those that end first come first, and before them those that cannot be read.
    pub all: Vec<Found>,
    /// Why those from authorities cannot be told.
    pub error: Option<String>,
    /// Whether somebody has said where those from authorities are.
    pub is_named: bool,
}

/// A certificate, and where it comes from.
#[derive(Debug)]
pub struct Found {
    /// The resolver's name; `file` for one that a file names.
    pub resolver: String,
    /// Its name, or the domain that was asked for; empty where it cannot be read.
    pub main: String,
    /// Its other names.
    pub sans: Vec<String>,
    /// The certificate, or why it cannot be read.
    pub certificate: Result<Certificate, String>,
    /// The configuration file that names it.
    pub config_file: Option<String>,
    /// Its `certFile`, where that is a path.
    pub cert_file: Option<String>,
}

impl Found {
    /// How soon it ends; `None` for one that cannot be read.
    pub fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        self.certificate.as_ref().ok().map(|certificate| certificate.expiry(now))
    }
}

/// Reads them all. Blocks on the disk.
pub fn collect(manager: &Manager, snapshot: &Snapshot) -> Collected {
    let Some(certificates) = &manager.surroundings().certificates else { return Collected::default() };
    let mut collected = Collected::default();
    match certificates.acme() {
        Ok(None) => {}
        Ok(Some(acme)) => {
            collected.is_named = true;
            collected.all.extend(acme.into_iter().map(|one| Found {
                resolver: one.resolver,
                main: one.main,
                sans: one.sans,
                certificate: one.certificate.map_err(|error| match error {
                    CertificateError::Unreadable { reason, .. } => reason,
                    error => error.to_string(),
                }),
                config_file: None,
                cert_file: None,
            }));
        }
        Err(error) => {
            collected.is_named = true;
            collected.error = Some(error.to_string());
        }
    }
    for object in snapshot.objects(ObjectKind::TlsCertificate) {
        let name = object.name();
        let read = certificates.in_file(name).map_err(|error| error.to_string());
        let (main, sans) = read.as_ref().map_or_else(
            |_| (String::new(), Vec::new()),
            |certificate| (certificate.main.clone(), certificate.sans.clone()),
        );
        collected.all.push(Found {
            resolver: "file".to_owned(),
            main,
            sans,
            certificate: read,
            config_file: Some(object.file().to_string()),
            cert_file: (!name.contains("-----BEGIN")).then(|| name.to_owned()),
        });
    }
    collected.all.sort_by_key(|found| found.certificate.as_ref().ok().map(|one| one.not_after));
    collected
}
