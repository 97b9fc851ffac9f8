//! From a difference of settings to edits of the file.

use super::sections;
use traefik_manager_core::{
    api_key::Scopes,
    config::{
        edit::{Edit, Path},
        value::{Value, parse_bool},
    },
    settings::{Cut, OidcSettings, Settings},
    tree::Tree,
};

/// A key and what it shall hold; `None` for a key that shall not be there.
pub(super) type Field = (&'static str, Option<Value>);

/// The edits that write every field of a new file.
pub(super) fn all(settings: &Settings) -> Vec<Edit> {
    let root = Path::root();
    let mut edits = vec![Edit::set(root.key("domains"), list(&domains(settings)))];
    let fields = fields(settings).into_iter();
    edits.extend(fields.filter_map(|(key, value)| Some(Edit::set(root.key(key), value?))));
    for (section, fields) in sections::nested(settings) {
        let said: Vec<_> = fields.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        edits.extend((!said.is_empty()).then(|| Edit::set(root.key(section), Value::map(said))));
    }
    edits.push(Edit::set(root.key("disabled_routes"), mapping(&disabled_routes(settings))));
    edits.push(Edit::set(root.key("api_keys"), list(&api_keys(settings))));
    edits
}

/// The edits that turn a file that says `old` into one that says `new`.
pub(super) fn between(tree: &Tree, old: &Settings, new: &Settings) -> Vec<Edit> {
    let root = Path::root();
    let has = |key: &str| tree.root().and_then(|root| root.get(key)).is_some_and(|node| !node.is_null());
    let mut edits = Vec::new();
    set_fields(&mut edits, &root, &fields(old), &fields(new));
    for ((section, old), (_, new)) in sections::nested(old).iter().zip(&sections::nested(new)) {
        set_fields(&mut edits, &root.key(*section), old, new);
    }

    let path = root.key("domains");
    if has("domains") {
        set_items(&mut edits, &domains(old), &domains(new), &path, &|place, _| path.index(place));
    } else if old.domains != new.domains {
        edits.push(Edit::set(path, list(&domains(new))));
    }

    let path = root.key("disabled_routes");
    set_items(&mut edits, &disabled_routes(old), &disabled_routes(new), &path, &|_, name| path.key(name));

    let path = root.key("api_keys");
    if old.api_keys != new.api_keys && has("api_key_hash") {
        // The one key of old files would come back when the list is empty.
        edits.push(Edit::set(path, list(&api_keys(new))));
        let legacy = ["api_key_hash", "api_key_preview"].into_iter().filter(|key| has(key));
        edits.extend(legacy.map(|key| Edit::remove(root.key(key))));
    } else {
        set_items(&mut edits, &api_keys(old), &api_keys(new), &path, &|place, _| path.index(place));
    }

    // What was only inferred would be inferred no longer once the file tells of a second factor.
    if !edits.is_empty() && old.setup_complete && new.setup_complete && !has("setup_complete") {
        edits.push(Edit::set(root.key("setup_complete"), Value::Bool(true)));
    }
    edits
}

/// The settings as they are once they have been in a file.
///
/// Only numbers and booleans keep their author's spelling there. A Go template becomes text, because the
/// settings file is not one that templates run over.
pub(super) fn as_filed(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    for route in &mut settings.disabled_routes {
        route.router = filed(&route.router);
        route.service = route.service.as_ref().map(filed);
    }
    settings
}

/// A value of a disabled route, see [`as_filed`].
pub(super) fn filed(value: &Value) -> Value {
    match value {
        Value::Verbatim(text) if !is_spelled(text) => Value::text(text.as_str()),
        Value::List(items) => Value::List(items.iter().map(filed).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, value)| (key.clone(), filed(value))).collect())
        }
        other => other.clone(),
    }
}

/// Whether a plain scalar is a number or a boolean.
fn is_spelled(text: &str) -> bool {
    let radix = text.strip_prefix("0x").or_else(|| text.strip_prefix("0o"));
    radix.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        || parse_bool(text).is_some()
        || text.parse::<f64>().is_ok()
}

/// The simple fields, in the order of a new file.
fn fields(settings: &Settings) -> Vec<Field> {
    let text = |text: &str| Some(Value::text(text));
    let step = settings.otp_last_step.and_then(|step| i64::try_from(step).ok());
    let recovery =
        || Value::List(settings.otp_recovery.iter().map(|code| Value::text(code.as_str())).collect());
    let mut fields = vec![
        ("cert_resolver", text(&settings.cert_resolvers.join(","))),
        ("traefik_api_url", text(&settings.traefik_api_url)),
        ("auth_enabled", Some(Value::Bool(settings.auth_enabled))),
        ("password_hash", text(&settings.password_hash)),
        ("must_change_password", Some(Value::Bool(settings.must_change_password))),
        ("setup_complete", Some(Value::Bool(settings.setup_complete))),
        ("otp_secret", text(&settings.otp_secret)),
        ("otp_enabled", Some(Value::Bool(settings.otp_enabled))),
        ("otp_last_step", step.map(Value::Int)),
        ("otp_recovery_codes", (!settings.otp_recovery.is_empty()).then(recovery)),
        ("traefik_api_user", text(&settings.traefik_api_user)),
        ("traefik_api_password", text(&settings.traefik_api_password)),
    ];
    fields.extend(oidc(&settings.oidc));
    fields.extend(sections::fields(settings));
    fields
}

