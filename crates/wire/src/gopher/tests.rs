use super::*;
use crate::target::Location;
use crate::three_ways::{in_pieces, three_ways};

fn item(line: &str) -> Item {
    Item::parse(line.as_bytes()).expect("not empty")
}

fn url(line: &str) -> Option<String> {
    item(line).to_url()
}

fn asked(url: &str) -> Result<Selector, SelectorError> {
    Selector::of(&Location::parse(url).unwrap())
}

#[derive(Debug, PartialEq)]
struct Read {
    items: Vec<Item>,
    complete: bool,
    error: Option<MenuError>,
}

fn read(pieces: &[&[u8]]) -> Read {
    let (mut menu, mut items) = (MenuParser::new(), Vec::new());
    let mut drain = |menu: &mut MenuParser| {
        while let Some(item) = menu.next_item()? {
            items.push(item);
        }
        Ok(())
    };
    let run = pieces.iter().try_for_each(|piece| {
        menu.push(piece);
        drain(&mut menu)
    });
    let run = run.and_then(|()| menu.finish()).and_then(|()| drain(&mut menu));
    Read { items, complete: menu.is_complete(), error: run.err() }
}

#[test]
fn every_byte_is_a_type_and_comes_back() {
    for byte in 0..=255 {
        assert_eq!(ItemType::from_byte(byte).byte(), byte);
    }
    assert_eq!(ItemType::from_byte(b'0').media_type(), Some("text/plain"));
    assert_eq!(ItemType::from_byte(b'g').word(), "gif");
    assert_eq!(ItemType::from_byte(b'\x1b'), ItemType::Other(0x1b));
    assert_eq!(ItemType::Other(0x1b).to_string(), r"type \x1b");
    assert_eq!((ItemType::Other(b'x').word(), ItemType::Search.is_menu()), ("other", true));
}

#[test]
fn a_line_is_taken_apart() {
    let item = item("1News\t/news\texample.com\t7070\t+\textra");
    assert_eq!((item.item_type, &*item.text()), (ItemType::Menu, "News"));
    assert_eq!((&item.selector[..], &item.host[..]), (&b"/news"[..], &b"example.com"[..]));
    assert_eq!((item.port, item.is_plus()), (Some(7070), true));
    assert_eq!(item.plus.as_deref(), Some(&b"+\textra"[..]));
}

#[test]
fn fields_may_be_missing_and_bytes_stay_what_they_are() {
    for (line, text, port) in [
        ("iwelcome", "welcome", Some(70)),
        ("iwelcome\t", "welcome", Some(70)),
        ("i\tfake\t(NULL)\t0", "", None),
        ("0a\tb\tc\t 105 ", "a", Some(105)),
        ("0a\tb\tc\t65536", "a", None),
        ("0a\tb\tc\t-1", "a", None),
        ("0a\tb\tc\t+70", "a", None),
        ("0a\tb\tc\t", "a", None),
        ("i\x1b[2J\r\0", "\x1b[2J\r\0", Some(70)),
    ] {
        let item = item(line);
        assert_eq!((&*item.text(), item.port), (text, port), "{line:?}");
    }
    assert_eq!(Item::parse(b""), None);
    assert_eq!(Item::parse(b"icaf\xe9").unwrap().text(), "café");
}

#[test]
fn items_become_urls() {
    for (line, wanted) in [
        ("0Cats\t/cats.txt\tExample.com\t70", "gopher://example.com/0/cats.txt"),
        ("1Up\t\texample.com\t7070", "gopher://example.com:7070/1"),
        ("1Six\t/\t::1\t70", "gopher://[::1]/1/"),
        ("1No port\t/\texample.com", "gopher://example.com/1/"),
        ("7Find\t/find\texample.com\t70", "gopher://example.com/7/find"),
        ("0Odd\ta b?c#d%e\texample.com\t70", "gopher://example.com/0a%20b%3Fc%23d%25e"),
        ("0Literal\t/%0d%0aX\texample.com\t70", "gopher://example.com/0/%250d%250aX"),
        ("0Dots\t/a/../b\texample.com\t70", "gopher://example.com/0%2Fa%2F..%2Fb"),
        ("0Ümlaut\t/ü\texample.com\t70", "gopher://example.com/0/%C3%BC"),
        ("8Log in\tjane\texample.com\t23", "telnet://jane@example.com/"),
        ("TLog in\t\texample.com\t2323", "tn3270://example.com:2323/"),
        ("hPage\t/page.html\texample.com\t70", "gopher://example.com/h/page.html"),
        ("hWeb\tURL:https://example.org/a?b\texample.com\t70", "https://example.org/a?b"),
        ("hWeb\t/URL:mailto:me@example.org\texample.com\t70", "mailto:me@example.org"),
    ] {
        assert_eq!(url(line).as_deref(), Some(wanted), "{line:?}");
    }
}

#[test]
fn items_that_lead_nowhere_have_no_url() {
    for line in [
        "iwords\t/x\texample.com\t70",
        "3not found\t/x\texample.com\t70",
        "0no host\t/x\t\t70",
        "0bad host\t/x\tuser@example.com\t70",
        "0bad host\t/x\texample.com/..\t70",
        "0bad host\t/x\texample.com:25\t70",
        "0bad port\t/x\texample.com\t0",
        "0bad port\t/x\texample.com\t70000",
        "hours\tURL:file:///etc/passwd\texample.com\t70",
        "hrelative\tURL:page.html\texample.com\t70",
        ".dots\t.\texample.com\t70",
    ] {
        assert_eq!(url(line), None, "{line:?}");
    }
}

