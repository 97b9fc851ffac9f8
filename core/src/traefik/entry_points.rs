//! Lists of names, such as a router's `entryPoints`, as Traefik reads them from YAML.

/// What Traefik's reader puts between the elements of a list.
const SEPARATOR: char = '║';

/// The elements of a list written as one text: cut at commas, without the spaces around (Traefik 3.7).
///
/// `web, websecure` holds two names; an empty text holds none.
pub fn split_text(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split(',').map(|name| name.trim().to_owned()).collect()
}

/// The elements of a YAML list: commas stay, but Traefik cuts an element at its own separator `║` (Traefik 3.7).
pub fn split_items<'a>(items: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    items.into_iter().flat_map(|item| item.split(SEPARATOR)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_commas() {
        assert_eq!(split_text("web"), ["web"]);
        assert_eq!(split_text("web, websecure"), ["web", "websecure"]);
        assert_eq!(split_text(" web ,websecure "), ["web", "websecure"]);
        assert_eq!(split_text(""), [""; 0]);
    }

    #[test]
    fn an_item_of_a_list_keeps_its_commas() {
        assert_eq!(split_items(["a,b", "c"]), ["a,b", "c"]);
        assert_eq!(split_items(["a║b"]), ["a", "b"]);
        assert_eq!(split_items([]), [""; 0]);
    }
}
