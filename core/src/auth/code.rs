//! What somebody types as a code.

use crate::secret::Secret;

/// Longer texts are not looked at; a recovery code with blanks and dashes has less than half of that.
const MAX_BYTES: usize = 128;
/// 120 bits in base32.
pub(super) const RECOVERY_CHARACTERS: usize = 24;

/// A code, without blanks and dashes, in ASCII.
#[derive(Debug)]
pub(super) enum Code {
    /// Six digits.
    OneTime(Secret),
    /// 24 letters and digits of base32, in lower case.
    Recovery(Secret),
}

impl Code {
    /// Reads a code as people and keyboards write it: with blanks, with dashes, in full-width characters.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let plain: String = text.chars().map(narrow).filter(|c| !c.is_whitespace() && !is_dash(*c)).collect();
        let plain = Secret::new(plain.to_ascii_lowercase());
        let (length, all) =
            (plain.expose().len(), |is: fn(&u8) -> bool| plain.expose().as_bytes().iter().all(is));
        if length == 6 && all(u8::is_ascii_digit) {
            Some(Self::OneTime(plain))
        } else if length == RECOVERY_CHARACTERS && all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')) {
            Some(Self::Recovery(plain))
        } else {
            None
        }
    }
}

/// The ASCII character that a full-width one stands for.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        c => c,
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Option<String> {
        match Code::parse(text) {
            Some(Code::OneTime(code)) => Some(code.expose().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn a_code_may_be_written_in_many_ways() {
        for text in [
            "123456",
            " 123 456\n",
            "123-456",
            "１２３４５６",
            "１２３\u{3000}４５６",
            "1 2 3 4 5 6",
            "123–456",
        ] {
            assert_eq!(digits(text).as_deref(), Some("123456"), "{text}");
        }
    }

    #[test]
    fn what_could_mean_something_else_is_no_code() {
        let long = "1".repeat(100_000);
        for text in [
            "",
            "12345",
            "1234567",
            "12345a",
            "١٢٣٤٥٦",
            "①②③④⑤⑥",
            "123.456",
            "+123456",
            "123456\0",
            "1e5",
            &long,
        ] {
            assert!(Code::parse(text).is_none(), "{text:.20}");
        }
    }

    #[test]
    fn a_recovery_code_may_be_copied_with_its_dashes() {
        for text in
            ["abcd-efgh-2345-6777-zzzz-aaaa", "ABCDEFGH23456777zzzzaaaa", "abcd efgh 2345 6777 zzzz aaaa"]
        {
            let Some(Code::Recovery(code)) = Code::parse(text) else { unreachable!("{text}") };
            assert_eq!(code.expose(), "abcdefgh23456777zzzzaaaa");
        }
        assert!(Code::parse("abcd-efgh-2345-6777-zzzz-aaa1").is_none());
    }
}
