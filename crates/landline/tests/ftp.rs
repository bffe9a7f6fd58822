//! FTP against a server that keeps its files in memory.

mod support;

use landline_testkit::ftp::Server;
use support::faces;

faces! {
    fn a_file_is_read_and_the_connection_is_kept_for_the_next() {
        let server = Server::builder().file("/a/one", "first").file("/a/two", "second").start();
        let opener = opener();
        let mut document = w!(opener.open(&server.url("/a/one")))?;
        assert_eq!(w!(document.text())?, "first");
        let mut document = w!(opener.open(&server.url("/a/two")))?;
        assert_eq!(document.announced_len(), Some(6));
        assert_eq!(w!(document.text())?, "second");
        w!(opener.quit());
        let expected = "USER anonymous, PASS ftp@example.com, PWD, CWD a, EPSV, TYPE I, SIZE one, \
            RETR one, EPSV, SIZE two, RETR two, QUIT";
        assert_eq!(server.commands().join(", "), expected);

    }
}
