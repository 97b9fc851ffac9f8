//! What is a remark, in a file that only Traefik can read.
//!
//! Traefik runs Go templates over comments too, and a line that looks like a comment may stand in the middle of a text.
//! So a difference counts as a remark only where nothing of that kind can be meant; in doubt it does not.

use crate::template::Masked;

/// Whether only Traefik can tell what it will make of a text, and has not said so of the same one.
pub(crate) fn is_for_traefik_alone(old: Option<&str>, new: &str) -> bool {
    if !new.contains("{{") {
        return false;
    }
    let Some(old) = old else { return true };
    match (Masked::new(old), Masked::new(new)) {
        // The YAML around the actions is read by our own reader; what they stand for is known by what they did.
        (Ok(before), Ok(after)) => lines_with(old, &before) != lines_with(new, &after),
        (Err(_), Ok(_)) => true,
        (_, Err(_)) => without_remarks(old).zip(without_remarks(new)).is_none_or(|(a, b)| a != b),
    }
}

/// The lines in which actions stand, each once however many it has, in an order that does not depend on where.
fn lines_with<'a>(text: &'a str, masked: &Masked<'_>) -> Vec<&'a str> {
    let (mut lines, mut looked_at) = (Vec::new(), 0);
    for action in &masked.actions {
        if action.start < looked_at {
            continue;
        }
        let start = text[..action.start].rfind('\n').map_or(0, |end| end + 1);
        let end = text[action.start..].find('\n').map_or(text.len(), |length| action.start + length);
        lines.push(text[start..end].trim());
        looked_at = end;
    }
    lines.sort_unstable();
    lines
}

/// The lines that are neither blank nor comments; `None` where it cannot be told which are.
fn without_remarks(text: &str) -> Option<Vec<&str>> {
    let mut kept = Vec::new();
    let mut is_behind_remark = false;
    for line in text.lines() {
        let content = line.trim();
        if (content.is_empty() || content.starts_with('#'))
            && !content.contains("{{")
            && !content.contains("}}")
        {
            is_behind_remark = true;
            continue;
        }
        if goes_on(content) || (is_behind_remark && !begins(content)) {
            return None;
        }
        is_behind_remark = false;
        kept.push(line.trim_end());
    }
    Some(kept)
}

/// Whether what begins in a line may go on in the next: a block of text, a quoted one, an action.
fn goes_on(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_block = words.any(|word| {
        let indicators = word.strip_prefix(['|', '>']);
        indicators.is_some_and(|rest| rest.bytes().all(|byte| b"+-0123456789".contains(&byte)))
    });
    let is_odd = |mark: &str| line.matches(mark).count() % 2 == 1;
    is_block
        || is_odd("\"")
        || is_odd("'")
        || is_odd("`")
        || line.matches("{{").count() != line.matches("}}").count()
}

/// Whether a line begins something of its own, so that what stands above it is at its end.
fn begins(line: &str) -> bool {
    let is_key = || {
        let (key, rest) = line.split_once(':').unwrap_or_default();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        !key.is_empty() && key.bytes().all(is_plain) && (rest.is_empty() || rest.starts_with(' '))
    };
    line.starts_with("- ") || line.starts_with("{{") || is_key()
}

#[cfg(test)]
mod tests {
    use super::{is_for_traefik_alone, lines_with};
    use crate::template::Masked;

    const SHAPED: &str =
        "http:\n  routers:\n{{ range $i := until 2 }}\n    g{{ $i }}:\n      rule: Host(`a`)\n{{ end }}\n";

    #[test]
    fn comments_and_blank_lines_are_remarks() {
        let commented = SHAPED.replace("http:", "# http it is\n\nhttp:") + "  # end\n\n";
        for (old, new) in [(SHAPED, commented.as_str()), (&commented, SHAPED), (SHAPED, SHAPED)] {
            assert!(!is_for_traefik_alone(Some(old), new), "{old}\n{new}");
        }
        assert!(!is_for_traefik_alone(None, "http: {}\n"), "without templates");
    }

    #[test]
    fn what_may_mean_something_is_none() {
        let changes = [
            SHAPED.replace("until 2", "until 3"),
            SHAPED.replace("rule: Host(`a`)", "rule: Host(`b`)"),
            SHAPED.replace("http:", "# {{ foo }}\nhttp:"),
            SHAPED.replace("    g", "     g"),
        ];
        for new in changes {
            assert!(is_for_traefik_alone(Some(SHAPED), &new), "{new}");
        }
        assert!(is_for_traefik_alone(None, SHAPED), "a new file");
        assert!(is_for_traefik_alone(Some("http:\n"), SHAPED));
        // A comment line ends a text that goes on over lines, and in a block of text it is none.
        for lines in ["a: b\n  # c\n  d\n", "a: |\n  # c\n  d\n", "a: \"b\n  # c\n  d\"\n"] {
            let new = format!("{SHAPED}{lines}");
            let old = new.replace("  # c\n", "");
            assert!(is_for_traefik_alone(Some(&old), &new), "{new}");
        }
    }

    #[test]
    fn actions_that_have_stood_there_before_are_known() {
        let old = "a: '{{ env \"A\" }}'\nb: c\n";
        assert!(!is_for_traefik_alone(Some(old), "x: y\nb: d\na: '{{ env \"A\" }}'\n"));
        for new in ["a: '{{ env \"B\" }}'\nb: c\n", "b: '{{ env \"A\" }}'\n", "a: b\n# {{ foo }}\n"] {
            assert!(is_for_traefik_alone(Some(old), new), "{new}");
        }
    }

    #[test]
    fn a_line_with_many_actions_is_looked_at_once() {
        let line = |count: usize| format!("# {}\na: b\n", "{{ 1 }}".repeat(count));
        let text = line(300_000);
        let lines = Masked::new(&text).map(|masked| lines_with(&text, &masked).len());
        assert!(matches!(lines, Ok(1)));
        assert!(is_for_traefik_alone(Some(&line(3)), &line(4)));
        assert!(!is_for_traefik_alone(Some(&line(3)), &line(3).replace("a: b", "a: c")));
    }
}
