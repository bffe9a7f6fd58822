use super::super::{Category, Flag, Value};
use super::switch;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "http0.9",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Accept replies without a status line",
        doc: "Takes a reply that does not begin with HTTP/ for the document, up to the end of the \
              connection. Without it such a reply is exit code 1.",
        update: switch!(group.reading.http09),
    },
    Flag {
        long: "ignore-content-length",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Read to the end of the connection",
        doc: "Reads on until the server closes the connection, whatever Content-Length says: for \
              servers that are wrong about files over 2 GB. A document that was cut is then not \
              noticed. Over FTP the length is not asked for, as for files that grow. HTTP/2 ends \
              documents by itself, and there the length has to be right.",
        update: switch!(group.reading.ignore_length),
    },
    Flag {
        long: "raw",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Leave codings of the body as they are",
        doc: "Writes the body as it came over the wire: compressed if it is, with the sizes of \
              chunks and the trailers among its bytes.",
        update: switch!(group.reading.raw),
    },
    Flag {
        long: "tr-encoding",
        short: None,
        value: Value::Switch,
        category: Category::Http,
        help: "Ask for compressed transfer coding",
        doc: "Tells the server that it may compress the body on its way (TE: gzip), and undoes \
              that. Without it such a reply is exit code 61. A Connection header given with -H \
              takes the place of the offer.",
        update: switch!(group.reading.transfer_codings),
    },
];
