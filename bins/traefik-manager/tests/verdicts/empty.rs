//! What may be empty, what may be `true`, and what must hold something.

use crate::{
    table::{Statement, disabled, reads, refused, taken},
    texts::{balancer, middleware, options, router, service, stream, transport},
};

/// What refuses a file below `key`, in turn, for each must hold something.
const NOTHINGS: [&str; 5] = ["{}", "[]", "\"\"", "foo", "42"];

pub(crate) fn statements() -> Vec<Statement> {
    [must_hold(), may_be_empty(), objects()].into_iter().flatten().collect()
}

fn must_hold() -> Vec<Statement> {
    let places = [
        "http: VALUE\n".to_owned(),
        "tcp: VALUE\n".to_owned(),
        "tls: VALUE\n".to_owned(),
        "http: {routers: VALUE}\n".to_owned(),
        "http: {services: VALUE}\n".to_owned(),
        "tls: {options: VALUE}\n".to_owned(),
        "tls: {options: {o: {clientAuth: VALUE}}}\n".to_owned(),
        service("loadBalancer: VALUE"),
        balancer("healthCheck: VALUE"),
        middleware("headers: VALUE"),
        middleware("headers: {customRequestHeaders: VALUE}"),
        middleware("retry: VALUE"),
        middleware("addPrefix: VALUE"),
        middleware("plugin: VALUE"),
        middleware("rateLimit: {average: 1, sourceCriterion: VALUE}"),
        router("observability: VALUE"),
    ];
    let each = places.iter().zip(NOTHINGS.iter().cycle());
    each.map(|(text, nothing)| {
        refused(text.replace("VALUE", nothing), "empty-element", "cannot be a standalone element")
    })
    .collect()
}

/// `true` and `{}` are the same there, and any other value is none at all, which only the tables below tell.
fn may_be_empty() -> Vec<Statement> {
    let places = [
        router("tls: VALUE"),
        stream("HostSNI(`*`)", "tls: VALUE"),
        balancer("sticky: VALUE"),
        balancer("sticky: {cookie: VALUE}"),
        middleware("ipAllowList: {sourceRange: [\"10.0.0.0/8\"], ipStrategy: VALUE}"),
        "http: {serversTransports: {t-N: {spiffe: VALUE}}}\n".to_owned(),
        "tcp: {serversTransports: {t-N: {tls: VALUE}}}\n".to_owned(),
        "tcp: {serversTransports: {t-N: {proxyProtocol: VALUE}}}\n".to_owned(),
    ];
    let mut all = Vec::new();
    for text in &places {
        all.extend(["{}", "true", "True"].map(|value| taken(text.replace("VALUE", value), &[])));
        all.extend(
            ["false", "foo", "42", "yes"]
                .map(|value| taken(text.replace("VALUE", value), &["lint scalar-for-section"])),
        );
    }
    for kind in ["compress", "contentType"] {
        all.push(taken(middleware(&format!("{kind}: {{}}")), &[]));
        all.push(taken(middleware(&format!("{kind}: true")), &[]));
        all.extend(["foo", "42", "false"].map(|value| {
            disabled(
                middleware(&format!("{kind}: {value}")),
                &["lint scalar-for-section", "error disables-object no-kind"],
                &["http.middlewares.m-N", "http.routers.a-N"],
            )
        }));
    }
    all.extend([
        reads(router("tls: true"), &[], "/routers/a-N@file/tls", serde_json::json!({})).alone(),
        reads(
            router("tls: foo"),
            &["lint scalar-for-section"],
            "/routers/a-N@file/tls",
            serde_json::Value::Null,
        )
        .alone(),
        taken(
            service("weighted: {healthCheck: {}, services: [{name: x-N}]}")
                .replace("x-N: {loadBalancer: {", "x-N: {loadBalancer: {healthCheck: {path: /}, "),
            &[],
        ),
    ]);
    all
}

/// The objects of a map are taken empty, and the router, service or middleware is disabled once it is used.
fn objects() -> Vec<Statement> {
    let mut all = Vec::new();
    for nothing in ["{}", "foo", "42", "[x]"] {
        let told: &[&str] = if nothing == "{}" { &[] } else { &["lint scalar-for-section"] };
        let with = |error: &'static str| -> Vec<&'static str> { [told, &[error]].concat() };
        let filled =
            |text: String, name: &str| text.replace(&format!("{name}: {{}}"), &format!("{name}: {nothing}"));
        all.extend([
            disabled(
                filled(service(""), "s-N"),
                &with("error disables-object no-kind"),
                &["http.routers.a-N", "http.services.s-N"],
            ),
            disabled(
                filled(middleware(""), "m-N"),
                &with("error disables-object no-kind"),
                &["http.routers.a-N", "http.middlewares.m-N"],
            ),
            disabled(
                format!("http: {{routers: {{a-N: {nothing}}}}}\n"),
                &[&with("error disables-object no-service")[..], &["error disables-object no-rule"]].concat(),
                &["http.routers.a-N"],
            ),
            taken(filled(transport(""), "t-N"), told),
            taken(filled(options(""), "o-N"), told),
        ]);
    }
    all
}
