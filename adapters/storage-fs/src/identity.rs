//! Tells whether a file is still the one that was looked at.

use std::{
    fs::Metadata,
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::MetadataExt,
    time::{SystemTime, UNIX_EPOCH},
};

use traefik_manager_core::config::store::Stamp;

/// Time in which a second change may leave no mark: kernels stamp files with a clock that ticks every few
/// milliseconds.
const UNSETTLED_NANOS: i128 = 100_000_000;

/// What the system says of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether both are of the same file, as it is or as it was.
    pub(crate) fn is_file_of(self, other: Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }

    /// A mark that differs whenever the content may.
    ///
    /// A file that was changed this very moment could change again without a trace, so its mark is good for
    /// one look only.
    pub(crate) fn stamp(self) -> Stamp {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let now = i128::try_from(now).unwrap_or(i128::MAX);
        let (seconds, nanos) = self.changed.max(self.modified);
        if (now - (i128::from(seconds) * 1_000_000_000 + i128::from(nanos))).abs() < UNSETTLED_NANOS {
            now.hash(&mut hasher);
        }
        Stamp(hasher.finish())
    }
}
