//! Light, dark, or as the system has it: a choice of this browser, kept in a cookie so that a page never flashes in the
//! wrong one.

use hyper::HeaderMap;

use crate::{
    cookies::Jar,
    words::{Message, message},
};

/// How long a choice is kept: the longest that browsers keep a cookie.
pub(crate) const KEPT_SECONDS: u64 = 400 * 24 * 60 * 60;

/// How pages are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice that a browser sends; anything else counts as none.
    pub(crate) fn read(headers: &HeaderMap, secure: bool) -> Self {
        Jar::Theme.read(headers, secure).and_then(|name| Self::parse(&name)).unwrap_or_default()
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What the choice is called.
    pub(crate) fn title(self) -> Message {
        match self {
            Self::System => message!("theme-system"),
            Self::Light => message!("theme-light"),
            Self::Dark => message!("theme-dark"),
        }
    }

    /// What the page's root says; nothing leaves it to the system.
    pub(crate) fn attribute(self) -> Option<&'static str> {
        (self != Self::System).then_some(self.as_str())
    }

    /// What the browser is told before it has read the style: the colours of the empty page and its controls.
    pub(crate) fn color_scheme(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
