//! How a text is written as a scalar: plain where every reader takes it for that text, quoted otherwise.

use traefik_manager_core::{config::edit::SyntaxError, tree::Style};

use crate::{parse::Dialect, template::Masked};

/// Where a scalar is to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    Block,
    Flow,
}

/// Writes a text as a scalar, in the wanted style where it can be.
///
/// # Errors
/// Why it cannot be written: Traefik would run a part of it as a template.
pub(crate) fn scalar(
    text: &str,
    spot: Spot,
    wanted: Option<Style>,
    dialect: Dialect,
) -> Result<String, String> {
    if dialect.templates && text.contains("{{") {
        return templated(text, spot, wanted);
    }
    let single = is_printable(text);
    match wanted {
        Some(Style::SingleQuoted) if single => return Ok(single_quoted(text)),
        Some(Style::DoubleQuoted) => return Ok(double_quoted(text)),
        _ => {}
    }
    Ok(if is_plain(text, spot) && !is_typed(text) {
        text.to_owned()
    } else if single && text.contains(['"', '\\']) {
        single_quoted(text)
    } else {
        double_quoted(text)
    })
}

/// A text with template actions: it must stand in the file exactly as it is, because Traefik runs the actions
/// before it reads the quotes.
fn templated(text: &str, spot: Spot, wanted: Option<Style>) -> Result<String, String> {
    let masked = Masked::new(text).map_err(|error| unwritable(&error))?.text;
    let fits = |style: Style| match style {
        Style::Plain => is_plain(&masked, spot),
        Style::SingleQuoted => is_printable(&masked) && !masked.contains('\''),
        Style::DoubleQuoted => is_printable(&masked) && !masked.contains(['"', '\\']),
        _ => false,
    };
    let styles = wanted.into_iter().chain([Style::Plain, Style::DoubleQuoted, Style::SingleQuoted]);
    match styles.into_iter().find(|style| fits(*style)) {
        Some(Style::SingleQuoted) => Ok(format!("'{text}'")),
        Some(Style::DoubleQuoted) => Ok(format!("\"{text}\"")),
        Some(_) => Ok(text.to_owned()),
        None => {
            Err("holds a Go template beside quotes or line breaks that cannot be written with it".to_owned())
        }
    }
}

/// Why a text cannot stand where it shall, as what is said of its place.
pub(crate) fn unwritable(error: &SyntaxError) -> String {
    format!("cannot be written: {}", error.message)
}

/// Whether no character needs an escape.
fn is_printable(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..) && !is_odd(c))
}

/// Characters that YAML allows but that are not to stand in a text unescaped.
fn is_odd(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The text in double quotes, on one line.
pub(crate) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            ' '..='~' => quoted.push(c),
            '\u{a0}'..='\u{fffd}' | '\u{10000}'.. if !is_odd(c) => quoted.push(c),
            '\0'..='\u{ff}' => escape(&mut quoted, 'x', 2, c),
            '\u{100}'..='\u{ffff}' => escape(&mut quoted, 'u', 4, c),
            _ => escape(&mut quoted, 'U', 8, c),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(quoted: &mut String, letter: char, digits: u32, c: char) {
    quoted.push('\\');
    quoted.push(letter);
    let nibbles = (0..digits).rev().map(|place| (u32::from(c) >> (4 * place)) & 0xf);
    quoted.extend(nibbles.filter_map(|nibble| char::from_digit(nibble, 16)));
}

/// Whether the text, unquoted, is read back as these characters.
pub(crate) fn is_plain(text: &str, spot: Spot) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    let second = chars.next();
    let starts = match first {
        '-' => second.is_some_and(|c| c.is_ascii_alphanumeric()),
        c => !"?:,[]{}#&*!|>'\"%@` ".contains(c),
    };
    let flow = spot == Spot::Flow && (text.contains([',', '[', ']', '{', '}']) || text.contains(":?"));
    starts
        && is_printable(text)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("...")
        && !flow
}

/// Whether some reader of YAML 1.1 or 1.2 takes the plain text for something else than text.
fn is_typed(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = matches!(
        lower.as_str(),
        "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "=" | "<<"
    );
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    word || matches!(unsigned, ".inf" | ".nan") || is_number(unsigned) || is_date(unsigned)
}

fn is_number(text: &str) -> bool {
    let radix = |prefix: &str, digits: &str| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| digits.contains(c)))
    };
    if radix("0x", "0123456789abcdef_") || radix("0o", "01234567_") || radix("0b", "01_") {
        return true;
    }
    // Sexagesimal (`12:30:45`) as well as common numbers; an address such as `10.0.0.1` has too many dots.
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    mantissa.contains(|c: char| c.is_ascii_digit())
        && mantissa.chars().all(|c| c.is_ascii_digit() || "_.:".contains(c))
        && mantissa.matches('.').count() <= 1
        && !exponent.is_empty()
        && exponent.chars().all(|c| c.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let digits = |part: Option<&str>, least: usize, most: usize| {
        part.is_some_and(|part| {
            (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        })
    };
    digits(parts.next(), 4, 4)
        && digits(parts.next(), 1, 2)
        && parts.next().is_some_and(|day| day.starts_with(|c: char| c.is_ascii_digit()))
}
