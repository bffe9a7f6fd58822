//! Folders, names, sizes and times.

use std::io;

use super::ascii;
use super::session::Session;
use super::time::{self, Moment};
use super::tree::{Content, Node, name, parent};

impl Session<'_> {
    pub(super) fn obey_files(&mut self, verb: &str, argument: &[u8]) -> io::Result<()> {
        let path = self.path(argument);
        match verb {
            "PWD" | "XPWD" => self.tell(quoted(&self.folder.clone(), "is the folder.")),
            "CDUP" | "XCUP" => self.cwd(self.path(b"..")),
            "RNTO" => self.rnto(&path),
            "MFMT" => self.mfmt(argument),
            _ if argument.is_empty() => self.tell("501 Which one?"),
            "CWD" | "XCWD" => self.cwd(path),
            "MKD" | "XMKD" => self.mkd(&path),
            "RMD" | "XRMD" => self.remove(&path, true),
            "DELE" => self.remove(&path, false),
            "RNFR" => self.rnfr(path),
            "SIZE" => self.size(&path),
            _ => self.mdtm(&path),
        }
    }

    fn cwd(&mut self, path: Vec<u8>) -> io::Result<()> {
        if !self.shared.tree.node(&path).is_some_and(|node| node.is_folder()) {
            return self.tell("550 No such folder.");
        }
        self.folder = path;
        self.tell("250 Folder changed.")
    }

    fn mkd(&mut self, path: &[u8]) -> io::Result<()> {
        if self.shared.tree.node(path).is_some() || !self.has_folder_for(path) {
            return self.tell("550 It cannot be made.");
        }
        self.shared.tree.make_folders(path);
        self.tell(quoted(path, "made."))
    }

    fn remove(&mut self, path: &[u8], folder: bool) -> io::Result<()> {
        let node = self.shared.tree.node(path);
        let is_full = !self.shared.tree.entries(path).is_empty();
        if is_full || path == b"/" || node.is_none_or(|node| node.is_folder() != folder) {
            return self.tell("550 It cannot be removed.");
        }
        self.shared.tree.remove(path);
        self.tell("250 Removed.")
    }

    fn rnfr(&mut self, path: Vec<u8>) -> io::Result<()> {
        if path == b"/" || self.shared.tree.node(&path).is_none() {
            return self.tell("550 No such file.");
        }
        self.renaming = Some(path);
        self.tell("350 And its new name?")
    }

    fn rnto(&mut self, path: &[u8]) -> io::Result<()> {
        let Some(from) = self.renaming.take() else { return self.tell("503 RNFR first.") };
        let is_inside = path.starts_with(&[&from[..], b"/"].concat());
        if is_inside || !self.has_folder_for(path) || self.is_folder(path) {
            return self.tell("553 Not that name.");
        }
        self.shared.tree.rename(&from, path);
        self.tell("250 Renamed.")
    }

    fn size(&mut self, path: &[u8]) -> io::Result<()> {
        match self.file(path) {
            None => self.tell("550 No such file."),
            Some(node) => self.tell(format!("213 {}", self.size_of(&node))),
        }
    }

    /// The size in the present type (RFC 3659 section 4).
    pub(super) fn size_of(&self, node: &Node) -> u64 {
        match (&node.content, node.announced) {
            (Some(Content::Bytes(bytes)), None) if self.is_ascii => {
                ascii::to_wire(bytes).len() as u64
            }
            _ => node.size(),
        }
    }

    fn mdtm(&mut self, path: &[u8]) -> io::Result<()> {
        match self.file(path) {
            None => self.tell("550 No such file."),
            Some(node) => self.tell(format!("213 {}", Moment::from_unix(node.modified).digits())),
        }
    }

    fn mfmt(&mut self, argument: &[u8]) -> io::Result<()> {
        let space = argument.iter().position(|&byte| byte == b' ').unwrap_or(argument.len());
        let (digits, path) = argument.split_at(space);
        let Some(modified) = time::parse(digits) else { return self.tell("501 What time?") };
        let path = self.path(path.strip_prefix(b" ").unwrap_or_default());
        if !self.shared.tree.change(&path, |node| node.modified = modified) {
            return self.tell("550 No such file.");
        }
        let said = [b"213 Modify=", digits, b"; ", &path[..]].concat();
        self.tell(said)
    }

    pub(super) fn file(&self, path: &[u8]) -> Option<Node> {
        self.shared.tree.node(path).filter(|node| !node.is_folder())
    }

    pub(super) fn is_folder(&self, path: &[u8]) -> bool {
        self.shared.tree.node(path).is_some_and(|node| node.is_folder())
    }

    /// Tells whether something of this name can be made.
    pub(super) fn has_folder_for(&self, path: &[u8]) -> bool {
        !name(path).is_empty() && self.is_folder(parent(path))
    }
}

/// `257 "path" …`, with quotes doubled (RFC 959, appendix II).
fn quoted(path: &[u8], then: &str) -> Vec<u8> {
    let mut line = b"257 \"".to_vec();
    for &byte in path {
        line.extend_from_slice(if byte == b'"' { b"\"\"" } else { std::slice::from_ref(&byte) });
    }
    line.extend_from_slice(b"\" ");
    line.extend_from_slice(then.as_bytes());
    line
}
