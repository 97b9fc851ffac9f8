//! `traefik-manager`: reads the environment, puts the parts together, and lives until it is told to stop.

mod cli;
mod environment;
mod installation;
mod logging;
mod serve;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = cli::parse();
    let outcome =
        environment::Options::read(|name| std::env::var(name).ok()).and_then(|options| match command {
            cli::Command::Serve => serve::run(&options),
            cli::Command::ResetPassword { disable_otp } => serve::reset_password(&options, disable_otp),
        });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::complain(&failure);
            ExitCode::FAILURE
        }
    }
}
