//! What people are told of: kept for the pages and the phone app, and sent on to a webhook.
//!
//! Everything that is worth a notice is in the audit trail already, so the trail is where notices come from: an
//! [`Overheard`] log tells a listener of each entry, [`notice_of`] says whether it is worth a notice, and
//! [`NoticeBoard`] keeps it in `notifications.yml`, in the words of 1.5.2. A [`Letter`] is a notice as a service wants
//! it, and a [`Postman`] takes it there. Nothing happens when a certificate is about to end, so the trail does not know
//! of it: [`Endings`] looks.

mod board;
mod endings;
mod letter;
mod worth;

pub use board::NoticeBoard;
pub use endings::Endings;
pub use letter::{Letter, letter};
pub use worth::{Overheard, notice_of};

use std::fmt;

use async_trait::async_trait;

use crate::clock::Timestamp;

/// Something that people are told of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Notice {
    /// When. No two notices on a board have the same moment, so that it names one.
    pub at: Timestamp,
    /// How it is meant.
    pub rank: Rank,
    /// One line.
    pub text: String,
}

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rank {
    /// Something went well.
    Success,
    /// Something happened.
    Info,
    /// Somebody should have a look.
    Warning,
    /// Something is wrong.
    Error,
}

impl Rank {
    /// The rank of that word; `None` for what is none.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "success" => Some(Self::Success),
            "info" => Some(Self::Info),
            "warning" => Some(Self::Warning),
            "error" => Some(Self::Error),
            _ => None,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Takes letters to where they are addressed.
///
/// Nothing is followed, an answer is not looked at beyond its status, and both time and size have bounds.
#[async_trait]
pub trait Postman: Send + Sync + fmt::Debug {
    /// Takes a letter there, once.
    ///
    /// # Errors
    /// Why it did not arrive, in words for whoever entered the address; never what the server answered.
    ///
    /// # Cancel safety
    /// Dropping the future gives up; the letter may have arrived.
    async fn deliver(&self, letter: &Letter) -> Result<(), String>;

    /// Puts a letter into a bounded queue, to be delivered later and tried again where that fails; `false` where the
    /// queue is full. Never blocks.
    fn post(&self, letter: Letter) -> bool;
}
