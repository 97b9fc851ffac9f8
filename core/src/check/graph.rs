//! Which objects a fault reaches, and which objects go round in circles.
//!
//! Traefik builds only what a router uses. So a fault of a service is an error when a router reaches it, and a
//! warning otherwise; and it disables everything between the two.

use super::{
    context::{Context, Section},
    finding::{Effect, Level},
    objects::{Children, ObjectId, Objects},
    report::{FindingId, Report},
};
use crate::traefik::Protocol;

/// How many faults an object passes on; the first ones are enough to disable it.
const MOST_FAULTS: usize = 8;
/// How many routers may stand on top of each other for a fault to climb to the first.
const MOST_STOREYS: usize = 32;
/// How many objects a finding names.
pub(super) const MOST_NAMES: usize = 1000;

/// The strongly connected parts of the graph, each after all that it leads to (Tarjan, without recursion).
fn components(objects: &Objects<'_>) -> Vec<Vec<ObjectId>> {
    const NEW: usize = usize::MAX;
    let count = objects.all.len();
    let (mut order, mut low) = (vec![NEW; count], vec![0; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    let needs = |id: ObjectId| objects.all.get(id).map_or(&[][..], |object| object.needs.as_slice());
    for start in 0..count {
        if order.get(start) != Some(&NEW) {
            continue;
        }
        let mut work = vec![(start, 0)];
        while let Some((id, edge)) = work.pop() {
            if edge == 0 {
                set(&mut order, id, next);
                set(&mut low, id, next);
                next += 1;
                stack.push(id);
                set(&mut on_stack, id, true);
            }
            match needs(id).get(edge) {
                Some(&child) if order.get(child) == Some(&NEW) => {
                    work.push((id, edge + 1));
                    work.push((child, 0));
                }
                Some(&child) => {
                    if get(&on_stack, child) {
                        let reached = get(&low, id).min(get(&order, child));
                        set(&mut low, id, reached);
                    }
                    work.push((id, edge + 1));
                }
                None => {
                    if get(&low, id) == get(&order, id) {
                        let mut part = Vec::new();
                        while let Some(member) = stack.pop() {
                            set(&mut on_stack, member, false);
                            part.push(member);
                            if member == id {
                                break;
                            }
                        }
                        part.reverse();
                        found.push(part);
                    }
                    if let Some(&(parent, _)) = work.last() {
                        let reached = get(&low, parent).min(get(&low, id));
                        set(&mut low, parent, reached);
                    }
                }
            }
        }
    }
    found
}

fn get<T: Copy + Default>(list: &[T], index: usize) -> T {
    list.get(index).copied().unwrap_or_default()
}

fn set<T>(list: &mut [T], index: usize, value: T) {
    if let Some(place) = list.get_mut(index) {
        *place = value;
    }
}

/// Finds circles, gives every fault its level, and names what it disables.
pub(super) fn settle(
    report: &mut Report<'_>,
    objects: &mut Objects<'_>,
    context: &Context,
    children: &Children,
) {
    let components = components(objects);
    for part in &components {
        let is_circle = part.len() > 1
            || part
                .first()
                .is_some_and(|id| objects.all.get(*id).is_some_and(|object| object.needs.contains(id)));
        if is_circle {
            circle(report, objects, part, context);
        }
    }
    let used = reachable(objects);
    let mut passed: Vec<Vec<FindingId>> = vec![Vec::new(); objects.all.len()];
    for part in &components {
        let mut faults = Vec::new();
        for object in part.iter().filter_map(|id| objects.all.get(*id)) {
            let inherited = object.needs.iter().filter_map(|need| passed.get(*need)).flatten();
            for fault in object.faults.iter().chain(inherited) {
                if faults.len() < MOST_FAULTS && !faults.contains(fault) {
                    faults.push(*fault);
                }
            }
        }
        if faults.is_empty() {
            continue;
        }
        for id in part {
            let Some(object) = objects.all.get(*id) else { continue };
            let is_used = get(&used, *id);
            for fault in faults.iter().chain(object.faults.iter().filter(|fault| !faults.contains(fault))) {
                let Some(finding) = report.get_mut(*fault) else { continue };
                if is_used && finding.level != Level::Error {
                    finding.level = Level::Error;
                }
                // Options without a router are nobody's, and Traefik shows no state of them.
                if is_used
                    && finding.disables.len() < MOST_NAMES
                    && object.section != Some(Section::TlsOptions)
                {
                    finding.disables.push(object.full_name());
                }
            }
            set(&mut passed, *id, faults.clone());
        }
    }
    childless(report, objects, &mut passed, children);
}

/// A parent none of whose children works is disabled as well; and so on, up to the first.
fn childless(
    report: &mut Report<'_>,
    objects: &Objects<'_>,
    passed: &mut [Vec<FindingId>],
    children: &Children,
) {
    let works = |passed: &[Vec<FindingId>], id: ObjectId| passed.get(id).is_some_and(Vec::is_empty);
    for _ in 0..MOST_STOREYS {
        let mut changed = false;
        for (parent, children) in children {
            if !works(passed, *parent) || children.iter().any(|child| works(passed, *child)) {
                continue;
            }
            let fault = children.first().and_then(|child| passed.get(*child)?.first().copied());
            let (Some(fault), Some(object)) = (fault, objects.all.get(*parent)) else { continue };
            if let Some(finding) = report.get_mut(fault).filter(|finding| finding.disables.len() < MOST_NAMES)
            {
                finding.disables.push(object.full_name());
            }
            set(passed, *parent, vec![fault]);
            changed = true;
        }
        if !changed {
            return;
        }
    }
}

/// Whether a router reaches each object.
fn reachable(objects: &Objects<'_>) -> Vec<bool> {
    let mut used = vec![false; objects.all.len()];
    let mut work: Vec<ObjectId> = objects
        .all
        .iter()
        .enumerate()
        .filter(|(_, object)| object.section.is_none())
        .map(|(id, _)| id)
        .collect();
    while let Some(id) = work.pop() {
        if get(&used, id) {
            continue;
        }
        set(&mut used, id, true);
        work.extend(objects.all.get(id).into_iter().flat_map(|object| object.needs.iter().copied()));
    }
    used
}

fn circle(report: &mut Report<'_>, objects: &mut Objects<'_>, part: &[ObjectId], context: &Context) {
    let members = || part.iter().filter_map(|id| objects.all.get(*id));
    let has_services = members().any(|object| matches!(object.section, Some(Section::Services(_))));
    let Some(first) = members().min_by_key(|object| (object.file, object.key.span().start)) else { return };
    let (effect, what) = match first.protocol {
        _ if !has_services => (Effect::DisablesObject, "Traefik disables every router that uses them"),
        Protocol::Http if context.version.minor() < 6 => {
            (Effect::Hangs, "Traefik eats all memory as soon as a router uses one of them")
        }
        Protocol::Http => (Effect::DisablesObject, "Traefik disables every router that uses them"),
        Protocol::Tcp | Protocol::Udp => (Effect::Kills, "Traefik dies as soon as a router uses one of them"),
    };
    let mut names: Vec<&str> = members().take(6).map(|object| object.name.as_ref()).collect();
    names.push(names.first().copied().unwrap_or_default());
    let message = format!("these need each other in a circle: {}; {what}", names.join(" → "));
    let kind = (Level::Warning, effect, "circle");
    let (file, span, path) = (first.file, first.key.span(), first.path());
    let id = report.add(file, span, path, kind, message, "break the circle");
    for member in part {
        if let Some(object) = objects.all.get_mut(*member) {
            object.faults.push(id);
        }
    }
}
