//! Invariant: a file name that a server gives stays in the folder, hides nothing and is no control of a
//! terminal, however it is quoted and encoded.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub)]
#[path = "../../crates/dial/src/output/disposition.rs"]
mod disposition;

fuzz_target!(|field: &[u8]| {
    let encoded: String = field.iter().map(|byte| format!("%{byte:02x}")).collect();
    let fields = [
        field.to_vec(),
        [b"attachment; filename=\"", field].concat(),
        format!("attachment; filename*=UTF-8''{encoded}").into_bytes(),
        format!("attachment; filename*=iso-8859-1''{encoded}").into_bytes(),
    ];
    for name in fields.iter().filter_map(|field| disposition::file_name(field)) {
        assert!(!name.is_empty() && !name.starts_with('.'), "{name:?}");
        assert!(!name.contains(['/', '\\', '\u{202e}', '\u{2066}']), "{name:?}");
        assert!(!name.contains(char::is_control), "{name:?}");
        assert_eq!(name.trim(), name);
    }
});
