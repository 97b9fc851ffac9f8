//! Randomness.

use traefik_manager_core::crypto::{CryptoError, Entropy};

/// The random number generator of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), CryptoError> {
        getrandom::fill(bytes).map_err(|error| {
            CryptoError::Unavailable(format!("the operating system gives no randomness: {error}"))
        })
    }
}
