use super::super::{Category, Flag, Value};
use super::store;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "alt-svc",
        short: None,
        value: Value::One("file"),
        category: Category::Http,
        help: "Cache of alternative services",
        doc: "Connects to the places in the file at which HTTPS servers can be reached as well; \
              the certificate has to be the server's all the same. What servers tell of such places \
              (Alt-Svc), over HTTPS with a trusted certificate, is added to the file at the end; \
              what other runs put there in between stays. One that does not work is passed over, and \
              none is used through a proxy. Those of HTTP/3 are kept, and used where HTTP/3 is built \
              in. With an empty name they are kept for this run alone. A file that is not there is made.",
        update: Some(|low, given| {
            low.group.remembered.alt_svc = Some(given.value.into());
            Ok(())
        }),
    },
    Flag {
        long: "etag-compare",
        short: None,
        value: Value::One("file"),
        category: Category::Http,
        help: "Read the document if its ETag is another",
        doc: "Sends the ETag kept in the file (If-None-Match): a document that still has it is not \
              read again, no file is written, and the exit code is 0. An empty file is an empty \
              tag; so is one that is not there, with --etag-save. For one URL only.",
        update: store!(group.etag.compare = path),
    },
    Flag {
        long: "etag-save",
        short: None,
        value: Value::One("file"),
        category: Category::Http,
        help: "Keep the document's ETag in a file",
        doc: "Writes the ETag of the document to the file, once the document is there as a whole; \
              - is stdout. The file stays as it is where there is none, or an error came \
              instead. For one URL only. It may be the file of --etag-compare.",
        update: store!(group.etag.save = path),
    },
    Flag {
        long: "hsts",
        short: None,
        value: Value::One("file"),
        category: Category::Http,
        help: "Cache of hosts that want HTTPS",
        doc: "Turns http:// into https:// for the hosts in the file, and for those below them where the \
          file says so, before anything is connected and at every redirect. Hosts that ask for this \
          (Strict-Transport-Security) over HTTPS with a trusted certificate are added to the file \
          at the end; what other runs put there in between stays. With an empty name they are kept \
          for this run alone. A file that is not there is made.",
        update: Some(|low, given| {
            low.group.remembered.hsts = Some(given.value.into());
            Ok(())
        }),
    },
];
