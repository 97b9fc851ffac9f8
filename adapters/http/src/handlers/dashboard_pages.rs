//! The pages of the dashboard.

use traefik_manager_core::{
    companion::{CompanionError, Dashboard, Group, IconKind, Tile, slug_of},
    routes::Snapshot,
    traefik::{Protocol, router::hosts_in},
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        dashboard::{self as pages, Shelf, Shown},
        layout::{Frame, Tab},
    },
    reply::Reply,
    words::t,
};

use super::{dashboard, done};

/// Tiles on one page.
const TILES: usize = 200;
/// Tiles on one page of those that are edited.
const ROWS: usize = 50;
/// So many are seen at one glance.
const FEW: usize = 24;

/// What was said of the dashboard, and the icons that there are.
async fn read(call: &Call) -> Result<(Dashboard, Vec<String>), Failure> {
    call.beside(|beside| {
        let slugs = beside.icons.slugs().map_err(CompanionError::from)?;
        Ok::<_, CompanionError>((beside.dashboard.read()?, slugs))
    })
    .await
}

/// A tile for each route with a host that is switched on, by name.
fn tiles(snapshot: &Snapshot, dashboard: &Dashboard, slugs: &[String]) -> Vec<Shown> {
    let nothing = Tile::default();
    let has = |slug: &str| slugs.binary_search_by(|other| other.as_str().cmp(slug)).is_ok();
    let mut tiles: Vec<Shown> = Vec::new();
    for route in snapshot.routes().filter(|route| route.is_enabled() && route.protocol() == Protocol::Http) {
        let tile = dashboard.tiles.get(route.id()).unwrap_or(&nothing);
        let is_host =
            |host: &&str| !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || "-._:".contains(c));
        let host = hosts_in(route.rule()).into_iter().find(is_host).unwrap_or_default();
        if host.is_empty() && tile.url.is_empty() {
            continue;
        }
        let scheme = if route.tls().is_some() { "https" } else { "http" };
        let own = (!host.is_empty()).then(|| format!("{scheme}://{host}"));
        let link = if tile.url.is_empty() { own } else { Some(tile.url.clone()) };
        let name = if tile.display_name.is_empty() { route.name() } else { &tile.display_name };
        let icon = match tile.icon {
            IconKind::Slug => tile.icon_slug.clone(),
            IconKind::Auto | IconKind::Url => slug_of(route.name()),
        };
        tiles.push(Shown {
            id: route.id().to_owned(),
            name: name.to_owned(),
            link: link.filter(|_| !tile.link_disabled),
            host: host.to_owned(),
            icon: Some(icon).filter(|slug| has(slug)),
            group: tile.group.clone(),
            hidden: tile.hidden,
        });
    }
    tiles.sort_by_key(|tile| tile.name.to_lowercase());
    tiles
}

/// The tiles.
pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let (dashboard, slugs) = read(&call).await?;
    let mut tiles = tiles(&call.app.manager().configuration().snapshot(), &dashboard, &slugs);
    let all = tiles.len();
    tiles.retain(|tile| !tile.hidden);
    let shelf = shelf(&call, tiles, all, TILES)?;
    Ok(frame.reply(t!("dashboard"), Tab::Dashboard, &pages::content(&dashboard, &shelf)))
}

/// All of them, to be edited.
pub(crate) async fn edit(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let (dashboard, slugs) = read(&call).await?;
    let tiles = tiles(&call.app.manager().configuration().snapshot(), &dashboard, &slugs);
    let all = tiles.len();
    let shelf = shelf(&call, tiles, all, ROWS)?;
    Ok(frame.reply(t!("dashboard-edit"), Tab::Dashboard, &pages::edit(&dashboard, &shelf, &frame.csrf)))
}

/// Those that are asked for, one page of them.
fn shelf(call: &Call, mut tiles: Vec<Shown>, all: usize, on_a_page: usize) -> Result<Shelf, Failure> {
    let text = call.query.trimmed("q")?.to_owned();
    let wanted = text.to_lowercase();
    let can_be_searched = tiles.len() > FEW;
    if !wanted.is_empty() {
        tiles.retain(|tile| {
            let searched = [&tile.name, &tile.host, &tile.group].map(|text| text.to_lowercase()).join("\n");
            wanted.split_whitespace().all(|word| searched.contains(word))
        });
    }
    let pages = tiles.len().div_ceil(on_a_page).max(1);
    let page = call.query.trimmed("page")?.parse().unwrap_or(1).clamp(1, pages);
    let tiles = tiles.into_iter().skip((page - 1) * on_a_page).take(on_a_page).collect();
    Ok(Shelf { tiles, all, can_be_searched, text, page, pages })
}

/// Names the groups.
pub(crate) async fn save_groups(call: Call) -> Result<Reply, Failure> {
    let text = call.fields.text("groups")?.unwrap_or_default();
    let names = text.lines().map(str::trim).filter(|name| !name.is_empty());
    let groups: Vec<Group> = names.map(|name| Group { name: name.to_owned() }).collect();
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.dashboard.as_seen(seen).set_groups(&groups)).await?;
    Ok(done(&call, "/dashboard/edit?done=saved", "the groups are saved"))
}

/// The form of one tile.
pub(crate) async fn tile(call: Call) -> Result<Reply, Failure> {
    let route = call.query.trimmed("route")?.to_owned();
    let (dashboard, slugs) = read(&call).await?;
    let tile = dashboard.tiles.get(&route).cloned().unwrap_or_default();
    show(&call, &route, &tile, (&dashboard, &slugs), None).await
}

async fn show(
    call: &Call,
    route: &str,
    tile: &Tile,
    (dashboard, slugs): (&Dashboard, &[String]),
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let snapshot = call.app.manager().configuration().snapshot();
    let found = snapshot.route(route).map_err(|_| Failure::not_found("there is no such route"))?;
    let mut frame = Frame::of(call).await.narrow();
    let content = pages::tile(&pages::TilePage {
        route,
        name: found.name(),
        tile,
        groups: dashboard.groups.iter().map(|group| group.name.as_str()).collect(),
        slugs,
        suggested: &slug_of(found.name()),
        failure: failure.as_ref(),
        version: &call.shown_version(dashboard.version())?,
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("dashboard-tile-edit"), Tab::Dashboard, &content))
}

/// Saves one tile.
pub(crate) async fn save_tile(call: Call) -> Result<Reply, Failure> {
    let route = call.fields.trimmed("route")?.to_owned();
    let (before, _) = read(&call).await?;
    call.app
        .manager()
        .configuration()
        .snapshot()
        .route(&route)
        .map_err(|_| Failure::not_found("there is no such route"))?;
    let mut tile = dashboard::tile(&call.fields)?;
    let old = before.tiles.get(&route).cloned().unwrap_or_default();
    tile.icon_url = old.icon_url;
    tile.icon = match old.icon {
        _ if !tile.icon_slug.is_empty() => IconKind::Slug,
        IconKind::Url => IconKind::Url,
        IconKind::Auto | IconKind::Slug => IconKind::Auto,
    };
    let (id, wanted, seen) = (route.clone(), tile.clone(), call.seen_version()?);
    let saved = call.beside(move |beside| beside.dashboard.as_seen(seen).set_tile(&id, &wanted));
    match saved.await {
        Ok(()) => Ok(done(&call, "/dashboard/edit?done=saved", "the tile is saved")),
        Err(failure) if call.dialect == Dialect::Page => {
            let (present, slugs) = read(&call).await?;
            show(&call, &route, &tile, (&present, &slugs), Some(failure)).await
        }
        Err(failure) => Err(failure),
    }
}
