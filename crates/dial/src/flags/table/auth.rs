use super::super::{Category, Flag, Value};
use super::{Refusal, switch};
use landline::http::SigV4;

use crate::secret::Secret;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "anyauth",
        short: None,
        value: Value::None,
        category: Category::Auth,
        help: "Choose the authentication the server asks for",
        doc: "Sends user and password when the server asks for them, in the best way of those it \
              offers: Digest, else Basic. A token of --oauth2-bearer likewise. A body is sent with the \
              first request already, and has to be one that can be read twice. Later requests of \
              the same run to the same server have the answer with them.",
        update: Some(|low, _| {
            (low.group.auth.basic, low.group.auth.digest) = (true, true);
            Ok(())
        }),
    },
    Flag {
        long: "aws-sigv4",
        short: None,
        value: Value::One("provider1[:provider2[:region[:service]]]"),
        category: Category::Auth,
        help: "Sign the request for Amazon's services",
        doc: "Signs HTTP requests by AWS Signature Version 4 with the key and secret of -u \
              key:secret, and sends neither: --aws-sigv4 aws:amz:us-east-1:s3. Region and service \
              are parts of the host unless given. Signed are the host, the fields of -H and the \
              body; to S3 one that is not in memory goes unsigned.",
        update: Some(|low, given| {
            let scope = SigV4::parse(given.text()?);
            let scope = scope.map_err(|error| Refusal::BadUse(error.to_string()))?;
            low.group.auth.sigv4 = Some(scope);
            Ok(())
        }),
    },
    Flag {
        long: "basic",
        short: None,
        value: Value::Switch,
        category: Category::Auth,
        help: "Basic authentication (default)",
        doc: "Sends user and password with the first request, as -u does by itself. Together with \
              --digest it is --anyauth.",
        update: switch!(group.auth.basic),
    },
    Flag {
        long: "digest",
        short: None,
        value: Value::Switch,
        category: Category::Auth,
        help: "HTTP Digest authentication",
        doc: "Proves who asks without the password on the wire: MD5, SHA-256 or SHA-512-256, as the \
              server asks. The first request goes without body, since it will be refused; later \
              ones of the same run to the same server have the answer with them.",
        update: switch!(group.auth.digest),
    },
    Flag {
        long: "disallow-username-in-url",
        short: None,
        value: Value::Switch,
        category: Category::Auth,
        help: "Refuse URLs with a user name",
        doc: "Stops with exit code 67 at a URL with a user in it, one that a redirect leads to \
              included.",
        update: switch!(group.auth.no_user_in_url),
    },
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
              no other host when a redirect leads there, see --location-trusted. Others on \
              this machine can see it on the command line until it has been read; a config \
              file (-K) hides it.",
        update: Some(|low, given| {
            low.group.bearer = Some(Secret::new(given.text_or_blank()?));
            Ok(())
        }),
    },
];
