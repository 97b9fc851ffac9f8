//! A change of one section of the static configuration, shown in its text; nothing is written.

use serde::Serialize;
use serde_json::Value as Json;
use traefik_manager_core::{
    routes::{FieldInput, FieldsForm, Typed, Written},
    static_config::{self, Origin, Place, Section, SectionChange},
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

/// The field that accepts that others use what goes.
pub(crate) const ACCEPTS_USED: &str = "accept_used";

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
    let changes = read(&call.fields)?;
    let current = call.fields.text("current_raw")?.filter(|text| !text.trim().is_empty());
    let current = current.map(unix_lines);
    let tree = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let current = match current {
                Some(text) => Some(lines_as_in(&configuration.static_file()?.text, text)),
                None => None,
            };
            configuration.with_sections(current.as_deref(), &changes)
        })
        .await??;
    let parsed = Some(&tree).and_then(Tree::root).map_or(Json::Null, json_of);
    Ok(Done::reply(Preview { raw: tree.text(), parsed }))
}

/// The changes that a request names, in the words of 1.5.2.
fn read(fields: &Fields) -> Result<Vec<SectionChange>, Failure> {
    let (action, section) = (fields.trimmed("action")?, fields.trimmed("section")?);
    let data = Data(fields.nested("data")?);
    let changes = match (section, action) {
        ("api", "set") => data.api()?,
        ("log", "set") => data.logs()?,
        ("providers", "set") => data.providers()?,
        ("api" | "log", _) => return Err(Failure::field("action", "must be set for this section")),
        ("entrypoints" | "resolvers" | "plugins" | "providers", "add" | "edit" | "remove") => {
            vec![of_names(fields, &data, section, action)?]
        }
        ("entrypoints" | "resolvers" | "plugins" | "providers", _) => {
            return Err(Failure::field("action", "must be add, edit or remove"));
        }
        _ => {
            return Err(Failure::field(
                "section",
                "must be entrypoints, resolvers, plugins, api, log or providers",
            ));
        }
    };
    let accepts = fields.flag(ACCEPTS_USED, false)?;
    Ok(changes.into_iter().map(|change| change.accepting_users(accepts)).collect())
}

/// A change of one of the things with names.
fn of_names(fields: &Fields, data: &Data, section: &str, action: &str) -> Result<SectionChange, Failure> {
    let name = fields.trimmed("name")?;
    if name.is_empty() {
        return Err(Failure::field("name", "must say which one"));
    }
    let place = match section {
        "entrypoints" => Place::named(Section::ENTRY_POINTS, name),
        "resolvers" => Place::named(Section::RESOLVERS, name),
        "plugins" => Place::named(Section::PLUGINS, name),
        _ => match Section::find(&format!("providers.{name}")) {
            Some(section) => Place::once(section),
            None => return Err(Failure::field("name", "must be one of Traefik's providers")),
        },
    };
    if action == "remove" {
        return Ok(SectionChange::remove(place));
    }
    if section == "providers" {
        let yaml = data.0.text("yaml_config")?.filter(|text| !text.trim().is_empty()).unwrap_or("{}");
        return Ok(SectionChange::add(place, unix_lines(yaml)));
    }
    let of = match fields.trimmed("old_name")? {
        "" => Origin::Whichever,
        old => Origin::Old(old.to_owned()),
    };
    let inputs = match section {
        "entrypoints" => data.entry_point()?,
        "resolvers" => data.resolver()?,
        _ => data.texts(&[("moduleName", &["moduleName"]), ("version", &["version"])])?,
    };
    Ok(change(place, of, inputs))
}

fn change(place: Place, of: Origin, fields: Vec<FieldInput>) -> SectionChange {
    let form = FieldsForm { variety: None, fields };
    SectionChange::fields(place, static_config::Fields { form, of, version: None })
}

