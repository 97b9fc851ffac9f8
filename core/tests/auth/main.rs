//! Attacks on signing in, sessions, keys and their limits.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod addresses;
mod broken;
mod enrolment;
mod keys;
mod limits;
mod passwords;
mod paths;
mod races;
mod second_factor;
mod seen;
mod session_list;
mod sessions;
mod signing_in;
mod trail;
mod world;
