//! What LIST, NLST, MLSD and MLST say of a node.

use super::time::Moment;
use super::tree::Node;

/// How LIST looks. What no style covers is given as text, [`Builder::listing`].
///
/// [`Builder::listing`]: super::Builder::listing
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListStyle {
    /// `-rw-r--r--   1 ftp      ftp             5 Feb 29  2024 a.txt`
    #[default]
    Unix,
    /// `02-29-24  12:34PM                    5 a.txt`
    Dos,
    /// `+m1709210096,r,s5,<TAB>a.txt`, Bernstein's easily parsed format.
    Eplf,
}

/// The facts of MLSD (RFC 3659 section 7.5) that the server knows, in its order.
pub(super) const FACTS: [&str; 4] = ["type", "size", "modify", "perm"];

pub(super) fn list_line(style: ListStyle, name: &[u8], node: &Node) -> Vec<u8> {
    let moment = Moment::from_unix(node.modified);
    let (size, folder) = (node.size(), node.is_folder());
    let facts = match style {
        ListStyle::Unix => {
            let rights = if folder { "drwxr-xr-x   2" } else { "-rw-r--r--   1" };
            format!("{rights} ftp      ftp      {size:>12} {} ", moment.as_ls())
        }
        ListStyle::Dos if folder => format!("{}       <DIR>          ", moment.as_dos()),
        ListStyle::Dos => format!("{} {size:>20} ", moment.as_dos()),
        ListStyle::Eplf if folder => format!("+m{},/,\t", node.modified),
        ListStyle::Eplf => format!("+m{},r,s{size},\t", node.modified),
    };
    [facts.as_bytes(), name, b"\r\n"].concat()
}

/// One line of MLSD; `kind` stands for a folder's type, `dir`, `cdir` or `pdir`.
pub(super) fn facts_line(facts: &[&str], kind: &str, name: &[u8], node: &Node) -> Vec<u8> {
    let fact = |name: &&str| match *name {
        "type" if node.is_folder() => format!("type={kind};"),
        "type" => "type=file;".to_owned(),
        "size" if node.is_folder() => String::new(),
        "size" => format!("size={};", node.size()),
        "modify" => format!("modify={};", Moment::from_unix(node.modified).digits()),
        _ if node.is_folder() => "perm=cdeflmp;".to_owned(),
        _ => "perm=adfrw;".to_owned(),
    };
    let facts: String = facts.iter().map(fact).collect();
    [facts.as_bytes(), b" ", name, b"\r\n"].concat()
}
