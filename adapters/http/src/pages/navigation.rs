//! The pages that there are, by what people look for, and the way to each: a bar at the side where there is room, a
//! menu where there is not. A page is in it by one row of [`GROUPS`].

use maud::{Markup, html};

use super::icons;
use crate::{
    app::App,
    words::{Message, message, t},
};

/// The pages that the navigation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Dashboard,
    Overview,
    Routes,
    Services,
    Middlewares,
    Tls,
    Files,
    Static,
    Certificates,
    Log,
    Map,
    Notifications,
    Access,
    Api,
    /// None of them: the page is about all.
    Everything,
}

/// Pages that belong together.
struct Group {
    name: Message,
    pages: &'static [Page],
}

/// A page in the navigation.
struct Page {
    tab: Tab,
    address: &'static str,
    name: Message,
    /// The outline of its icon, 16 by 16.
    icon: &'static str,
    /// The key that goes there after `g`.
    key: char,
    /// The section of the settings that hides it (`visible_tabs`), if one does.
    section: Option<&'static str>,
    /// Whether there is this page here.
    is_there: fn(&App) -> bool,
}

impl Page {
    const fn new(tab: Tab, address: &'static str, name: Message, key: char, icon: &'static str) -> Self {
        Self { tab, address, name, icon, key, section: None, is_there: |_| true }
    }

    const fn only_if(self, is_there: fn(&App) -> bool) -> Self {
        Self { is_there, ..self }
    }

    const fn section(self, name: &'static str) -> Self {
        Self { section: Some(name), ..self }
    }

    fn is_shown(&self, app: &App) -> bool {
        let shows = |name| app.manager().settings().current().visible_tabs.shows(name);
        (self.is_there)(app) && self.section.is_none_or(shows)
    }
}

const GROUPS: &[Group] = &[
    Group {
        name: message!("nav-routing"),
        pages: &[
            Page::new(
                Tab::Overview,
                "/overview",
                message!("overview"),
                'o',
                "M2.5 2.5h4.5v6h-4.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 10.5h4.5v3h-4.5z",
            ),
            Page::new(
                Tab::Dashboard,
                "/dashboard",
                message!("dashboard"),
                'd',
                "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
            )
            .section("dashboard"),
            Page::new(
                Tab::Routes,
                "/",
                message!("routes"),
                'r',
                "M2 8h3c3 0 3-4.5 6-4.5h2.5M5 8c3 0 3 4.5 6 4.5h2.5M12 2l1.5 1.5L12 5M12 11l1.5 1.5L12 14",
            ),
            Page::new(
                Tab::Services,
                "/services",
                message!("services"),
                's',
                "M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.8h.1M5 11.2h.1",
            ),
            Page::new(
                Tab::Middlewares,
                "/middlewares",
                message!("middlewares"),
                'm',
                "M2 3.5h12L9.5 9v4.5l-3-1.5V9z",
            ),
            Page::new(
                Tab::Tls,
                "/tls",
                message!("tls"),
                't',
                "M3.5 7.2h9v6.3h-9zM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2",
            )
            .section("tls"),
        ],
    },
    Group {
        name: message!("nav-configuration"),
        pages: &[
            Page::new(
                Tab::Files,
                "/files",
                message!("files"),
                'f',
                "M9 1.8H4v12.4h8V4.8zM9 1.8v3h3M6 8.2h4M6 10.8h4",
            ),
            Page::new(
                Tab::Static,
                "/static",
                message!("static"),
                'c',
                "M2.2 4.2h6M12.2 4.2h1.6M2.2 11.8h1.6M7.8 11.8h6M10.2 2.4v3.6M5.8 10v3.6",
            )
            .only_if(App::has_static_file),
        ],
    },
    Group {
        name: message!("nav-live"),
        pages: &[
            Page::new(
                Tab::Map,
                "/map",
                message!("map"),
                'p',
                "M3 4.8a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6zM13 9.3a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6zM3 13.8a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6zM4.3 3.5c4 0 3.4 4.5 7.4 4.5M4.3 12.5c4 0 3.4-4.5 7.4-4.5",
            )
            .section("routemap"),
            Page::new(
                Tab::Certificates,
                "/certificates",
                message!("certificates"),
                'e',
                "M8 1.8l5 2v4.4c0 3-2.2 5-5 6-2.8-1-5-3-5-6V3.8zM5.8 8l1.6 1.6 3-3.2",
            )
            .section("certs"),
            Page::new(Tab::Log, "/logs", message!("log"), 'l', "M2.5 3.5h11M2.5 6.5h8M2.5 9.5h11M2.5 12.5h6")
                .section("logs"),
        ],
    },
    Group {
        name: message!("nav-program"),
        pages: &[
            Page::new(
                Tab::Notifications,
                "/notifications",
                message!("notifications"),
                'n',
                "M4 11.5V7a4 4 0 0 1 8 0v4.5l1.2 1.2H2.8zM6.8 14.2h2.4",
            ),
            Page::new(
                Tab::Access,
                "/settings",
                message!("settings"),
                ',',
                "M8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8zM8 1.6v2M8 12.4v2M1.6 8h2M12.4 8h2M3.5 3.5l1.4 1.4M11.1 11.1l1.4 1.4M3.5 12.5l1.4-1.4M11.1 4.9l1.4-1.4",
            ),
            Page::new(
                Tab::Api,
                "/api",
                message!("api"),
                'a',
                "M5.2 4.5 1.8 8l3.4 3.5M10.8 4.5 14.2 8l-3.4 3.5M9.2 3 6.8 13",
            ),
        ],
    },
];

