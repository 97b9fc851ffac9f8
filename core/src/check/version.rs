//! Which Traefik a configuration is for.

use std::fmt;

/// A minor version of Traefik 3; what is accepted differs between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TraefikVersion(u8);

impl TraefikVersion {
    /// The oldest version that is known here, 3.0.
    pub const OLDEST: Self = Self(0);
    /// The newest version that is known here, 3.7.
    pub const NEWEST: Self = Self(7);

    /// Traefik 3 with this minor version; one newer than [`Self::NEWEST`] counts as that.
    pub fn v3(minor: u8) -> Self {
        Self(minor.min(Self::NEWEST.0))
    }

    /// Every version, from the oldest.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(Self)
    }

    /// Reads `3.4`, `v3.4.1` or `3.4.0-rc1`, as people write it and as Traefik's API says it.
    ///
    /// `None` for anything but Traefik 3.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        if parts.next() != Some("3") {
            return None;
        }
        let minor = parts.next()?;
        let digits = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
        let minor: u32 = minor.get(..digits)?.parse().ok()?;
        Some(Self::v3(u8::try_from(minor).unwrap_or(u8::MAX)))
    }

    /// The number behind `3.`.
    pub fn minor(self) -> u8 {
        self.0
    }
}

/// Of a version nobody knows, the newest is assumed.
impl Default for TraefikVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for TraefikVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::TraefikVersion;

    #[test]
    fn reads_what_people_and_apis_write() {
        let parse = |text| TraefikVersion::parse(text).map(TraefikVersion::minor);
        for (text, minor) in [
            ("3.0", 0),
            ("3.4", 4),
            ("v3.6.15", 6),
            ("3.7.0-rc1", 7),
            ("3.2-rc1", 2),
            ("3.12", 7),
            ("3.999999", 7),
        ] {
            assert_eq!(parse(text), Some(minor), "{text}");
        }
        for text in ["", "3", "2.11", "v4.0", "3.", "3.x", "dev"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
