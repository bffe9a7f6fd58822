//! Class A2: nothing a caller passes on becomes a second command; and class D1: a connection is
//! shared only where all options agree.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use landline::ftp::{
    Account, ActiveAddress, CwdMethod, DataMode, Options, Quote, QuoteTime, Security,
};
use landline::{ErrorKind, Login};
use landline_testkit::ftp::Server;
use support::faces;

fn with(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn quote(command: &str) -> Quote {
    Quote { command: command.to_owned(), may_fail: false, when: QuoteTime::First }
}

/// One value for every option that is not the default's.
fn different_options() -> Vec<(&'static str, Options)> {
    vec![
        ("default", Options::default()),
        ("security", with(|all| all.security = Security::Tried)),
        ("clear_data", with(|all| all.clear_data = true)),
        ("mode", with(|all| all.mode = DataMode::Active(ActiveAddress::default()))),
        ("no_epsv", with(|all| all.no_epsv = true)),
        ("account", with(|all| all.account = Some(Account::new("a")))),
        ("other account", with(|all| all.account = Some(Account::new("b")))),
        ("instead_of_user", with(|all| all.instead_of_user = Some("USER x".into()))),
        ("path_method", with(|all| all.path_method = CwdMethod::None)),
        ("quotes", with(|all| all.quotes = vec![quote("NOOP")])),
    ]
}

faces! {
    fn a2_what_stands_in_a_url_is_no_command() {
        let server = Server::new();
        for path in ["/a%0d%0aDELE%20x", "/a%0aDELE%20x", "/a%0dDELE", "/a%00b", "/a%0d%0a/b"] {
            let error = w!(opener().open(&server.url(path))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Url, "{path}");
        }
        let host = server.addr();
        for userinfo in ["u%0d%0aDELE%20x", "u:p%0aDELE%20x", "u%00:p"] {
            let url = format!("ftp://{userinfo}@{host}/f");
            assert_eq!(w!(opener().open(&url)).unwrap_err().kind(), ErrorKind::Url, "{url}");
        }
        assert_eq!(server.dialogue().len(), 0, "nobody has connected");
    }

    fn a2_what_stands_in_an_option_is_no_command() {
        let server = Server::new();
        let evil = "NOOP\r\nDELE x";
        for options in [
            with(|all| all.quotes = vec![quote(evil)]),
            with(|all| all.account = Some(Account::new(evil))),
            with(|all| all.instead_of_user = Some(evil.into())),
            with(|all| all.list_command = Some(evil.into())),
        ] {
            let error = w!(opener().ftp(options).open(&server.url("/"))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
        let login = Login::new("u\nDELE x", "p");
        let error = w!(opener().login(login).open(&server.url("/"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Url);
        assert_eq!(server.dialogue().len(), 0, "nobody has connected");
    }

    fn a2_a_name_that_looks_like_an_option_is_a_name() {
        let server = Server::builder().file("/-R/one", "1").start();
        let options = with(|all| all.path_method = CwdMethod::None);
        let mut document = w!(opener().ftp(options).open(&server.url("/-R/")))?;
        assert!(w!(document.text())?.contains("one"));
        assert!(server.commands().iter().any(|line| line == "LIST ./-R"), "{:?}", server.commands());
    }

    fn d1_connections_are_shared_where_all_options_agree_and_nowhere_else() {
        for (one_name, one) in different_options() {
            for (other_name, other) in different_options() {
                let server = Server::builder().file("/f", "x").start();
                let first = opener().ftp(one.clone());
                w!(w!(first.open(&server.url("/f")))?.text())?;
                let second = first.clone().ftp(other);
                w!(w!(second.open(&server.url("/f")))?.text())?;
                let commands = server.commands();
                let logins = commands.iter().filter(|line| line.starts_with("USER")).count();
                let expected = if one_name == other_name { 1 } else { 2 };
                assert_eq!(logins, expected, "{one_name} then {other_name}: {commands:?}");
            }
        }
    }

    fn d1_another_user_has_another_connection() {
        let server = Server::builder().file("/f", "x").login("a", "1").login("b", "2").start();
        let anonymous = opener();
        w!(w!(anonymous.open(&server.url("/f")))?.text())?;
        for (user, password) in [("a", "1"), ("b", "2")] {
            let one = anonymous.clone().login(Login::new(user, password));
            w!(w!(one.open(&server.url("/f")))?.text())?;
        }
        let logins: Vec<_> =
            server.commands().into_iter().filter(|line| line.starts_with("USER")).collect();
        assert_eq!(logins, ["USER anonymous", "USER a", "USER b"]);
    }
}
