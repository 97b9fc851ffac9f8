//! What keeps a Traefik running, as an engine does.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::traefik::launch_with_log;

/// A Traefik whose static file says this is stopped as soon as it starts: it is there and never says a word.
pub const HANGS: &str = "# HANG";

/// Starts Traefik again whenever it ends, and ends it when the signal file is found, as an engine and a health check do.
#[derive(Debug)]
pub struct Supervisor(Arc<AtomicBool>, Option<JoinHandle<()>>);

impl Supervisor {
    /// Runs Traefik with the static configuration `traefik.yml` of a folder; the signal file is `restart.sig` there.
    pub fn start(program: PathBuf, home: PathBuf) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let thread = thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                let log = fs::File::create(home.join("traefik.log")).unwrap();
                let mut traefik = launch_with_log(&program, &home, log);
                if fs::read_to_string(home.join("traefik.yml")).is_ok_and(|text| text.contains(HANGS)) {
                    Command::new("kill").args(["-STOP", &traefik.0.id().to_string()]).status().unwrap();
                }
                while matches!(traefik.0.try_wait(), Ok(None)) && !over.load(Ordering::SeqCst) {
                    if fs::remove_file(home.join("restart.sig")).is_ok() {
                        break;
                    }
                    thread::sleep(Duration::from_millis(50));
                }
                drop(traefik);
                // Long enough for whoever asks every half a second to find nobody.
                thread::sleep(Duration::from_millis(1500));
            }
        });
        Self(is_over, Some(thread))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
        if let Some(thread) = self.1.take() {
            thread.join().ok();
        }
    }
}
