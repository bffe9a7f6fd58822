use super::super::{Category, DataKind, DataPart, Flag, Given, LowArgs, Refusal, Value};
use super::switch;

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

fn add(low: &mut LowArgs, given: &Given<'_>, kind: DataKind) -> Result<(), Refusal> {
    low.group.data.push(DataPart { kind, value: given.value.to_owned() });
    Ok(())
}
