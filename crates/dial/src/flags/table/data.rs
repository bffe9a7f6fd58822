use super::super::{Category, DataKind, DataPart, Flag, Given, LowArgs, Refusal, Value};
use super::switch;
use crate::os_text;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "append",
        short: Some('a'),
        value: Value::Switch,
        category: Category::Ftp,
        help: "With -T: append to the document there",
        doc: "Makes -T put what is sent behind what is there already, over FTP and into local \
              files. HTTP knows no such thing: there it has no effect.",
        update: switch!(group.append),
    },
    Flag {
        long: "crlf",
        short: None,
        value: Value::Switch,
        category: Category::Post,
        help: "With -T: send line ends as CR LF",
        doc: "Sends a CR before each LF that has none. The length is not known beforehand then: \
              HTTP sends it in chunks.",
        update: switch!(group.crlf),
    },
    Flag {
        long: "data",
        short: Some('d'),
        value: Value::Many("data"),
        category: Category::Post,
        help: "Send data with POST",
        doc: "Sends the data as a browser sends a form. Several are joined with &. @file reads \
              the data from file, without its line ends and NUL bytes; @- from stdin. See -G to \
              put it into the URL, --data-binary to send a file unchanged.",
        update: Some(|low, given| add(low, given, DataKind::Text)),
    },
    Flag {
        long: "data-ascii",
        short: None,
        value: Value::Many("data"),
        category: Category::Post,
        help: "The same as --data",
        doc: "The same as --data.",
        update: Some(|low, given| add(low, given, DataKind::Text)),
    },
    Flag {
        long: "data-binary",
        short: None,
        value: Value::Many("data"),
        category: Category::Post,
        help: "Send data with POST, files unchanged",
        doc: "As --data, but what is read from @file keeps its line ends and NUL bytes.",
        update: Some(|low, given| add(low, given, DataKind::Binary)),
    },
    Flag {
        long: "data-raw",
        short: None,
        value: Value::Many("data"),
        category: Category::Post,
        help: "Send data with POST, @ means itself",
        doc: "As --data, but an @ at the beginning has no meaning.",
        update: Some(|low, given| add(low, given, DataKind::Raw)),
    },
    Flag {
        long: "data-urlencode",
        short: None,
        value: Value::Many("data"),
        category: Category::Post,
        help: "Send data with POST, URL-encoded",
        doc: "As --data, but encodes what is sent. 'content' and '=content' encode the content, \
              'name=content' its right side only, '@file' what is in the file, 'name@file' the \
              same with name= before it.",
        update: Some(|low, given| add(low, given, DataKind::UrlEncode)),
    },
    Flag {
        long: "form",
        short: Some('F'),
        value: Value::Many("name=content"),
        category: Category::Post,
        help: "Send a multipart form, mail or article of parts",
        doc: "Sends a field of a form as multipart/form-data, with POST. name=@file sends a file \
              with its name, @a,b several in one field, @- stdin; name=<file sends its content \
              as a text. Behind the content may stand ;type=text/plain, ;filename=NAME, \
              ;headers=LINE or ;headers=@file, and ;encoder=base64, quoted-printable, 8bit, \
              7bit or binary. Contents and names may stand in quotes: filename=\"a;b\". name=( \
              begins a multipart of its own, =) ends it. Files are read while they are sent; a \
              pipe as stdin is read first. To smtp:, imap: and nntp: the parts go as a mail \
              or article (multipart/mixed) with the headers of -H: -F '=(;type=multipart/alternative' -F \
              '=text' -F '=<text.html' -F '=)' -F '=@file;encoder=base64'.",
        update: Some(|low, given| add_field(low, given, false)),
    },
    Flag {
        long: "form-escape",
        short: None,
        value: Value::Switch,
        category: Category::Post,
        help: "Escape names in multipart forms with backslashes",
        doc: "Writes quotes in the names of -F and of files as \\\" instead of %22. Line ends \
              are written as %0D and %0A in either case.",
        update: switch!(group.form_escape),
    },
    Flag {
        long: "form-string",
        short: None,
        value: Value::Many("name=string"),
        category: Category::Post,
        help: "Send a field of a multipart form, as it is",
        doc: "As --form, but @, <, ( and ; in the content have no meaning.",
        update: Some(|low, given| add_field(low, given, true)),
    },
    Flag {
        long: "get",
        short: Some('G'),
        value: Value::Switch,
        category: Category::Http,
        help: "Put the data into the URL and use GET",
        doc: "Appends what --data and its kin give to the query of the URL, and sends GET, or \
              HEAD with -I.",
        update: switch!(group.get),
    },
    Flag {
        long: "json",
        short: None,
        value: Value::Many("data"),
        category: Category::Post,
        help: "Send JSON with POST",
        doc: "As --data-binary, with Content-Type and Accept set to application/json unless -H \
              gives others. Several are joined with nothing between them.",
        update: Some(|low, given| add(low, given, DataKind::Json)),
    },
    Flag {
        long: "upload-file",
        short: Some('T'),
        value: Value::Many("file"),
        category: Category::Post,
        help: "Send a file to the URL",
        doc: "Sends the file, as the URL's scheme does it: PUT of HTTP, STOR of FTP, WRQ of TFTP, \
              or into a local file; - is stdin, sent as it comes. A URL that ends with / gets the \
              file's name. The n-th -T belongs to the n-th URL. Names are globbed like URLs: \
              {a,b} and img[1-9].png.",
        update: Some(|low, given| {
            let file = given.value.to_owned();
            low.group.slot(|slot| slot.upload.is_none()).upload = Some(file);
            Ok(())
        }),
    },
    Flag {
        long: "url-query",
        short: None,
        value: Value::Many("data"),
        category: Category::Http,
        help: "Add to the URL's query",
        doc: "Appends to the query of the URL. The forms are those of --data-urlencode; with a \
              + at the beginning the rest is taken as it is.",
        update: Some(|low, given| {
            low.group.url_query.push(given.value.to_owned());
            Ok(())
        }),
    },
];

fn add_field(low: &mut LowArgs, given: &Given<'_>, is_literal: bool) -> Result<(), Refusal> {
    low.group.form.add(os_text::bytes(given.value), is_literal, &mut low.warnings)
}

fn add(low: &mut LowArgs, given: &Given<'_>, kind: DataKind) -> Result<(), Refusal> {
    low.group.data.push(DataPart { kind, value: given.value.to_owned() });
    Ok(())
}
