//! Invariants: any field and any line can be read; a field that is read has one `max-age`; a line that is
//! read comes back the same from what it is written as, its host is canonical and lies in itself.
#![no_main]

use landline_wire::hsts::{KnownHost, StrictTransport, host_name, name_and_parents};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(asked) = StrictTransport::parse(data) {
        let twice = [data, b"; max-age=1"].concat();
        assert_eq!(StrictTransport::parse(&twice), None, "one max-age only");
        assert_eq!(StrictTransport::parse(&[b"; ", data].concat()), Some(asked));
    }
    for line in data.split(|byte| *byte == b'\n') {
        let Some(known) = KnownHost::from_file_line(line) else { continue };
        let again = KnownHost::from_file_line(known.to_file_line().as_bytes());
        assert_eq!(again.as_ref(), Some(&known));
        assert_eq!(host_name(known.host()).as_deref(), Some(known.host()));
        assert_eq!(name_and_parents(known.host()).next(), Some(known.host()));
    }
});
