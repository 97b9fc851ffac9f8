//! `traefik-manager`: reads the environment, puts the parts together, and lives until it is told to stop.

mod check;
mod cli;
mod environment;
mod installation;
mod logging;
mod serve;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = cli::parse();
    // Checking files has nothing to do with an installation, and so not with its environment.
    if let cli::Command::Check(request) = &command {
        return check::run(request);
    }
    let outcome =
        environment::Options::read(|name| std::env::var(name).ok()).and_then(|options| match command {
            cli::Command::ResetPassword { disable_otp } => serve::reset_password(&options, disable_otp),
            cli::Command::Serve | cli::Command::Check(_) => serve::run(&options),
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::complain(&failure);
            ExitCode::FAILURE
        }
    }
}
