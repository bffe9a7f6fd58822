use super::super::{Category, Flag, Update, Value, values};
use super::not_yet::not_yet;
use super::{exclusive, store, switch};
use crate::settings::Fail;
use landline::http::HttpVersion;

macro_rules! version {
    ($version:ident) => {
        Some(|low, _| {
            low.group.http_version = HttpVersion::$version;
            Ok(())
        })
    };
}

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "compressed",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Ask for compression and undo it",
        doc: "Tells the server that deflate, gzip, br and zstd are understood, and writes the \
              document as it was before the server compressed it. Compressed data that is cut \
              short or does not add up is an error. News servers are asked to compress the \
              connection.",
        update: switch!(group.compressed),
    },
    Flag {
        long: "cookie",
        short: Some('b'),
        value: Value::Many("data/file"),
        category: Category::Http,
        help: "Send cookies, or read them from a file",
        doc: "With a = in it the value is sent as cookies, 'a=1; b=2', to the host of the URL; a \
              redirect to another host, port or scheme goes without them, see \
              --location-trusted. Otherwise it is the name of a file that cookies are read from, \
              in the format of -c or as headers of replies whose Set-Cookie lines name their \
              domain; - is stdin. What servers set is then kept and sent again where it \
              belongs, to the end of the run; an empty name, or a file that is not there, does \
              this alone. The file is not written to, see --cookie-jar.",
        update: Some(|low, given| {
            low.group.cookies.given.push(given.value.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "cookie-jar",
        short: Some('c'),
        value: Value::One("file"),
        category: Category::Http,
        help: "Write cookies to a file afterwards",
        doc: "Keeps what servers set, and at the end writes all cookies to the file, those read \
              with -b included; - is stdout. The file is replaced as a whole and keeps its mode; \
              a new one is for its owner alone. One that cannot be written is a warning, and the \
              exit code is not changed by it.",
        update: Some(|low, given| {
            low.group.cookies.jar = Some(given.value.into());
            Ok(())
        }),
    },
    Flag {
        long: "fail",
        short: Some('f'),
        value: Value::Switch,
        category: Category::Http,
        help: "Fail with no output on HTTP errors",
        doc: "A status of 400 and more ends the transfer with exit code 22, and the body is not \
              written. See --fail-with-body.",
        update: Some(|low, given| {
            low.group.fail = if given.on { Fail::WithoutBody } else { Fail::Never };
            Ok(())
        }),
    },
    Flag {
        long: "fail-with-body",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Fail on HTTP errors but write the body",
        doc: "A status of 400 and more gives exit code 22; the body is written all the same.",
        update: Some(|low, given| {
            low.group.fail = if given.on { Fail::WithBody } else { Fail::Never };
            Ok(())
        }),
    },
    Flag {
        long: "head",
        short: Some('I'),
        value: Value::Switch,
        category: Category::Http,
        help: "Show the document's headers only",
        doc: "Sends HEAD and writes the headers that come back. For a file the length and date \
              are written as headers, as far as the server tells them for FTP and TFTP.",
        update: Some(|low, given| {
            low.group.head = given.on;
            low.group.include = given.on;
            Ok(())
        }),
    },
    Flag {
        long: "header",
        short: Some('H'),
        value: Value::Many("header/@file"),
        category: Category::Http,
        help: "Send a header, or the lines of a file",
        doc: "'Name: value' adds the header, or replaces the one that is sent by itself. \
              'Name:' sends none of this name, 'Name;' sends it with nothing behind the colon. \
              @file reads headers from file, one on each line; @- from stdin. Headers that \
              carry secrets stay with the host they were given for, see --location-trusted.",
        update: Some(|low, given| {
            low.group.headers.push(given.value.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "http1.0",
        short: Some('0'),
        value: Value::None,
        category: Category::Http,
        help: "Use HTTP/1.0",
        doc: "Sends requests as HTTP/1.0.",
        update: version!(Http10),
    },
    Flag {
        long: "http1.1",
        short: None,
        value: Value::None,
        category: Category::Http,
        help: "Use HTTP/1.1",
        doc: "Sends requests as HTTP/1.1. This is the default for http; for https it is what the \
              server chooses of HTTP/2 and HTTP/1.1.",
        update: version!(Http11),
    },
    Flag {
        long: "http2",
        short: None,
        value: Value::None,
        category: Category::Http,
        help: "Use HTTP/2",
        doc: "Asks for HTTP/2, which https does by itself. For http, requests without a body, but \
              for HEAD, offer to go on in HTTP/2 (h2c); where the server does not take that up, it is \
              HTTP/1.1. See --http2-prior-knowledge.",
        update: version!(Http2),
    },
    Flag {
        long: "http2-prior-knowledge",
        short: None,
        value: Value::None,
        category: Category::Http,
        help: "Use HTTP/2 without asking first",
        doc: "Speaks HTTP/2 at once, for http too.",
        update: version!(Http2PriorKnowledge),
    },
    http3(
        "http3",
        "Use HTTP/3, else older versions",
        "Connects over QUIC to https URLs; where that takes longer than 200 ms, or is not possible, over \
         TCP as well, and whichever stands first is used. Through a proxy it is TCP alone.",
        version!(Http3),
    ),
    http3(
        "http3-only",
        "Use HTTP/3 only",
        "Connects over QUIC, and to nobody else. Not for http URLs, and through no proxy.",
        version!(Http3Only),
    ),
    Flag {
        long: "include",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "Write the reply's headers before the body",
        doc: "The older name of --show-headers.",
        update: switch!(group.include),
    },
    Flag {
        long: "junk-session-cookies",
        short: Some('j'),
        value: Value::Switch,
        category: Category::Http,
        help: "Drop session cookies read from a file",
        doc: "Of the cookies that -b reads from a file, leaves out those that last as long as the \
              session in which they were set.",
        update: switch!(group.cookies.junk_session),
    },
    Flag {
        long: "path-as-is",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Keep /../ and /./ in the URL",
        doc: "Sends the path of the URL as typed; without it .. and . are resolved first.",
        update: switch!(group.path_as_is),
    },
    Flag {
        long: "range",
        short: Some('r'),
        value: Value::One("range"),
        category: Category::Http,
        help: "Read a part: first-last",
        doc: "Asks for bytes of the document: 0-499 for the first 500, 500- for all behind them, \
              -500 for the last 500, several with commas between them (the server answers with \
              a multipart document then). A server may ignore this and send everything. FTP and \
              local files are read in part too, one range at a time; of gopher, gemini, TFTP and \
              dict there are no parts (exit code 33).",
        update: Some(|low, given| {
            if low.group.output.resume.is_some() {
                return Err(exclusive("--continue-at", "--range"));
            }
            let (range, warning) = values::range(given.text()?);
            low.group.range = Some(range);
            low.warnings.extend(warning.map(str::to_owned));
            Ok(())
        }),
    },
    Flag {
        long: "referer",
        short: Some('e'),
        value: Value::One("url"),
        category: Category::Http,
        help: "Send this Referer",
        doc: "Sends the URL as the page that led here. With ;auto at the end each redirect that \
              is followed sends the URL before it.",
        update: Some(|low, given| {
            let text = given.text_or_blank()?;
            let first = text.strip_suffix(";auto");
            low.group.auto_referer = first.is_some();
            low.group.referer = Some(first.unwrap_or(text).to_owned()).filter(|s| !s.is_empty());
            Ok(())
        }),
    },
    Flag {
        long: "request",
        short: Some('X'),
        value: Value::One("method"),
        category: Category::Http,
        help: "Use this method, or listing of FTP",
        doc: "Sends the method given instead of GET, or of what -d, -T and -I imply. It is sent \
              with every redirect that is followed too. To see a reply without its body use -I, \
              not -X HEAD. Over FTP it lists a folder, in place of LIST: -X MLSD.",
        update: store!(group.method = text),
    },
    Flag {
        long: "request-target",
        short: None,
        value: Value::One("path"),
        category: Category::Http,
        help: "Send this instead of the URL's path",
        doc: "Puts the text into the request line in place of the URL's path and query, for \
              example * with -X OPTIONS.",
        update: store!(group.request_target = text),
    },
    Flag {
        long: "show-headers",
        short: Some('i'),
        value: Value::Switch,
        category: Category::Output,
        help: "Write the reply's headers before the body",
        doc: "Writes the status line and headers of every reply to the same place as the body.",
        update: switch!(group.include),
    },
    Flag {
        long: "time-cond",
        short: Some('z'),
        value: Value::One("time"),
        category: Category::Http,
        help: "Read only what is newer or older",
        doc: "Reads the document only when it has changed since that time; with a dash before \
              it, only when it has not: -z -20240131. The time is a date (20240131, 31 Jan 2024 \
              10:00:00 GMT) or the name of a file, whose date is taken. What is neither is \
              warned about and asks for nothing. Without a new document no file is written, and \
              the exit code is 0.",
        update: Some(|low, given| {
            low.group.time_condition = Some(given.value.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "user",
        short: Some('u'),
        value: Value::One("user:password"),
        category: Category::Auth,
        help: "Log in with user and password",
        doc: "Sends user and password to the server, by Basic authentication in HTTP. Without a \
              colon the password is asked for. Goes to no other host when a redirect leads \
              there, see --location-trusted.",
        update: Some(|low, given| {
            low.group.user = Some(crate::secret::Secret::new(given.text_or_blank()?));
            Ok(())
        }),
    },
    Flag {
        long: "user-agent",
        short: Some('A'),
        value: Value::One("name"),
        category: Category::Http,
        help: "Send this User-Agent",
        doc: "Names the client. With an empty name no User-Agent is sent.",
        update: Some(|low, given| {
            low.group.user_agent = Some(given.text_or_blank()?.to_owned());
            Ok(())
        }),
    },
];

/// A flag for what the feature `http3` builds in; without it the command knows the name only.
const fn http3(
    long: &'static str,
    help: &'static str,
    doc: &'static str,
    update: Option<Update>,
) -> Flag {
    let (short, value, category) = (None, Value::None, Category::Http);
    match cfg!(feature = "http3") {
        true => Flag { long, short, value, category, help, doc, update },
        false => not_yet(long, short, value, category, help),
    }
}
