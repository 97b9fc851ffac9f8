//! Uses of keys in memory.

use std::{collections::HashMap, sync::Mutex};

use super::lock;
use crate::api_key::{KeyUse, KeyUses};

/// A [`KeyUses`] that keeps them in memory.
#[derive(Debug, Default)]
pub struct MemoryKeyUses {
    uses: Mutex<HashMap<String, KeyUse>>,
}

impl KeyUses for MemoryKeyUses {
    fn note(&self, hash: &str, used: KeyUse) {
        let mut uses = lock(&self.uses);
        if uses.get(hash).is_none_or(|last| last.at <= used.at) {
            uses.insert(hash.to_owned(), used);
        }
    }

    fn last(&self, hash: &str) -> Option<KeyUse> {
        lock(&self.uses).get(hash).copied()
    }
}
