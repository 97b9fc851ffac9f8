//! The form of a route.

use std::collections::BTreeSet;

use maud::{Markup, Render, html};
use traefik_manager_core::{
    routes::{Route, Snapshot},
    traefik::{Protocol, live::LiveStatus},
};

use super::{
    encoded, icons,
    layout::{save_buttons, token},
    route_more,
    route_values::Values,
    state,
};
use crate::{
    failure::Failure,
    live::{Live, Verdict},
    route_input::{NO_RESOLVER, TLS_OFF},
    said::said,
    words::t,
};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct RouteFormPage<'a> {
    pub(crate) values: &'a Values,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) can_create_files: bool,
    pub(crate) live: &'a Live,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &RouteFormPage<'_>) -> Markup {
    let values = page.values;
    let is_new = values.edit_of.is_empty();
    html! {
        div.head {
            div.head-text {
                h1 { @if is_new { (t!("route-form-new")) } @else { (values.title()) } }
            }
            div.actions {
                @if is_new {
                    div.views role="group" aria-label=(t!("protocol")) {
                        @for protocol in Protocol::ALL {
                            a.protocol href={ "/routes/new?protocol=" (protocol) }
                                aria-current=[(protocol == values.protocol).then_some("true")] { (protocol.as_str().to_uppercase()) }
                        }
                    }
                } @else {
                    a.button.small href={ "/routes/raw?id=" (encoded(&values.edit_of)) } { (icons::code()) (t!("edit-as-yaml")) }
                }
            }
        }
        @if page.failure.is_none() { (verdict(page)) }
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        form.stack method="post" action="/save" data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            input type="hidden" name="protocol" value=(values.protocol);
            @if !is_new {
                input type="hidden" name="isEdit" value="true";
                input type="hidden" name="originalId" value=(values.edit_of);
                input type="hidden" name="version" value=(values.version);
            }
            fieldset.panel {
                legend.sr { (t!("kind-route")) }
                div.pair {
                    (field(page, "serviceName", "name", t!("name"), "", &html! {
                        input #name type="text" name="serviceName" value=(values.name) required autocomplete="off"
                            spellcheck="false" autofocus[is_new] placeholder="blog";
                    }))
                    (file(page))
                }
                @if values.protocol != Protocol::Udp { (rule(page)) }
                (targets(page))
            }
            fieldset.panel {
                legend.sr { (t!("route-form-way-in")) }
                div.pair {
                    (entry_points(page))
                    @if values.protocol != Protocol::Udp { (tls(page)) }
                }
                @if values.protocol != Protocol::Udp { (middlewares(page)) }
                @if values.protocol == Protocol::Tcp {
                    (tick("tlsPassthrough", t!("route-form-passthrough"), t!("route-form-passthrough-hint"), values.passthrough))
                }
            }
            @if values.protocol == Protocol::Http && values.service.is_empty() {
                fieldset.panel {
                    legend.sr { (t!("route-form-servers")) }
                    (tick("passHostHeader", t!("route-form-pass-host"), t!("route-form-pass-host-hint"), values.pass_host_header))
                    (tick("insecureSkipVerify", t!("route-form-no-check"), t!("route-form-no-check-hint"), values.skip_tls_verify))
                }
            }
            @if values.protocol != Protocol::Udp { (route_more::section(page)) }
            div.foot {
                (save_buttons(if is_new { t!("add-route") } else { t!("save") }))
                a.button.quiet href="/" { (t!("cancel")) }
                @if !is_new {
                    a.button.quiet.danger.push href={ "/routes/delete?id=" (encoded(&values.edit_of)) } data-confirm { (t!("delete")) }
                }
            }
        }
    }
}

/// What Traefik makes of the route as it is now.
fn verdict(page: &RouteFormPage<'_>) -> Markup {
    let Ok(route) = page.snapshot.route(&page.values.edit_of) else { return html! {} };
    let state =
        page.live.router_state(route.protocol(), route.name(), route.service_name(), route.is_enabled());
    if !route.is_enabled() {
        return html! {
            (state::told(state))
            p.note { (t!("route-form-off")) }
        };
    }
    let Verdict::Router(router) = page.live.verdict(route.protocol(), route.name()) else {
        return state::told(state);
    };
    let kind = match router.status {
        LiveStatus::Enabled => return state::told(state),
        LiveStatus::Warning => "warn",
        LiveStatus::Disabled => "bad",
    };
    html! {
        div class={ "note " (kind) } {
            p { strong { @if kind == "bad" { (t!("route-form-unserved")) } @else { (t!("route-form-warned")) } } }
            @for error in &router.errors { p.mono { (said(error)) } }
        }
    }
}

