//! Invariants: any text and any fields can be read; what is read comes back the same from its text, is no
//! change of itself, and asks with nothing that could not stand in a field.
#![no_main]

use landline_wire::headers::Headers;
use landline_wire::validator::Validator;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut headers = Headers::new();
    let names = ["ETag", "Last-Modified", "Date", "Content-Length", "Content-Range"];
    for (name, line) in names.iter().cycle().zip(data.split(|byte| *byte == b'\n').take(8)) {
        // What is no field is refused there.
        let _ = headers.push(name, line);
    }
    let read = [200, 206, 416].map(|status| Validator::of(status, &headers));
    let text = std::str::from_utf8(data).ok().and_then(Validator::from_text);
    for validator in read.into_iter().chain(text) {
        assert_eq!(Validator::from_text(&validator.to_text()).as_ref(), Some(&validator));
        assert_eq!(validator.change(&validator), None);
        if let Some(asked) = validator.if_range() {
            Headers::new().push("If-Range", asked).expect("fit for a field");
        }
    }
});
