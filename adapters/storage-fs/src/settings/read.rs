//! From the file's tree to typed settings.
//!
//! A key that is absent or null means its default. A key of the wrong type is an error with its place: guessing
//! could switch a lock off.

use traefik_manager_core::{
    api_key::{ApiKey, Scope, Scopes},
    clock::Timestamp,
    config::value::Value,
    settings::{AGENT_RATE, Cut, DisabledRoute, DisabledSection, OidcSettings, Settings},
    traefik::Protocol,
    tree::{Kind, NodeRef, Style, Tree},
};

use super::{change::filed, sections};

/// What is wrong, and where. It never tells a value, which may be a secret.
pub(super) type Read<T> = Result<T, String>;

pub(super) fn settings(tree: &Tree, defaults: &Settings) -> Read<Settings> {
    let Some(root) = tree.root().filter(|root| !root.is_null()) else {
        return Err(
            "it holds no settings; remove it to start anew (or write `domains: []` into it, where it \
                    cannot be removed)"
                .to_owned(),
        );
    };
    if root.kind() != Kind::Mapping {
        return Err(wrong(&root, "the file", "keys and values"));
    }
    let file = Section { node: root, path: String::new() };
    let password_hash = file.text("password_hash")?.unwrap_or_default();
    let otp_enabled = file.flag("otp_enabled")?;
    // Files from before there was a set-up say nothing of it.
    let inferred = otp_enabled.is_none() && !password_hash.is_empty();
    let otp_secret = file.text("otp_secret")?.unwrap_or_default();
    Ok(Settings {
        domains: file.texts("domains")?.unwrap_or_else(|| defaults.domains.clone()),
        cert_resolvers: file
            .text("cert_resolver")?
            .map_or_else(|| defaults.cert_resolvers.clone(), |names| split_names(&names)),
        traefik_api_url: file.text("traefik_api_url")?.unwrap_or_else(|| defaults.traefik_api_url.clone()),
        traefik_api_user: file.text("traefik_api_user")?.unwrap_or_else(|| defaults.traefik_api_user.clone()),
        traefik_api_password: file
            .text("traefik_api_password")?
            .unwrap_or_else(|| defaults.traefik_api_password.clone()),
        auth_enabled: file.flag("auth_enabled")?.unwrap_or(true),
        password_hash,
        must_change_password: file.flag("must_change_password")?.unwrap_or(false),
        setup_complete: file.flag("setup_complete")?.unwrap_or(inferred),
        // A file that was cut off between the two must not open the door to the password alone.
        otp_enabled: otp_enabled.unwrap_or(!otp_secret.is_empty()),
        otp_secret,
        otp_last_step: file.number("otp_last_step")?,
        otp_recovery: file.texts("otp_recovery_codes")?.unwrap_or_default(),
        disabled_routes: disabled_routes(&file)?,
        api_keys: api_keys(&file)?,
        oidc: oidc(&file)?,
        visible_tabs: sections::visible_tabs(&file)?,
        ui_prefs: sections::ui_prefs(&file)?,
        self_route: sections::self_route(&file)?,
        paths: sections::paths(&file)?,
        webhook: sections::webhook(&file)?,
        crowdsec: sections::crowdsec(&file)?,
        git: sections::git(&file)?,
        agent_api_rate_limit: file.number("agent_api_rate_limit")?.unwrap_or(AGENT_RATE),
    })
}

fn oidc(file: &Section<'_>) -> Read<OidcSettings> {
    let text = |key: &str| Ok::<_, String>(file.text(key)?.unwrap_or_default());
    let flag = |key: &str| Ok::<_, String>(file.flag(key)?.unwrap_or(false));
    let defaults = OidcSettings::default();
    Ok(OidcSettings {
        enabled: flag("oidc_enabled")?,
        provider_url: text("oidc_provider_url")?,
        client_id: text("oidc_client_id")?,
        client_secret: text("oidc_client_secret")?,
        display_name: file.text("oidc_display_name")?.unwrap_or(defaults.display_name),
        allowed_emails: text("oidc_allowed_emails")?,
        allowed_groups: text("oidc_allowed_groups")?,
        groups_claim: file.text("oidc_groups_claim")?.unwrap_or(defaults.groups_claim),
        any_account: flag("oidc_any_account")?,
        allow_unverified_email: flag("oidc_allow_unverified_email")?,
        allow_http: flag("oidc_allow_http")?,
        ca_file: text("oidc_ca_file")?,
        public_url: text("oidc_public_url")?,
    })
}

/// Names in one text, separated by commas.
pub(super) fn split_names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A mapping and its place in the file.
pub(super) struct Section<'t> {
    node: NodeRef<'t>,
    path: String,
}

