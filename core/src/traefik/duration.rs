//! Durations as Traefik reads them from a file.

/// Whether Traefik takes the text for a duration: whole seconds without a unit, or Go's `time.ParseDuration`
/// (`1h30m`, `500ms`, `-1s`, `1.5s`; Traefik 3.7).
pub fn is_duration(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.is_empty() {
        return false;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return unsigned.parse::<i64>().is_ok();
    }
    let mut rest = unsigned;
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at(number);
        if digits.bytes().filter(|byte| *byte == b'.').count() > 1
            || !digits.bytes().any(|b| b.is_ascii_digit())
        {
            return false;
        }
        // Longer units first: `ms` is not `m` followed by `s`.
        let Some(unit) =
            ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].iter().find(|unit| after.starts_with(**unit))
        else {
            return false;
        };
        rest = &after[unit.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn takes_what_traefik_takes() {
        for text in ["10", "10s", "1m30s", "500ms", "-1s", "+2h", "5.s", ".5s", "1.5h", "0", "3µs"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "1d", "10 s", "1.5", "1_000s", "s", "-", "..5s", "10sx", "9999999999999999999999"] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
