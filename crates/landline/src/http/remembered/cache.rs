//! What the caches have in common: entries by key with a maximum, and files that several processes
//! share.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::{Error, ErrorKind, Phase, Result, whole_file};

/// The longest file that is read: 16 MiB.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Entries in the order in which they came; where there are too many the oldest goes.
#[derive(Clone)]
struct Entries<V> {
    by_birth: BTreeMap<u64, (String, V)>,
    births: HashMap<String, u64>,
    count: u64,
    max: usize,
}

impl<V> Entries<V> {
    fn new(max: usize) -> Self {
        Self { by_birth: BTreeMap::new(), births: HashMap::new(), count: 0, max }
    }

    fn get(&self, key: &str) -> Option<&V> {
        let (_, value) = self.by_birth.get(self.births.get(key)?)?;
        Some(value)
    }

    /// One of the same key gives its place.
    fn put(&mut self, key: String, value: V) {
        self.count += 1;
        let birth = *self.births.entry(key.clone()).or_insert(self.count);
        self.by_birth.insert(birth, (key, value));
        if self.by_birth.len() > self.max
            && let Some((_, (key, _))) = self.by_birth.pop_first()
        {
            self.births.remove(&key);
        }
    }

    fn remove(&mut self, key: &str) -> Option<V> {
        let birth = self.births.remove(key)?;
        self.by_birth.remove(&birth).map(|(_, value)| value)
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.by_birth.values().map(|(key, value)| (key.as_str(), value))
    }
}

/// How entries stand in a file.
pub(super) trait Format: Clone {
    /// What files of them are called in errors.
    const NAME: &'static str;
    /// What stands before the first line.
    const HEAD: &'static str;
    /// How many there may be.
    const MAX: usize;

    /// Reads a line, into a key and an entry; `None` for what is none, or no longer.
    fn read(line: &[u8]) -> Option<(String, Self)>;

    /// Writes the lines, each with its end; nothing for what no longer counts.
    fn write(&self, into: &mut String);

    /// Puts what a further line of the same key tells behind this.
    fn join(&mut self, more: Self) {
        *self = more;
    }
}

/// Entries, and which of them are news to the file.
pub(super) struct Cache<V> {
    entries: Entries<V>,
    /// Keys that were put or removed since the last save.
    changed: Entries<()>,
}

impl<V: Format> Default for Cache<V> {
    fn default() -> Self {
        Self { entries: Entries::new(V::MAX), changed: Entries::new(V::MAX) }
    }
}

impl<V: Format> Cache<V> {
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        self.entries.get(key)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub(super) fn put(&mut self, key: String, value: V) {
        self.changed.put(key.clone(), ());
        self.entries.put(key, value);
    }

    pub(super) fn remove(&mut self, key: &str) {
        if self.entries.remove(key).is_some() {
            self.changed.put(key.to_owned(), ());
        }
    }

    /// Adds what a file holds; lines that make no sense are passed over.
    pub(super) fn load(&mut self, path: &Path) -> Result<()> {
        let read = std::fs::File::open(path)
            .and_then(|file| whole_file::read(file, MAX_FILE_BYTES))
            .map_err(|error| failure::<V>(path, "cannot be read", error))?;
        for (key, value) in parse::<V>(&read).by_birth.into_values() {
            // What happened here is newer.
            if self.changed.get(&key).is_none() {
                self.entries.put(key, value);
            }
        }
        Ok(())
    }

    /// Brings the file up to date. What others have put there since it was read stays, unless it
    /// has changed here too.
    pub(super) fn save(&mut self, path: &Path) -> Result<()> {
        let merged = |old: &[u8]| {
            let mut all = parse::<V>(old);
            for (key, value) in self.entries.iter() {
                if all.get(key).is_none() || self.changed.get(key).is_some() {
                    all.put(key.to_owned(), value.clone());
                }
            }
            let is_gone = |key: &&str| self.entries.get(key).is_none();
            self.changed.iter().map(|(key, ())| key).filter(is_gone).for_each(|key| {
                all.remove(key);
            });
            written(&all).into_bytes()
        };
        whole_file::update(path, MAX_FILE_BYTES, merged)
            .map_err(|error| failure::<V>(path, "cannot be written", error))?;
        self.changed = Entries::new(V::MAX);
        Ok(())
    }
}

fn parse<V: Format>(bytes: &[u8]) -> Entries<V> {
    let mut entries = Entries::<V>::new(V::MAX);
    for (key, value) in bytes.split(|byte| *byte == b'\n').filter_map(V::read) {
        match entries.births.get(&key).and_then(|birth| entries.by_birth.get_mut(birth)) {
            Some((_, before)) => before.join(value),
            None => entries.put(key, value),
        }
    }
    entries
}

fn written<V: Format>(entries: &Entries<V>) -> String {
    let mut text = V::HEAD.to_owned();
    entries.iter().for_each(|(_, value)| value.write(&mut text));
    text
}

fn failure<V: Format>(path: &Path, what: &str, error: std::io::Error) -> Error {
    let path = landline_wire::escape::escape(path.as_os_str().as_encoded_bytes());
    let what = format!("the {} {path} {what}", V::NAME);
    Error::new(ErrorKind::File, Phase::Preparing, what).because(error)
}
