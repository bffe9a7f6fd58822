//! The files and folders that the server shows, shared with the test that looks into them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The time of what was never given one: 29 February 2024, 12:34:56 UTC, in seconds since 1970.
pub const MODIFIED: u64 = 1_709_210_096;

/// What a file holds.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Bytes(Arc<Vec<u8>>),
    /// So many bytes of [`crate::http::pattern()`], never held.
    Pattern(u64),
    /// Takes uploads and counts them.
    Sink(u64),
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Pattern(length) => *length,
            Content::Sink(_) => 0,
        }
    }

    /// Returns its first bytes, so many at most.
    pub(super) fn beginning(&self, length: u64) -> Vec<u8> {
        let length = length.min(self.len());
        match self {
            Content::Bytes(bytes) => bytes[..usize::try_from(length).unwrap_or(0)].to_vec(),
            Content::Pattern(_) => crate::http::pattern(0, length),
            Content::Sink(_) => Vec::new(),
        }
    }
}

/// A file or a folder.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Nothing in a folder.
    pub(super) content: Option<Content>,
    pub(super) modified: u64,
    /// The size it claims where that is not the truth.
    pub(super) announced: Option<u64>,
    /// What LIST says of a folder, word for word.
    pub(super) listing: Option<Arc<Vec<u8>>>,
}

impl Node {
    fn file(content: Content) -> Node {
        Node { content: Some(content), modified: MODIFIED, announced: None, listing: None }
    }

    fn folder() -> Node {
        Node { content: None, modified: MODIFIED, announced: None, listing: None }
    }

    pub(super) fn is_folder(&self) -> bool {
        self.content.is_none()
    }

    pub(super) fn size(&self) -> u64 {
        self.announced.unwrap_or(self.content.as_ref().map_or(4096, Content::len))
    }
}

/// All nodes by their absolute paths, which are bytes: FTP has no say in encodings.
#[derive(Clone, Debug)]
pub(super) struct Tree(Arc<Mutex<BTreeMap<Vec<u8>, Node>>>);

impl Default for Tree {
    fn default() -> Tree {
        let root = BTreeMap::from([(b"/".to_vec(), Node::folder())]);
        Tree(Arc::new(Mutex::new(root)))
    }
}

impl Tree {
    fn nodes(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Node>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn node(&self, path: &[u8]) -> Option<Node> {
        self.nodes().get(path).cloned()
    }

    /// Changes a node; tells whether there is one.
    pub(super) fn change(&self, path: &[u8], with: impl FnOnce(&mut Node)) -> bool {
        self.nodes().get_mut(path).map(with).is_some()
    }

    /// Puts a file there, with the folders above it.
    pub(super) fn put(&self, path: &[u8], content: Content) {
        let path = resolve(b"/", path);
        self.make_folders(parent(&path));
        self.nodes().insert(path, Node::file(content));
    }

    /// Makes a folder with those above it.
    pub(super) fn make_folders(&self, path: &[u8]) {
        let path = resolve(b"/", path);
        let mut nodes = self.nodes();
        let ends = (1..path.len()).filter(|&at| path[at] == b'/').chain([path.len()]);
        for end in ends {
            nodes.entry(path[..end].to_vec()).or_insert_with(Node::folder);
        }
    }

    /// Returns what a file holds; of a sink there is nothing.
    pub(super) fn bytes(&self, path: &[u8]) -> Option<Vec<u8>> {
        match self.node(path)?.content? {
            Content::Sink(_) => None,
            content => Some(content.beginning(content.len())),
        }
    }

    /// Returns what stands directly in a folder, by name.
    pub(super) fn entries(&self, folder: &[u8]) -> Vec<(Vec<u8>, Node)> {
        let nodes = self.nodes();
        let inside = nodes.iter().filter(|(path, _)| *path != b"/" && parent(path) == folder);
        inside.map(|(path, node)| (name(path).to_vec(), node.clone())).collect()
    }

    pub(super) fn paths(&self) -> Vec<Vec<u8>> {
        self.nodes().keys().cloned().collect()
    }

    pub(super) fn remove(&self, path: &[u8]) {
        self.nodes().remove(path);
    }

    /// Renames a node and all below it.
    pub(super) fn rename(&self, from: &[u8], to: &[u8]) {
        let mut nodes = self.nodes();
        let below = [from, b"/"].concat();
        let moving: Vec<Vec<u8>> = nodes
            .keys()
            .filter(|path| *path == from || path.starts_with(&below))
            .cloned()
            .collect();
        for path in moving {
            if let Some(node) = nodes.remove(&path) {
                nodes.insert([to, &path[from.len()..]].concat(), node);
            }
        }
    }
}

/// Makes a path absolute: relative to `folder`, without `.`, `..` and doubled slashes.
pub(super) fn resolve(folder: &[u8], path: &[u8]) -> Vec<u8> {
    let base = if path.starts_with(b"/") { &b""[..] } else { folder };
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in base.split(|&byte| byte == b'/').chain(path.split(|&byte| byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    [b"/", kept.join(&b'/').as_slice()].concat()
}

pub(super) fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| byte == b'/') {
        None | Some(0) => b"/",
        Some(at) => &path[..at],
    }
}

pub(super) fn name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}