/// A field with its label, what is wrong with it and a hint.
pub(super) fn field(
    page: &RouteFormPage<'_>,
    name: &str,
    id: &str,
    label: impl Render,
    hint: impl Render,
    input: &Markup,
) -> Markup {
    let hint = hint.render();
    let wrong = page.failure.and_then(|failure| failure.about(name));
    html! {
        div.field .bad[wrong.is_some()] {
            label for=(id) { (label) }
            (input)
            @if !hint.0.is_empty() { span.hint { (hint) } }
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

/// A check box. An unticked one sends nothing by itself, hence the hidden field.
pub(super) fn tick(name: &str, label: impl Render, hint: impl Render, ticked: bool) -> Markup {
    let hint = hint.render();
    html! {
        div.check {
            input type="hidden" name=(name) value="false";
            input id=(name) type="checkbox" name=(name) value="true" checked[ticked];
            label for=(name) { (label) @if !hint.0.is_empty() { span.hint { (hint) } } }
        }
    }
}

fn file(page: &RouteFormPage<'_>) -> Markup {
    let choice = file_choice(page.snapshot, page.can_create_files, &page.values.file, &page.values.new_file);
    html! {
        @if let Some(choice) = choice {
            (field(page, "configFile", "file", t!("file"), "", &html! { div.row { (choice) } }))
        }
    }
}

/// The files to choose from, and a field for a new one where one may be made; `None` where there is nothing to choose.
pub(super) fn file_choice(
    snapshot: &Snapshot,
    can_create_files: bool,
    chosen: &str,
    new_file: &str,
) -> Option<Markup> {
    let files = snapshot.files();
    let sound = files.iter().find(|file| file.problem().is_none()).map(|file| file.id().as_str());
    let chosen = if chosen.is_empty() { sound.unwrap_or_default() } else { chosen };
    (files.len() > 1 || can_create_files).then(|| {
        html! {
            @if !files.is_empty() {
                select #file name="configFile" {
                    @for file in files {
                        option value=(file.id()) selected[file.id().as_str() == chosen] { (file.id()) }
                    }
                }
            }
            @if can_create_files {
                input id=[files.is_empty().then_some("file")] type="text" name="newFile" value=(new_file)
                    placeholder=(t!("route-form-new-file-hint")) aria-label=(t!("route-form-new-file")) autocomplete="off" spellcheck="false";
            }
        }
    })
}

fn rule(page: &RouteFormPage<'_>) -> Markup {
    let values = page.values;
    let name = if values.protocol == Protocol::Http { "httpRule" } else { "tcpRule" };
    let wrong =
        page.failure.and_then(|failure| [name, "domains"].into_iter().find_map(|field| failure.about(field)));
    let domain = page.snapshot.settings().domains.first().map_or("example.com", String::as_str);
    html! {
        fieldset {
            span.label { (t!("route-form-takes")) }
            div.pair {
                div.choice {
                    div.check {
                        input #by-hosts type="radio" name="ruleMode" value="hosts" checked[values.by_hosts];
                        label for="by-hosts" { (t!("route-form-by-hosts")) }
                    }
                    div.field .bad[wrong.is_some() && values.by_hosts] {
                        textarea #hosts name="hosts" rows="2" data-picks="by-hosts" aria-label=(t!("route-form-hosts")) spellcheck="false"
                            autocapitalize="off" placeholder={ "blog." (domain) } { "\n" (values.hosts) }
                        @if let Some(wrong) = wrong.filter(|_| values.by_hosts) { p.wrong { (super::sentence(wrong)) } }
                    }
                }
                div.choice {
                    div.check {
                        input #by-rule type="radio" name="ruleMode" value="rule" checked[!values.by_hosts];
                        label for="by-rule" { (t!("route-form-by-rule")) }
                    }
                    div.field .bad[wrong.is_some() && !values.by_hosts] {
                        textarea #rule name=(name) rows="2" data-picks="by-rule" aria-label=(t!("route-form-rule")) spellcheck="false" autocapitalize="off"
                            placeholder="Host(`example.com`) && PathPrefix(`/api`)" { "\n" (values.rule) }
                        @if let Some(wrong) = wrong.filter(|_| !values.by_hosts) { p.wrong { (super::sentence(wrong)) } }
                    }
                }
            }
        }
    }
}

fn targets(page: &RouteFormPage<'_>) -> Markup {
    let values = page.values;
    let placeholder =
        if values.protocol == Protocol::Http { "http://192.168.1.20:8080" } else { "192.168.1.20:5432" };
    let wrong = page.failure.and_then(|failure| {
        ["targetIp", "targetPort", "scheme", "server", "serviceRef"]
            .into_iter()
            .find_map(|field| failure.about(field))
    });
    html! {
        div.field .bad[wrong.is_some()] {
            @if values.service.is_empty() {
                span.label #servers-label { (t!("route-form-sends-to")) }
                div.stack.tight #servers {
                    @let servers = if values.servers.is_empty() { vec![String::new()] } else { values.servers.clone() };
                    @for server in &servers {
                        div.row {
                            input type="text" name="server" value=(server) placeholder=(placeholder) inputmode="url"
                                aria-labelledby="servers-label" autocomplete="off" spellcheck="false";
                            button.quiet.small.needs-js type="button" data-remove aria-label=(t!("route-form-remove-server")) title=(t!("route-form-remove")) { (icons::bin()) }
                        }
                    }
                }
                // Without script one more field is enough to get on: each save shows another.
                @if !values.servers.is_empty() {
                    div.row.nojs { input type="text" name="server" placeholder=(t!("route-form-another-server")) aria-labelledby="servers-label"; }
                }
                div.foot {
                    button.small.needs-js type="button" data-add="servers" { (icons::plus()) (t!("route-form-add-server")) }
                    span.hint { (t!("route-form-several-servers")) }
                }
            } @else {
                label for="service" { (t!("route-form-sends-to-service")) }
                input #service type="text" name="serviceRef" value=(values.service) list="services" autocomplete="off" spellcheck="false";
                datalist #services {
                    @for name in page.snapshot.service_names(values.protocol).into_iter().take(200) { option value=(name) {} }
                }
                span.hint { (t!("route-form-service-hint")) }
            }
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

fn entry_points(page: &RouteFormPage<'_>) -> Markup {
    let name = if page.values.protocol == Protocol::Udp { "udpEntryPoint" } else { "entryPoints" };
    let known = page.snapshot.entry_points();
    let udp = page.values.protocol == Protocol::Udp;
    // `traefik` is where Traefik's own API listens.
    let names: Vec<&str> = known
        .iter()
        .filter(|(name, address)| *name != "traefik" && address.ends_with("/udp") == udp)
        .map(|(name, _)| *name)
        .collect();
    let names = if known.is_empty() { used_entry_points(page) } else { names };
    html! {
        (field(page, name, "entry-points", t!("entry-points"), t!("route-form-entry-points-hint"), &html! {
            input #entry-points type="text" name=(name) value=(page.values.entry_points) list="known-entry-points"
                placeholder="websecure" autocomplete="off" spellcheck="false";
            datalist #known-entry-points {
                @for (name, address) in &known { option value=(name) { (address) } }
            }
            (picks("entry-points", &names))
        }))
    }
}

/// Where Traefik's static configuration is not known, the entry points of the other routes are a good guess.
fn used_entry_points<'p>(page: &RouteFormPage<'p>) -> Vec<&'p str> {
    let routes = page.snapshot.routes().filter(|route| route.protocol() == page.values.protocol);
    let used: BTreeSet<&str> = routes.take(1_000).flat_map(|route| route.entry_points()).collect();
    used.into_iter().take(12).collect()
}

