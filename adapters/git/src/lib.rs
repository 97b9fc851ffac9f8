//! Keeps copies of the configuration in a git repository elsewhere, by the `git` program.
//!
//! Everything that could be turned against its owner is left out rather than guarded. The local repository is bare and
//! nothing is ever checked out, so no hook, filter, attribute, symbolic link or submodule of anybody's gets a say; trees
//! are put together from blobs. `git` is started without a shell, with an environment of its own in which no
//! configuration but ours counts, and speaks HTTP and HTTPS only; addresses, branches and names of commits are checked
//! before they get there, and stand behind `--`. The token is in the environment of that one process, as a header for
//! that one server: in no argument, no file and no address; and no redirect is followed with it.

#![warn(missing_docs)]

mod copies;
mod process;
mod read;

pub use copies::GitProgram;
