//! Invariants: a menu is the same whole, byte by byte and in any pieces, the error included. The URL of
//! an item is visible ASCII, and asks its own server for its own selector: one line, one field. A URL, as
//! typed, either is refused or is sent as one selector that holds no NUL. What is shown is harmless.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::gopher::{Item, ItemType, MenuError, MenuParser, Selector};
use landline_wire::target::Location;
use libfuzzer_sys::fuzz_target;

fn read(pieces: &[&[u8]]) -> (Vec<Item>, bool, Option<MenuError>) {
    let (mut menu, mut items) = (MenuParser::new(), Vec::new());
    let mut drain = |menu: &mut MenuParser| {
        while let Some(item) = menu.next_item()? {
            items.push(item);
        }
        Ok(())
    };
    let mut run = pieces.iter().try_for_each(|piece| {
        menu.push(piece);
        drain(&mut menu)
    });
    run = run.and_then(|()| menu.finish()).and_then(|()| drain(&mut menu));
    (items, menu.is_complete(), run.err())
}

fn check(item: &Item) {
    assert_harmless(&item.item_type);
    assert_eq!(ItemType::from_byte(item.item_type.byte()), item.item_type);
    let Some(url) = item.to_url() else { return };
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
    let location = Location::parse(&url).expect("what is written reads back");
    assert_ne!(location.scheme(), "file");
    if !matches!(location.scheme(), "gopher" | "gophers") {
        return;
    }
    let selector = Selector::of(&location).expect("no NUL");
    assert!(selector.is_one_line());
    if item.item_type != ItemType::Html {
        assert_eq!(selector.as_bytes(), item.selector);
        assert_eq!(selector.item_type(), item.item_type);
        assert_eq!(location.port(), item.port);
    }
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let (items, _, error) = in_pieces(input, cuts, read);
    items.iter().for_each(check);
    error.iter().for_each(assert_harmless);

    let typed = format!("gopher://h/{}", String::from_utf8_lossy(input));
    if let Ok(location) = Location::parse(&typed) {
        match Selector::of(&location) {
            Ok(selector) => {
                assert!(!selector.as_bytes().contains(&0));
                assert_eq!(selector.to_line(), [selector.as_bytes(), b"\r\n"].concat());
            }
            Err(error) => assert_harmless(&error),
        }
    }
});
