//! Rows as a table or as JSON, one line each, and nothing in them that acts on a terminal.

use std::fmt::Write;

use landline::wire::escape::escape;

use super::{Cell, Column, Form};

/// Writes rows down as they come.
pub(super) struct Printer {
    form: Form,
    columns: &'static [Column],
    is_begun: bool,
}

impl Printer {
    pub(super) fn new(form: Form, columns: &'static [Column]) -> Printer {
        Printer { form, columns, is_begun: false }
    }

    /// Adds a row behind `out`.
    pub(super) fn row(&mut self, cells: &[Cell], out: &mut Vec<u8>) {
        self.begin(out);
        let line = match self.form {
            Form::Page | Form::Table => self.line(cells),
            Form::Json => self.object(cells),
        };
        out.extend_from_slice(line.as_bytes());
    }

    /// Adds what ends the whole.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) {
        let end: &[u8] = match (self.form, self.is_begun) {
            (Form::Json, true) => b"\n]\n",
            (Form::Json, false) => b"[]\n",
            (Form::Page | Form::Table, _) => b"",
        };
        out.extend_from_slice(end);
    }

    /// Ends what was begun, where no more can come.
    pub(super) fn break_off(&mut self, out: &mut Vec<u8>) {
        if self.is_begun {
            self.finish(out);
        }
    }

    /// What stands before a row: the headings before the first, in JSON a bracket or a comma.
    fn begin(&mut self, out: &mut Vec<u8>) {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        match (self.form, is_first) {
            (Form::Json, true) => out.extend_from_slice(b"[\n"),
            (Form::Json, false) => out.extend_from_slice(b",\n"),
            (Form::Table, true) => {
                let names = self.columns.iter().map(|one| Cell::Text(one.name.to_uppercase()));
                out.extend_from_slice(self.line(&names.collect::<Vec<_>>()).as_bytes());
            }
            _ => {}
        }
    }

    fn line(&self, cells: &[Cell]) -> String {
        let mut line = String::new();
        for (column, cell) in self.columns.iter().zip(cells) {
            let Some(width) = column.width else { continue };
            // Writing to a String cannot fail.
            let _ = match cell {
                Cell::Text(text) => write!(line, "{:<width$}  ", escape(text.as_bytes())),
                Cell::Number(number) => write!(line, "{number:>width$}  "),
                Cell::Nothing => write!(line, "{:width$}  ", ""),
            };
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        line
    }

    fn object(&self, cells: &[Cell]) -> String {
        let fields = self.columns.iter().zip(cells).map(|(column, cell)| {
            let value = match cell {
                Cell::Text(text) => quoted(text),
                Cell::Number(number) => number.to_string(),
                Cell::Nothing => "null".to_owned(),
            };
            format!("\"{}\":{value}", column.name)
        });
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    }
}

/// A JSON string in which everything that acts on a terminal or hides is escaped.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        let mut utf8 = [0; 4];
        match &*c.encode_utf8(&mut utf8) {
            "\"" => json.push_str("\\\""),
            "\\" => json.push_str("\\\\"),
            shown if escape(shown.as_bytes()) == shown => json.push_str(shown),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(json, "\\u{unit:04x}");
            }),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { name: "name", width: Some(6) },
        Column { name: "hidden", width: None },
        Column { name: "size", width: Some(5) },
    ];

    fn printed(form: Form, rows: &[[Cell; 3]]) -> String {
        let (mut printer, mut out) = (Printer::new(form, &COLUMNS), Vec::new());
        rows.iter().for_each(|row| printer.row(row, &mut out));
        printer.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn rows() -> [[Cell; 3]; 2] {
        let text = |text: &str| Cell::Text(text.to_owned());
        [
            [text("a\x1b[2J\"\\"), text("\u{9b}\u{202e}\u{e0001}é"), Cell::Number(7)],
            [text("b"), Cell::Nothing, Cell::Nothing],
        ]
    }

    #[test]
    fn a_table_has_headings_and_a_page_has_none() {
        let lines = "a\\x1b[2J\"\\      7\nb\n";
        assert_eq!(printed(Form::Page, &rows()), lines);
        assert_eq!(printed(Form::Table, &rows()), format!("NAME    SIZE\n{lines}"));
        assert_eq!(printed(Form::Table, &[]), "");
    }

    #[test]
    fn json_is_an_array_with_an_object_a_line() {
        let wanted = "[\n\
            {\"name\":\"a\\u001b[2J\\\"\\\\\",\"hidden\":\"\\u009b\\u202e\\udb40\\udc01é\",\"size\":7},\n\
            {\"name\":\"b\",\"hidden\":null,\"size\":null}\n]\n";
        assert_eq!(printed(Form::Json, &rows()), wanted);
        assert_eq!(printed(Form::Json, &[]), "[]\n");
    }
}
