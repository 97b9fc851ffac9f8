//! Which way requests take: from entry points over routers and middlewares to services, as columns with lines between
//! them. What is drawn is worked out here, in numbers; the page only writes it down.

use std::collections::HashMap;

use traefik_manager_core::traefik::{
    Protocol,
    live::LiveStatus,
    name::in_files,
    state::{State, Tone},
};

use crate::{
    live::{Live, Verdict},
    view::{Row, View},
};

/// Routers that are drawn at once.
pub(crate) const MOST: usize = 40;
/// From one node of a column to the next.
const STEP: usize = 40;

/// Which routers are asked for.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) entry_point: String,
    pub(crate) provider: String,
}

/// A router and its way.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) protocol: Protocol,
    pub(crate) name: String,
    pub(crate) provider: String,
    /// The route's id, where a file holds it.
    pub(crate) id: Option<String>,
    pub(crate) rule: String,
    pub(crate) entry_points: Vec<String>,
    pub(crate) middlewares: Vec<String>,
    pub(crate) service: String,
    pub(crate) tone: Tone,
}

/// Without an entry point of its own a router listens on those that Traefik takes by default.
pub(crate) const BY_DEFAULT: &str = "(by default)";

impl Way {
    fn of_file(row: &Row, live: &Live) -> Self {
        let entry_points = match live.verdict(row.protocol, &row.name) {
            Verdict::Router(router) => router.entry_points.clone(),
            Verdict::Unknown | Verdict::Missing => row.entry_points.clone(),
        };
        let state: State = live.router_state(row.protocol, &row.name, &row.service, true);
        Self {
            protocol: row.protocol,
            name: row.name.clone(),
            provider: "file".to_owned(),
            id: Some(row.id.clone()),
            rule: row.rule.clone(),
            entry_points: or_default(entry_points),
            middlewares: row.middlewares.iter().map(|name| in_files(name).to_owned()).collect(),
            service: in_files(&row.service).to_owned(),
            tone: state.tone(),
        }
    }

    fn is_asked_for(&self, query: &Query) -> bool {
        let searched = || {
            [&self.name, &self.rule, &self.service, &self.middlewares.join("\n")]
                .map(String::as_str)
                .join("\n")
        };
        query.protocol.is_none_or(|protocol| protocol == self.protocol)
            && (query.provider.is_empty() || query.provider == self.provider)
            && (query.entry_point.is_empty() || self.entry_points.contains(&query.entry_point))
            && (query.text.is_empty() || {
                let searched = searched().to_lowercase();
                query.text.to_lowercase().split_whitespace().all(|word| searched.contains(word))
            })
    }
}

fn or_default(entry_points: Vec<String>) -> Vec<String> {
    if entry_points.is_empty() { vec![BY_DEFAULT.to_owned()] } else { entry_points }
}

/// The routers that are asked for, and what there is to choose from.
#[derive(Debug)]
pub(crate) struct Ways {
    /// Those that are drawn, in order.
    pub(crate) shown: Vec<Way>,
    /// How many are asked for.
    pub(crate) found: usize,
    /// How many there are.
    pub(crate) all: usize,
    pub(crate) entry_points: Vec<String>,
    pub(crate) providers: Vec<String>,
}

impl Ways {
    /// Those of files that are switched on, and those that the running Traefik has from elsewhere, its own left out.
    pub(crate) fn find(view: &View, live: &Live, query: &Query) -> Self {
        let of_files = view.rows.iter().filter(|row| row.enabled).map(|row| Way::of_file(row, live));
        let others = live.routers.iter().flatten();
        let others = others.filter(|router| router.provider != "file" && router.provider != "internal");
        let others = others.map(|router| Way {
            protocol: router.protocol,
            name: router.name.clone(),
            provider: router.provider.clone(),
            id: None,
            rule: router.rule.clone(),
            entry_points: or_default(router.entry_points.clone()),
            middlewares: router.middlewares.clone(),
            service: if router.service.contains('@') {
                router.service.clone()
            } else {
                format!("{}@{}", router.service, router.provider)
            },
            tone: match router.status {
                LiveStatus::Enabled => Tone::Fair,
                LiveStatus::Warning => Tone::Warning,
                LiveStatus::Disabled => Tone::Bad,
            },
        });
        let (mut entry_points, mut providers) = (Vec::new(), Vec::new());
        let (mut shown, mut all) = (Vec::new(), 0);
        for way in of_files.chain(others) {
            all += 1;
            for name in &way.entry_points {
                if !entry_points.contains(name) {
                    entry_points.push(name.clone());
                }
            }
            if !providers.contains(&way.provider) {
                providers.push(way.provider.clone());
            }
            if way.is_asked_for(query) {
                shown.push(way);
            }
        }
        entry_points.sort_unstable();
        providers.sort_unstable();
        let found = shown.len();
        shown.truncate(MOST);
        // Those that share an entry point stand together, so that few lines cross.
        shown.sort_by(|a, b| {
            (&a.entry_points, &a.service, &a.name).cmp(&(&b.entry_points, &b.service, &b.name))
        });
        Self { shown, found, all, entry_points, providers }
    }
}

/// The columns, from left to right.
pub(crate) const ENTRY_POINTS: usize = 0;
pub(crate) const ROUTERS: usize = 1;
pub(crate) const MIDDLEWARES: usize = 2;
pub(crate) const SERVICES: usize = 3;

/// Something that requests pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) column: usize,
    /// Empty where requests pass a column without anything in the way.
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    /// From the top.
    pub(crate) y: usize,
    /// The routers, by their numbers, whose requests pass here.
    pub(crate) routers: Vec<usize>,
}

/// A line from a node to another one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) router: usize,
}

