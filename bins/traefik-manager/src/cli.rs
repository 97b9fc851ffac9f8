//! The command line.

use std::{fmt, io::Write as _, path::PathBuf};

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use traefik_manager_core::check::TraefikVersion;

use crate::manual;

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
    /// Say what Traefik would refuse, disable or silently ignore in configuration files
    Check(Request),
    /// Look at the audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Ask the running server whether it is well, as a container's health check
    Health,
    /// Print what makes a shell complete this command line
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, for `man -l -`
    Manual {
        /// The page of one command
        command: Option<String>,
    },
}

/// What to check, and how to say it.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 nothing of level error, 1 findings, 2 something cannot be read.")]
pub(crate) struct Request {
    /// Files, and folders as Traefik's file provider reads them; - is the standard input
    #[arg(value_name = "FILE|DIR", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// The Traefik that will read the files, such as 3.4; the newest known one unless given
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(crate) traefik_version: Option<TraefikVersion>,
    /// The static configuration, which tells entry points, resolvers and plugins
    #[arg(long = "static", value_name = "FILE")]
    pub(crate) static_file: Option<PathBuf>,
    /// Let warnings and lints count as findings, too
    #[arg(long)]
    pub(crate) strict: bool,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: `file:line:column: level: message`, with the line
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

fn version(text: &str) -> Result<TraefikVersion, String> {
    TraefikVersion::parse(text)
        .ok_or_else(|| "only Traefik 3 is known: write a version such as 3.4".to_owned())
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

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "traefik-manager", &mut script);
    print(&script)
}

/// Prints the manual page of the program or of one of its commands, in roff.
pub(crate) fn manual(command: Option<&str>) -> Result<(), Failure> {
    let mut program = Arguments::command();
    program.build();
    let page = match command {
        None => manual::of_program(program),
        Some(name) => match program.find_subcommand(name) {
            Some(command) => manual::of_command(command.clone()),
            None => return Err(Failure::new(format_args!("there is no command `{}`", name.escape_debug()))),
        },
    };
    print(&page.map_err(|error| Failure::of("cannot write the page", &error))?)
}

/// A closed pipe is somebody who has read enough.
fn print(text: &[u8]) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::of("cannot write to the standard output", &error))
        }
        _ => Ok(()),
    }
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