/// Names to choose from: buttons with script, a list to read without.
fn picks(input: &str, names: &[&str]) -> Markup {
    html! {
        @if !names.is_empty() {
            div.picks.needs-js role="group" aria-label=(t!("route-form-add")) {
                @for name in names { button.pick type="button" data-pick=(input) value=(name) { (name) } }
            }
            span.hint.nojs { (t!("route-form-there-are", names = names.join(", "))) }
        }
    }
}

fn tls(page: &RouteFormPage<'_>) -> Markup {
    let chosen = page.values.resolver.as_str();
    let resolvers = &page.snapshot.settings().cert_resolvers;
    let is_other = !chosen.is_empty()
        && chosen != TLS_OFF
        && chosen != NO_RESOLVER
        && !resolvers.iter().any(|resolver| resolver == chosen);
    html! {
        (field(page, "certResolver", "tls", "TLS", "", &html! {
            select #tls name="certResolver" {
                option value=(TLS_OFF) selected[chosen == TLS_OFF] { (t!("route-form-tls-off")) }
                option value=(NO_RESOLVER) selected[chosen == NO_RESOLVER] { (t!("route-form-tls-file")) }
                @for resolver in resolvers {
                    option value=(resolver) selected[resolver == chosen] { (t!("route-form-certificate-from", resolver = resolver)) }
                }
                @if is_other { option value=(chosen) selected { (t!("route-form-certificate-from", resolver = chosen)) } }
            }
        }))
    }
}

fn middlewares(page: &RouteFormPage<'_>) -> Markup {
    let protocol = page.values.protocol;
    let name = if protocol == Protocol::Http { "middlewares" } else { "middlewaresTcp" };
    let known: Vec<&str> = page
        .snapshot
        .middlewares()
        .filter(|middleware| middleware.protocol() == protocol)
        .map(|middleware| middleware.name())
        .take(30)
        .collect();
    html! {
        (field(page, name, "middlewares", t!("middlewares"), t!("route-form-middlewares-hint"), &html! {
            input #middlewares type="text" name=(name) value=(page.values.middlewares) autocomplete="off" spellcheck="false";
            (picks("middlewares", &known))
        }))
    }
}

/// Asks before a route is gone.
pub(crate) fn confirm_delete(route: &Route<'_>, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action={ "/delete/" (encoded(route.id())) } data-confirmation {
            (token(csrf))
            input type="hidden" name="version" value=(route.version());
            h1 #question { (t!("delete-question", name = route.name())) }
            p { (t!("route-form-delete-lead", file = route.file().as_str())) }
            div.foot {
                button.danger type="submit" { (t!("delete")) }
                a.button.quiet.cancel href="/" { (t!("cancel")) }
            }
        }
    }
}
