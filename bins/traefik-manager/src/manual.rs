//! The manual pages: what the command line says of itself, and the variables that it says nothing of.

use std::io;

use clap::Command;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use crate::variables::VARIABLES;

/// The page of the whole program.
pub(crate) fn of_program(program: Command) -> io::Result<Vec<u8>> {
    let mut page = of_command(program)?;
    let mut more = Roff::new();
    more.control("SH", ["ENVIRONMENT"]);
    more.text([roman("Everything is optional.")]);
    for variable in VARIABLES {
        more.control("TP", []);
        more.text([bold(variable.name)]);
        more.text([roman(variable.meaning)]);
        if !variable.default.is_empty() {
            more.text([roman(format!("Default: {}.", variable.default))]);
        }
    }
    more.control("SH", ["FILES"]);
    for (file, meaning) in FILES {
        more.control("TP", []);
        more.text([bold(*file)]);
        more.text([roman(*meaning)]);
    }
    more.to_writer(&mut page)?;
    Ok(page)
}

/// The page of one command.
pub(crate) fn of_command(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}

/// What lies beside the settings; the names do not change.
const FILES: &[(&str, &str)] = &[
    ("manager.yml", "The settings, of the form that 1.5.2 keeps."),
    (".secret_key, .otp_key", "The keys of sessions and of stored secrets, unless variables give them."),
    ("sessions.json", "Who is signed in."),
    ("state/", "Attempts to sign in, and changes that are under way."),
    ("audit/", "The audit trail: a file for each month."),
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_page_names_every_command_and_every_variable() {
        let program =
            Command::new("traefik-manager").subcommand(Command::new("check").about("Says what is wrong"));
        let page = String::from_utf8(of_program(program).unwrap()).unwrap();
        assert!(page.contains("traefik\\-manager\\-check(1)"), "{page}");
        for variable in VARIABLES {
            assert!(page.contains(&format!("\\fB{}\\fR", variable.name)), "{}", variable.name);
        }
    }
}
