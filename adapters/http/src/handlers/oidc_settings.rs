//! The settings of single sign-on: as a page, and as JSON.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    auth::{
        Action, SettingsPart,
        oidc::{CALLBACK, OidcPatch, SecretPatch},
    },
    secret::Secret,
    session::SignInMethod,
    settings::OidcSettings,
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        oidc_settings as pages,
    },
    reply::{self, Done, Reply},
    words::t,
};

use super::{done, not_shown_again, plainly_done, settings::version, shown_again};

/// The first eight are those of 1.5.2.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, clippy::struct_excessive_bools, reason = "the names on the wire")]
struct SettingsJson<'a> {
    oidc_enabled: bool,
    oidc_provider_url: &'a str,
    oidc_client_id: &'a str,
    oidc_client_secret_set: bool,
    oidc_display_name: &'a str,
    oidc_allowed_emails: &'a str,
    oidc_allowed_groups: &'a str,
    oidc_groups_claim: &'a str,
    oidc_any_account: bool,
    oidc_allow_unverified_email: bool,
    oidc_allow_http: bool,
    oidc_ca_file: &'a str,
    oidc_public_url: &'a str,
}

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    let settings = call.app.manager().settings().current();
    let oidc = &settings.oidc;
    let answer = SettingsJson {
        oidc_enabled: oidc.enabled,
        oidc_provider_url: &oidc.provider_url,
        oidc_client_id: &oidc.client_id,
        oidc_client_secret_set: !oidc.client_secret.is_empty(),
        oidc_display_name: oidc.name(),
        oidc_allowed_emails: &oidc.allowed_emails,
        oidc_allowed_groups: &oidc.allowed_groups,
        oidc_groups_claim: oidc.claim_of_groups(),
        oidc_any_account: oidc.any_account,
        oidc_allow_unverified_email: oidc.allow_unverified_email,
        oidc_allow_http: oidc.allow_http,
        oidc_ca_file: &oidc.ca_file,
        oidc_public_url: &oidc.public_url,
    };
    Ok(reply::tagged(Done::reply(answer), &version(&call, SettingsPart::Oidc, &settings)))
}

pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    save(&call).await?;
    Ok(plainly_done())
}

/// What the request wants changed. What it does not name stays, and so does the secret where it is left empty.
fn patch(call: &Call) -> Result<OidcPatch, Failure> {
    let text = |name: &str| Ok::<_, Failure>(call.fields.text(name)?.map(|text| text.trim().to_owned()));
    let flag = |name: &str| call.fields.last_flag(name);
    let secret = call.fields.text("oidc_client_secret")?.unwrap_or_default();
    Ok(OidcPatch {
        seen: call.seen_version()?,
        enabled: flag("oidc_enabled")?,
        provider_url: text("oidc_provider_url")?,
        client_id: text("oidc_client_id")?,
        client_secret: match (secret, flag("oidc_remove_client_secret")?.unwrap_or(false)) {
            ("", true) => SecretPatch::Remove,
            ("", false) => SecretPatch::Keep,
            (secret, _) => SecretPatch::Set(Secret::new(secret)),
        },
        display_name: text("oidc_display_name")?,
        allowed_emails: text("oidc_allowed_emails")?,
        allowed_groups: text("oidc_allowed_groups")?,
        groups_claim: text("oidc_groups_claim")?,
        any_account: flag("oidc_any_account")?,
        allow_unverified_email: flag("oidc_allow_unverified_email")?,
        allow_http: flag("oidc_allow_http")?,
        ca_file: text("oidc_ca_file")?,
        public_url: text("oidc_public_url")?,
    })
}

async fn save(call: &Call) -> Result<(), Failure> {
    let session = call.session()?.clone();
    let patch = patch(call)?;
    let (proof, client) = (shown_again(call)?, call.client.clone());
    let changed =
        call.block(move |manager| manager.access().change_oidc(&session, &proof, &patch, &client)).await?;
    changed.map_err(not_shown_again)
}

#[derive(Serialize)]
struct FoundJson<'a> {
    issuer: &'a str,
}

/// Asks a provider who it is. Nothing of the settings is shown to it.
pub(crate) async fn test(call: Call) -> Result<Reply, Failure> {
    match find(&call, call.fields.trimmed("provider_url")?).await {
        Ok(issuer) => Ok(Done::reply(FoundJson { issuer: &issuer })),
        // As 1.5.2 has it: that a provider is not there is the answer.
        Err(failure) if failure.status() == StatusCode::SERVICE_UNAVAILABLE => {
            Ok(failure.reply(Dialect::Fetch, call.theme))
        }
        Err(failure) => Err(failure),
    }
}

async fn find(call: &Call, url: &str) -> Result<String, Failure> {
    let access = call.app.manager().access();
    if call.session()?.method() != SignInMethod::External && access.must_change_password() {
        return Err(Failure::forbidden("change the temporary password first"));
    }
    access.admit(Action::OidcStart, &call.client)?;
    let provider = call.app.manager().identity_provider().cloned();
    let provider = provider.ok_or_else(|| Failure::not_found("this program asks no identity provider"))?;
    if url.is_empty() {
        return Err(Failure::bad_request("enter the address of the provider").in_field("oidc_provider_url"));
    }
    // What is missing elsewhere does not matter for this.
    let typed = OidcSettings { provider_url: url.to_owned(), enabled: false, ..typed(call)? };
    typed.check()?;
    provider.discover(&typed.address()).await.map_err(|error| {
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()).in_field("oidc_provider_url")
    })
}

/// The settings as they would be.
fn typed(call: &Call) -> Result<OidcSettings, Failure> {
    Ok(patch(call)?.over(&call.app.manager().settings().current().oidc))
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let settings = call.app.manager().settings().current();
    show(&call, &settings.oidc, None, None).await
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    match save(&call).await {
        Ok(()) => Ok(done(&call, "/settings/oidc?done=oidc", "single sign-on is saved")),
        Err(failure) if call.dialect == Dialect::Page => {
            let typed = typed(&call)?;
            show(&call, &typed, Some(failure), None).await
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn submit_test(call: Call) -> Result<Reply, Failure> {
    let typed = typed(&call)?;
    match find(&call, &typed.provider_url).await {
        Ok(issuer) => show(&call, &typed, None, Some(&issuer)).await,
        Err(failure) if call.dialect == Dialect::Page => show(&call, &typed, Some(failure), None).await,
        Err(failure) => Err(failure),
    }
}

async fn show(
    call: &Call,
    settings: &OidcSettings,
    failure: Option<Failure>,
    found: Option<&str>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let origin = match settings.public_url.trim_end_matches('/') {
        "" => call.origin.as_deref(),
        public_url => Some(public_url),
    };
    let present = call.app.manager().settings().current();
    let version = version(call, SettingsPart::Oidc, &present);
    let content = pages::content(&pages::OidcPage {
        settings,
        asks_for_code: present.otp_enabled,
        has_secret: !present.oidc.client_secret.is_empty(),
        version: &call.shown_version(version)?,
        callback: origin.map(|origin| format!("{origin}{CALLBACK}")),
        found,
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("settings-oidc"), Tab::Access, &content))
}
