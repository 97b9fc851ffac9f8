//! Reads the form of a route: the page's own fields, and those that the phone app and scripts send.
//!
//! The app submits the sections of all three protocols at once, so some of its fields are repeated and count by their
//! position; a field that is sent once counts wherever it is. What is not sent stays as it is.

use serde::Deserialize;
use traefik_manager_core::{
    routes::{
        FEATURES, FeatureAccess, HeadersPreset, HeadersPresetInput, HealthCheckInput, REFERRER_POLICIES,
        ResolverInput, RouteForm, RuleInput, ServerInput, StickyInput, TargetInput, TlsInput,
    },
    settings::Settings,
    traefik::Protocol,
};

use crate::{failure::Failure, fields::Fields};

/// The value of `certResolver` for no TLS at all.
pub(crate) const TLS_OFF: &str = "__disabled__";
/// The value of `certResolver` for TLS without a resolver.
pub(crate) const NO_RESOLVER: &str = "__none__";
/// The rule of a new TCP route for which nobody has named a host: most protocols tell none.
const EVERY_NAME: &str = "HostSNI(`*`)";

/// What the form asks for.
///
/// # Errors
/// A field that makes no sense by itself; whether the whole does is for the core to say.
pub(crate) fn read(fields: &Fields, settings: &Settings) -> Result<RouteForm, Failure> {
    let name = fields.trimmed("serviceName")?;
    if name.is_empty() {
        return Err(Failure::bad_request("give the route a name").in_field("serviceName"));
    }
    let protocol = match fields.trimmed("protocol")? {
        "" => Protocol::Http,
        other => {
            Protocol::parse(other).ok_or_else(|| Failure::field("protocol", "must be http, tcp or udp"))?
        }
    };
    let input = Input { fields, protocol };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut form = RouteForm::new(name, protocol);
    if fields.flag("isEdit", false)? {
        form.edit_of = Some(some(fields.trimmed("originalId")?).unwrap_or_else(|| name.to_owned()));
    }
    form.version = some(fields.trimmed("version")?);
    form.file = some(fields.trimmed("newFile")?).or(some(fields.trimmed("configFile")?));
    form.rule = input.rule(settings)?;
    if form.rule.is_none() && protocol == Protocol::Tcp && form.edit_of.is_none() {
        form.rule = Some(RuleInput::Text(EVERY_NAME.to_owned()));
    }
    form.entry_points = input.entry_points()?;
    form.middlewares = input.middlewares()?;
    form.tls = input.tls()?;
    input.target(&mut form)?;
    input.more(&mut form)?;
    if protocol == Protocol::Http {
        form.pass_host_header = input.fields.last_flag("passHostHeader")?;
        form.skip_tls_verify = input.fields.last_flag("insecureSkipVerify")?;
        if fields.has("streamingPresetPresent") {
            form.streaming = Some(fields.flag("streamingPresetEnabled", false)?);
        }
        form.headers_preset = input.headers_preset()?;
    }
    Ok(form)
}

struct Input<'f> {
    fields: &'f Fields,
    protocol: Protocol,
}