/// The provider. What 1.5.2 does not know is written only where it says something.
fn oidc(oidc: &OidcSettings) -> [Field; 13] {
    let text = |text: &str| Some(Value::text(text));
    let said = |text: &str| (!text.is_empty()).then(|| Value::text(text));
    let switched_on = |flag: bool| flag.then_some(Value::Bool(true));
    [
        ("oidc_enabled", Some(Value::Bool(oidc.enabled))),
        ("oidc_provider_url", text(&oidc.provider_url)),
        ("oidc_client_id", text(&oidc.client_id)),
        ("oidc_client_secret", text(&oidc.client_secret)),
        ("oidc_display_name", text(&oidc.display_name)),
        ("oidc_allowed_emails", text(&oidc.allowed_emails)),
        ("oidc_allowed_groups", text(&oidc.allowed_groups)),
        ("oidc_groups_claim", text(&oidc.groups_claim)),
        ("oidc_any_account", switched_on(oidc.any_account)),
        ("oidc_allow_unverified_email", switched_on(oidc.allow_unverified_email)),
        ("oidc_allow_http", switched_on(oidc.allow_http)),
        ("oidc_ca_file", said(&oidc.ca_file)),
        ("oidc_public_url", said(&oidc.public_url)),
    ]
}

/// An element of a list, or an entry of a mapping of mappings.
#[derive(PartialEq)]
struct Item {
    /// What makes it the same one before and after.
    name: String,
    content: Content,
}

#[derive(PartialEq)]
enum Content {
    Text,
    Fields(Vec<Field>),
}

impl Item {
    fn value(&self) -> Value {
        match &self.content {
            Content::Text => Value::text(self.name.as_str()),
            Content::Fields(fields) => {
                Value::map(fields.iter().filter_map(|(key, value)| Some((*key, value.clone()?))))
            }
        }
    }
}

fn domains(settings: &Settings) -> Vec<Item> {
    let item = |name: &String| Item { name: name.clone(), content: Content::Text };
    settings.domains.iter().map(item).collect()
}

fn api_keys(settings: &Settings) -> Vec<Item> {
    let keys = settings.api_keys.iter().map(|key| {
        let fields = [
            ("name", &key.name),
            ("hash", &key.hash),
            ("preview", &key.preview),
            ("created_at", &key.created_at),
        ];
        let mut fields = fields.map(|(name, text)| (name, Some(Value::text(text.as_str())))).to_vec();
        let names = || Value::List(key.scopes.iter().map(|scope| Value::text(scope.as_str())).collect());
        fields.push(("scopes", (key.scopes != Scopes::default()).then(names)));
        fields.push(("expires_at", key.expires_at.map(|end| Value::text(end.to_minutes_text()))));
        Item { name: key.hash.clone(), content: Content::Fields(fields) }
    });
    keys.collect()
}

fn disabled_routes(settings: &Settings) -> Vec<Item> {
    let routes = settings.disabled_routes.iter().map(|route| {
        let section = route.section.as_ref();
        let fields = vec![
            ("protocol", Some(Value::text(route.protocol.as_str()))),
            ("router", Some(route.router.clone())),
            ("service", route.service.clone()),
            ("configFile", Some(Value::text(route.config_file.as_str()))),
            ("serviceConfigFile", Some(Value::text(route.service_config_file.as_str()))),
            ("entry", route.entry.as_deref().map(Value::text)),
            ("before", route.before.as_deref().map(Value::text)),
            ("section", section.map(|section| Value::text(&section.entry))),
            ("sectionBefore", section.and_then(|section| section.before.as_deref()).map(Value::text)),
            ("cut", route.cut.as_ref().and_then(cut)),
        ];
        Item { name: route.id.clone(), content: Content::Fields(fields) }
    });
    routes.collect()
}

/// `None` for what is beyond the numbers of the file, which no text in memory is.
fn cut(cut: &Cut) -> Option<Value> {
    let number = |bytes: usize| i64::try_from(bytes).ok().map(Value::Int);
    Some(Value::map([
        ("ahead", number(cut.ahead)?),
        ("behind", number(cut.behind)?),
        ("old", Value::text(cut.old.as_str())),
        ("new", Value::text(cut.new.as_str())),
    ]))
}

fn list(items: &[Item]) -> Value {
    Value::List(items.iter().map(Item::value).collect())
}

fn mapping(items: &[Item]) -> Value {
    Value::map(items.iter().map(|item| (item.name.as_str(), item.value())))
}

fn set_fields(edits: &mut Vec<Edit>, at: &Path, old: &[Field], new: &[Field]) {
    for ((key, old), (_, new)) in old.iter().zip(new) {
        match new {
            _ if old == new => {}
            Some(value) => edits.push(Edit::set(at.key(*key), value.clone())),
            None => edits.push(Edit::remove(at.key(*key))),
        }
    }
}

/// Edits a collection element by element, so that what is written around the others stays.
///
/// `place` gives the path of an element by its index and name; by index for lists.
fn set_items(
    edits: &mut Vec<Edit>,
    old: &[Item],
    new: &[Item],
    path: &Path,
    place: &dyn Fn(usize, &str) -> Path,
) {
    if old == new {
        return;
    }
    let mut kept = 0;
    let mut gone = Vec::new();
    for (index, item) in old.iter().enumerate() {
        match new.get(kept).filter(|other| other.name == item.name) {
            Some(other) => {
                if let (Content::Fields(before), Content::Fields(after)) = (&item.content, &other.content) {
                    set_fields(edits, &place(index, &item.name), before, after);
                }
                kept += 1;
            }
            None => gone.push((index, item)),
        }
    }
    if kept == 0 {
        let is_list = place(0, "") == path.index(0);
        edits.push(Edit::set(path.clone(), if is_list { list(new) } else { mapping(new) }));
        return;
    }
    // From the end, so that the places of those before stay true.
    edits.extend(gone.into_iter().rev().map(|(index, item)| Edit::remove(place(index, &item.name))));
    let added = new.iter().enumerate().skip(kept);
    edits.extend(added.map(|(index, item)| Edit::set(place(index, &item.name), item.value())));
}