/// Class A6: what a menu says never becomes a second line on the wire.
#[test]
fn a6_no_item_smuggles_a_line() {
    for line in [
        "0x\ta\rb\texample.com\t70",
        "0x\ta\0b\texample.com\t70",
        "0x\t/x\texample.com\r\t70",
        "\rx\t/x\texample.com\t70",
        "8x\tjane\r\texample.com\t23",
        "hx\tURL:gopher://example.com:25/1%0d%0aMAIL\texample.com\t70",
        "hx\tURL:gophers://example.com/1a%09b\texample.com\t70",
        "hx\tURL:gopher://example.com/1?a%0Ab\texample.com\t70",
        "hx\tURL:GOPHER://example.com/1%00\texample.com\t70",
        "hx\tURL:http://example.com/\rHost: x\texample.com\t70",
    ] {
        assert_eq!(url(line), None, "{line:?}");
    }
}

#[test]
fn links_to_the_same_server_keep_tls() {
    let menu = Location::parse("gophers://Example.com:7070/").unwrap();
    let from = |line| item(line).to_url_from(&menu).unwrap();
    assert_eq!(from("1Up\t/\texample.COM\t7070"), "gophers://example.com:7070/1/");
    assert_eq!(from("1Other\t/\texample.com\t70"), "gopher://example.com/1/");
    assert_eq!(from("1Other\t/\texample.org\t7070"), "gopher://example.org:7070/1/");
}

/// What curl 7.88.1 sends for the same URLs.
#[test]
fn urls_become_selectors_as_with_curl() {
    for (path, kind, line) in [
        ("", '1', "\r\n"),
        ("/", '1', "\r\n"),
        ("/x", 'x', "\r\n"),
        ("/11", '1', "1\r\n"),
        ("/7/sel?words", '7', "/sel?words\r\n"),
        ("/7/s%09words", '7', "/s\twords\r\n"),
        ("/1/a%0d%0ab", '1', "/a\r\nb\r\n"),
        ("?q", '?', "q\r\n"),
        ("/?q", '?', "q\r\n"),
        ("/1?q", '1', "?q\r\n"),
        ("/1/a?b?c", '1', "/a?b?c\r\n"),
        ("/0/a%3Fb", '0', "/a?b\r\n"),
        ("/0/a#frag", '0', "/a\r\n"),
        ("/0/ä", '0', "/ä\r\n"),
        ("/0/a/../b", '0', "/b\r\n"),
        ("/1/a%", '1', "/a%\r\n"),
        ("/1%2fa%zz", '1', "/a%zz\r\n"),
        ("/0/a;b+c", '0', "/a;b+c\r\n"),
    ] {
        let selector = asked(&format!("gopher://example.com{path}")).unwrap();
        assert_eq!(String::from_utf8(selector.to_line()).unwrap(), line, "{path}");
        assert_eq!(selector.item_type(), ItemType::from_byte(kind as u8), "{path}");
    }
    assert_eq!(asked("gopher://example.com/0/a%00b"), Err(SelectorError::Nul));
    assert_eq!(asked("gopher://example.com/0?a%00b"), Err(SelectorError::Nul));
}

#[test]
fn search_words_are_one_field() {
    let found = asked("gopher://h/7/find").unwrap().with_search("cats & dogs").unwrap();
    assert_eq!(found.to_line(), b"/find\tcats & dogs\r\n");
    for words in ["a\tb", "a\r\nb", "a\nb", "a\0b"] {
        let refused = asked("gopher://h/7/find").unwrap().with_search(words);
        assert_eq!(refused, Err(SelectorError::Words));
    }
}

#[test]
fn a_menu_is_the_same_whatever_its_pieces() {
    let wire = b"iHello\tx\tx\t1\r\n\r\n1Up\t/\th\t70\n.dot\t.\th\t70\r\n.\r\n";
    let Read { items, complete, error } = three_ways(wire, read);
    let texts: Vec<_> = items.iter().map(Item::text).collect();
    assert_eq!(texts, ["Hello", "Up", "dot"]);
    assert_eq!((complete, error), (true, None));
    for (wire, complete, error) in [
        (&b""[..], false, None),
        (b"iHello\r\n", false, None),
        (b"iHello\r\n.", true, None),
        (b"iHello\r\n.\r", true, None),
        (b"iHello\r\n.\n", true, None),
        (b"iHello\r\n1Up\t/\th\t7", false, Some(MenuError::Cut)),
        (b"iHello\r\n.x", false, Some(MenuError::Cut)),
    ] {
        let Read { items, complete: was, error: said } = in_pieces(wire, read);
        assert_eq!((was, said), (complete, error), "{wire:?}");
        assert_eq!(items.len(), usize::from(!wire.is_empty()));
    }
}

#[test]
fn endless_menus_and_lines_end_by_a_count() {
    let mut menu = MenuParser::new();
    menu.push(&vec![b'i'; MAX_LINE_BYTES + 2]);
    assert_eq!(menu.next_item(), Err(MenuError::LongLine));

    let mut menu = MenuParser::new();
    let lines = std::iter::repeat_n(&b"i\n"[..], MAX_MENU_LINES + 1);
    let ended = lines.map(|line| {
        menu.push(line);
        menu.next_item()
    });
    assert_eq!(ended.filter_map(Result::err).next(), Some(MenuError::Endless));

    let mut menu = MenuParser::new();
    let long = [vec![b'i'; MAX_LINE_BYTES], b"\n".to_vec()].concat();
    let ended = (0..=MAX_MENU_BYTES / MAX_LINE_BYTES).map(|_| {
        menu.push(&long);
        menu.next_item()
    });
    assert_eq!(ended.filter_map(Result::err).next(), Some(MenuError::Endless));
}
