//! What a key may do.

use std::fmt;

/// A part of the program that a key may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Look at configuration, history and lists of backups.
    Read,
    /// Change routes, services, middlewares and other dynamic configuration.
    Config,
    /// Look at and change the static configuration.
    Static,
    /// Restart Traefik.
    Restart,
    /// Make, restore and delete backups.
    Backup,
    /// Everything that the phone app does: all of the above, settings, and API keys.
    App,
}

impl Scope {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Read, Self::Config, Self::Static, Self::Restart, Self::Backup, Self::App];

    /// Its name in files, forms and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Config => "config",
            Self::Static => "static",
            Self::Restart => "restart",
            Self::Backup => "backup",
            Self::App => "app",
        }
    }

    /// The scope of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// The scopes of a key. `app` holds all the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// No scope at all: such a key is known, and may do nothing.
    pub const NONE: Self = Self(0);

    /// Whether a key with these scopes may do what needs that one.
    pub fn allow(self, scope: Scope) -> bool {
        self.0 & (scope.bit() | Scope::App.bit()) != 0
    }

    /// Those that were given by name, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.0 & scope.bit() != 0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The phone app's: what a form or an old file means that says nothing.
impl Default for Scopes {
    fn default() -> Self {
        Self(Scope::App.bit())
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// Names, separated by a comma and a blank.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            write!(f, "{}{}", if place > 0 { ", " } else { "" }, scope.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}
