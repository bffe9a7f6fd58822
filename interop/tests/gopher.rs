//! Gopher against Gophernicus: what our own servers would not think of.
// A test harness fails loudly.
#![allow(clippy::unwrap_used)]

use landline::Opener;
use landline::gopher::{Client, Item, ItemType};
use landline::net::NetOptions;
use landline_interop::{Gophernicus, big};
use landline_testkit::tls::Authority;

fn find<'a>(items: &'a [Item], start: &str) -> &'a Item {
    items.iter().find(|item| item.text().starts_with(start)).unwrap()
}

/// Reads the menus and all that lies behind them, from link to link.
fn walks_from_menu_to_document(client: &Client, opener: &Opener, top: &str) {
    let mut menu = client.menu(top).unwrap();
    let items = menu.items().unwrap();
    assert!(menu.is_complete());
    let here = menu.location();
    let url = |start: &str| find(&items, start).to_url_from(here).unwrap();

    let types: Vec<ItemType> = items.iter().map(|item| item.item_type).collect();
    for expected in [ItemType::Info, ItemType::Menu, ItemType::Text, ItemType::Image] {
        assert!(types.contains(&expected), "{expected:?} in {types:?}");
    }
    assert_eq!(client.text(&url("small.txt")).unwrap().read_to_vec().unwrap(), b"hello\r\n");
    let picture = opener.open(&url("picture.png")).unwrap().read_to_vec().unwrap();
    assert!(picture == big()[..300_000], "the picture came out changed");

    // Its selector is no path: Gophernicus writes a space as `#040`.
    let inner = client.menu(&url("a folder")).unwrap().items().unwrap();
    let inside = find(&inner, "inside.txt").to_url_from(here).unwrap();
    assert_eq!(opener.open(&inside).unwrap().read_to_vec().unwrap(), b"inside\r\n");
}

#[test]
fn gophernicus_leads_from_menu_to_document() {
    let Some(server) = Gophernicus::start() else { return };
    let opener = Opener::new().unwrap();
    walks_from_menu_to_document(&Client::new().unwrap(), &opener, &server.url("/"));
}

#[test]
fn gophernicus_behind_tls_is_read_through_tls_to_the_last_link() {
    let authority = Authority::new();
    let Some(server) = Gophernicus::start_tls(&authority) else { return };
    let mut net = NetOptions::default();
    net.tls.trust_only_file(authority.write_to(server.root())).unwrap();
    let opener = Opener::new().unwrap().net(net);
    walks_from_menu_to_document(&Client::with(opener.clone()), &opener, &server.url("/"));
}

#[test]
fn gophernicus_is_searched_with_words_behind_a_tab() {
    let Some(server) = Gophernicus::start() else { return };
    let mut menu =
        Client::new().unwrap().search(&server.url("/7/cgi-bin/search"), "two w\u{f6}rds").unwrap();
    let found = menu.items().unwrap();
    let found = find(&found, "two w\u{f6}rds");
    assert_eq!((found.item_type, &found.selector[..]), (ItemType::Text, &b"/small.txt"[..]));
}

/// It doubles no dots, and sends no last one: what looks like an end in the middle is not
/// taken for one in silence.
#[test]
fn gophernicus_forgets_dots_and_open_gives_every_byte() {
    let Some(server) = Gophernicus::start() else { return };
    let url = server.url("/0/dots.txt");
    let raw = Opener::new().unwrap().open(&url).unwrap().read_to_vec().unwrap();
    assert_eq!(raw, b"one\r\n.two\r\n.\r\nlast\r\n");
    assert!(Client::new().unwrap().text(&url).unwrap().read_to_vec().is_err());
}

#[test]
fn gophernicus_says_in_a_document_what_is_missing() {
    let Some(server) = Gophernicus::start() else { return };
    let mut document = Opener::new().unwrap().open(&server.url("/0/none")).unwrap();
    let text = document.read_to_vec().unwrap();
    assert!(String::from_utf8_lossy(&text).contains("not found"));
}
