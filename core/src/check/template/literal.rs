//! Numbers, characters and strings as Go reads them.

/// What a string in quotes or back quotes says; `None` where Go does not read it.
pub(super) fn text(quoted: &str) -> Option<String> {
    if let Some(raw) = quoted.strip_prefix('`') {
        return Some(raw.strip_suffix('`')?.replace('\r', ""));
    }
    unescaped(quoted.strip_prefix('"')?.strip_suffix('"')?, '"')
}

/// Whether Go reads this as one character: `'a'`, `'\n'`.
pub(super) fn is_character(quoted: &str) -> bool {
    let inner = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    // A byte by number above 127 becomes a character as well, so what counts is that there is one.
    inner.and_then(|inner| unescaped(inner, '\'')).is_some_and(|text| text.chars().count() == 1)
}

fn unescaped(text: &str, quote: char) -> Option<String> {
    let (mut rest, mut made) = (text.chars(), String::new());
    while let Some(next) = rest.next() {
        if next == quote {
            return None;
        }
        if next != '\\' {
            made.push(next);
            continue;
        }
        made.push(match rest.next()? {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' => '\\',
            'x' => numbered(&mut rest, 0, 2, 16)?,
            'u' => numbered(&mut rest, 0, 4, 16)?,
            'U' => numbered(&mut rest, 0, 8, 16)?,
            digit @ '0'..='7' => {
                numbered(&mut rest, digit.to_digit(8)?, 2, 8).filter(|&c| u32::from(c) < 256)?
            }
            sign if sign == quote => sign,
            _ => return None,
        });
    }
    Some(made)
}

fn numbered(rest: &mut std::str::Chars<'_>, first: u32, digits: usize, base: u32) -> Option<char> {
    let mut number = first;
    for _ in 0..digits {
        number = number.checked_mul(base)?.checked_add(rest.next()?.to_digit(base)?)?;
    }
    char::from_u32(number)
}

/// Whether Go reads this as a number that fits; [`super::lex`] has seen to its characters.
pub(super) fn is_number(text: &str) -> bool {
    let signless = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(imaginary) = signless.strip_suffix('i') {
        // A complex number has its sign in the middle, unless that is the one of an exponent.
        let middle = imaginary.rmatch_indices(['+', '-']).map(|(at, _)| at).find(|&at| {
            let before = imaginary.get(..at).unwrap_or_default();
            at > 0 && !before.ends_with(['e', 'E', 'p', 'P'])
        });
        return match middle {
            Some(at) => {
                let (real, imaginary) = imaginary.split_at(at);
                is_float(real) && is_float(imaginary.get(1..).unwrap_or_default())
            }
            None => is_float(imaginary),
        };
    }
    is_integer(signless, text.starts_with('-'), text.starts_with('+'))
        || (signless.contains(['.', 'e', 'E', 'p', 'P']) && is_float(signless))
}

/// Whether Go takes a number that it reads for a whole one.
pub(super) fn is_whole(text: &str) -> bool {
    let signless = text.trim_start_matches(['+', '-']).to_ascii_lowercase();
    text.starts_with('\'')
        || (signless.starts_with("0x") && !signless.contains(['p', 'i']))
        || !signless.contains(['.', 'e', 'p', 'i'])
}

fn is_integer(signless: &str, is_negative: bool, has_plus: bool) -> bool {
    let lower = signless.to_ascii_lowercase();
    let (digits, base, is_prefixed) = match lower.get(..2) {
        Some("0x") => (lower.get(2..), 16, true),
        Some("0o") => (lower.get(2..), 8, true),
        Some("0b") => (lower.get(2..), 2, true),
        _ if lower.len() > 1 && lower.starts_with('0') => (lower.get(1..), 8, true),
        _ => (Some(lower.as_str()), 10, false),
    };
    let Some(digits) = digits.filter(|digits| separates_digits(digits, is_prefixed)) else { return false };
    let digits = digits.replace('_', "");
    let Ok(number) = u64::from_str_radix(&digits, base) else { return false };
    // What has a sign is read with one.
    !(is_negative || has_plus) || i64::try_from(number).is_ok() || (is_negative && number == 1 << 63)
}

fn is_float(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        let Some((mantissa, exponent)) = hex.split_once('p') else { return false };
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let digits = mantissa.replacen('.', "", 1);
        return separates_digits(&digits, true)
            && !exponent.is_empty()
            && exponent.bytes().all(|c| c.is_ascii_digit());
    }
    let mut parts = lower.split(['.', 'e', '+', '-']).filter(|part| !part.is_empty());
    parts.all(|part| separates_digits(part, false))
        && lower.replace('_', "").parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether each underscore stands between digits, or between a prefix and a digit.
fn separates_digits(digits: &str, is_prefixed: bool) -> bool {
    !digits.is_empty()
        && !digits.ends_with('_')
        && !digits.contains("__")
        && (is_prefixed || !digits.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::{is_character, is_number, text};

    #[test]
    fn numbers_are_those_of_go() {
        for good in [
            "1", "-1", "+1", "1_000", "0x1F", "0o17", "017", "0b1", "1.5", ".5", "1e3", "0x1p4", "1i", "1+2i",
        ] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["+", "-", "0x", "08", "1e", "99999999999999999999", "1__0", "1_", "0b", "1e999", "."] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn strings_are_those_of_go() {
        assert_eq!(text(r#""a\n\x41\u00e9\101\"""#).as_deref(), Some("a\nAéA\""));
        assert_eq!(text("`a\\q`").as_deref(), Some("a\\q"));
        for bad in [r#""\q""#, r#""\'""#, r#""\400""#, r#""\ud800""#, r#""\x4""#] {
            assert_eq!(text(bad), None, "{bad}");
        }
        assert!(is_character("'a'") && is_character(r"'\''") && is_character(r"'\n'"));
        assert!(!is_character("''") && !is_character("'ab'") && !is_character(r#"'\"'"#));
    }
}
