//! What people are told of Traefik's fields: a label, a hint, what there is to choose from.
//!
//! Which fields there are, and of what shape, is Traefik's schema ([`traefik_manager_core::check::schema`]); this is
//! only what is said of them, and a field that nothing is said of goes by its own name. Rows are named by a field and
//! what it stands in: `cookie.name` is the same wherever a cookie stands. Forms and the completion of field names are
//! made of it. The label and the hint of a row are in the catalogues: those of `cookie.name` are the message
//! `field-cookie-name` and its attribute `hint`, of `*.field` it is `field-any-field`.

mod dns;
mod install;
mod middlewares;
mod observability;
mod others;
mod providers;
mod services;

use std::{collections::HashMap, sync::LazyLock};

pub(crate) use dns::DNS_PROVIDERS;

use maud::{Markup, Render};

use crate::words::Message;

/// What is said of one field.
#[derive(Debug)]
pub(crate) struct About {
    /// `parent.field`, `*.field`, or `above.parent.field`.
    key: &'static str,
    pub(crate) label: Message,
    pub(crate) hint: Option<Message>,
    /// The values that it may have, where they are few; a text may still be another.
    pub(crate) choices: &'static [&'static str],
    /// Something that it could say.
    pub(crate) example: &'static str,
    /// How a yes or no counts.
    pub(crate) tick: Tick,
    /// Whether a form shows it only among the rest.
    pub(crate) is_rare: bool,
    /// Whether it holds a password, or something as good as one.
    pub(crate) is_secret: bool,
    /// The objects of which it names some.
    pub(crate) names: Option<Names>,
}

/// How a yes or no counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tick {
    /// Whether it counts as `true` where it does not stand.
    pub(crate) is_on_by_default: bool,
    /// Whether it is better written out, with whatever else is: what Traefik takes by itself would open something up.
    pub(crate) is_explicit: bool,
}

/// What a field names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    Services,
    Middlewares,
    Transports,
    EntryPoints,
    Resolvers,
    DnsProviders,
}

/// The row of a field, `parent.field`; `.field` for the root's, and `*.field` for all of that name.
macro_rules! f {
    (* . $field:ident) => {
        f!(concat!("*.", stringify!($field)), concat!("field-any-", stringify!($field)))
    };
    (. $field:ident) => {
        f!(concat!(".", stringify!($field)), concat!("field-", stringify!($field)))
    };
    ($first:ident $(. $step:ident)+) => {
        f!(
            concat!(stringify!($first) $(, ".", stringify!($step))+),
            concat!("field-", stringify!($first) $(, "-", stringify!($step))+)
        )
    };
    ($key:expr, $id:expr) => {
        About::new($key, const { $crate::words::Message::of($id, &[]) }, const { $crate::words::Message::find(concat!($id, ".hint"), &[]) })
    };
}

use f;

impl About {
    const fn new(key: &'static str, label: Message, hint: Option<Message>) -> Self {
        Self {
            key,
            label,
            hint,
            choices: &[],
            example: "",
            tick: Tick { is_on_by_default: false, is_explicit: false },
            is_rare: false,
            is_secret: false,
            names: None,
        }
    }

    /// The hint, or nothing.
    pub(crate) fn said(&self) -> Markup {
        self.hint.map(|hint| hint.render()).unwrap_or_default()
    }

    const fn choices(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }

    const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    const fn on_by_default(self) -> Self {
        Self { tick: Tick { is_on_by_default: true, ..self.tick }, ..self }
    }

    const fn explicit(self) -> Self {
        Self { tick: Tick { is_explicit: true, ..self.tick }, ..self }
    }

    const fn rare(self) -> Self {
        Self { is_rare: true, ..self }
    }

    const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    const fn names(self, names: Names) -> Self {
        Self { names: Some(names), ..self }
    }
}

const TABLES: [&[About]; 6] = [
    middlewares::ABOUT,
    services::ABOUT,
    others::ABOUT,
    install::ABOUT,
    providers::ABOUT,
    observability::ABOUT,
];

/// What is said of the field of this name in what has that name, or of every field of that name.
pub(crate) fn about(parent: &str, field: &str) -> Option<&'static About> {
    about_within("", parent, field)
}

