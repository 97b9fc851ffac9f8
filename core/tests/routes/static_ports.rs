//! Ports that somebody else than Traefik holds, found before a static configuration is written.

use std::sync::{Arc, Mutex};

use traefik_manager_core::{
    audit::AuditLog as _,
    check::Level,
    restart::BUDGET,
    routes::{Author, ChangeError, Running, Terms, Tries},
    static_config::{Neighbours, Socket, SocketProbe},
};

use crate::world::{World, terms};

const GOOD: &str = "entryPoints:\n  web: {address: ':80'}   # plain\n  traefik: {address: ':8080'}\n";

/// A host on which these ports are held; it keeps what it was asked.
#[derive(Debug, Default)]
struct Held {
    ports: Vec<u16>,
    asked: Mutex<Vec<(String, Vec<Socket>)>>,
}

impl SocketProbe for Held {
    fn held(&self, host: &str, sockets: &[Socket]) -> Vec<bool> {
        self.asked.lock().unwrap().push((host.to_owned(), sockets.to_vec()));
        sockets.iter().map(|socket| self.ports.contains(&socket.port)).collect()
    }
}

fn world(container: Option<&str>) -> (World, Arc<Held>) {
    let probe = Arc::new(Held { ports: vec![80, 8080, 81], asked: Mutex::default() });
    let container = container.map(str::to_owned);
    let world = World::with_static(GOOD).beside(Neighbours { probe: Arc::clone(&probe) as _, container });
    let listens = Some(vec![":80".to_owned(), ":8080".to_owned()]);
    world.configuration.observe(Running { listens, ..Running::default() });
    (world, probe)
}

fn with_port(port: u16) -> String {
    GOOD.replace("':80'", &format!("':{port}'"))
}

impl World {
    fn written(&self) -> String {
        self.static_file.as_ref().unwrap().text("traefik.yml").unwrap()
    }
}

#[test]
fn a_port_that_is_in_use_is_written_only_when_that_is_accepted() {
    let (world, probe) = world(Some("traefik"));
    let refused = world.configuration.save_static_file(&terms(), &with_port(81), None);
    let Err(ChangeError::WouldBreak { findings }) = refused else { panic!("{refused:?}") };
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code, finding.level), ("port-in-use", Level::Error));
    assert_eq!((finding.position.line, finding.position.column), (2, 18));
    assert_eq!((world.written(), world.backup_count()), (GOOD.to_owned(), 0));
    let (host, sockets) = probe.asked.lock().unwrap().pop().unwrap();
    let ports: Vec<u16> = sockets.iter().map(|socket| socket.port).collect();
    assert_eq!((host.as_str(), ports.as_slice()), ("traefik", [80, 8080, 81].as_slice()));

    let accepting = Terms { accepts_disabled: true, ..terms() };
    let changed = world.configuration.save_static_file(&accepting, &with_port(81), None).unwrap();
    assert_eq!(changed.findings.len(), 1, "it is still told");
    assert_eq!(world.written(), with_port(81));
    // It is there now, so it is not what the next change brings.
    let text = format!("{}log: {{level: INFO}}\n", with_port(81));
    world.configuration.save_static_file(&terms(), &text, None).unwrap();
    world.configuration.save_static_file(&terms(), &with_port(82), None).unwrap();
}

#[test]
fn what_is_heard_at_a_place_that_may_not_be_traefiks_own_forbids_nothing() {
    let (world, _) = world(None);
    let changed = world.configuration.save_static_file(&terms(), &with_port(81), None).unwrap();
    assert_eq!(changed.findings.iter().map(|one| one.level).collect::<Vec<_>>(), [Level::Warning]);
    assert_eq!(world.written(), with_port(81));
}

#[test]
fn a_traefik_that_does_not_answer_is_asked_about_nothing() {
    let (world, probe) = world(Some("traefik"));
    world.configuration.observe_silence();
    let changed = world.configuration.save_static_file(&terms(), &with_port(81), None).unwrap();
    assert!(changed.findings.is_empty() && probe.asked.lock().unwrap().is_empty());
}

/// The way back is open whatever listens where.
#[test]
fn an_undo_tells_it_and_what_is_put_back_after_a_restart_is_not_asked_about() {
    let (world, probe) = world(Some("traefik"));
    let accepting = Terms { accepts_disabled: true, ..terms() };
    world.configuration.save_static_file(&accepting, &with_port(81), None).unwrap();
    world.configuration.save_static_file(&terms(), &with_port(82), None).unwrap();
    let newest = world.audit.newest(None, 1).unwrap().entries.remove(0).number;
    let undone = world.configuration.undo(&terms(), newest).unwrap();
    assert_eq!((world.written(), undone.findings.len()), (with_port(81), 1));

    world.configuration.save_static_file(&terms(), &with_port(82), None).unwrap();
    probe.asked.lock().unwrap().clear();
    world.configuration.begin_restart(&Author::program(), &Tries::default(), BUDGET).unwrap();
    assert!(world.configuration.put_back_static().unwrap().is_some());
    assert_eq!((world.written(), probe.asked.lock().unwrap().len()), (GOOD.to_owned(), 0));
}
