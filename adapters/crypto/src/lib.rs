//! The cryptographic ports of `traefik-manager-core`, with maintained libraries behind them.
//!
//! Nothing here decides anything: the rules live in the core, the primitives in the libraries. What is added is
//! what the ports promise beyond them: passwords that bcrypt would cut are refused, text that is not a hash
//! takes as long as one, and a key that does not fit is an error instead of a panic.

#![warn(missing_docs)]

mod aside;
mod cipher;
mod digests;
mod entropy;
mod leaked;
mod one_time;
mod passwords;

pub use cipher::FernetCipher;
pub use digests::HmacDigests;
pub use entropy::OsEntropy;
pub use leaked::LeakedPasswords;
pub use one_time::Totp;
pub use passwords::Bcrypt;
