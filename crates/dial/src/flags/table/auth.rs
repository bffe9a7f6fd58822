use super::super::{Category, Flag, Value};
use super::switch;
use crate::secret::Secret;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "netrc",
        short: Some('n'),
        value: Value::Switch,
        category: Category::Auth,
        help: "Take user and password from .netrc",
        doc: "Looks up who logs in, over HTTP and FTP, in the file that $NETRC names or else in \
              .netrc in the home directory: 'machine HOST login USER password WORD', or 'default' \
              in place of 'machine HOST'. Without -u the file goes before a password in the URL. A \
              user in the URL gets the password of that very user or none. Behind a redirect the \
              file is asked again for the host there, 'default' is not, and nothing is when the \
              redirect left https. A file that is not there is an error, see --netrc-optional; \
              one that others can read is warned about.",
        update: switch!(group.netrc.required),
    },
    Flag {
        long: "netrc-file",
        short: None,
        value: Value::One("file"),
        category: Category::Auth,
        help: "Take user and password from this netrc file",
        doc: "As -n does, from the file named here. With --netrc-optional as that does.",
        update: Some(|low, given| {
            low.group.netrc.file = Some(given.path()?);
            Ok(())
        }),
    },
    Flag {
        long: "netrc-optional",
        short: None,
        value: Value::Switch,
        category: Category::Auth,
        help: "Take user and password from .netrc if it has them",
        doc: "As -n does, but a password in the URL goes before the file, and the file need not \
              be there.",
        update: switch!(group.netrc.optional),
    },
    Flag {
        long: "oauth2-bearer",
        short: None,
        value: Value::One("token"),
        category: Category::Auth,
        help: "OAuth 2 bearer token",
        doc: "Sends the token in HTTP requests (Authorization: Bearer), before any user. Goes to \
              no other host when a redirect leads there, see --location-trusted. A token on the \
              command line can be seen by others on this machine; a config file (-K) hides it.",
        update: Some(|low, given| {
            low.group.bearer = Some(Secret::new(given.text_or_blank()?));
            Ok(())
        }),
    },
];
