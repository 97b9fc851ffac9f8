//! The dashboard: a tile for each route that a browser can open.

use maud::{Markup, Render, html};
use traefik_manager_core::companion::{Dashboard, IconKind, Tile};

use super::{
    encoded, icons,
    layout::{seen, token},
};
use crate::{
    failure::Failure,
    words::{Message, message, t},
};

/// A tile as it is shown.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The route's id.
    pub(crate) id: String,
    pub(crate) name: String,
    /// Where it leads; `None` for nowhere.
    pub(crate) link: Option<String>,
    /// What stands below its name.
    pub(crate) host: String,
    /// The icon in the folder; `None` for its first letter.
    pub(crate) icon: Option<String>,
    pub(crate) group: String,
    pub(crate) hidden: bool,
}

/// The tiles on one page of them.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) tiles: Vec<Shown>,
    /// How many there are at all, hidden ones too.
    pub(crate) all: usize,
    /// Whether there are so many that people look for one by its name.
    pub(crate) can_be_searched: bool,
    /// What is looked for.
    pub(crate) text: String,
    pub(crate) page: usize,
    pub(crate) pages: usize,
}

impl Shelf {
    fn search(&self, action: &str) -> Markup {
        html! {
            @if self.can_be_searched {
                form.filters method="get" action=(action) role="search" {
                    div.search {
                        (icons::search())
                        input type="search" name="q" value=(self.text) placeholder=(t!("dashboard-search-hint"))
                            aria-label=(t!("dashboard-search")) autocomplete="off" spellcheck="false";
                        kbd.needs-js aria-hidden="true" { "/" }
                    }
                    button type="submit" { (t!("search")) }
                }
            }
        }
    }

    fn pager(&self, action: &str) -> Markup {
        super::pager(self.page, self.pages, |number| {
            format!("{action}?q={}&page={number}", encoded(&self.text))
        })
    }
}

fn nothing_matches(all: &str) -> Markup {
    html! {
        div.panel.empty.slim { p.muted { (t!("nothing-matches")) } p { a href=(all) { (t!("show-all")) } } }
    }
}

/// The tiles by groups: those that have been named, in their order, then others, then what is in none.
fn grouped<'t>(dashboard: &'t Dashboard, tiles: &'t [Shown]) -> Vec<(&'t str, Vec<&'t Shown>)> {
    let mut names: Vec<&str> = dashboard.groups.iter().map(|group| group.name.as_str()).collect();
    for tile in tiles {
        if !tile.group.is_empty() && !names.contains(&tile.group.as_str()) {
            names.push(&tile.group);
        }
    }
    names.push("");
    let of = |name: &str| tiles.iter().filter(|tile| tile.group == name).collect::<Vec<_>>();
    names.into_iter().map(|name| (name, of(name))).filter(|(_, tiles)| !tiles.is_empty()).collect()
}

/// The page's content.
pub(crate) fn content(dashboard: &Dashboard, shelf: &Shelf) -> Markup {
    let groups = grouped(dashboard, &shelf.tiles);
    html! {
        div.head {
            div.head-text {
                h1 { (t!("dashboard")) }
                p.muted { (t!("dashboard-lead")) }
            }
            a.button href="/dashboard/edit" { (icons::pencil()) (t!("edit")) }
        }
        (shelf.search("/dashboard"))
        @if groups.is_empty() && !shelf.text.is_empty() {
            (nothing_matches("/dashboard"))
        } @else if groups.is_empty() {
            div.panel.empty {
                (icons::crossroads())
                h2 { (t!("dashboard-no-tiles")) }
                @if shelf.all == 0 {
                    p.muted { (t!("dashboard-by-itself")) }
                    p { a.button.primary href="/routes/new" data-key="n" { (icons::plus()) (t!("add-route")) } }
                }
                @else { p.muted { (t!("dashboard-all-hidden")) } }
            }
        }
        @for (name, tiles) in &groups {
            section.stack.tight {
                @if !name.is_empty() { h2 { (name) } } @else if groups.len() > 1 { h2 { (t!("dashboard-others")) } }
                ul.tiles { @for tile in tiles { li { (one(tile)) } } }
            }
        }
        (shelf.pager("/dashboard"))
    }
}

fn one(tile: &Shown) -> Markup {
    let inside = html! {
        (picture(tile))
        span.tile-text { strong { (tile.name) } @if !tile.host.is_empty() { span.sub { (tile.host) } } }
    };
    html! {
        @match &tile.link {
            Some(link) => a.tile href=(link) target="_blank" rel="noreferrer" { (inside) },
            None => div.tile { (inside) },
        }
    }
}

fn picture(tile: &Shown) -> Markup {
    html! {
        @match &tile.icon {
            Some(slug) => img.tile-icon src={ "/api/dashboard/icon/" (slug) } alt="" width="36" height="36" loading="lazy";,
            None => span.tile-icon aria-hidden="true" { (tile.name.chars().next().unwrap_or('?').to_uppercase()) },
        }
    }
}

