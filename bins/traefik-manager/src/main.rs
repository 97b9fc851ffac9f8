//! `traefik-manager`: reads the environment, puts the parts together, and lives until it is told to stop.

mod audit;
mod beside;
mod check;
mod cli;
mod environment;
mod health;
mod installation;
mod labels;
mod logging;
mod manual;
mod serve;
mod variables;

use std::process::ExitCode;

use cli::{Command, Failure};
use environment::Options;

fn main() -> ExitCode {
    match cli::parse() {
        Command::Serve => ended(options().and_then(serve::run)),
        Command::ResetPassword { disable_otp } => {
            ended(options().and_then(|options| serve::reset_password(&options, disable_otp)))
        }
        // As other programs that compare: 1 says that something was found.
        Command::Audit(command) => match options().and_then(|options| audit::run(&options, command)) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(failure) => {
                cli::complain(&failure);
                ExitCode::from(2)
            }
        },
        Command::Health => ended(options().and_then(|options| health::ask(options.listen))),
        // These have nothing to do with an installation, and so not with its environment.
        Command::Check(request) => check::run(&request),
        Command::Completions { shell } => ended(cli::completions(shell)),
        Command::Manual { command } => ended(cli::manual(command.as_deref())),
    }
}

fn options() -> Result<Options, Failure> {
    Options::read(|name| std::env::var(name).ok())
}

fn ended(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::complain(&failure);
            ExitCode::FAILURE
        }
    }
}
