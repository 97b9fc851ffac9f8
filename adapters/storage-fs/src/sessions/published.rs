//! What requests see of the session records.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use traefik_manager_core::{
    clock::Timestamp,
    config::store::StorageError,
    session::{SessionKey, SessionRecord},
};

/// The records at one moment. Only when they were last used goes on changing.
#[derive(Debug, Default)]
pub(super) struct Published {
    records: HashMap<SessionKey, Known>,
    problem: Option<Problem>,
}

#[derive(Debug, Clone)]
struct Known {
    /// As the file has it.
    record: SessionRecord,
    /// Shared with what is published before and afterwards, so that no use is lost between them.
    last_seen: Arc<AtomicI64>,
}

/// Why the records cannot be known.
#[derive(Debug, Clone)]
pub(super) struct Problem(String);

impl Problem {
    pub(super) fn error(&self, name: &str) -> StorageError {
        StorageError::Unreadable { name: name.to_owned(), reason: self.0.clone() }
    }
}

impl Known {
    fn now(&self) -> SessionRecord {
        let last_seen = Timestamp(self.last_seen.load(Ordering::Relaxed));
        SessionRecord { last_seen, ..self.record.clone() }
    }
}

impl Published {
    pub(super) fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    pub(super) fn find(&self, key: &SessionKey) -> Option<SessionRecord> {
        self.records.get(key).map(Known::now)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = SessionRecord> {
        self.records.values().map(Known::now)
    }

    pub(super) fn touch(&self, key: &SessionKey, now: Timestamp) {
        if let Some(known) = self.records.get(key) {
            known.last_seen.fetch_max(now.0, Ordering::Relaxed);
        }
    }

    /// Gives records of the file the later uses that are known here.
    pub(super) fn bring_up_to_date(&self, records: &mut [SessionRecord]) {
        for record in records {
            if let Some(known) = self.records.get(&record.key) {
                record.last_seen.0 = record.last_seen.0.max(known.last_seen.load(Ordering::Relaxed));
            }
        }
    }

    /// Whether any session was used so many seconds later than the file says.
    pub(super) fn was_used_later(&self, seconds: u64) -> bool {
        self.records.values().any(|known| known.now().last_seen.since(known.record.last_seen) >= seconds)
    }

    /// What is published once the file has these records.
    pub(super) fn followed_by(&self, records: Vec<SessionRecord>) -> Self {
        let follow = |record: SessionRecord| {
            let last_seen = self.records.get(&record.key).map(|known| Arc::clone(&known.last_seen));
            let last_seen = last_seen.unwrap_or_default();
            last_seen.fetch_max(record.last_seen.0, Ordering::Relaxed);
            (record.key, Known { record, last_seen })
        };
        Self { records: records.into_iter().map(follow).collect(), problem: None }
    }

    /// The same without some of them.
    pub(super) fn without(&self, keys: &HashSet<SessionKey>) -> Self {
        let left = self.records.iter().filter(|(key, _)| !keys.contains(*key));
        Self {
            records: left.map(|(key, known)| (*key, known.clone())).collect(),
            problem: self.problem.clone(),
        }
    }

    /// The same where the file cannot be read: when each was used is not forgotten.
    pub(super) fn lost(&self, error: &StorageError) -> Self {
        let reason = match error {
            StorageError::Unreadable { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        Self { records: self.records.clone(), problem: Some(Problem(reason)) }
    }
}