/// All tiles, also hidden ones, and the groups.
pub(crate) fn edit(dashboard: &Dashboard, shelf: &Shelf, csrf: &str) -> Markup {
    let groups: Vec<&str> = dashboard.groups.iter().map(|group| group.name.as_str()).collect();
    let (one, group, leads_to) = (t!("dashboard-tile"), t!("dashboard-group"), t!("dashboard-leads-to"));
    html! {
        div.head {
            div.head-text {
                h1 { (t!("dashboard-edit")) }
                p.muted { (t!("dashboard-edit-lead")) }
            }
            a.button href="/dashboard" { (t!("dashboard-done")) }
        }
        form.panel method="post" action="/dashboard/groups" {
            (token(csrf))
            (seen(&dashboard.version()))
            div.field {
                label for="groups" { (t!("dashboard-groups")) span.hint { " · " (t!("dashboard-groups-hint")) } }
                textarea #groups name="groups" rows="5" spellcheck="false" { "\n" (groups.join("\n")) }
            }
            div.foot { button.primary type="submit" { (t!("dashboard-groups-save")) } }
        }
        (shelf.search("/dashboard/edit"))
        @if shelf.tiles.is_empty() && !shelf.text.is_empty() {
            (nothing_matches("/dashboard/edit"))
        } @else if !shelf.tiles.is_empty() {
            table.list {
                thead { tr {
                    th scope="col" { (one) } th scope="col" { (group) } th scope="col" { (leads_to) }
                    th scope="col" { span.sr { (t!("actions")) } }
                } }
                tbody {
                    @for tile in &shelf.tiles {
                        tr .is-off[tile.hidden] {
                            td.lead data-label=(one) { div.row {
                                (picture(tile))
                                div { span.name { (tile.name) } @if tile.hidden { " " span.badge { (t!("dashboard-hidden")) } } div.sub { (tile.id) } }
                            } }
                            td data-label=(group) { @if tile.group.is_empty() { span.muted { (t!("dashboard-group-none")) } } @else { (tile.group) } }
                            td data-label=(leads_to) { @match &tile.link { Some(link) => (link), None => span.muted { (t!("dashboard-nowhere")) } } }
                            td.end { div.row {
                                a.button.quiet.small href={ "/dashboard/tile?route=" (encoded(&tile.id)) } {
                                    (icons::pencil()) span.sr { (t!("dashboard-edit-one", name = &tile.name)) }
                                }
                            } }
                        }
                    }
                }
            }
        }
        (shelf.pager("/dashboard/edit"))
    }
}

/// What the form of a tile shows.
#[derive(Debug)]
pub(crate) struct TilePage<'a> {
    pub(crate) route: &'a str,
    /// The route's own name.
    pub(crate) name: &'a str,
    pub(crate) tile: &'a Tile,
    pub(crate) groups: Vec<&'a str>,
    pub(crate) slugs: &'a [String],
    /// The icon that the route's name suggests.
    pub(crate) suggested: &'a str,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) version: &'a str,
    pub(crate) csrf: &'a str,
}

/// The form of one tile.
pub(crate) fn tile(page: &TilePage<'_>) -> Markup {
    let tile = page.tile;
    let field = |name: &'static str,
                 label: Message,
                 hint: Option<Message>,
                 value: &str,
                 placeholder: Markup,
                 list: Option<&str>| {
        let wrong = page.failure.and_then(|failure| failure.about(name));
        html! {
            div.field .bad[wrong.is_some()] {
                label for=(name) { (label) @if let Some(hint) = hint { span.hint { " · " (hint) } } }
                input id=(name) type="text" name=(name) value=(value) placeholder=(placeholder) list=[list]
                    autocomplete="off" spellcheck="false";
                @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
            }
        }
    };
    html! {
        div.head { div.head-text { h1 { (page.name) } p.muted { (t!("dashboard-tile-lead")) } } }
        form.panel method="post" action="/dashboard/tile" {
            (token(page.csrf))
            (seen(page.version))
            input type="hidden" name="route" value=(page.route);
            div.pair {
                (field("display_name", message!("dashboard-name"), None, &tile.display_name, page.name.render(), None))
                (field("group", message!("dashboard-group"), None, &tile.group, t!("dashboard-group-none"), Some("tile-groups")))
            }
            div.pair {
                (field("icon_slug", message!("dashboard-icon"), Some(message!("dashboard-icon-hint")), &tile.icon_slug, page.suggested.render(), Some("tile-icons")))
                (field("url", message!("dashboard-leads-to"), None, &tile.url, t!("dashboard-address-own"), None))
            }
            datalist #tile-groups { @for group in &page.groups { option value=(group) {} } }
            datalist #tile-icons { @for slug in page.slugs { option value=(slug) {} } }
            @if tile.icon == IconKind::Url && !tile.icon_url.is_empty() {
                p.note { span { (t!("dashboard-icon-elsewhere", address = &tile.icon_url)) } }
            }
            div.choices {
                (check("hidden", message!("dashboard-hide"), tile.hidden))
                (check("link_disabled", message!("dashboard-no-link"), tile.link_disabled))
            }
            div.foot {
                button.primary type="submit" { (t!("save")) }
                a.button.quiet href="/dashboard/edit" { (t!("cancel")) }
            }
        }
    }
}

/// A check box that says no, too.
pub(super) fn check(name: &str, label: impl Render, is_ticked: bool) -> Markup {
    html! {
        div.check {
            input type="hidden" name=(name) value="false";
            input type="checkbox" id={ "c-" (name) } name=(name) value="true" checked[is_ticked];
            label for={ "c-" (name) } { (label) }
        }
    }
}
