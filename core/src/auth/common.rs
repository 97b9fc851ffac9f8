//! Passwords that everybody tries first, in whatever dress.
//!
//! [`CommonPasswords`](crate::crypto::CommonPasswords) knows those that have leaked, letter by letter. But lists of
//! leaked passwords are mostly a few hundred words in a few thousand dresses: a capital, digits behind, an exclamation
//! mark, `@` for `a`. So there is also a short list of words, and the dress is taken off before looking. Among the words
//! are those that this program suggests: its own name, that of Traefik, and what both are about.

/// In lower case, one a line.
const WORDS: &str = include_str!("common_passwords.txt");
/// So many characters around a word are dress; more make it another password.
const DRESS: usize = 5;
/// Runs of neighbours, forwards and backwards.
const ROWS: [&str; 9] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// Whether a password is one of those that are tried first. `password` is composed (NFC).
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let plain: Vec<char> = lower.chars().filter(|c| !c.is_whitespace()).collect();
    is_repetition(&plain) || is_run(&plain) || is_dressed_word(&plain)
}

/// A piece of one to four characters, again and again.
fn is_repetition(text: &[char]) -> bool {
    let repeats = |length: usize| text.iter().zip(text.iter().skip(length)).all(|(one, other)| one == other);
    (1..=4).any(|length| text.len() >= 2 * length && repeats(length))
}

/// Made of at most two stretches of neighbours on a keyboard or in the alphabet: `12345678`, `qwertyasdf`.
fn is_run(text: &[char]) -> bool {
    (0..=text.len()).any(|at| text.split_at_checked(at).is_some_and(|(one, two)| in_row(one) && in_row(two)))
}

fn in_row(text: &[char]) -> bool {
    let forwards: String = text.iter().collect();
    let backwards: String = text.iter().rev().collect();
    ROWS.iter().any(|row| row.contains(&forwards) || row.contains(&backwards))
}

/// A word of the list, once or twice, with little around it and letters written as digits.
fn is_dressed_word(text: &[char]) -> bool {
    let is_dress = |c: &&char| !c.is_alphabetic();
    let behind = text.iter().rev().take_while(is_dress).count();
    let ahead = text.iter().take_while(is_dress).count();
    let cuts = |most: usize| 0..=most.min(DRESS);
    cuts(ahead).any(|first| {
        cuts(behind).any(|last| {
            let Some(bare) = text.get(first..text.len().saturating_sub(last)) else { return false };
            let is_little = first + last <= DRESS;
            is_little && ['i', 'l'].into_iter().any(|one| is_word(&undressed(bare, one)))
        })
    })
}

/// Letters instead of what looks like them; a `1` may be an i or an l.
fn undressed(text: &[char], one: char) -> String {
    let letter = |c: &char| match c {
        '0' => Some('o'),
        '1' | '!' | '|' => Some(one),
        '3' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        '7' | '+' => Some('t'),
        c if c.is_alphabetic() => Some(*c),
        _ => None,
    };
    text.iter().filter_map(letter).collect()
}

fn is_word(text: &str) -> bool {
    let is_listed = |text: &str| !text.is_empty() && WORDS.lines().any(|word| word == text);
    let half = text.split_at_checked(text.len() / 2);
    is_listed(text) || half.is_some_and(|(one, two)| one == two && is_listed(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_is_common() {
        for password in [
            "password",
            "Password1!",
            "P@ssw0rd",
            "p4$$w0rd2026",
            "passw0rd!!",
            "12345678",
            "1234567890",
            "87654321",
            "qwertyuiop",
            "qwerty123",
            "asdfghjkl",
            "1qaz2wsx",
            "1q2w3e4r",
            "aaaaaaaa",
            "abcabcabc",
            "abcdabcd",
            "iloveyou",
            "letmein1",
            "Welcome123",
            "administrator",
            "changeme!",
            "traefik123",
            "Traefik-Manager",
            "traefik manager",
            "2026traefik",
            "ADMINADMIN",
            "adm1nadm1n",
            "abcdefgh",
            "monkey12",
            "dragon99",
            "sunshine",
            "correcthorsebatterystaple",
            "00000000",
            "12121212",
            "qwertyasdf",
            "letmeinletmein",
        ] {
            assert!(is_common(password), "{password}");
        }
    }

    #[test]
    fn what_nobody_guesses_is_not() {
        for password in [
            "correct horse battery",
            "a new password of mine",
            "dragon7481923",
            "blue-Tractor-19",
            "Xk7#pQ2z",
            "zwölf Boxkämpfer",
            "éèêëàâäç",
            "🔑🗝🚪🏠🪟🧱🪜🔒",
            "monkey eats pizza",
            "tr0ub4dor&3",
        ] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn the_list_is_as_it_is_looked_at() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert!(words.len() > 300 && words.is_sorted());
        for word in words {
            assert!(word.chars().all(|c| c.is_alphabetic() && c.is_lowercase()), "{word}");
        }
    }
}
