use super::super::{Category, Flag, Value};
use super::switch;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "login-options",
        short: None,
        value: Value::One("options"),
        category: Category::Auth,
        help: "How to log in at mail and news servers",
        doc: "AUTH=MECHANISM allows that mechanism of SASL alone, AUTH=* any, AUTH=+LOGIN and \
              AUTH=+APOP the protocol's own login alone. Several stand one after the other with \
              semicolons between them. The same may stand behind the user, in -u and in a URL: \
              'user;AUTH=PLAIN'. Without it the strongest is taken that the server offers.",
        update: Some(|low, given| {
            low.group.sasl.options = Some(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "mail-auth",
        short: None,
        value: Value::One("address"),
        category: Category::Mail,
        help: "Who the mail is from originally",
        doc: "Tells an SMTP server that knows us by a login who has given us the mail to send \
              (AUTH= of RFC 4954). An empty address stands for nobody known.",
        update: Some(|low, given| {
            low.group.mail.submitter = Some(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "mail-from",
        short: None,
        value: Value::One("address"),
        category: Category::Mail,
        help: "Who the mail is from",
        doc: "The address that hears when a mail cannot be delivered. It goes on the envelope; what \
              the mail itself says after 'From:' is another matter. Without it the envelope has \
              none, which many servers refuse.",
        update: Some(|low, given| {
            low.group.mail.from = given.text()?.to_owned();
            Ok(())
        }),
    },
    Flag {
        long: "mail-rcpt",
        short: None,
        value: Value::Many("address"),
        category: Category::Mail,
        help: "Who the mail is for",
        doc: "One who gets the mail that -T or -F sends; may be given several times. Without them the \
              server is asked about each (VRFY, or what -X says, such as EXPN for a list).",
        update: Some(|low, given| {
            low.group.mail.recipients.push(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "mail-rcpt-allowfails",
        short: None,
        value: Value::Switch,
        category: Category::Mail,
        help: "Go on when a recipient is refused",
        doc: "Sends the mail to those recipients that the server takes; it fails only when it \
              takes none.",
        update: switch!(group.mail.any_recipient),
    },
    Flag {
        long: "sasl-authzid",
        short: None,
        value: Value::One("identity"),
        category: Category::Auth,
        help: "Identity to act as at mail and news servers",
        doc: "Acts as this user at a mail or news server, though the login is that of another \
              (the authorization identity of SASL PLAIN and others).",
        update: Some(|low, given| {
            low.group.sasl.act_as = Some(given.text()?.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "sasl-ir",
        short: None,
        value: Value::Switch,
        category: Category::Auth,
        help: "Send the first word of a login with its command",
        doc: "Sends what we say first in a login by SASL along with the command that begins it, \
              which spares a round trip. Not all servers take it.",
        update: switch!(group.sasl.initial_response),
    },
    Flag {
        long: "upload-flags",
        short: None,
        value: Value::One("flags"),
        category: Category::Mail,
        help: "Flags of an uploaded mail",
        doc: "Stores a mail over IMAP with these flags: answered, deleted, draft, flagged, seen, with \
              commas between them. A minus in front takes one away; seen is set unless -seen is \
              given.",
        update: Some(|low, given| {
            low.group.sasl.upload_flags = Some(given.text()?.to_owned());
            Ok(())
        }),
    },
];
