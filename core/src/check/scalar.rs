//! Single values as Traefik's YAML reader and Go take them.
//!
//! `yes` is a text, `010` is eight, `2001-01-01` is a date and `1.50` as a text is `1.500000`. Traefik makes a text of
//! every value first and reads numbers, switches and durations out of that.

use std::borrow::Cow;

use crate::{
    traefik::duration::is_duration,
    tree::{Kind, NodeRef, Style},
};

/// What a scalar is to YAML.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    /// A date or time, which Traefik refuses everywhere but in keys.
    Time,
    Text(Cow<'t, str>),
    /// Only Traefik knows: a Go template.
    Opaque,
    /// The tag contradicts the value, or is none that configuration files have.
    BadTag,
}

impl<'t> Scalar<'t> {
    /// Reads a scalar node; any other node is null.
    pub(super) fn of(node: NodeRef<'t>) -> Self {
        let node = node.resolved();
        if node.kind() != Kind::Scalar {
            return Self::Null;
        }
        if node.is_templated() {
            return Self::Opaque;
        }
        let text = node.text();
        match node.tag() {
            None if node.style() == Style::Plain => plain(text),
            None | Some("!") => Self::Text(Cow::Borrowed(text)),
            Some(tag) => tagged(tag, text),
        }
    }

    /// The text that Traefik makes of it; `None` where it makes none.
    pub(super) fn into_text(self) -> Option<Cow<'t, str>> {
        Some(match self {
            Self::Bool(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned(go_float(number)),
            Self::Text(text) => text,
            Self::Null | Self::Time | Self::Opaque | Self::BadTag => return None,
        })
    }

    /// The name that it gives an object as a key: Traefik prints the type where it is no text.
    pub(super) fn into_name(self) -> Option<Cow<'t, str>> {
        Some(match self {
            Self::Text(text) => text,
            Self::Bool(_) => Cow::Borrowed("<bool Value>"),
            Self::Integer(_) => Cow::Borrowed("<int Value>"),
            Self::Float(_) => Cow::Borrowed("<float64 Value>"),
            Self::Time => Cow::Borrowed("<time.Time Value>"),
            Self::Null | Self::Opaque | Self::BadTag => return None,
        })
    }
}

fn tagged<'t>(tag: &str, text: &'t str) -> Scalar<'t> {
    match (tag, plain(text)) {
        ("!!str", _) => Scalar::Text(Cow::Borrowed(text)),
        ("!!null", null @ Scalar::Null) => null,
        ("!!bool", flag @ Scalar::Bool(_)) => flag,
        ("!!int", number @ Scalar::Integer(_)) | ("!!float", number @ Scalar::Float(_)) => number,
        #[expect(clippy::cast_precision_loss, reason = "YAML does the same")]
        ("!!float", Scalar::Integer(number)) => Scalar::Float(number as f64),
        ("!!timestamp", time @ Scalar::Time) => time,
        _ => Scalar::BadTag,
    }
}

/// An unquoted scalar, as `gopkg.in/yaml.v3` resolves it.
fn plain(text: &str) -> Scalar<'_> {
    let as_text = || Scalar::Text(Cow::Borrowed(text));
    let Some(&first) = text.as_bytes().first() else { return Scalar::Null };
    match first {
        b'~' | b'n' | b'N' if matches!(text, "~" | "null" | "Null" | "NULL") => Scalar::Null,
        b't' | b'T' if matches!(text, "true" | "True" | "TRUE") => Scalar::Bool(true),
        b'f' | b'F' if matches!(text, "false" | "False" | "FALSE") => Scalar::Bool(false),
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(text).unwrap_or_else(as_text),
        _ => as_text(),
    }
}

fn number(text: &str) -> Option<Scalar<'_>> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(Scalar::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return Some(Scalar::Float(f64::NEG_INFINITY)),
        ".nan" | ".NaN" | ".NAN" => return Some(Scalar::Float(f64::NAN)),
        _ => {}
    }
    if is_time(text) {
        return Some(Scalar::Time);
    }
    let bare: Cow<'_, str> =
        if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    // A leading dot is tried as a number with its underscores, and Go knows none there.
    if text.starts_with('.') && bare.len() != text.len() {
        return None;
    }
    integer(&bare).map(Scalar::Integer).or_else(|| float(&bare).map(Scalar::Float))
}

/// Go's `strconv.ParseInt` with base 0, within 64 bits of either kind.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let radix = |prefix: [&str; 2]| prefix.iter().find_map(|prefix| digits.strip_prefix(prefix));
    let (digits, base) = if let Some(rest) = radix(["0x", "0X"]) {
        (rest, 16)
    } else if let Some(rest) = radix(["0b", "0B"]) {
        (rest, 2)
    } else if let Some(rest) = radix(["0o", "0O"]) {
        (rest, 8)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (digits.get(1..)?, 8)
    } else {
        (digits, 10)
    };
    if !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let number = i128::from_str_radix(digits, base).ok()?;
    let number = if negative { -number } else { number };
    (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&number).then_some(number)
}

