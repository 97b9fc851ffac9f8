//! The security headers of a route, as a preset: a middleware `<route>-headers` whose content follows from a few
//! choices.
//!
//! What somebody wrote by hand under that name is never taken over: it counts as [`PresetState::Custom`], stays as it
//! is, and a form that would replace it is refused. A preset is recognised by its content alone, so nothing has to be
//! remembered beside the files.

use std::borrow::Cow;

use super::{
    ChangeError, Configuration, Middleware, Route, RouteForm, Snapshot,
    lookup::find,
    objects::users_but,
    patch::{FileEdits, Patch},
};
use crate::{
    config::{
        edit::{Edit, Path},
        value::Value,
    },
    traefik::{Protocol, name::in_files},
    tree::{Kind, NodeRef},
};

const MIDDLEWARES: &str = "middlewares";

/// What every preset's name ends in.
pub(super) const SUFFIX: &str = "-headers";

/// One year, the least that browsers' preload lists take (<https://hstspreload.org>).
const STS_SECONDS: i64 = 31_536_000;

/// The fields of Traefik's `headers` middleware that a preset writes, in its spelling.
const FIELDS: [&str; 6] = [
    "stsSeconds",
    "stsIncludeSubdomains",
    "contentTypeNosniff",
    "frameDeny",
    "referrerPolicy",
    "permissionsPolicy",
];

/// The browser features that a preset decides on, in the order in which they are written (W3C Permissions Policy).
pub const FEATURES: [&str; 11] = [
    "geolocation",
    "camera",
    "microphone",
    "fullscreen",
    "autoplay",
    "payment",
    "usb",
    "display-capture",
    "accelerometer",
    "gyroscope",
    "magnetometer",
];

/// The values of `Referrer-Policy` (W3C Referrer Policy, section 3).
pub const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// Who may use a feature of the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureAccess {
    /// The site itself.
    Own,
    /// The site and whatever it embeds.
    All,
    /// Nobody.
    Nobody,
}

impl FeatureAccess {
    /// Reads `self`, `all` or `block`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "self" => Some(Self::Own),
            "all" => Some(Self::All),
            "block" => Some(Self::Nobody),
            _ => None,
        }
    }

    /// `self`, `all` or `block`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::All => "all",
            Self::Nobody => "block",
        }
    }

    fn allowlist(self) -> &'static str {
        match self {
            Self::Own => "(self)",
            Self::All => "*",
            Self::Nobody => "()",
        }
    }
}

/// The choices from which the middleware follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HeadersPreset {
    /// Features of [`FEATURES`] and who may use them; the others are left to the browser.
    pub permissions: Vec<(&'static str, FeatureAccess)>,
    /// `Strict-Transport-Security` for a year, sub-domains included.
    pub hsts: bool,
    /// `X-Content-Type-Options: nosniff`.
    pub nosniff: bool,
    /// `X-Frame-Options: DENY`.
    pub frame_deny: bool,
    /// One of [`REFERRER_POLICIES`], or nothing.
    pub referrer: Option<&'static str>,
}

impl HeadersPreset {
    /// The fields of Traefik's `headers` middleware.
    fn fields(&self) -> Vec<(String, Value)> {
        let mut fields = Vec::new();
        let mut add = |name: &str, value: Value| fields.push((name.to_owned(), value));
        if self.hsts {
            add("stsSeconds", Value::Int(STS_SECONDS));
            add("stsIncludeSubdomains", Value::Bool(true));
        }
        if self.nosniff {
            add("contentTypeNosniff", Value::Bool(true));
        }
        if self.frame_deny {
            add("frameDeny", Value::Bool(true));
        }
        if let Some(policy) = self.referrer {
            add("referrerPolicy", Value::text(policy));
        }
        if !self.permissions.is_empty() {
            add("permissionsPolicy", Value::text(self.permissions_policy()));
        }
        fields
    }

    fn permissions_policy(&self) -> String {
        let entries = FEATURES.iter().filter_map(|feature| {
            let (_, access) = self.permissions.iter().find(|(name, _)| name == feature)?;
            Some(format!("{feature}={}", access.allowlist()))
        });
        entries.collect::<Vec<_>>().join(", ")
    }

    /// What a middleware does.
    fn value(&self) -> Value {
        Value::map([("headers", Value::Map(self.fields()))])
    }

    /// The choices that make exactly this middleware, if there are any.
    fn of(middleware: NodeRef<'_>) -> Option<Self> {
        let headers = middleware.value_of("headers").filter(|node| node.kind() == Kind::Mapping)?;
        let text = |field: &str| headers.value_of(field).map(|node| node.text()).unwrap_or_default();
        let permissions = text("permissionsPolicy")
            .split(", ")
            .filter_map(|entry| {
                let (name, list) = entry.split_once('=')?;
                let feature = FEATURES.into_iter().find(|feature| *feature == name)?;
                let all = [FeatureAccess::Own, FeatureAccess::All, FeatureAccess::Nobody];
                Some((feature, all.into_iter().find(|access| access.allowlist() == list)?))
            })
            .collect();
        let preset = Self {
            permissions,
            hsts: headers.value_of("stsSeconds").is_some(),
            nosniff: headers.value_of("contentTypeNosniff").is_some(),
            frame_deny: headers.value_of("frameDeny").is_some(),
            referrer: REFERRER_POLICIES.into_iter().find(|policy| *policy == text("referrerPolicy")),
        };
        preset.value().matches(&middleware).then_some(preset)
    }
}

