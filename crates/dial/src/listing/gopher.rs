//! Gopher menus as rows.

use landline::wire::gopher::{Item, ItemType, MenuParser, Selector};
use landline::{Error, Location};

use super::{Cell, Column, Form, Rows};

const COLUMNS: [Column; 6] = [
    Column { name: "type", width: Some(10) },
    Column { name: "text", width: Some(40) },
    Column { name: "url", width: Some(0) },
    Column { name: "selector", width: None },
    Column { name: "host", width: None },
    Column { name: "port", width: None },
];

struct Menu {
    location: Location,
    parser: MenuParser,
    form: Form,
}

/// The rows of a menu; `None` where the URL's type is not that of one.
pub(super) fn rows(location: &Location, form: Form) -> Option<Box<dyn Rows>> {
    let asked = Selector::of(location).ok()?;
    let menu = Menu { location: location.clone(), parser: MenuParser::new(), form };
    asked.item_type().is_menu().then(|| Box::new(menu) as Box<dyn Rows>)
}

impl Rows for Menu {
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }

    fn push(&mut self, bytes: &[u8]) {
        self.parser.push(bytes);
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(self.parser.finish()?)
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, Error> {
        let item = self.parser.next_item()?;
        Ok(item.map(|item| self.row(&item)))
    }
}

impl Menu {
    fn row(&self, item: &Item) -> Vec<Cell> {
        let text = |bytes: &[u8]| Cell::Text(String::from_utf8_lossy(bytes).into_owned());
        // What is only to be read stands for itself on a page.
        let is_plain = item.item_type == ItemType::Info && self.form == Form::Page;
        let kind = if is_plain { String::new() } else { item.item_type.to_string() };
        vec![
            Cell::Text(kind),
            Cell::Text(item.text().into_owned()),
            item.to_url_from(&self.location).map_or(Cell::Nothing, Cell::Text),
            text(&item.selector),
            text(&item.host),
            item.port.map_or(Cell::Nothing, |port| Cell::Number(port.into())),
        ]
    }
}