/// The same, where what has that name stands in something else that tells it from others.
pub(crate) fn about_within(above: &str, parent: &str, field: &str) -> Option<&'static About> {
    static ALL: LazyLock<HashMap<&str, &About>> =
        LazyLock::new(|| TABLES.into_iter().flatten().map(|about| (about.key, about)).collect());
    let of = |parent: &str| ALL.get(format!("{parent}.{field}").as_str()).copied();
    of(&format!("{above}.{parent}")).or_else(|| of(parent)).or_else(|| of("*"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use traefik_manager_core::check::{
        TraefikVersion,
        schema::{Shape, Struct, dynamic, static_root},
    };

    use super::*;

    fn collect(above: &str, parent: &str, of: &'static Struct, keys: &mut HashSet<String>) {
        // A field that there once is, is there in every later version.
        for field in of.fields(TraefikVersion::NEWEST) {
            keys.insert(format!("{above}.{parent}.{}", field.name));
            keys.insert(format!("{parent}.{}", field.name));
            keys.insert(format!("*.{}", field.name));
            if let Some(inner) = field.shape.inner() {
                collect(parent, field.name, inner, keys);
            }
        }
    }

    #[test]
    fn every_row_is_about_a_field_that_there_is_and_no_field_has_two() {
        let mut keys = HashSet::new();
        collect("", "", dynamic(), &mut keys);
        collect("", "", static_root(), &mut keys);
        let mut seen = HashSet::new();
        for about in TABLES.into_iter().flatten() {
            assert!(keys.contains(about.key), "there is no {}", about.key);
            assert!(seen.insert(about.key), "{} stands twice", about.key);
        }
    }

    /// What Traefik 3.7.15 takes for `true` where it is not written, as its own log tells at start.
    const ON_BY_DEFAULT: [&str; 29] = [
        "entryPoint.permanent",
        "encodedCharacters.allowEncodedSlash",
        "encodedCharacters.allowEncodedBackSlash",
        "encodedCharacters.allowEncodedNullCharacter",
        "encodedCharacters.allowEncodedSemicolon",
        "encodedCharacters.allowEncodedPercent",
        "encodedCharacters.allowEncodedQuestionMark",
        "encodedCharacters.allowEncodedHash",
        "http.sanitizePath",
        "observability.accessLogs",
        "observability.metrics",
        "observability.tracing",
        "docker.exposedByDefault",
        "docker.watch",
        "swarm.exposedByDefault",
        "swarm.watch",
        "file.watch",
        "kubernetesIngressNGINX.strictValidatePathType",
        "consulCatalog.exposedByDefault",
        "nomad.exposedByDefault",
        "ecs.exposedByDefault",
        "api.dashboard",
        "global.checkNewVersion",
        "prometheus.addEntryPointsLabels",
        "prometheus.addServicesLabels",
        "datadog.addEntryPointsLabels",
        "statsD.addServicesLabels",
        "influxDB2.addServicesLabels",
        "otlp.addEntryPointsLabels",
    ];

    #[test]
    fn what_the_static_configuration_takes_for_true_is_shown_so() {
        fn flags(parent: &str, of: &'static Struct, found: &mut Vec<(String, bool)>) {
            for field in of.fields(TraefikVersion::NEWEST) {
                if matches!(field.shape, Shape::Bool) {
                    let is_on = about(parent, field.name).is_some_and(|about| about.tick.is_on_by_default);
                    found.push((format!("{parent}.{}", field.name), is_on));
                } else if let Some(inner) = field.shape.inner() {
                    flags(field.name, inner, found);
                }
            }
        }
        let mut found = Vec::new();
        flags("", static_root(), &mut found);
        for (name, is_on) in &found {
            let is_label = name.ends_with(".addEntryPointsLabels") || name.ends_with(".addServicesLabels");
            assert_eq!(*is_on, is_label || ON_BY_DEFAULT.contains(&name.as_str()), "{name}");
        }
        for name in ON_BY_DEFAULT {
            assert!(found.iter().any(|(other, _)| other == name), "there is no {name}");
        }
    }
}
