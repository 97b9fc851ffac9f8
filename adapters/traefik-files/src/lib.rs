//! Reads what Traefik itself writes and is given: `acme.json`, certificates, the access log. Writes nothing.
//!
//! Whatever these files hold, a call ends soon and needs little memory: what is too large is refused, a log is read from
//! its end in blocks, and of a certificate's file everything but the certificate is wiped before the call returns.

#![warn(missing_docs)]

mod certificates;
mod log;
mod place;
mod x509;

pub use certificates::FsCertificates;
pub use log::FsAccessLog;
pub use place::Place;
