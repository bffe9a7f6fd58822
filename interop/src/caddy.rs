//! Caddy, which speaks every version of HTTP.

use std::process::Command;

use landline_testkit::tls::IdentityFiles;
use tempfile::TempDir;

use crate::{Daemon, free_port};

/// Serves the folder `www` inside of `folder` over HTTPS, as `localhost`, in these `protocols`: `h1 h2 h3`.
pub fn caddy(folder: TempDir, files: &IdentityFiles, protocols: &str) -> Daemon {
    let (certificate, key) = (files.certificate.display(), files.key.display());
    let port = free_port();
    let here = folder.path().display();
    let config = format!(
        "{{\n admin off\n auto_https disable_redirects\n storage file_system {here}/caddy\n\
         servers {{\n  protocols {protocols}\n }}\n}}\n\
         https://localhost:{port} {{\n bind 127.0.0.1\n tls {certificate} {key}\n root * {here}/www\n\
         encode gzip\n file_server\n}}\n"
    );
    let file = folder.path().join("Caddyfile");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file);
    // Whatever it keeps besides stays in its folder.
    let home = folder.path().to_owned();
    let own = ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|name| (name, &home));
    Daemon::start(folder, port, command.envs(own))
}
