//! Shows what is new in a newsgroup, and its last article.
//!
//! `cargo run --example read_news -- news.example.com comp.lang.rust`

use std::io::{Write, stdout};

use landline::nntp::{Article, ArticleRange, Connection};
use landline::wire::escape::escape;

/// So many articles are shown.
const SHOWN: u64 = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [server, name] = &*arguments else {
        eprintln!("usage: read_news SERVER GROUP");
        std::process::exit(2);
    };
    let mut news = Connection::connect(server)?;
    let group = news.group(name)?;
    let format = news.overview_format()?;
    let first = group.last.saturating_sub(SHOWN - 1).max(group.first);
    for article in news.over(ArticleRange::Between(first, group.last), format)? {
        let article = article?;
        let shown = |name| escape(article.get(name).unwrap_or_default().as_bytes());
        // Others write what is shown here: what moves a cursor is shown, not done.
        println!("{:>9}  {}  {}", article.number, shown("From"), shown("Subject"));
    }
    std::io::copy(&mut news.article(Article::Number(group.last))?, &mut stdout().lock())?;
    stdout().flush()?;
    news.quit()?;
    Ok(())
}
