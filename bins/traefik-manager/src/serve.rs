//! The life of the process, and the one thing that the command line does beside it.

use std::{sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use traefik_manager_http::{HttpPolicy, ServerBuilder};

use crate::{
    cli::{self, Failure},
    environment::Options,
    installation::{self, Identity},
    labels, logging,
};

/// How often the audit trail gets the number of refusals that were only counted.
const LEDGER: Duration = Duration::from_mins(1);

/// Serves until SIGTERM or SIGINT, then lets what is under way finish.
pub(crate) fn run(options: Options) -> Result<(), Failure> {
    logging::start(&options);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of("cannot start threads", &error))?;
    runtime.block_on(serve(options))
}

async fn serve(mut options: Options) -> Result<(), Failure> {
    // Before anything is made: an installation whose temporary password nobody saw would lock its owner out.
    let listen = options.listen;
    let listening = |error| {
        Failure::of(format_args!("cannot listen on {listen} (choose another address with LISTEN)"), &error)
    };
    let listener = TcpListener::bind(listen).await.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    let mut terminate = signals(SignalKind::terminate())?;
    let mut interrupt = signals(SignalKind::interrupt())?;
    // The engine answers while the installation is opened.
    let labels = labels::ask(&options);
    let identity = Identity::open(&options, true)?;
    // While `ADMIN_PASSWORD` is the password, another one would only be tried in vain.
    let made = identity.temporary_password.as_ref().filter(|_| !identity.access.has_admin_password());
    if let Some(password) = made.filter(|_| identity.access.asks_to_sign_in()) {
        cli::banner(&[
            "TRAEFIK MANAGER - AUTO-GENERATED PASSWORD",
            &format!("Password: {}", password.expose()),
            &format!("Sign in at http://{address} and choose your own."),
        ]);
    }
    installation::warn_of_permissions(&options);
    installation::warn_of_short_key(&options);
    if made.is_some() && !identity.access.asks_to_sign_in() {
        tracing::info!(
            "nobody is asked to sign in; before that is changed, get a password with reset-password"
        );
    }
    identity.warn_of_lockout();
    if let Some(labels) = labels {
        labels.fill_in(&mut options).await?;
    }
    let manager = identity.into_manager(&options)?;
    let policy = HttpPolicy {
        secure_cookies: options.secure_cookies,
        trusted_proxies: options.trusted_proxies.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        static_config: options.static_config.is_some(),
    };
    // Whoever needs the files waits for them; a sign-in or a health check does not.
    let reader = Arc::clone(&manager);
    tokio::task::spawn_blocking(move || reader.configuration().refresh());
    let ledger = Arc::clone(&manager);
    tokio::spawn(async move {
        let mut minutes = tokio::time::interval(LEDGER);
        loop {
            minutes.tick().await;
            let ledger = Arc::clone(&ledger);
            // What it cannot write it says in the log.
            let _ = tokio::task::spawn_blocking(move || ledger.access().write_down(false)).await;
        }
    });
    let last = Arc::clone(&manager);
    let server = ServerBuilder::new(manager, policy).serve(listener).map_err(listening)?;
    tracing::info!("listening on http://{address}");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    server.close().await;
    let _ = tokio::task::spawn_blocking(move || last.access().write_down(true)).await;
    Ok(())
}

fn signals(kind: SignalKind) -> Result<tokio::signal::unix::Signal, Failure> {
    signal(kind).map_err(|error| Failure::of("cannot wait for signals", &error))
}

/// Sets a temporary password and prints it.
pub(crate) fn reset_password(options: &Options, disable_otp: bool) -> Result<(), Failure> {
    let identity = Identity::open(options, false)?;
    let password = identity
        .access
        .reset_password(disable_otp)
        .map_err(|refusal| Failure::new(format_args!("the password was not reset: {refusal}")))?;
    let password = format!("New temporary password: {}", password.expose());
    let mut lines = vec!["TRAEFIK MANAGER - PASSWORD RESET", password.as_str()];
    if disable_otp {
        lines.push("Two-factor authentication has been DISABLED.");
    }
    if identity.access.has_admin_password() {
        lines.push("ADMIN_PASSWORD is set and goes on being the password; unset it to use this one.");
    }
    lines.push("You will be required to change it on next login.");
    cli::banner(&lines);
    Ok(())
}