/// The pages that are not there here.
pub(super) fn missing(app: &App) -> Vec<Tab> {
    let all = GROUPS.iter().flat_map(|group| group.pages);
    all.filter(|page| !page.is_shown(app)).map(|page| page.tab).collect()
}

/// The names and addresses of the pages that are there.
pub(crate) fn pages(app: &App) -> Vec<(String, &'static str)> {
    let all = GROUPS.iter().flat_map(|group| group.pages);
    all.filter(|page| page.is_shown(app))
        .map(|page| (page.name.say(&[]).into_string(), page.address))
        .collect()
}

/// The way to every page but those that are missing.
pub(super) fn bar(shown: Tab, missing: &[Tab]) -> Markup {
    html! {
        nav.side #menu popover="auto" aria-label=(t!("nav")) {
            @for group in GROUPS {
                @let pages = group.pages.iter().filter(|page| !missing.contains(&page.tab));
                @if pages.clone().next().is_some() {
                    p.side-head { (group.name) }
                    ul {
                        @for page in pages {
                            li {
                                a href=(page.address) data-key=(page.key) aria-current=[(page.tab == shown).then_some("page")] {
                                    (icons::outline(page.icon)) (page.name)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What opens the menu where the bar has no room.
pub(super) fn button() -> Markup {
    html! {
        button.quiet.menu type="button" popovertarget="menu" {
            (icons::outline("M2 4h12M2 8h12M2 12h12")) span.sr { (t!("menu")) }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_page_stands_in_the_navigation_once_with_an_address_of_its_own() {
        let pages: Vec<&Page> = GROUPS.iter().flat_map(|group| group.pages).collect();
        for (at, page) in pages.iter().enumerate() {
            let others = pages.iter().skip(at + 1);
            assert!(page.address.starts_with('/') && page.icon.starts_with('M'));
            for other in others {
                assert!(page.key != other.key);
                assert!(page.tab != other.tab && page.address != other.address);
            }
        }
    }

    #[test]
    fn only_the_page_that_is_shown_is_marked_and_missing_ones_are_left_out() {
        let bar = bar(Tab::Services, &[Tab::Static]).into_string();
        assert_eq!(bar.matches("aria-current").count(), 1);
        assert!(bar.contains(r#"<a href="/services" data-key="s" aria-current="page">"#), "{bar}");
        assert!(!bar.contains("/static"), "{bar}");
        let group = GROUPS.last().unwrap();
        let all: Vec<Tab> = group.pages.iter().map(|page| page.tab).collect();
        let without = super::bar(Tab::Routes, &all).into_string();
        assert!(
            !without.contains(&group.name.say(&[]).into_string()),
            "a group without pages has no heading: {without}"
        );
    }
}
