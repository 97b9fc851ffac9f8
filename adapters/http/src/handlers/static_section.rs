//! A change of one section of the static configuration, shown in its text; nothing is written.

use serde::Serialize;
use serde_json::Value as Json;
use traefik_manager_core::{
    static_config::{Challenge, Section, SectionChange},
    tree::Tree,
};

use crate::{
    call::Call,
    failure::Failure,
    fields::Fields,
    reply::{Done, Reply},
};

use super::{
    files::{lines_as_in, unix_lines},
    static_file::{json_of, nothing},
};

#[derive(Serialize)]
struct Preview<'a> {
    raw: &'a str,
    parsed: Json,
}

pub(crate) async fn preview(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    if !call.app.has_static_file() {
        return Err(nothing());
    }
    let change = read(&call.fields)?;
    let current = call.fields.text("current_raw")?.filter(|text| !text.trim().is_empty());
    let current = current.map(unix_lines);
    let tree = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let current = match current {
                Some(text) => Some(lines_as_in(&configuration.static_file()?.text, text)),
                None => None,
            };
            configuration.with_section(current.as_deref(), &change)
        })
        .await??;
    let parsed = Some(&tree).and_then(Tree::root).map_or(Json::Null, json_of);
    Ok(Done::reply(Preview { raw: tree.text(), parsed }))
}

fn read(fields: &Fields) -> Result<SectionChange, Failure> {
    let (action, section) = (fields.trimmed("action")?, fields.trimmed("section")?);
    let data = fields.nested("data")?;
    let text = |name: &str| Ok::<_, Failure>(data.text(name)?.map(|text| text.trim().to_owned()));
    let flag = |name: &str| data.last_flag(name);
    let of_names = match section {
        "entrypoints" => Some(Section::EntryPoints),
        "resolvers" => Some(Section::Resolvers),
        "plugins" => Some(Section::Plugins),
        "providers" if action != "set" => Some(Section::Providers),
        "api" | "log" | "providers" => None,
        _ => {
            return Err(Failure::field(
                "section",
                "must be entrypoints, resolvers, plugins, api, log or providers",
            ));
        }
    };
    let Some(of_names) = of_names else {
        if action != "set" {
            return Err(Failure::field("action", "must be set for this section"));
        }
        return Ok(match section {
            "api" => SectionChange::Api {
                enabled: flag("enabled")?,
                dashboard: flag("dashboard")?,
                insecure: flag("insecure")?,
                debug: flag("debug")?,
            },
            "log" => SectionChange::Log {
                level: text("level")?,
                access_log: flag("accessLog")?,
                access_log_path: text("accessLogPath")?,
            },
            _ => SectionChange::Providers {
                docker: flag("docker")?,
                docker_endpoint: text("dockerEndpoint")?,
                docker_exposed_by_default: flag("dockerExposedByDefault")?,
                docker_watch: flag("dockerWatch")?,
                file: flag("file")?,
                file_directory: text("fileDirectory")?,
                file_watch: flag("fileWatch")?,
            },
        });
    };
    let name = fields.trimmed("name")?.to_owned();
    if name.is_empty() {
        return Err(Failure::field("name", "must say which one"));
    }
    let old_name = Some(fields.trimmed("old_name")?.to_owned()).filter(|old| !old.is_empty());
    match (action, of_names) {
        ("remove", section) => Ok(SectionChange::Remove { section, name }),
        ("add" | "edit", Section::EntryPoints) => Ok(SectionChange::EntryPoint {
            old_name,
            name,
            address: text("address")?,
            redirect_to: text("redirect_to")?,
            http3: flag("http3")?,
        }),
        ("add" | "edit", Section::Resolvers) => Ok(SectionChange::Resolver {
            old_name,
            name,
            email: text("email")?,
            storage: text("storage")?,
            challenge: challenge(&data)?,
        }),
        ("add" | "edit", Section::Plugins) => Ok(SectionChange::Plugin {
            old_name,
            name,
            module: text("moduleName")?,
            version: text("version")?,
        }),
        ("add" | "edit", Section::Providers) => Err(Failure::field(
            "action",
            "must be remove or set; edit the YAML of other providers in the text",
        )),
        _ => Err(Failure::field("action", "must be add, edit or remove")),
    }
}

fn challenge(data: &Fields) -> Result<Option<Challenge>, Failure> {
    match data.trimmed("challenge_type")? {
        "" => Ok(None),
        "dnsChallenge" => Ok(Some(Challenge::Dns(data.trimmed("provider")?.to_owned()))),
        "httpChallenge" => Ok(Some(Challenge::Http(data.trimmed("http_entrypoint")?.to_owned()))),
        "tlsChallenge" => Ok(Some(Challenge::Tls)),
        _ => Err(Failure::field("challenge_type", "must be dnsChallenge, httpChallenge or tlsChallenge")),
    }
}
