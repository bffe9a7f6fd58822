//! Invariants: any field and any line can be read; services have a port, and a host that is canonical or
//! the origin's; a line that is read comes back the same from what it is written as.
#![no_main]

use std::time::SystemTime;

use landline_wire::alt_svc::{AltSvc, Alternative, Protocol};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(AltSvc::Services(services)) = AltSvc::parse(data) {
        assert!(!services.is_empty());
        for service in services {
            assert_ne!(service.port, 0);
            let origin = (Protocol::Http2, "a.test", 443);
            let Some(known) = Alternative::received(origin, &service, SystemTime::UNIX_EPOCH)
            else {
                continue;
            };
            let line = known.to_file_line();
            assert!(!line.bytes().any(|byte| byte.is_ascii_control()), "{line:?}");
        }
    }
    for line in data.split(|byte| *byte == b'\n') {
        let Some(known) = Alternative::from_file_line(line) else { continue };
        let again = Alternative::from_file_line(known.to_file_line().as_bytes());
        assert_eq!(again, Some(known));
    }
});
