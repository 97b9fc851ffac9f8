//! Looks whether sockets are held, by connecting to them, and on this machine by binding those for datagrams.

use std::{
    collections::HashSet,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use tokio::{
    net::{TcpStream, lookup_host},
    runtime::Handle,
    task::JoinSet,
    time::timeout,
};
use traefik_manager_core::{
    settings::is_link_local,
    static_config::{Socket, SocketProbe},
};

/// How long all of it may take. Whoever listens at once is found; a firewall that swallows packets tells nothing.
const BUDGET: Duration = Duration::from_millis(300);
/// How many addresses of a host are tried.
const MOST_ADDRESSES: usize = 4;

/// Asks on a runtime, for threads that may block.
#[derive(Debug)]
pub struct TokioSockets(Handle);

impl TokioSockets {
    /// One that connects on this runtime, which must have I/O and time.
    pub fn of(runtime: Handle) -> Self {
        Self(runtime)
    }
}

impl SocketProbe for TokioSockets {
    /// Must not be called on a thread of the runtime that does not block.
    fn held(&self, host: &str, sockets: &[Socket]) -> Vec<bool> {
        let mut held = vec![false; sockets.len()];
        let asking = async {
            let addresses = addresses(host).await;
            let is_here = addresses.iter().any(IpAddr::is_loopback);
            let mut calls = JoinSet::new();
            for (index, socket) in sockets.iter().enumerate() {
                for address in asked(socket, &addresses, is_here) {
                    let place = SocketAddr::new(address, socket.port);
                    if !socket.is_udp {
                        calls.spawn(async move { listens(place).await.then_some(index) });
                    } else if is_bound(place)
                        && let Some(held) = held.get_mut(index)
                    {
                        // One after the other: `[::]` and `0.0.0.0` are in each other's way.
                        *held = true;
                    }
                }
            }
            while let Some(call) = calls.join_next().await {
                if let Ok(Some(index)) = call
                    && let Some(held) = held.get_mut(index)
                {
                    *held = true;
                }
            }
        };
        // What has not answered by then is not held as far as anybody knows.
        let _ = self.0.block_on(async { timeout(BUDGET, asking).await });
        held
    }
}

async fn addresses(host: &str) -> Vec<IpAddr> {
    let found = lookup_host((host, 0)).await;
    let found: HashSet<IpAddr> = found.into_iter().flatten().map(|place| place.ip().to_canonical()).collect();
    found.into_iter().filter(|address| !is_link_local(*address)).take(MOST_ADDRESSES).collect()
}

/// Where a socket of a host is looked for.
fn asked(socket: &Socket, addresses: &[IpAddr], is_here: bool) -> Vec<IpAddr> {
    match socket.address.map(|address| address.to_canonical()) {
        Some(address) if addresses.contains(&address) || (is_here && is_own(address)) => vec![address],
        None if !socket.is_udp => addresses.to_vec(),
        None if is_here => vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()],
        Some(_) | None => Vec::new(),
    }
}

/// Whether this machine has the address.
fn is_own(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// Whether somebody holds a socket for datagrams on this machine.
fn is_bound(place: SocketAddr) -> bool {
    UdpSocket::bind(place).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
}

/// Whether a connection is accepted.
async fn listens(place: SocketAddr) -> bool {
    let Ok(stream) = TcpStream::connect(place).await else { return false };
    // On this machine a connection may meet itself, where its own port is the one that it asks for.
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(own), Ok(peer)) => own != peer,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::{net::TcpListener, time::Instant};

    use super::*;

    fn held(host: &str, sockets: &[Socket]) -> Vec<bool> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        TokioSockets::of(runtime.handle().clone()).held(host, sockets)
    }

    fn socket(address: Option<&str>, port: u16, is_udp: bool) -> Socket {
        Socket { address: address.map(|ip| ip.parse().unwrap()), port, is_udp }
    }

    #[test]
    fn what_listens_is_held_and_what_does_not_is_free() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
        let udp = datagrams.local_addr().unwrap().port();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let asked = vec![
            socket(None, port, false),
            socket(Some("127.0.0.1"), port, false),
            socket(Some("127.0.0.2"), port, false),
            socket(Some("192.0.2.1"), port, false),
            socket(None, free, false),
            socket(None, udp, true),
            socket(Some("127.0.0.1"), udp, true),
            socket(Some("127.0.0.2"), udp, true),
        ];
        let expected = [true, true, false, false, false, true, true, false];
        assert_eq!(held("127.0.0.1", &asked), expected);
        assert_eq!(held("localhost", &asked), expected);
        assert_eq!(held("no.such.host.invalid", &[socket(None, port, false)]), [false]);
        drop((listener, datagrams));
        assert_eq!(held("127.0.0.1", &[socket(None, port, false), socket(None, udp, true)]), [false; 2]);
    }

    #[test]
    fn silence_costs_little_and_no_connection_is_taken_for_its_own_end() {
        let begun = Instant::now();
        // Nobody answers at an address for documentation.
        let many: Vec<_> = (1..=64).map(|port| socket(None, port, false)).collect();
        assert_eq!(held("192.0.2.1", &many), [false; 64]);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        // Ports that the system hands out to whoever connects, and that nobody listens on at this address.
        let listener = |port: u16| TcpListener::bind(("127.0.0.7", port));
        let free: Vec<u16> = (40_000..40_064).filter(|port| listener(*port).is_ok()).collect();
        let own: Vec<_> = free.iter().map(|port| socket(Some("127.0.0.7"), *port, false)).collect();
        for _ in 0..20 {
            for (port, is_held) in free.iter().zip(held("127.0.0.1", &own)) {
                assert!(!is_held || listener(*port).is_err(), "{port}");
            }
        }
    }
}
