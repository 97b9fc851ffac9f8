//! The dashboard: what was said of its tiles, and their icons.

use std::collections::BTreeMap;

use serde::Serialize;
use traefik_manager_core::companion::{Dashboard, Group, IconKind, Tile, is_slug};

use crate::{
    call::Call,
    failure::Failure,
    fields::Fields,
    reply::{self, Done, Reply},
};

use super::{plainly_done, self_route};

#[derive(Serialize)]
struct TileJson<'a> {
    display_name: &'a str,
    icon_type: &'static str,
    icon_slug: &'a str,
    icon_url: &'a str,
    group: &'a str,
    url: &'a str,
    hidden: bool,
    link_disabled: bool,
}

impl<'a> From<&'a Tile> for TileJson<'a> {
    fn from(tile: &'a Tile) -> Self {
        Self {
            display_name: &tile.display_name,
            icon_type: tile.icon.as_str(),
            icon_slug: &tile.icon_slug,
            icon_url: &tile.icon_url,
            group: &tile.group,
            url: &tile.url,
            hidden: tile.hidden,
            link_disabled: tile.link_disabled,
        }
    }
}

#[derive(Serialize)]
struct GroupJson<'a> {
    name: &'a str,
}

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Told<'a> {
        custom_groups: Vec<GroupJson<'a>>,
        route_overrides: BTreeMap<&'a str, TileJson<'a>>,
        tm_route_name: String,
        server: &'static str,
    }
    this_host(&call)?;
    let dashboard = call.beside(|beside| beside.dashboard.read()).await?;
    let own = self_route::present(call.app.manager()).router_name;
    let told = Told {
        custom_groups: dashboard.groups.iter().map(|group| GroupJson { name: &group.name }).collect(),
        route_overrides: dashboard.tiles.iter().map(|(id, tile)| (id.as_str(), tile.into())).collect(),
        tm_route_name: if own.is_empty() { "traefik-manager".to_owned() } else { own },
        server: "",
    };
    Ok(reply::tagged(Done::reply(told), &dashboard.version()))
}

/// Makes the request's document the whole of what is said; what it leaves out is gone.
pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    this_host(&call)?;
    let groups = call.fields.objects("custom_groups")?;
    let groups = groups.iter().map(|group| Ok(Group { name: group.trimmed("name")?.to_owned() }));
    let tiles = call.fields.nested("route_overrides")?;
    let names: Vec<String> = tiles.names().map(str::to_owned).collect();
    let tiles = names.into_iter().map(|id| {
        let tile = tile(&tiles.nested(&id)?)?;
        Ok((id, tile))
    });
    let dashboard = Dashboard {
        groups: groups.collect::<Result<_, Failure>>()?,
        tiles: tiles.collect::<Result<_, Failure>>()?,
    };
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.dashboard.as_seen(seen).replace(&dashboard)).await?;
    Ok(plainly_done())
}

/// A tile as a request says it.
pub(super) fn tile(fields: &Fields) -> Result<Tile, Failure> {
    let text = |name: &str| Ok::<_, Failure>(fields.trimmed(name)?.to_owned());
    Ok(Tile {
        display_name: text("display_name")?,
        group: text("group")?,
        icon: IconKind::parse(fields.trimmed("icon_type")?),
        icon_slug: text("icon_slug")?,
        icon_url: text("icon_url")?,
        url: text("url")?,
        hidden: fields.last_flag("hidden")?.unwrap_or(false),
        link_disabled: fields.last_flag("link_disabled")?.unwrap_or(false),
    })
}

pub(crate) async fn icon(call: Call) -> Result<Reply, Failure> {
    let none = || Failure::not_found("there is no such icon").by_status();
    let slug = call.id.strip_suffix(".png").unwrap_or(&call.id).to_owned();
    if !is_slug(&slug) {
        return Err(none());
    }
    let icon = call.beside(move |beside| beside.icons.find(&slug)).await?.ok_or_else(none)?;
    Ok(reply::picture(icon.kind, icon.bytes))
}

/// Refuses a request about the dashboard of another server.
fn this_host(call: &Call) -> Result<(), Failure> {
    call.for_this_host()?;
    match call.query.trimmed("server")? {
        "" => Ok(()),
        _ => Err(Failure::not_found("there is no agent of that id")),
    }
}
