//! Logs: one line an event, on standard error.

use crate::environment::Options;

/// Sends the program's events to standard error from now on.
pub(crate) fn start(options: &Options) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(options.log_level)
        .with_target(false)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // A subscriber is set once, by the binary alone.
    if options.json_logs {
        builder.json().init();
    } else {
        builder.init();
    }
}