/// `yaml.v3`'s own grammar of decimal fractions; Go refuses those beyond its range.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()),
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    if !is_mantissa || !is_exponent {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Whether a plain scalar is a date or a time to YAML.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') || !bytes.iter().take(4).all(u8::is_ascii_digit) {
        return false;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let mut parts =
        date.split('-').map(|part| (1..=4).contains(&part.len()).then(|| part.parse::<u32>().ok()));
    let mut next = || parts.next().flatten().flatten();
    let (Some(year), Some(month), Some(day)) = (next(), next(), next()) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    // What stands behind a date is not taken apart: hardly anybody writes a text that begins so.
    (1..=days).contains(&day) && time.is_none_or(|time| time.starts_with(|c: char| c.is_ascii_digit()))
}

/// Go's `%f` without a tail of zeros.
fn go_float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let text = format!("{number:.6}");
    text.strip_suffix(".000000").map_or(text.clone(), str::to_owned)
}

/// Go's `strconv.ParseInt(text, 10, bits)` and `ParseUint`.
pub(super) fn parse_integer(text: &str, range: std::ops::RangeInclusive<i128>) -> Option<i128> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // A longer number than this is out of every range.
    if unsigned.is_empty() || unsigned.len() > 38 || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse::<i128>().ok().filter(|number| range.contains(number))
}

/// Go's `strconv.ParseFloat` for what people write.
pub(super) fn is_float(text: &str) -> bool {
    float(text).is_some() || matches!(text, "+Inf" | "-Inf" | "NaN")
}

/// Nanoseconds of a duration that Traefik takes; of seconds that are too many for it, what Go's 64 bits make of them.
pub(super) fn parse_duration(text: &str) -> Option<i128> {
    if !is_duration(text) {
        return None;
    }
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest.bytes().all(|b| b.is_ascii_digit()) {
        let seconds = text.parse::<i64>().unwrap_or(i64::MAX);
        return Some(i128::from(seconds.wrapping_mul(1_000_000_000)));
    }
    let mut total = 0_f64;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let unit = rest.get(number..).unwrap_or_default();
        let end = unit.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(unit.len());
        let factor = match unit.get(..end).unwrap_or_default() {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            _ => 3600e9,
        };
        total += rest.get(..number)?.parse::<f64>().unwrap_or(0.0) * factor;
        rest = unit.get(end..).unwrap_or_default();
    }
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    Some(sign * total as i128)
}

#[cfg(test)]
mod tests {
    use super::{Scalar, is_time, parse_duration, parse_integer, plain};

    fn text(of: &str) -> Option<String> {
        plain(of).into_text().map(std::borrow::Cow::into_owned)
    }

    #[test]
    fn plain_scalars_become_what_go_prints() {
        for (written, read) in [
            ("yes", "yes"),
            ("TRUE", "true"),
            ("tRUE", "tRUE"),
            ("1.50", "1.500000"),
            ("0x1F", "31"),
            ("010", "8"),
            ("08", "8"),
            ("0o17", "15"),
            ("-0b11", "-3"),
            ("1_000", "1000"),
            ("1e3", "1000"),
            ("+.5e1", "5"),
            ("1_0.0", "10"),
            ("5.0000001", "5"),
            ("5.0000009", "5.000001"),
            ("18446744073709551615", "18446744073709551615"),
            (".inf", "+Inf"),
            ("1e400", "1e400"),
            ("0x1p4", "0x1p4"),
            ("1.2.3.4", "1.2.3.4"),
            ("-", "-"),
            ("10.0.0.0/8", "10.0.0.0/8"),
        ] {
            assert_eq!(text(written).as_deref(), Some(read), "{written}");
        }
        assert_eq!(plain("~"), Scalar::Null);
        assert_eq!(plain(""), Scalar::Null);
    }

    #[test]
    fn dates_are_recognised() {
        for time in ["2001-01-01", "2001-1-1", "2001-01-01T1:2:3Z", "2001-01-01 1:2:3.5"] {
            assert!(is_time(time), "{time}");
        }
        for text in ["2001-13-01", "2001-02-29", "2001-01-01x", "2001-01", "200-01-01", "2001-01-01 x"] {
            assert!(!is_time(text), "{text}");
        }
    }

    #[test]
    fn numbers_and_durations() {
        let int = |text| parse_integer(text, i128::from(i64::MIN)..=i128::from(i64::MAX));
        assert_eq!((int("+7"), int("-7"), int("42")), (Some(7), Some(-7), Some(42)));
        for bad in ["", " 7", "4.5", "0x2A", "1_000", "9223372036854775808", "+", "+-1"] {
            assert_eq!(int(bad), None, "{bad}");
        }
        let second = 1_000_000_000;
        assert_eq!(parse_duration("10"), Some(10 * second));
        assert_eq!(parse_duration("1m30s"), Some(90 * second));
        assert_eq!(parse_duration("-1.5s"), Some(-3 * second / 2));
        assert_eq!(parse_duration("500ms"), Some(second / 2));
        assert_eq!(parse_duration("9223372036854775807"), Some(-second));
        assert_eq!(parse_duration("-9223372037"), Some(9_223_372_036_709_551_616));
        assert_eq!(parse_duration("1d"), None);
    }
}
