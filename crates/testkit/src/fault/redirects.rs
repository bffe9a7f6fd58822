//! Rows 42–45: redirects that lead astray, and statuses that are failures.

use std::io;

use super::{End, Fault};
use crate::Conn;

macro_rules! redirect {
    ($location:literal) => {
        concat!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ", $location, "\r\n\r\n")
            .as_bytes()
    };
}

const FOLLOW: &[&str] = &["-L"];

pub(super) const FAULTS: &[Fault] = &[
    Fault::acts("42a", "a redirect loop on one connection", |conn| {
        redirect_on(conn, 1)?;
        let mut hop = 2;
        while !conn.read_head()?.is_empty() {
            redirect_on(conn, hop)?;
            hop += 1;
        }
        Ok(())
    })
    .exits(&[47])
    .with(FOLLOW)
    // The last of all that were asked for.
    .telling(&["/page?hop=50"]),
    Fault::says("42b", "a redirect loop, every hop closed by FIN", redirect!("/again"), End::Fin)
        .exits(&[47])
        .with(FOLLOW)
        .telling(&["/again"]),
    Fault::says("43a", "a redirect to file:", redirect!("file:///etc/passwd"), End::Open)
        .exits(&[1])
        .with(FOLLOW),
    Fault::says("43b", "a redirect to gopher:", redirect!("gopher://127.0.0.1:1/_x"), End::Open)
        .exits(&[1])
        .with(FOLLOW),
    Fault::says("43c", "a redirect to smtp:", redirect!("smtp://127.0.0.1:1/"), End::Open)
        .exits(&[1])
        .with(FOLLOW),
    Fault::says("44a", "Location with half an IPv6 address", redirect!("http://[::1/"), End::Open)
        .exits(&[3])
        .with(FOLLOW),
    Fault::says(
        "44b",
        "Location with an impossible port",
        redirect!("http://127.0.0.1:99999/"),
        End::Open,
    )
    .exits(&[3])
    .with(FOLLOW),
    Fault::says(
        "45a",
        "status 404 with -f",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nsorry",
        End::Open,
    )
    .exits(&[22])
    .with(&["-f"])
    .telling(&["404"]),
    Fault::says(
        "45b",
        "status 500 with -f",
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\nsorry",
        End::Open,
    )
    .exits(&[22])
    .with(&["-f"])
    .telling(&["500"]),
];

fn redirect_on(conn: &mut Conn, hop: usize) -> io::Result<()> {
    conn.say(format!(
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /page?hop={hop}\r\n\r\n"
    ))
}
