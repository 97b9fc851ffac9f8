//! How much a file may unfold to when its aliases are followed.
//!
//! Traefik's YAML reader counts the values that it reads, and how many of them it reads because of an alias. Where
//! nearly all of them are such, it takes the file for an attack and refuses it. This walk counts as that reader does;
//! what it counts is bounded by the reader's own limits, so a small file costs little however much it unfolds to.

use crate::tree::{Kind, NodeRef};

/// From here on the share of values that aliases may bring goes down, to here.
const RANGE: (f64, f64) = (400_000.0, 4_000_000.0);
/// The shares before and behind the range.
const SHARES: (f64, f64) = (0.99, 0.10);
/// A file with fewer of these is never refused.
const FEW: (u32, u32) = (1_000, 100);

/// The alias at which Traefik's reader gives up.
pub(super) fn excessive(root: NodeRef<'_>) -> Option<NodeRef<'_>> {
    root.tree().aliases().next()?;
    // The root counts twice: as a document, and as the node in it.
    let (mut values, mut by_alias) = (1_u32, 0_u32);
    // What is still to be read, in the order of reading from the end, each with the alias in the file that leads there.
    let mut waiting = vec![(root, None)];
    while let Some((node, alias)) = waiting.pop() {
        values = values.saturating_add(1);
        by_alias = by_alias.saturating_add(u32::from(alias.is_some()));
        if values > FEW.0 && by_alias > FEW.1 && f64::from(by_alias) / f64::from(values) > allowed(values) {
            return alias;
        }
        if node.is_alias() {
            waiting.push((node.resolved(), alias.or(Some(node))));
            continue;
        }
        let from = waiting.len();
        match node.kind() {
            Kind::Scalar => {}
            Kind::Sequence => waiting.extend(node.items().map(|item| (item, alias))),
            Kind::Mapping => {
                let own = node.own_entries().filter(|(key, _)| !key.is_merge());
                waiting.extend(own.flat_map(|(key, value)| [key, value]).map(|child| (child, alias)));
                for (_, merged) in node.own_entries().filter(|(key, _)| key.is_merge()) {
                    if !merged.is_alias() && merged.kind() == Kind::Sequence {
                        waiting.extend(merged.items().map(|item| (item, alias)));
                    } else {
                        waiting.push((merged, alias));
                    }
                }
            }
        }
        if let Some(children) = waiting.get_mut(from..) {
            children.reverse();
        }
    }
    None
}

/// The share of values that aliases may bring, of so many.
fn allowed(values: u32) -> f64 {
    let ((low, high), (most, least)) = (RANGE, SHARES);
    let beyond = ((f64::from(values) - low) / (high - low)).clamp(0.0, 1.0);
    most - (most - least) * beyond
}
