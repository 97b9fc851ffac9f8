//! From one object to another by name, and what is wrong with an object.

use std::borrow::Cow;

use super::{
    context::{Context, Provider, Section},
    finding::{Effect, Level},
    nodes::Element,
    objects::{Object, ObjectId, Objects, Step},
    report::{FindingId, Report},
    suggest::nearest,
};
use crate::{traefik::Protocol, tree::NodeRef};

/// Checks one object after the other.
#[derive(Debug)]
pub(super) struct Links<'r, 'a, 't> {
    pub(super) report: &'r mut Report<'a>,
    pub(super) objects: &'r mut Objects<'t>,
    pub(super) context: &'r Context,
    /// How many objects may still be looked at for a name that somebody may have meant, [`LOOKS`] at first: with as many
    /// names that lead nowhere as there are objects, nobody would live to see the end of it.
    pub(super) looks: usize,
}

/// The most objects that are looked at for names that somebody may have meant.
pub(super) const LOOKS: usize = 200_000;

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Object(ObjectId),
    /// Another provider's object, which is there or may be.
    Elsewhere,
    Missing,
}

impl<'t> Links<'_, '_, 't> {
    pub(super) fn object(&self, id: ObjectId) -> Option<&Object<'t>> {
        self.objects.all.get(id)
    }

    /// Something that disables the object, and with it what needs it.
    pub(super) fn fault(
        &mut self,
        id: ObjectId,
        node: NodeRef<'t>,
        steps: &[Step<'_>],
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Option<FindingId> {
        // Whether it is an error depends on whether a router uses the object, which is known later.
        let finding =
            self.add(id, node, steps, (Level::Warning, Effect::DisablesObject, code), message, remedy)?;
        self.objects.all.get_mut(id)?.faults.push(finding);
        Some(finding)
    }

    /// Something that only puzzles, or whose effect is known already.
    pub(super) fn add(
        &mut self,
        id: ObjectId,
        node: NodeRef<'t>,
        steps: &[Step<'_>],
        kind: (Level, Effect, &'static str),
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Option<FindingId> {
        let object = self.objects.all.get(id)?;
        let path = object.path_to(steps);
        let span = if node.span().is_empty() { object.key.span() } else { node.span() };
        Some(self.report.add(object.file, span, path, kind, message, remedy))
    }

    pub(super) fn lint(
        &mut self,
        id: ObjectId,
        node: NodeRef<'t>,
        steps: &[Step<'_>],
        code: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(id, node, steps, (Level::Lint, Effect::Ignores, code), message, remedy);
    }

    /// Follows a name; `None` where only Traefik knows.
    pub(super) fn resolve(&self, section: Section, name: &str) -> Option<Target> {
        let Some((local, provider)) = name.rsplit_once('@') else {
            return self.in_files(section, name);
        };
        if provider == "file" {
            return self.in_files(section, local);
        }
        if self.context.provider(provider) == Provider::Missing {
            return Some(Target::Missing);
        }
        if provider == "internal" {
            return self.internal(section, local);
        }
        let is_there = self.context.others.as_ref()?.have(section, name)?;
        Some(if is_there { Target::Elsewhere } else { Target::Missing })
    }

    fn in_files(&self, section: Section, name: &str) -> Option<Target> {
        match self.objects.get(section, name) {
            Some(id) => Some(Target::Object(id)),
            None if self.objects.is_open(section) || self.context.has_other_files => None,
            None => Some(Target::Missing),
        }
    }

    /// Traefik's own objects; some are there only when the static configuration asks for them.
    fn internal(&self, section: Section, local: &str) -> Option<Target> {
        let is_there = match section {
            Section::Services(Protocol::Http) => match local {
                "noop" => true,
                "api" | "dashboard" | "ping" | "prometheus" | "rest" | "acme-http" => {
                    self.context.internals.as_ref()?.have(section, &format!("{local}@internal"))?
                }
                _ => false,
            },
            Section::Middlewares(Protocol::Http) => {
                self.context.internals.as_ref()?.have(section, &format!("{local}@internal"))?
            }
            Section::Transports(Protocol::Http | Protocol::Tcp) => local == "default",
            _ => false,
        };
        Some(if is_there { Target::Elsewhere } else { Target::Missing })
    }

    /// Links an object to one that it names; says where it is missing.
    pub(super) fn link(
        &mut self,
        id: ObjectId,
        section: Section,
        name: &str,
        node: NodeRef<'t>,
        steps: &[Step<'_>],
    ) -> Option<ObjectId> {
        if let Some(provider) =
            self.object(id).and_then(|object| object.name.split('@').nth(1)).map(str::to_owned)
            && !name.contains('@')
            && provider != "file"
        {
            let message = format!(
                "the @ in this object's name makes Traefik look for the {} `{name}` at a provider `{provider}`",
                section.noun()
            );
            self.fault(
                id,
                node,
                steps,
                "name-not-referable",
                message,
                format!("write `{name}@file`, or rename it"),
            );
            return None;
        }
        match self.resolve(section, name) {
            Some(Target::Object(other)) => {
                let object = self.objects.all.get_mut(id)?;
                if !object.needs.contains(&other) {
                    object.needs.push(other);
                }
                Some(other)
            }
            Some(Target::Elsewhere) => None,
            Some(Target::Missing) => {
                self.missing(id, section, name, node, steps);
                None
            }
            None => {
                let noun = section.noun();
                let message = format!("whether there is the {noun} `{name}` cannot be known here");
                let kind = (Level::Warning, Effect::DisablesObject, "unknown-reference");
                self.add(id, node, steps, kind, message, "look for it in Traefik's dashboard");
                None
            }
        }
    }

    fn missing(&mut self, id: ObjectId, section: Section, name: &str, node: NodeRef<'t>, steps: &[Step<'_>]) {
        let code = match section {
            Section::Services(_) => "dangling-service",
            Section::Middlewares(_) => "dangling-middleware",
            Section::Transports(_) => "dangling-transport",
            Section::TlsOptions => "dangling-tls-options",
        };
        let noun = section.noun();
        let message = if name.is_empty() {
            format!("the name of the {noun} is missing")
        } else {
            format!("there is no {noun} `{name}`")
        };
        let local = name.rsplit_once('@').map_or(name, |(local, _)| local);
        let near = if self.looks > 0 { nearest(local, self.objects.names(section)) } else { None };
        self.looks = self.looks.saturating_sub(self.objects.count());
        let remedy = match near {
            Some(other) if other == local => {
                format!("write `{other}`, without a provider, for the one in the files")
            }
            Some(other) => format!("did you mean `{other}`?"),
            None if section == Section::TlsOptions => {
                "define it under tls.options, or remove the line".to_owned()
            }
            None => format!("define the {noun}, or name one that exists"),
        };
        self.fault(id, node, steps, code, message, remedy);
    }

    /// Links an object to all that a list names; only those whose name is known.
    pub(super) fn link_all(
        &mut self,
        id: ObjectId,
        section: Section,
        names: Vec<Element<'t>>,
        steps: &[Step<'_>],
    ) -> Vec<Option<ObjectId>> {
        let mut linked = Vec::new();
        for Element { node, index, text } in names {
            let Some(text) = text else { continue };
            let mut steps = steps.to_vec();
            steps.extend(index.map(Step::Index));
            linked.push(self.link(id, section, &text, node, &steps));
        }
        linked
    }

    /// A text of a field with the node that it stands in; nothing where a template decides.
    pub(super) fn text(node: NodeRef<'t>, name: &str) -> Option<(NodeRef<'t>, Cow<'t, str>)> {
        let value = super::nodes::value_of(node, name)?;
        super::nodes::text_of(node, name).map(|text| (value, text))
    }
}
