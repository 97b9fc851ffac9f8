//! `traefik-manager health`: asks the running server whether it is well, for the health check of a container that holds
//! nothing but this program.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use crate::cli::Failure;

/// Longer than an answer takes on a busy machine, shorter than the patience of an engine.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the server that serves on this address.
///
/// # Errors
/// Nobody answers there within five seconds, or the answer is not 200.
pub(crate) fn ask(listen: SocketAddr) -> Result<(), Failure> {
    let address = SocketAddr::new(reachable(listen.ip()), listen.port());
    let failure = |error| Failure::of(format_args!("no answer from {address}"), &error);
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE).map_err(failure)?;
    connection.set_read_timeout(Some(PATIENCE)).map_err(failure)?;
    connection.set_write_timeout(Some(PATIENCE)).map_err(failure)?;
    write!(connection, "GET /api/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
        .map_err(failure)?;
    let mut status = [0; "HTTP/1.1 200".len()];
    connection.read_exact(&mut status).map_err(failure)?;
    if &status == b"HTTP/1.1 200" {
        return Ok(());
    }
    Err(Failure::new(format_args!("{address} answered {}", status.escape_ascii())))
}

/// Whoever serves on all addresses serves on the loopback one, and that can be asked.
fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::{net::TcpListener, thread};

    use super::*;

    /// What `ask` says of a server that answers so.
    fn verdict(answer: &'static str) -> Result<(), String> {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let served = thread::spawn(move || {
            let (mut client, _) = server.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") {
                client.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            client.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(head).unwrap()
        });
        let outcome = ask(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.port()));
        assert!(served.join().unwrap().starts_with("GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:"));
        outcome.map_err(|failure| format!("{failure:?}"))
    }

    #[test]
    fn well_is_200_and_nothing_else() {
        assert_eq!(verdict("HTTP/1.1 200 OK\r\n\r\n{}"), Ok(()));
        for answer in
            ["HTTP/1.1 503 Service Unavailable\r\n\r\n", "HTTP/1.1 2", "", "SSH-2.0-OpenSSH_9.2 \r\n"]
        {
            assert!(verdict(answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn where_nobody_listens_it_is_not_well() {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(format!("{:?}", ask(nobody)).contains("no answer from 127.0.0.1"));
    }
}