/// What a form says about a route's security headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadersPresetInput {
    /// None: the route does without its headers middleware.
    Off,
    /// Exactly these.
    On(HeadersPreset),
    /// Whatever its headers middleware says now.
    AsWritten,
}

/// Whether a route has security headers of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresetState {
    /// Its router does not name such a middleware, or there is none.
    Off,
    /// The middleware follows from these choices.
    On(HeadersPreset),
    /// Somebody wrote the middleware by hand.
    Custom,
}

impl<'s> Route<'s> {
    /// The middleware with the name of this route's headers, used or not.
    pub fn headers_middleware(&self) -> Option<Middleware<'s>> {
        if self.protocol() != Protocol::Http {
            return None;
        }
        self.snapshot.headers_middleware(&own_name(self.name()))
    }

    /// Whether the router names the middleware of its headers.
    pub fn names_headers_middleware(&self) -> bool {
        let name = own_name(self.name());
        self.middlewares().iter().any(|reference| in_files(reference) == name)
    }

    /// The state of the route's security headers.
    pub fn headers_preset(&self) -> PresetState {
        match self.headers_middleware().filter(|_| self.names_headers_middleware()) {
            None => PresetState::Off,
            Some(middleware) => {
                HeadersPreset::of(middleware.node()).map_or(PresetState::Custom, PresetState::On)
            }
        }
    }
}

/// Removes the middleware of a route that goes, where it follows from choices and nothing else uses it.
pub(super) fn remove_made(files: &mut FileEdits, snapshot: &Snapshot, route: &Route<'_>) {
    if let (PresetState::On(_), Some(middleware)) = (route.headers_preset(), route.headers_middleware())
        && users_but(snapshot, middleware.to_ref(), Some(route)).next().is_none()
    {
        files.add(middleware.file(), [Edit::remove(path_of(&middleware))]);
    }
}

fn own_name(route: &str) -> String {
    format!("{route}{SUFFIX}")
}

/// The form with the router's middlewares as its preset asks, and the edits of the preset's middleware.
pub(super) fn carried_out<'f>(
    configuration: &Configuration,
    snapshot: &Snapshot,
    form: &'f RouteForm,
) -> Result<(Cow<'f, RouteForm>, FileEdits), ChangeError> {
    let Some(input) = form.headers_preset.as_ref().filter(|_| form.protocol == Protocol::Http) else {
        return Ok((Cow::Borrowed(form), FileEdits::default()));
    };
    let old = form.edit_of.as_deref().map(|id| find(snapshot, id)).transpose()?;
    let old = old.filter(|route| route.protocol() == Protocol::Http);
    let mut plan = Plan { snapshot, form, old, files: FileEdits::default() };
    let middlewares = match input {
        HeadersPresetInput::AsWritten => plan.kept(),
        // A `headers` without content is refused by Traefik, and the router with it.
        HeadersPresetInput::On(preset) if preset.fields().is_empty() => plan.without(),
        HeadersPresetInput::Off => plan.without(),
        HeadersPresetInput::On(preset) => plan.with(configuration, preset)?,
    };
    let form = RouteForm { middlewares, ..form.clone() };
    Ok((Cow::Owned(form), plan.files))
}

struct Plan<'a> {
    snapshot: &'a Snapshot,
    form: &'a RouteForm,
    old: Option<Route<'a>>,
    files: FileEdits,
}

