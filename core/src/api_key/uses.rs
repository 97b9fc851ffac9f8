//! When and from where keys were used.

use std::{fmt, net::IpAddr};

use crate::clock::Timestamp;

/// A use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// From where; `None` where the host could not tell.
    pub from: Option<IpAddr>,
}

/// The last use of each key, by the key's stored hash.
///
/// *Durability*: a use outlives a restart once it was written, which a store does every now and then and when it
/// closes; what came after may be lost. Bounded: a store keeps the [`MAX_USES`] latest.
pub trait KeyUses: Send + Sync + fmt::Debug {
    /// Notes a use. Never blocks; an earlier one than the last changes nothing.
    fn note(&self, hash: &str, used: KeyUse);

    /// The last use, in this process or one that ended before it. Never blocks.
    fn last(&self, hash: &str) -> Option<KeyUse>;
}

/// How many uses a store keeps: there are at most ten keys, and revoked ones are forgotten in time.
pub const MAX_USES: usize = 32;
