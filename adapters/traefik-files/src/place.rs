//! Where a file is: said once, or asked each time, because the settings that name it change while the program runs.

use std::{fmt, path::PathBuf};

/// Says where a file is.
pub struct Place(Box<Ask>);

/// Where it is now; `None` where nobody has said. Refused: the path, and why it is not read.
type Ask = dyn Fn() -> Result<Option<PathBuf>, (PathBuf, String)> + Send + Sync;

impl Place {
    /// Asked each time that the file is read.
    pub fn asked(
        ask: impl Fn() -> Result<Option<PathBuf>, (PathBuf, String)> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(ask))
    }

    pub(crate) fn now(&self) -> Result<Option<PathBuf>, (PathBuf, String)> {
        (self.0)()
    }
}

impl From<Option<PathBuf>> for Place {
    fn from(path: Option<PathBuf>) -> Self {
        Self::asked(move || Ok(path.clone()))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").finish_non_exhaustive()
    }
}
