use super::super::{Category, Flag, Value};

pub(super) static FLAGS: &[Flag] = &[Flag {
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
}];
