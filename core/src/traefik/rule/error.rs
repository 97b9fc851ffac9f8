//! What is wrong with a rule.

use std::fmt;

/// Why Traefik would not take a rule, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The byte in the rule at which it goes wrong, from 0; a character boundary.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl RuleError {
    pub(super) fn new(offset: usize, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { offset, message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { offset, message, remedy } = self;
        write!(f, "{message} (at byte {offset} of the rule): {remedy}")
    }
}

impl std::error::Error for RuleError {}
