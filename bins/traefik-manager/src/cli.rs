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