impl Plan<'_> {
    /// The middlewares that the router shall have without a word about its headers.
    fn wanted(&self) -> Vec<String> {
        self.form.middlewares.clone().unwrap_or_else(|| self.written())
    }

    fn written(&self) -> Vec<String> {
        self.old.map(|route| route.middlewares().into_iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Its headers stay where they are, whether or not the form's list names them.
    fn kept(&self) -> Option<Vec<String>> {
        let name = own_name(self.old?.name());
        let mut wanted = self.form.middlewares.clone()?;
        self.put_back(&mut wanted, &name);
        Some(wanted)
    }

    /// Puts the router's reference to a middleware back into a list that leaves it out, behind the same one as before.
    fn put_back(&self, wanted: &mut Vec<String>, name: &str) {
        let written = self.written();
        let Some(at) = written.iter().position(|reference| in_files(reference) == name) else { return };
        if wanted.iter().any(|reference| in_files(reference) == name) {
            return;
        }
        let mut before = written.iter().take(at).rev();
        let place = before
            .find_map(|earlier| wanted.iter().position(|reference| reference == earlier))
            .map_or(0, |place| place + 1);
        wanted.insert(place, written.get(at).cloned().unwrap_or_else(|| name.to_owned()));
    }

    /// Takes the headers away; the middleware too when it follows from choices and nothing else uses it.
    fn without(&mut self) -> Option<Vec<String>> {
        let old = self.old.filter(Route::names_headers_middleware);
        let Some(middleware) = old.and_then(|route| route.headers_middleware()) else {
            return self.form.middlewares.clone();
        };
        let mut wanted = self.wanted();
        wanted.retain(|reference| in_files(reference) != middleware.name());
        if HeadersPreset::of(middleware.node()).is_some() && self.others(&middleware).is_empty() {
            self.files.add(middleware.file(), [Edit::remove(path_of(&middleware))]);
        }
        Some(wanted)
    }

    /// Gives the router exactly these headers.
    fn with(
        &mut self,
        configuration: &Configuration,
        preset: &HeadersPreset,
    ) -> Result<Option<Vec<String>>, ChangeError> {
        let name = own_name(&self.form.name);
        let mut wanted = self.wanted();
        let old = self.old.filter(Route::names_headers_middleware);
        if let Some(middleware) = old.and_then(|route| route.headers_middleware()) {
            self.put_back(&mut wanted, middleware.name());
            if middleware.name() != name && self.others(&middleware).is_empty() {
                return self.renamed(&middleware, &name, wanted, preset).map(Some);
            }
        }
        match self.snapshot.headers_middleware(&name) {
            Some(middleware) => self.change(&middleware, preset)?,
            None => {
                let file = match (&self.old, self.form.file.as_deref()) {
                    (Some(route), None) => route.file().clone(),
                    (_, file) => configuration.target_file(self.snapshot, file)?,
                };
                let section = self.snapshot.file(file.as_str()).map_or_else(
                    || Path::keys([Protocol::Http.as_str(), MIDDLEWARES]),
                    |file| file.section_path(Protocol::Http, MIDDLEWARES),
                );
                self.files.add(&file, [Edit::set(section.key(&name), preset.value())]);
            }
        }
        if !wanted.iter().any(|reference| in_files(reference) == name) {
            wanted.push(name);
        }
        Ok(Some(wanted))
    }

    /// The headers go along with a route that gets another name.
    fn renamed(
        &mut self,
        middleware: &Middleware<'_>,
        name: &str,
        mut wanted: Vec<String>,
        preset: &HeadersPreset,
    ) -> Result<Vec<String>, ChangeError> {
        if let Some(other) = self.snapshot.headers_middleware(name) {
            return Err(exists(&other));
        }
        self.change(middleware, preset)?;
        self.files.add(middleware.file(), [Edit::Rename { path: path_of(middleware), to: name.to_owned() }]);
        for reference in wanted.iter_mut().filter(|reference| in_files(reference) == middleware.name()) {
            let suffix = if reference.ends_with("@file") { "@file" } else { "" };
            *reference = format!("{name}{suffix}");
        }
        Ok(wanted)
    }

    /// Brings the middleware to these choices, unless that would change somebody else's.
    fn change(&mut self, middleware: &Middleware<'_>, preset: &HeadersPreset) -> Result<(), ChangeError> {
        if preset.value().matches(&middleware.node()) {
            return Ok(());
        }
        let others = self.others(middleware);
        if !others.is_empty() {
            return Err(ChangeError::InUse {
                what: format!("middleware `{}`", middleware.name()),
                users: others,
            });
        }
        let edits = if HeadersPreset::of(middleware.node()).is_some() {
            let mut patch = Patch::new(path_of(middleware), Some(middleware.node()));
            let wanted = preset.fields();
            for (field, value) in &wanted {
                patch.set(&["headers", field], value.clone());
            }
            let is_wanted = |field: &str| wanted.iter().any(|(name, _)| name == field);
            for field in FIELDS.into_iter().filter(|field| !is_wanted(field)) {
                patch.remove(&["headers", field]);
            }
            patch.finish()
        } else {
            // What this router uses already, its owner can see and has chosen to replace.
            let is_own = self.old.is_some_and(|route| {
                route.names_headers_middleware() && own_name(route.name()) == middleware.name()
            });
            if !is_own {
                return Err(exists(middleware));
            }
            vec![Edit::set(path_of(middleware), preset.value())]
        };
        self.files.add(middleware.file(), edits);
        Ok(())
    }

    /// Everything but this route that uses the middleware.
    fn others(&self, middleware: &Middleware<'_>) -> Vec<String> {
        users_but(self.snapshot, middleware.to_ref(), self.old.as_ref())
            .map(|user| user.to_string())
            .collect()
    }
}

fn exists(middleware: &Middleware<'_>) -> ChangeError {
    ChangeError::Exists {
        what: format!("a middleware `{}`", middleware.name()),
        file: middleware.file().clone(),
    }
}

fn path_of(middleware: &Middleware<'_>) -> Path {
    middleware.source().section_path(Protocol::Http, MIDDLEWARES).key(middleware.name())
}