/// A mapping that is to be there, or not.
fn presence(way: &[&'static str], on: bool) -> FieldInput {
    let typed = Typed::Flag { on, by_default: false, written: Written::WhereItDiffers };
    FieldInput { way: way.to_vec(), typed }
}

/// Names of 1.5.2, and the ways of the fields that they stand for.
type Names<'n> = &'n [(&'n str, &'n [&'static str])];

/// What a request says of a section.
struct Data(Fields);

impl Data {
    fn texts(&self, names: Names<'_>) -> Result<Vec<FieldInput>, Failure> {
        let mut inputs = Vec::new();
        for (name, way) in names {
            if let Some(text) = self.0.text(name)? {
                inputs.push(FieldInput { way: way.to_vec(), typed: Typed::Text(text.trim().to_owned()) });
            }
        }
        Ok(inputs)
    }

    fn flags(&self, names: Names<'_>) -> Result<Vec<FieldInput>, Failure> {
        let mut inputs = Vec::new();
        for (name, way) in names {
            if let Some(on) = self.0.last_flag(name)? {
                let typed = Typed::Flag { on, by_default: !on, written: Written::Always };
                inputs.push(FieldInput { way: way.to_vec(), typed });
            }
        }
        Ok(inputs)
    }

    fn entry_point(&self) -> Result<Vec<FieldInput>, Failure> {
        const REDIRECT: &[&str] = &["http", "redirections", "entryPoint"];
        let mut inputs = self.texts(&[("address", &["address"])])?;
        match self.0.text("redirect_to")?.map(str::trim) {
            None => {}
            Some("") => inputs.push(presence(REDIRECT, false)),
            Some(to) => inputs
                .push(FieldInput { way: [REDIRECT, &["to"]].concat(), typed: Typed::Text(to.to_owned()) }),
        }
        if let Some(on) = self.0.last_flag("http3")? {
            inputs.push(presence(&["http3"], on));
        }
        Ok(inputs)
    }

    fn resolver(&self) -> Result<Vec<FieldInput>, Failure> {
        let mut inputs = self.texts(&[("email", &["acme", "email"]), ("storage", &["acme", "storage"])])?;
        let wanted = self.0.trimmed("challenge_type")?;
        if wanted.is_empty() {
            return Ok(inputs);
        }
        let kinds: [&'static str; 3] = ["dnsChallenge", "httpChallenge", "tlsChallenge"];
        if !kinds.contains(&wanted) {
            return Err(Failure::field(
                "challenge_type",
                "must be dnsChallenge, httpChallenge or tlsChallenge",
            ));
        }
        inputs.extend(kinds.map(|kind| presence(&["acme", kind], kind == wanted)));
        inputs.extend(match wanted {
            "dnsChallenge" => self.texts(&[("provider", &["acme", "dnsChallenge", "provider"])])?,
            "httpChallenge" => {
                self.texts(&[("http_entrypoint", &["acme", "httpChallenge", "entryPoint"])])?
            }
            _ => Vec::new(),
        });
        Ok(inputs)
    }

    fn api(&self) -> Result<Vec<SectionChange>, Failure> {
        let place = Place::once(Section::API);
        let enabled = self.0.last_flag("enabled")?;
        if enabled == Some(false) {
            return Ok(vec![SectionChange::remove(place)]);
        }
        let inputs =
            self.flags(&[("dashboard", &["dashboard"]), ("insecure", &["insecure"]), ("debug", &["debug"])])?;
        let is_nothing = enabled.is_none() && inputs.is_empty();
        Ok(if is_nothing { Vec::new() } else { vec![change(place, Origin::Whichever, inputs)] })
    }

    fn logs(&self) -> Result<Vec<SectionChange>, Failure> {
        let mut changes = Vec::new();
        if let Some(level) = self.0.text("level")? {
            // No level asks for no log where there is none.
            let of = if level.trim().is_empty() { Origin::Old(String::new()) } else { Origin::Whichever };
            changes.push(change(Place::once(Section::LOG), of, self.texts(&[("level", &["level"])])?));
        }
        let place = Place::once(Section::ACCESS_LOG);
        let has_path = !self.0.trimmed("accessLogPath")?.is_empty();
        match self.0.last_flag("accessLog")? {
            Some(false) => changes.push(SectionChange::remove(place)),
            None if !has_path => {}
            _ => {
                let path =
                    if has_path { self.texts(&[("accessLogPath", &["filePath"])])? } else { Vec::new() };
                changes.push(change(place, Origin::Whichever, path));
            }
        }
        Ok(changes)
    }

    fn providers(&self) -> Result<Vec<SectionChange>, Failure> {
        let docker = (
            &[("dockerEndpoint", &["endpoint"][..])][..],
            &[("dockerExposedByDefault", &["exposedByDefault"][..]), ("dockerWatch", &["watch"])][..],
        );
        let file = (&[("fileDirectory", &["directory"][..])][..], &[("fileWatch", &["watch"][..])][..]);
        let mut changes = Vec::new();
        for (name, section, (texts, flags)) in
            [("docker", Section::DOCKER, docker), ("file", Section::FILE, file)]
        {
            let place = Place::once(section);
            match self.0.last_flag(name)? {
                None => {}
                Some(false) => changes.push(SectionChange::remove(place)),
                Some(true) => {
                    let mut inputs = self.texts(texts)?;
                    inputs.extend(self.flags(flags)?);
                    changes.push(change(place, Origin::Whichever, inputs));
                }
            }
        }
        Ok(changes)
    }
}
