//! INN: a group that everybody may read and [`MAIL_LOGIN`] may post to, in the clear and by `STARTTLS`.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use landline_testkit::tls::Authority;
use tempfile::TempDir;

use crate::proftpd::{PASSWORD, id};
use crate::{Daemon, MAIL_LOGIN, allow_all, free_port, installed};

/// Where it lies unpacked: it wants a mail server of its own when it is installed.
const ROOT: &str = "/usr/local/lib/inn2/usr/lib";

/// Starts INN with the empty group `misc.test`. The certificate of who vouches for it is `ca.pem`.
///
/// It is `nnrpd` that readers come to speak with, once they have said `MODE READER`.
pub fn inn() -> Option<Daemon> {
    installed("../lib/inn2/usr/lib/news/bin/innd")?;
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    let here = folder.path();
    allow_all(here);
    for name in ["etc", "db", "run", "log", "tmp", "articles", "overview"] {
        std::fs::create_dir(here.join(name)).unwrap();
    }
    let user = if id("-u") == "0" { "news".to_owned() } else { id("-un") };
    write_configuration(here, port, &user);
    write_groups(here);
    let authority = Authority::new();
    authority.write_to(here);
    authority.issue(&["localhost"]).write_to(&here.join("etc"));
    // It takes a key only when nobody else may read it.
    std::fs::set_permissions(here.join("etc/key.pem"), Permissions::from_mode(0o600)).unwrap();
    if user == "news" {
        let owned = Command::new("chown").args(["-R", "news:news"]).arg(here).status().unwrap();
        assert!(owned.success(), "INN's files are its own");
    }
    let made = program(here, &user, "makedbz").args(["-i", "-o", "-s", "1000"]).status().unwrap();
    assert!(made.success(), "INN's history");
    let mut command = program(here, &user, "innd");
    Some(Daemon::start(folder, port, command.arg("-d")))
}

/// One of its programs, as its own user where root starts it.
fn program(here: &Path, user: &str, name: &str) -> Command {
    let mut command = Command::new("setpriv");
    if user == "news" {
        command.args(["--reuid=news", "--regid=news", "--clear-groups"]);
    }
    let libraries =
        [format!("{ROOT}/news"), format!("{ROOT}/{}-linux-gnu", std::env::consts::ARCH)];
    command.arg(format!("{ROOT}/news/bin/{name}")).current_dir(here);
    command.env("LD_LIBRARY_PATH", libraries.join(":"));
    command.env("INNCONF", here.join("etc/inn.conf"));
    command
}

fn write_configuration(here: &Path, port: u16, user: &str) {
    let put = |name: &str, text: String| std::fs::write(here.join("etc").join(name), text).unwrap();
    let group = if user == "news" { "news".to_owned() } else { id("-gn") };
    let here = here.display();
    let places = ["etc", "db", "run", "articles", "overview", "log", "tmp", "filter"]
        .map(|name| format!("path{name}: {here}/{name}\n"));
    put(
        "inn.conf",
        format!(
            "mta: /bin/true\ndomain: example.com\npathhost: news.example.com\nhismethod: hisv6\n\
             ovmethod: tradindexed\nenableoverview: true\npathnews: {ROOT}/news\n\
             pathbin: {ROOT}/news/bin\npathspool: {here}\n{}port: {port}\nbindaddress: 127.0.0.1\n\
             runasuser: {user}\nrunasgroup: {group}\nnnrpdloadlimit: 0\n\
             tlscertfile: {here}/etc/cert.pem\ntlskeyfile: {here}/etc/key.pem\n",
            places.concat()
        ),
    );
    let login = MAIL_LOGIN.0;
    put(
        "readers.conf",
        format!(
            "auth in {{\n hosts: \"*\"\n auth: \"ckpasswd -f {here}/etc/passwords\"\n}}\n\
             auth known {{\n hosts: \"*\"\n default: \"guest\"\n}}\n\
             access guest {{\n users: \"guest\"\n newsgroups: \"misc.*\"\n access: \"R\"\n}}\n\
             access all {{\n users: \"{login}\"\n newsgroups: \"misc.*\"\n access: \"RPNI\"\n}}\n"
        ),
    );
    put("passwords", format!("{login}:{PASSWORD}\n"));
    put("storage.conf", "method tradspool {\n newsgroups: *\n class: 0\n}\n".to_owned());
    put("newsfeeds", "ME:*::\n".to_owned());
    put("incoming.conf", "peer localhost { hostname: \"127.0.0.1\" }\n".to_owned());
}

fn write_groups(here: &Path) {
    let put = |name: &str, text: &str| std::fs::write(here.join("db").join(name), text).unwrap();
    // It does not start without its own.
    let groups = [("control", 'n'), ("control.cancel", 'n'), ("junk", 'n'), ("misc.test", 'y')];
    let active = groups.map(|(name, posting)| format!("{name} 0000000000 0000000001 {posting}\n"));
    put("active", &active.concat());
    put("newsgroups", "misc.test\tFor tests\n");
    put("active.times", "misc.test 1000000000 news\n");
    put("history", "");
}
