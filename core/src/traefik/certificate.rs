//! The certificates that Traefik shows visitors: what people need to know of them before they end. Private keys are no
//! part of it; who reads certificates leaves them where they are.

use std::fmt;

use crate::clock::Timestamp;

/// A certificate, without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The name in the certificate's subject, or its first alternative name.
    pub main: String,
    /// The alternative names but for the main one, IP addresses among them.
    pub sans: Vec<String>,
    /// Who has signed it, in a few words.
    pub issuer: String,
    /// From when it holds.
    pub not_before: Timestamp,
    /// Until when it holds.
    pub not_after: Timestamp,
}

/// How soon a certificate ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expiry {
    /// It has ended.
    Ended,
    /// It ends within a week.
    Urgent,
    /// It ends within three weeks. Traefik renews what it has from an authority a month before the end, so something is
    /// wrong with the renewal.
    Soon,
    /// There is time.
    Later,
}

const DAY: i64 = 24 * 60 * 60;

impl Certificate {
    /// Whole days until the end; negative after it.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.not_after.0.saturating_sub(now.0).div_euclid(DAY)
    }

    /// How soon it ends.
    pub fn expiry(&self, now: Timestamp) -> Expiry {
        match self.not_after.0.saturating_sub(now.0) {
            ..0 => Expiry::Ended,
            left if left < 7 * DAY => Expiry::Urgent,
            left if left < 21 * DAY => Expiry::Soon,
            _ => Expiry::Later,
        }
    }
}

/// A certificate that Traefik has got from an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcmeCertificate {
    /// The resolver's name.
    pub resolver: String,
    /// The domain that was asked for.
    pub main: String,
    /// The other domains that were asked for.
    pub sans: Vec<String>,
    /// The certificate, or why it cannot be read.
    pub certificate: Result<Certificate, CertificateError>,
}

/// Certificates cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// There is no file of certificates there.
    #[error("{place} is not there")]
    NotFound {
        /// The path.
        place: String,
    },
    /// It is there, but cannot be read, or is not what it should be.
    #[error("{place}: {reason}")]
    Unreadable {
        /// The path, or what it is about.
        place: String,
        /// Why, without a word of what stands in it.
        reason: String,
    },
}

/// Reads certificates, and nothing of private keys. Calls block on the disk.
#[cfg_attr(feature = "test-support", mockall::automock)]
pub trait Certificates: Send + Sync + fmt::Debug {
    /// Those that Traefik has got from authorities (`acme.json`); `None` where nobody has said where that is.
    ///
    /// # Errors
    /// [`CertificateError`] when the file cannot be read as a whole.
    fn acme(&self) -> Result<Option<Vec<AcmeCertificate>>, CertificateError>;

    /// The first certificate of a `certFile`: a path on this machine, or the text itself.
    ///
    /// # Errors
    /// [`CertificateError::Unreadable`] for whatever is no certificate here, in the same words whether there is such a
    /// file or not: a path in a configuration must not tell what else is on the disk.
    fn in_file(&self, cert_file: &str) -> Result<Certificate, CertificateError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_the_end_is_the_end() {
        let certificate = |not_after| Certificate {
            main: "a".to_owned(),
            sans: Vec::new(),
            issuer: String::new(),
            not_before: Timestamp(0),
            not_after: Timestamp(not_after),
        };
        for (not_after, days, expiry) in [
            (-1, -1, Expiry::Ended),
            (0, 0, Expiry::Urgent),
            (DAY - 1, 0, Expiry::Urgent),
            (7 * DAY - 1, 6, Expiry::Urgent),
            (7 * DAY, 7, Expiry::Soon),
            (21 * DAY - 1, 20, Expiry::Soon),
            (21 * DAY, 21, Expiry::Later),
            (i64::MAX, i64::MAX / DAY, Expiry::Later),
        ] {
            let certificate = certificate(not_after);
            let found = (certificate.days_left(Timestamp(0)), certificate.expiry(Timestamp(0)));
            assert_eq!(found, (days, expiry), "{not_after}");
        }
    }
}
