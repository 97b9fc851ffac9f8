//! What somebody may have meant.

/// The candidate that differs least from the text, if it differs by few letters only.
pub(super) fn nearest<'c>(text: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    if text.len() > 64 {
        return None;
    }
    let text = simplified(text);
    let most = (text.len() / 3).clamp(1, 3);
    candidates
        .map(|candidate| (distance(&text, &simplified(candidate)), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Without case, dashes and underscores, which Traefik's names have not.
fn simplified(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

/// How many letters to insert, remove, replace or swap with the next one.
fn distance(a: &[char], b: &[char]) -> usize {
    let first: Vec<usize> = (0..=b.len()).collect();
    let (mut before, mut last) = (first.clone(), first);
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or_default();
            let mut best =
                (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_swap {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn small_mistakes_are_understood() {
        let names = ["entryPoints", "middlewares", "service", "tls"];
        let near = |text| nearest(text, names.into_iter());
        assert_eq!(near("entrypoint"), Some("entryPoints"));
        assert_eq!(near("entry_points"), Some("entryPoints"));
        assert_eq!(near("sevrice"), Some("service"));
        assert_eq!(near("tsl"), Some("tls"));
        assert_eq!(near("tl"), Some("tls"));
        assert_eq!(near("banana"), None);
        assert_eq!(near(""), None);
    }
}
