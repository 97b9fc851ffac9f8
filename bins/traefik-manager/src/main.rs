//! `traefik-manager`: reads the environment, puts the parts together, and lives until it is told to stop.

mod audit;
mod beside;
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
    let options = environment::Options::read(|name| std::env::var(name).ok());
    let (outcome, otherwise) = match command {
        cli::Command::Serve | cli::Command::Check(_) => {
            (options.and_then(|options| serve::run(&options)), ExitCode::FAILURE)
        }
        cli::Command::ResetPassword { disable_otp } => {
            (options.and_then(|options| serve::reset_password(&options, disable_otp)), ExitCode::FAILURE)
        }
        // As other programs that compare: 1 says that something was found.
        cli::Command::Audit(command) => match options.and_then(|options| audit::run(&options, command)) {
            Ok(is_whole) => return if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE },
            Err(failure) => (Err(failure), ExitCode::from(2)),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::complain(&failure);
            otherwise
        }
    }
}