impl<'t> Section<'t> {
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { format!("`{key}`") } else { format!("`{key}` of {}", self.path) }
    }

    pub(super) fn get(&self, key: &str) -> Option<NodeRef<'t>> {
        self.node.get(key).filter(|node| !node.is_null())
    }

    pub(super) fn text(&self, key: &str) -> Read<Option<String>> {
        self.get(key).map(|node| scalar(&node, &self.path_of(key))).transpose()
    }

    pub(super) fn flag(&self, key: &str) -> Read<Option<bool>> {
        let Some(node) = self.get(key) else { return Ok(None) };
        let plain = node.kind() == Kind::Scalar && node.resolved().style() == Style::Plain;
        match node.text() {
            "true" | "True" | "TRUE" if plain => Ok(Some(true)),
            "false" | "False" | "FALSE" if plain => Ok(Some(false)),
            _ => Err(wrong(&node, &self.path_of(key), "`true` or `false`, without quotes")),
        }
    }

    fn number(&self, key: &str) -> Read<Option<u64>> {
        let Some(node) = self.get(key) else { return Ok(None) };
        match node.text().parse() {
            Ok(number) if node.kind() == Kind::Scalar => Ok(Some(number)),
            _ => Err(wrong(&node, &self.path_of(key), "a whole number")),
        }
    }

    fn texts(&self, key: &str) -> Read<Option<Vec<String>>> {
        let items = self.items(key)?;
        let path = self.path_of(key);
        items.map(|items| items.iter().map(|item| scalar(item, &path)).collect()).transpose()
    }

    fn items(&self, key: &str) -> Read<Option<Vec<NodeRef<'t>>>> {
        match self.get(key) {
            None => Ok(None),
            Some(node) if node.kind() == Kind::Sequence => Ok(Some(node.items().collect())),
            Some(node) => Err(wrong(&node, &self.path_of(key), "a list")),
        }
    }

    pub(super) fn mapping(node: NodeRef<'t>, path: String) -> Read<Self> {
        match node.kind() {
            Kind::Mapping => Ok(Self { node, path }),
            _ => Err(wrong(&node, &path, "keys and values")),
        }
    }
}

fn scalar(node: &NodeRef<'_>, path: &str) -> Read<String> {
    match node.kind() {
        Kind::Scalar => Ok(node.as_str().unwrap_or_default().to_owned()),
        _ => Err(wrong(node, path, "a text")),
    }
}

fn wrong(node: &NodeRef<'_>, path: &str, expected: &str) -> String {
    let position = node.position();
    format!("line {}, column {}: {path} must be {expected}", position.line, position.column)
}

fn api_keys(file: &Section<'_>) -> Read<Vec<ApiKey>> {
    let items = file.items("api_keys")?.unwrap_or_default();
    if items.is_empty()
        && let Some(hash) = file.text("api_key_hash")?.filter(|hash| !hash.is_empty())
    {
        let preview = file.text("api_key_preview")?.unwrap_or_default();
        return Ok(vec![ApiKey {
            name: "Default".to_owned(),
            hash,
            preview,
            created_at: String::new(),
            scopes: Scopes::default(),
            expires_at: None,
        }]);
    }
    items
        .into_iter()
        .map(|item| {
            let key = Section::mapping(item, "an entry of `api_keys`".to_owned())?;
            let text = |name| Ok::<_, String>(key.text(name)?.unwrap_or_default());
            Ok(ApiKey {
                name: text("name")?,
                hash: text("hash")?,
                preview: text("preview")?,
                created_at: text("created_at")?,
                scopes: scopes(&key)?,
                expires_at: moment(&key, "expires_at")?,
            })
        })
        .collect()
}

/// A name that is none of ours gives no right, so a slip of the pen never widens a door.
fn scopes(key: &Section<'_>) -> Read<Scopes> {
    let names = key.texts("scopes")?;
    Ok(names
        .map_or_else(Scopes::default, |names| names.iter().filter_map(|name| Scope::parse(name)).collect()))
}

fn moment(section: &Section<'_>, key: &str) -> Read<Option<Timestamp>> {
    let (Some(node), Some(text)) = (section.get(key), section.text(key)?) else { return Ok(None) };
    match Timestamp::from_minutes_text(&text) {
        None => Err(wrong(&node, &section.path_of(key), "a time (UTC) such as `2027-01-31 23:59`")),
        moment => Ok(moment),
    }
}

fn disabled_routes(file: &Section<'_>) -> Read<Vec<DisabledRoute>> {
    let Some(node) = file.get("disabled_routes") else { return Ok(Vec::new()) };
    let routes = Section::mapping(node, file.path_of("disabled_routes"))?;
    routes.node.entries().map(|(key, node)| disabled_route(&routes, key.text(), node)).collect()
}

fn disabled_route(routes: &Section<'_>, id: &str, node: NodeRef<'_>) -> Read<DisabledRoute> {
    let route = Section::mapping(node, routes.path_of(id))?;
    let protocol = match route.text("protocol")? {
        None => Protocol::Http,
        Some(name) => Protocol::parse(&name)
            .ok_or_else(|| wrong(&node, &route.path_of("protocol"), "`http`, `tcp` or `udp`"))?,
    };
    let part = |key: &str| {
        let node = route.get(key);
        node.map(|node| Section::mapping(node, route.path_of(key)).map(|part| filed(&Value::from(part.node))))
            .transpose()
    };
    Ok(DisabledRoute {
        id: id.to_owned(),
        protocol,
        router: part("router")?.ok_or_else(|| wrong(&node, &route.path_of("router"), "keys and values"))?,
        service: part("service")?,
        config_file: route.text("configFile")?.unwrap_or_default(),
        service_config_file: route.text("serviceConfigFile")?.unwrap_or_default(),
        entry: route.text("entry")?,
        before: route.text("before")?,
        section: match route.text("section")? {
            Some(entry) => Some(DisabledSection { entry, before: route.text("sectionBefore")? }),
            None => None,
        },
        cut: route.get("cut").map(|node| cut(node, route.path_of("cut"))).transpose()?,
    })
}

fn cut(node: NodeRef<'_>, path: String) -> Read<Cut> {
    let cut = Section::mapping(node, path)?;
    let number = |key: &str| {
        let number = cut.number(key)?.and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| wrong(&node, &cut.path_of(key), "a whole number"))
    };
    let text = |key: &str| Ok::<_, String>(cut.text(key)?.unwrap_or_default());
    Ok(Cut { ahead: number("ahead")?, behind: number("behind")?, old: text("old")?, new: text("new")? })
}