/// The drawing.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) nodes: Vec<Node>,
    pub(crate) lines: Vec<Line>,
    pub(crate) height: usize,
}

impl Drawing {
    /// Draws these ways.
    pub(crate) fn of(ways: &[Way]) -> Self {
        let mut drawing = Self::default();
        let mut known = HashMap::new();
        for (number, way) in ways.iter().enumerate() {
            let mut node = |column: usize, name: &str| {
                // Routers may share a name over providers, and services over protocols.
                let is_own = column == ROUTERS || name.is_empty();
                let key = (column, way.protocol, name.to_owned(), is_own.then_some(number));
                let key = if column == ENTRY_POINTS {
                    (column, Protocol::Http, name.to_owned(), None)
                } else {
                    key
                };
                let at = *known.entry(key).or_insert_with(|| {
                    drawing.nodes.push(Node {
                        column,
                        name: name.to_owned(),
                        protocol: way.protocol,
                        y: 0,
                        routers: Vec::new(),
                    });
                    drawing.nodes.len() - 1
                });
                if let Some(node) = drawing.nodes.get_mut(at)
                    && node.routers.last() != Some(&number)
                {
                    node.routers.push(number);
                }
                at
            };
            let router = node(ROUTERS, &way.name);
            let entry_points: Vec<usize> =
                way.entry_points.iter().map(|name| node(ENTRY_POINTS, name)).collect();
            let mut middlewares: Vec<usize> =
                way.middlewares.iter().map(|name| node(MIDDLEWARES, name)).collect();
            if middlewares.is_empty() && !way.service.is_empty() {
                middlewares.push(node(MIDDLEWARES, ""));
            }
            let service = (!way.service.is_empty()).then(|| node(SERVICES, &way.service));
            let mut line = |from, to| drawing.lines.push(Line { from, to, router: number });
            for entry_point in entry_points {
                line(entry_point, router);
            }
            for middleware in &middlewares {
                line(router, *middleware);
            }
            if let Some(service) = service {
                line(middlewares.last().copied().unwrap_or(router), service);
            }
        }
        drawing.arrange();
        drawing
    }

    /// Puts routers one below the other, and everything else as near as can be to the middle of its routers.
    fn arrange(&mut self) {
        for column in [ROUTERS, ENTRY_POINTS, MIDDLEWARES, SERVICES] {
            let mut wanted: Vec<(usize, usize)> = self
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| node.column == column)
                .map(|(at, node)| {
                    let sum: usize = node.routers.iter().map(|router| router * STEP).sum();
                    (sum / node.routers.len().max(1), at)
                })
                .collect();
            wanted.sort_unstable();
            let mut free = 0;
            for (y, at) in wanted {
                let y = y.max(free);
                free = y + STEP;
                if let Some(node) = self.nodes.get_mut(at) {
                    node.y = y;
                }
            }
            self.height = self.height.max(free);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;

    fn way(name: &str, entry_points: &[&str], middlewares: &[&str], service: &str) -> Way {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Way {
            protocol: Protocol::Http,
            name: name.to_owned(),
            provider: "file".to_owned(),
            id: None,
            rule: String::new(),
            entry_points: owned(entry_points),
            middlewares: owned(middlewares),
            service: service.to_owned(),
            tone: Tone::Fair,
        }
    }

    #[test]
    fn what_is_shared_is_drawn_once_and_each_way_is_whole() {
        let ways = [
            way("a", &["web", "websecure"], &["auth", "gzip"], "app"),
            way("b", &["web"], &[], "app"),
            way("c", &["web"], &["auth"], ""),
        ];
        let drawing = Drawing::of(&ways);
        let node = |column, name: &str| {
            let found = drawing.nodes.iter().position(|node| node.column == column && node.name == name);
            found.unwrap_or_else(|| unreachable!("{name} is drawn"))
        };
        assert_eq!(drawing.nodes.len(), 2 + 3 + 3 + 1);
        let lines = |router: usize| -> Vec<(usize, usize)> {
            drawing
                .lines
                .iter()
                .filter(|line| line.router == router)
                .map(|line| (line.from, line.to))
                .collect()
        };
        let (a, auth, gzip, app) =
            (node(ROUTERS, "a"), node(MIDDLEWARES, "auth"), node(MIDDLEWARES, "gzip"), node(SERVICES, "app"));
        let (web, secure) = (node(ENTRY_POINTS, "web"), node(ENTRY_POINTS, "websecure"));
        assert_eq!(lines(0), [(web, a), (secure, a), (a, auth), (a, gzip), (gzip, app)]);
        let through = node(MIDDLEWARES, "");
        assert_eq!(lines(1), [(web, node(ROUTERS, "b")), (node(ROUTERS, "b"), through), (through, app)]);
        assert_eq!(lines(2), [(web, node(ROUTERS, "c")), (node(ROUTERS, "c"), auth)]);
        assert_eq!(drawing.nodes[web].routers, [0, 1, 2]);
    }

    #[test]
    fn nodes_of_a_column_never_lie_on_each_other() {
        let ways: Vec<Way> = (0..MOST)
            .map(|number| {
                way(
                    &format!("r{number}"),
                    &["web"],
                    &[&format!("m{}", number % 7)],
                    &format!("s{}", number / 2),
                )
            })
            .collect();
        let drawing = Drawing::of(&ways);
        for column in 0..4 {
            let mut places: Vec<usize> =
                drawing.nodes.iter().filter(|node| node.column == column).map(|node| node.y).collect();
            places.sort_unstable();
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= STEP), "{column}: {places:?}");
            assert!(places.iter().all(|y| y + STEP <= drawing.height));
        }
    }
}
