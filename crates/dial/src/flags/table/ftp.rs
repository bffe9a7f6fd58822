use landline::ftp::{Account, CwdMethod};

use super::super::{Category, Flag, Value, values};
use super::switch;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "disable-eprt",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Do not use EPRT",
        doc: "With -P: sends PORT at once, without trying EPRT first. EPRT is used all the same \
              where the server is reached over IPv6, which PORT does not know.",
        update: switch!(group.ftp.options.no_eprt),
    },
    Flag {
        long: "disable-epsv",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Do not use EPSV",
        doc: "Sends PASV at once, without trying EPSV first. EPSV is used all the same where the \
              server is reached over IPv6, which PASV does not know.",
        update: switch!(group.ftp.options.no_epsv),
    },
    Flag {
        long: "eprt",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Try EPRT before PORT (default)",
        doc: "With -P: tries EPRT, and PORT where the server refuses it. This is the default; \
              --no-eprt is --disable-eprt.",
        update: Some(|low, given| {
            low.group.ftp.options.no_eprt = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "epsv",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Try EPSV before PASV (default)",
        doc: "Tries EPSV, and PASV where the server refuses it. This is the default; --no-epsv is \
              --disable-epsv.",
        update: Some(|low, given| {
            low.group.ftp.options.no_epsv = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "ftp-account",
        short: None,
        value: Value::One("data"),
        category: Category::Ftp,
        help: "Account for ACCT",
        doc: "What to answer when the server wants an account behind user and password.",
        update: Some(|low, given| {
            low.group.ftp.options.account = Some(Account::new(given.text()?));
            Ok(())
        }),
    },
    Flag {
        long: "ftp-alternative-to-user",
        short: None,
        value: Value::One("command"),
        category: Category::Ftp,
        help: "Command to send when USER is refused",
        doc: "What to send in place of USER when the server refuses that: 'SITE AUTH' for \
              servers that know the user by a client certificate.",
        update: Some(|low, given| {
            low.group.ftp.options.instead_of_user = Some(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "ftp-create-dirs",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Make remote folders that are missing",
        doc: "Makes each folder of the URL that the server does not have (MKD), before going on. \
              With --ftp-method nocwd no folder is gone to, and so none is made.",
        update: switch!(group.ftp.options.create_folders),
    },
    Flag {
        long: "ftp-method",
        short: None,
        value: Value::One("method"),
        category: Category::Ftp,
        help: "How folders are reached",
        doc: "How the folders of a URL become commands: multicwd, one CWD for each, which is the \
              default and works with every server; singlecwd, one CWD for all of them; nocwd, \
              none, with the whole path in the command for the file.",
        update: Some(|low, given| {
            let method = given.text()?.to_ascii_lowercase();
            low.group.ftp.options.path_method = match method.as_str() {
                "singlecwd" => CwdMethod::Single,
                "nocwd" => CwdMethod::None,
                other => {
                    if other != "multicwd" {
                        let text = "unrecognized ftp file method, using the default (multicwd)";
                        low.warnings.push(format!("'{other}': {text}"));
                    }
                    CwdMethod::Multi
                }
            };
            Ok(())
        }),
    },
    Flag {
        long: "ftp-pasv",
        short: None,
        value: Value::None,
        category: Category::Ftp,
        help: "Connect to the server for data (default)",
        doc: "Opens data connections from here, with EPSV or PASV. This is the default, and takes \
              an earlier -P back.",
        update: Some(|low, _| {
            low.group.ftp.active = None;
            Ok(())
        }),
    },
    Flag {
        long: "ftp-port",
        short: Some('P'),
        value: Value::One("address"),
        category: Category::Ftp,
        help: "Let the server connect for data",
        doc: "Has the server open the data connections, with EPRT or PORT, to the address given: \
              - for the one we reach the server from, the name of a network interface, an IP \
              address (IPv6 in brackets), or a host name. :port or :first-last may follow, to \
              say on which ports to wait. Whoever else connects there is turned away.",
        update: Some(|low, given| {
            low.group.ftp.active = Some(values::active(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "ftp-pret",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Send PRET before PASV",
        doc: "Tells the server what will be transferred before asking for a data connection. Some \
              servers that spread files over several machines need it.",
        update: switch!(group.ftp.options.pret),
    },
    Flag {
        long: "ftp-skip-pasv-ip",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Ignore the address PASV gives (always)",
        doc: "Connects for data to the address of the server itself, whatever address it names in \
              its reply to PASV. It is always so: a server that could name others would have us \
              connect anywhere. --no-ftp-skip-pasv-ip changes nothing, and says so.",
        update: Some(|low, given| {
            if !given.on {
                let text = "--no-ftp-skip-pasv-ip: dial never connects to the address in a reply \
                            to PASV, but to the server itself";
                low.warnings.push(text.into());
            }
            Ok(())
        }),
    },
    Flag {
        long: "ftp-ssl",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "The old name of --ssl",
        doc: "The older name of --ssl.",
        update: switch!(group.start_tls.tried),
    },
    Flag {
        long: "ftp-ssl-control",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "TLS for the commands, not for the data",
        doc: "Requires TLS for the connection with login and commands, and leaves the data \
              connections in the clear. The exit code is 64 where the server has no TLS.",
        update: switch!(group.start_tls.control_only),
    },
    Flag {
        long: "ftp-ssl-reqd",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "The old name of --ssl-reqd",
        doc: "The older name of --ssl-reqd.",
        update: switch!(group.start_tls.required),
    },
    Flag {
        long: "list-only",
        short: Some('l'),
        value: Value::Switch,
        category: Category::Ftp,
        help: "List names only",
        doc: "Lists the names in a folder and nothing else about them (NLST in place of LIST). \
              Without it a listing has the form the server chooses.",
        update: switch!(group.ftp.options.names_only),
    },
    Flag {
        long: "quote",
        short: Some('Q'),
        value: Value::Many("command"),
        category: Category::Ftp,
        help: "Send a command to the server",
        doc: "Sends an FTP command right after the login. With - in front it is sent after the \
              transfer, with + after the folder is changed, right before the transfer. With * \
              in front of the command (behind - or +) the transfer goes on when the server \
              refuses it; otherwise a refusal ends it with exit code 21.",
        update: Some(|low, given| {
            low.group.ftp.options.quotes.push(values::quote(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "ssl",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Use TLS where the server has it",
        doc: "Begins TLS on a connection that starts in the clear, as FTP does, if the server \
              agrees. Where it does not, or somebody in between makes it seem so, everything \
              goes in the clear, the password too; a warning says so. --ssl-reqd is safe.",
        update: switch!(group.start_tls.tried),
    },
    Flag {
        long: "ssl-reqd",
        short: None,
        value: Value::Switch,
        category: Category::Tls,
        help: "Require TLS",
        doc: "Begins TLS on a connection that starts in the clear, as FTP does, before user and \
              password are sent. Where the server has none the exit code is 64 and nothing is \
              sent.",
        update: switch!(group.start_tls.required),
    },
    Flag {
        long: "use-ascii",
        short: Some('B'),
        value: Value::Switch,
        category: Category::Ftp,
        help: "Transfer text",
        doc: "Asks the server for text (TYPE A) and gives it the line ends of this system; what \
              is sent gets those of the network. The same as ;type=a at the end of the URL. A \
              file that is no text is damaged by it.",
        update: switch!(group.ftp.options.ascii),
    },
];
