//! The command line.

use std::{fmt, io::Write as _};

use clap::{Parser, Subcommand};

/// A self-hosted manager for the Traefik reverse proxy.
#[derive(Debug, Parser)]
#[command(name = "traefik-manager", version, about, disable_help_subcommand = true)]
#[command(after_help = "Configured by environment variables; see the README. Without any, it serves \
http://127.0.0.1:5000 and keeps its state in ./data.")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What to do; serving is the default.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the pages and the API until SIGTERM or SIGINT (the default)
    Serve,
    /// Set a temporary password, print it, and end every session
    ResetPassword {
        /// Also switch the second factor off
        #[arg(long)]
        disable_otp: bool,
    },
    /// Look at the audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// What to do with the audit trail.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum AuditCommand {
    /// Find entries that were changed, removed, moved or cut off
    ///
    /// Exits with 0 when the trail is whole, 1 when it is not, and 2 when it cannot be read.
    Verify,
    /// Print the newest entries, newest first
    List {
        /// How many
        #[arg(long, default_value_t = 20)]
        last: usize,
    },
}

/// Reads the arguments; help, version and mistakes are answered here.
pub(crate) fn parse() -> Command {
    Arguments::parse().command.unwrap_or(Command::Serve)
}

/// Why the program cannot do what it was asked to, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl fmt::Display) -> Self {
        Self(text.to_string())
    }

    /// A failure with every cause behind it.
    pub(crate) fn of(context: impl fmt::Display, error: &dyn std::error::Error) -> Self {
        let mut text = format!("{context}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self(text)
    }
}

/// Says on the terminal what went wrong.
pub(crate) fn complain(failure: &Failure) {
    // Nobody is left to be told when this fails too.
    let _ = writeln!(std::io::stderr(), "traefik-manager: {}", failure.0);
}

/// Prints lines between two rules, as people look for them in logs.
pub(crate) fn banner(lines: &[&str]) {
    let rule = "=".repeat(60);
    let mut out = std::io::stdout().lock();
    // A closed terminal does not stop the service.
    let _ = writeln!(out, "{rule}\n{}\n{rule}", lines.join("\n"));
    let _ = out.flush();
}
