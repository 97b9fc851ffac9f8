//! What fails for certain where it is run: templates get no data, and functions take so many arguments.

use std::ops::Range;

use crate::check::schema::functions::{Function, function};

/// What stands at one place of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Function(String),
    /// `.`, which says `false` where nothing has changed it.
    Dot,
    Nil,
    /// `$` or `$name`, without fields.
    Variable,
    Bool,
    Number,
    Text,
    /// A pipeline in parentheses.
    Group,
    /// Anything with fields.
    Fields,
}

impl Operand {
    /// Whether a pipeline cannot go on with it, which Go sees without running it.
    pub(super) fn is_value(&self) -> bool {
        matches!(self, Self::Dot | Self::Nil | Self::Bool | Self::Number | Self::Text)
    }

    /// Whether a field of it can be read at all, which Go sees without running it.
    pub(super) fn has_fields(&self) -> bool {
        !self.is_value()
    }
}

/// An operand and where it stands.
pub(super) type Placed = (Operand, Range<usize>);

/// Why a command fails that is run, with what the command before has made if there is one.
pub(super) fn failure(command: &[Placed], is_piped: bool) -> Option<(String, Range<usize>)> {
    let ((first, span), rest) = command.split_first()?;
    let given = rest.len() + usize::from(is_piped);
    let what = match first {
        Operand::Function(name) => {
            let Function { least, most, .. } = function(name)?;
            let most = most.unwrap_or(usize::MAX);
            let wanted = if given < *least {
                *least
            } else if given > most {
                most
            } else {
                return None;
            };
            let wanted = match () {
                () if *least == most => wanted.to_string(),
                () if given < *least => format!("at least {wanted}"),
                () => format!("at most {wanted}"),
            };
            let noun = if given == 1 { "argument" } else { "arguments" };
            format!("gives `{name}` {given} {noun}, and it takes {wanted}")
        }
        Operand::Nil => "is `nil`, which is no value of its own".to_owned(),
        Operand::Fields => return None,
        _ if given > 0 => "gives an argument to what is no function".to_owned(),
        _ => return None,
    };
    Some((what, span.clone()))
}

/// Whether `range` cannot go over what one operand says.
pub(super) fn is_no_list(operand: &Operand) -> bool {
    matches!(operand, Operand::Dot | Operand::Bool | Operand::Text)
}