impl<'f> Input<'f> {
    /// The value that is meant for this protocol among positional ones; `None` where the field was not sent.
    fn at_position(&self, name: &str) -> Result<Option<&'f str>, Failure> {
        Ok(self.meant(&self.fields.texts(name)?))
    }

    fn meant(&self, values: &[&'f str]) -> Option<&'f str> {
        let position = match self.protocol {
            Protocol::Http => 0,
            Protocol::Tcp => 1,
            Protocol::Udp => 2,
        };
        let at = if values.len() > 1 { position } else { 0 };
        values.get(at).map(|value| value.trim())
    }

    fn rule(&self, settings: &Settings) -> Result<Option<RuleInput>, Failure> {
        let fields = self.fields;
        let typed = match self.protocol {
            Protocol::Http => fields.trimmed("httpRule")?,
            Protocol::Tcp => fields.trimmed("tcpRule")?,
            Protocol::Udp => return Ok(None),
        };
        if fields.has("ruleMode") {
            return Ok(Some(match fields.trimmed("ruleMode")? {
                "hosts" => RuleInput::Hosts(words(fields.trimmed("hosts")?)),
                _ => RuleInput::Text(typed.to_owned()),
            }));
        }
        if !typed.is_empty() {
            return Ok(Some(RuleInput::Text(typed.to_owned())));
        }
        let subdomain = fields.trimmed("subdomain")?;
        if subdomain.contains('.') {
            return Ok(Some(RuleInput::Hosts(vec![subdomain.to_owned()])));
        }
        if subdomain.is_empty() && self.protocol == Protocol::Tcp {
            return Ok(None);
        }
        let mut domains: Vec<String> =
            fields.texts("domains")?.into_iter().map(|domain| domain.trim().to_owned()).collect();
        domains.push(fields.trimmed("domain")?.to_owned());
        domains.retain(|domain| !domain.is_empty());
        if domains.is_empty() && !subdomain.is_empty() {
            domains.extend(settings.domains.first().cloned());
        }
        if domains.is_empty() {
            return Ok(None);
        }
        let hosts = domains.into_iter().map(|domain| match subdomain {
            "" => domain,
            name => format!("{name}.{domain}"),
        });
        Ok(Some(RuleInput::Hosts(hosts.collect())))
    }

    fn entry_points(&self) -> Result<Option<Vec<String>>, Failure> {
        if self.protocol == Protocol::Udp && self.fields.has("udpEntryPoint") {
            return Ok(self.fields.text("udpEntryPoint")?.map(words));
        }
        Ok(self.at_position("entryPoints")?.map(words))
    }

    fn middlewares(&self) -> Result<Option<Vec<String>>, Failure> {
        let name = match self.protocol {
            Protocol::Http => "middlewares",
            Protocol::Tcp => "middlewaresTcp",
            Protocol::Udp => return Ok(None),
        };
        Ok(self.fields.text(name)?.map(words))
    }

    fn tls(&self) -> Result<Option<TlsInput>, Failure> {
        let fields = self.fields;
        let chosen = self.at_position("certResolver")?;
        let options = fields.text("tlsOptionsProfile")?.map(|name| name.trim().to_owned());
        let domain = match fields.trimmed("tlsWildcardMain")? {
            // The phone app sends the profile with every TLS section, and the domain only while the wildcard is on.
            "" if options.is_some() && chosen.is_some() => Some(None),
            "" => None,
            main => Some(Some((main.to_owned(), words(fields.trimmed("tlsWildcardSans")?)))),
        };
        let resolver = match chosen {
            None => None,
            Some("") => Some(ResolverInput::Default),
            Some(NO_RESOLVER | "none" | TLS_OFF) => Some(ResolverInput::None),
            Some(name) => Some(ResolverInput::Named(name.to_owned())),
        };
        match self.protocol {
            Protocol::Udp => Ok(None),
            Protocol::Http => Ok(match (chosen, &options) {
                (Some(TLS_OFF), _) => Some(TlsInput::Off),
                (None, None) if domain.is_none() => None,
                (None, Some(name)) if name.is_empty() && domain.is_none() => None,
                _ => Some(TlsInput::On { resolver, options, domain, passthrough: None }),
            }),
            Protocol::Tcp => {
                let (wanted, passthrough) =
                    (self.fields.last_flag("useTls")?, self.fields.last_flag("tlsPassthrough")?);
                let on = |resolver, passthrough| TlsInput::On { resolver, options, domain, passthrough };
                let named = || matches!(resolver, Some(ResolverInput::Named(_)));
                Ok(match (passthrough, wanted, chosen) {
                    (Some(true), _, _) if named() => Some(on(resolver, Some(true))),
                    (Some(true), _, _) => Some(on(Some(ResolverInput::None), Some(true))),
                    (_, Some(false), _) | (_, None, Some(TLS_OFF)) => Some(TlsInput::Off),
                    (_, Some(true), _) | (_, None, Some(_)) => Some(on(resolver, passthrough)),
                    (_, None, None) => None,
                })
            }
        }
    }

    /// The fields of the page's section for what few routes need; the phone app sends them with its servers.
    fn more(&self, form: &mut RouteForm) -> Result<(), Failure> {
        let fields = self.fields;
        if self.protocol == Protocol::Http {
            let (is_sticky, is_checked) = (fields.last_flag("sticky")?, fields.last_flag("healthCheck")?);
            form.sticky = is_sticky.map(|on| on.then(|| sticky(fields)).transpose()).transpose()?;
            form.health_check =
                is_checked.map(|on| on.then(|| health_check(fields)).transpose()).transpose()?;
        }
        if fields.has("priority") {
            let typed = fields.figure("priority")?;
            let number =
                typed.parse().map_err(|_| Failure::field("priority", "must be a whole number, such as 10"));
            form.priority = Some(if typed.is_empty() { None } else { Some(number?) });
        }
        Ok(())
    }

    /// The security headers; the form says nothing about them unless it says so.
    fn headers_preset(&self) -> Result<Option<HeadersPresetInput>, Failure> {
        let fields = self.fields;
        if !fields.flag("headersPresetPresent", false)? {
            return Ok(None);
        }
        if !fields.flag("headersPresetEnabled", false)? {
            return Ok(Some(HeadersPresetInput::Off));
        }
        if fields.flag("headersPresetCustom", false)? {
            return Ok(Some(HeadersPresetInput::AsWritten));
        }
        let mut permissions = Vec::new();
        for feature in FEATURES {
            let field = format!("hp_perm_{feature}");
            let chosen = fields.trimmed(&field)?;
            if !chosen.is_empty() {
                let access = FeatureAccess::parse(chosen)
                    .ok_or_else(|| Failure::field(&field, "must be self, all or block"))?;
                permissions.push((feature, access));
            }
        }
        let referrer = match fields.trimmed("hp_referrer")? {
            "" => None,
            typed => {
                Some(REFERRER_POLICIES.into_iter().find(|policy| *policy == typed).ok_or_else(|| {
                    Failure::field("hp_referrer", &format!("must be one of {}", REFERRER_POLICIES.join(", ")))
                })?)
            }
        };
        Ok(Some(HeadersPresetInput::On(HeadersPreset {
            permissions,
            hsts: fields.flag("hp_hsts", false)?,
            nosniff: fields.flag("hp_nosniff", false)?,
            frame_deny: fields.flag("hp_frameDeny", false)?,
            referrer,
        })))
    }

    fn target(&self, form: &mut RouteForm) -> Result<(), Failure> {
        let fields = self.fields;
        let shared = fields.trimmed("serviceRef")?;
        if !shared.is_empty() {
            form.target = Some(TargetInput::Service(shared.to_owned()));
            return Ok(());
        }
        let (backends, scheme) = match self.protocol {
            Protocol::Http => ("backendsJsonHttp", fields.trimmed("scheme")?),
            Protocol::Tcp => ("backendsJsonTcp", ""),
            Protocol::Udp => ("backendsJsonUdp", ""),
        };
        let written = fields.trimmed(backends)?;
        if !written.is_empty() {
            Backends::read(backends, written)?.apply(form);
            return Ok(());
        }
        if fields.has("server") {
            let servers =
                fields.texts("server")?.into_iter().map(str::trim).filter(|server| !server.is_empty());
            let server = |text: &str| ServerInput { host: text.to_owned(), ..ServerInput::default() };
            form.target = Some(TargetInput::Servers(servers.map(server).collect()));
            return Ok(());
        }
        let host = self.at_position("targetIp")?.unwrap_or_default();
        if !host.is_empty() {
            let port = self.meant(&fields.figures("targetPort")?).unwrap_or_default();
            form.target = Some(TargetInput::First(ServerInput {
                scheme: scheme.to_owned(),
                host: host.to_owned(),
                port: port.to_owned(),
            }));
        }
        Ok(())
    }
}

/// The cookie of sticky sessions, as a form has it.
pub(crate) fn sticky(fields: &Fields) -> Result<StickyInput, Failure> {
    let ticked = |name: &str| Ok::<_, Failure>(fields.last_flag(name)?.unwrap_or(false));
    Ok(StickyInput {
        name: fields.trimmed("stickyName")?.to_owned(),
        secure: ticked("stickySecure")?,
        http_only: ticked("stickyHttpOnly")?,
    })
}

/// The health check, as a form has it.
pub(crate) fn health_check(fields: &Fields) -> Result<HealthCheckInput, Failure> {
    let text = |name: &str| fields.trimmed(name).map(str::to_owned);
    Ok(HealthCheckInput {
        path: text("healthPath")?,
        interval: text("healthInterval")?,
        timeout: text("healthTimeout")?,
    })
}

/// The servers as the phone app sends them. What it leaves out is switched off there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Backends {
    #[serde(default)]
    servers: Vec<BackendServer>,
    #[serde(default)]
    sticky: Option<BackendSticky>,
    #[serde(default)]
    health_check: Option<BackendHealth>,
    #[serde(default)]
    priority: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct BackendServer {
    #[serde(default)]
    scheme: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    port: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BackendSticky {
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    cookie_name: String,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    http_only: bool,
}

#[derive(Debug, Deserialize)]
struct BackendHealth {
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    path: String,
    #[serde(default)]
    interval: String,
    #[serde(default)]
    timeout: String,
}

impl Backends {
    fn read(field: &str, text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text)
            .map_err(|error| Failure::field(field, &format!("does not describe servers: {error}")))
    }

    fn apply(self, form: &mut RouteForm) {
        let servers = self
            .servers
            .into_iter()
            .map(|server| ServerInput { scheme: server.scheme, host: server.host, port: server.port })
            .filter(|server| !server.host.trim().is_empty())
            .collect::<Vec<_>>();
        if !servers.is_empty() {
            form.target = Some(TargetInput::Servers(servers));
        }
        if form.protocol == Protocol::Http {
            form.sticky = Some(self.sticky.filter(|sticky| sticky.enabled).map(|sticky| StickyInput {
                name: sticky.cookie_name,
                secure: sticky.secure,
                http_only: sticky.http_only,
            }));
            form.health_check = Some(self.health_check.filter(|check| check.enabled).map(|check| {
                HealthCheckInput { path: check.path, interval: check.interval, timeout: check.timeout }
            }));
        }
        if form.protocol != Protocol::Udp {
            form.priority = Some(self.priority);
        }
    }
}

/// Names separated by commas, blanks or line breaks.
fn words(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
