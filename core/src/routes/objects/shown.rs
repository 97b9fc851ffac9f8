//! What a form shows of a field that is written.

use crate::{
    check::schema::Shape,
    config::value::parse_bool,
    tree::{Kind, NodeRef},
};

/// What a form shows of a field: a single value as its text, a list or pairs line by line, whether a mapping is there.
/// Nothing for a field that is not written.
///
/// `None` where no form can show it: another shape than Traefik expects, a template in place of a number, elements with
/// line breaks. It is left to YAML then.
pub fn shown(node: Option<NodeRef<'_>>, shape: Shape) -> Option<String> {
    let Some(node) = node.filter(|node| !node.is_null()) else { return Some(String::new()) };
    match shape {
        Shape::Section(_) | Shape::Switch(_) => match node.kind() {
            Kind::Mapping => Some("true".to_owned()),
            Kind::Scalar => parse_bool(node.text()).map(|is_on| is_on.to_string()),
            Kind::Sequence => None,
        },
        Shape::Texts | Shape::Floats => lines(node),
        Shape::TextMap | Shape::IntegerMap => pairs(node),
        Shape::Bool => node.as_str().filter(|text| parse_bool(text).is_some()).map(str::to_owned),
        Shape::List(_) | Shape::Objects(_) | Shape::Plugins => None,
        _ => node.as_str().map(str::to_owned),
    }
}

fn lines(node: NodeRef<'_>) -> Option<String> {
    match node.kind() {
        Kind::Sequence => {
            let items: Option<Vec<&str>> =
                node.items().map(|item| item.as_str().filter(|text| is_line(text))).collect();
            Some(items?.join("\n"))
        }
        Kind::Scalar => {
            let items: Vec<&str> =
                node.text().split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
            items.iter().all(|item| is_line(item)).then(|| items.join("\n"))
        }
        Kind::Mapping => None,
    }
}

fn pairs(node: NodeRef<'_>) -> Option<String> {
    if node.kind() != Kind::Mapping {
        return None;
    }
    let pair = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
        let (name, text) = (key.text(), value.as_str()?);
        let can_be_shown =
            is_line(name) && !name.contains(':') && !key.is_merge() && (text.is_empty() || is_line(text));
        can_be_shown.then(|| if text.is_empty() { format!("{name}:") } else { format!("{name}: {text}") })
    };
    let pairs: Option<Vec<String>> = node.own_entries().map(pair).collect();
    Some(pairs?.join("\n"))
}

/// Whether a line holds it, and nothing is lost when the line is read.
fn is_line(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(['\n', '\r'])
}
