//! LIST, NLST, MLSD, MLST and STAT.

use std::io;

use super::listing::{facts_line, list_line};
use super::session::Session;
use super::transfer::Source;
use super::tree::{Node, name};

impl Session<'_> {
    pub(super) fn obey_lists(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        match verb {
            "MLST" => self.mlst(argument),
            "STAT" if argument.is_empty() => self.conn.say("211-All is well.\r\n211 End.\r\n"),
            "STAT" => self.stat(argument),
            _ => self.list(verb, argument),
        }
    }

    fn list(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        let path = self.path(without_flags(argument));
        let Some(node) = self.shared.tree.node(&path) else {
            return self.tell("550 No such file or folder.");
        };
        if verb == "MLSD" && !node.is_folder() {
            return self.tell("501 Not a folder.");
        }
        let lines = self.lines(verb, &path, &node);
        let source = if self.shared.quirks.list_never_ends {
            Source::Endless(lines)
        } else {
            Source::Bytes(lines.into(), 0)
        };
        self.send(verb, "150 Here it comes.", &source)
    }

    /// What a listing says; TYPE I or A makes no difference.
    fn lines(&self, verb: &str, path: &[u8], node: &Node) -> Vec<u8> {
        if let (Some(text), "LIST") = (&node.listing, verb) {
            return text.to_vec();
        }
        let entries = if node.is_folder() {
            self.shared.tree.entries(path)
        } else {
            vec![(name(path).to_vec(), node.clone())]
        };
        let mut lines = Vec::new();
        if verb == "MLSD" {
            lines.extend(facts_line(&self.facts, "cdir", path, node));
        }
        for (name, node) in entries {
            match verb {
                "NLST" => lines.extend([&name[..], b"\r\n"].concat()),
                "MLSD" => lines.extend(facts_line(&self.facts, "dir", &name, &node)),
                _ => lines.extend(list_line(self.shared.quirks.list_style, &name, &node)),
            }
        }
        lines
    }

    fn mlst(&mut self, argument: &[u8]) -> io::Result<()> {
        let path = self.path(argument);
        let Some(node) = self.shared.tree.node(&path) else {
            return self.tell("550 No such file or folder.");
        };
        let line = facts_line(&self.facts, "dir", &path, &node);
        self.conn.say([b"250-Listing\r\n ", &line[..], b"250 End\r\n"].concat())
    }

    fn stat(&mut self, argument: &[u8]) -> io::Result<()> {
        let path = self.path(without_flags(argument));
        let Some(node) = self.shared.tree.node(&path) else {
            return self.tell("450 No such file or folder.");
        };
        let lines = self.lines("LIST", &path, &node);
        self.conn.say([b"213-Status:\r\n", &lines[..], b"213 End.\r\n"].concat())
    }
}

/// Passes over `-a`, `-l` and the like, which everybody takes.
fn without_flags(argument: &[u8]) -> &[u8] {
    match argument.strip_prefix(b"-") {
        None => argument,
        Some(rest) => {
            let space = rest.iter().position(|&byte| byte == b' ');
            space.map_or(&b""[..], |at| &rest[at + 1..])
        }
    }
}
