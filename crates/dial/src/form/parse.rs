//! The grammar of `-F`, which is curl's:
//!
//! ```text
//! name=text      name=@file[,file…]      name=<file      name=(      =)
//!     each with ;type=major/minor[;parameters] ;filename=word ;headers=word|@file ;encoder=word
//! ```

use super::words::Words;
use super::{Content, Field, Fields, HeaderSource};
use crate::flags::Refusal;
use crate::os_text;

/// Multiparts within multiparts; what reads them back calls itself for each.
const MAX_DEPTH: usize = 30;

impl Fields {
    /// Takes in one `-F`, or `--form-string` where nothing in it has a meaning.
    pub(crate) fn add(
        &mut self,
        text: &[u8],
        is_literal: bool,
        warnings: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        let Some(equals) = text.iter().position(|&byte| byte == b'=') else {
            return Err(Refusal::BadUse("expected name=content".into()));
        };
        let name = (equals > 0).then(|| text[..equals].to_vec());
        let content = &text[equals + 1..];
        let field = match content {
            _ if is_literal => Field::new(name, Content::Text(content.to_vec())),
            [b'(', rest @ ..] => return self.begin(name, rest, warnings),
            b")" if name.is_none() => return self.end(),
            [b'@', rest @ ..] => files(name, rest, warnings)?,
            [b'<', rest @ ..] => {
                let mut spec = Spec::read(&mut Words::new(rest, None, warnings))?;
                refuse("file name", spec.file_name.take(), warnings);
                let file = os_text::from_bytes(&spec.data);
                spec.into_field(name, Content::FileText(file))
            }
            text => {
                let mut spec = Spec::read(&mut Words::new(text, None, warnings))?;
                let text = std::mem::take(&mut spec.data);
                spec.into_field(name, Content::Text(text))
            }
        };
        self.current().push(field);
        Ok(())
    }

    /// `name=(`
    fn begin(
        &mut self,
        name: Option<Vec<u8>>,
        rest: &[u8],
        warnings: &mut Vec<String>,
    ) -> Result<(), Refusal> {
        if self.open.len() == MAX_DEPTH {
            return Err(Refusal::BadUse(format!("multiparts nested over {MAX_DEPTH} deep")));
        }
        let mut spec = Spec::read(&mut Words::new(rest, None, warnings))?;
        refuse("file name", spec.file_name.take(), warnings);
        refuse("encoder", spec.encoder.take().map(String::into_bytes), warnings);
        self.open.push(spec.into_field(name, Content::Fields(Vec::new())));
        Ok(())
    }

    /// `=)`
    fn end(&mut self) -> Result<(), Refusal> {
        let Some(field) = self.open.pop() else {
            return Err(Refusal::BadUse("no multipart to terminate".into()));
        };
        self.current().push(field);
        Ok(())
    }

    /// Where the next field goes.
    fn current(&mut self) -> &mut Vec<Field> {
        match self.open.last_mut().map(|field| &mut field.content) {
            Some(Content::Fields(fields)) => fields,
            _ => &mut self.done,
        }
    }

    /// All of it; what was not ended ends here.
    pub(super) fn into_done(mut self) -> Vec<Field> {
        while self.end().is_ok() {}
        self.done
    }
}

/// `@file`, or several in one field.
fn files(name: Option<Vec<u8>>, text: &[u8], warnings: &mut Vec<String>) -> Result<Field, Refusal> {
    let (mut words, mut files) = (Words::new(text, Some(b','), warnings), Vec::new());
    loop {
        let spec = Spec::read(&mut words)?;
        let file = os_text::from_bytes(&spec.data);
        files.push(spec.into_field(None, Content::File(file)));
        if !words.take(b',') {
            break;
        }
    }
    match files.pop() {
        Some(only) if files.is_empty() => Ok(Field { name, ..only }),
        last => {
            files.extend(last);
            Ok(Field::new(name, Content::Fields(files)))
        }
    }
}

/// What one content and the words behind it say.
#[derive(Default)]
struct Spec {
    data: Vec<u8>,
    media_type: Option<String>,
    file_name: Option<Vec<u8>>,
    encoder: Option<String>,
    headers: Vec<HeaderSource>,
}

impl Spec {
    fn read(words: &mut Words<'_>) -> Result<Spec, Refusal> {
        let mut spec = Spec { data: words.word(), ..Spec::default() };
        let (mut media_type, mut is_in_type) = (None, false);
        while words.take(b';') {
            words.skip_blanks();
            if !is_in_type && words.take_key("type=") {
                let found = words.media_type();
                let bad = || Refusal::BadUse("illegally formatted content-type field".into());
                media_type = Some(found.ok_or_else(bad)?);
                is_in_type = true;
            } else if spec.read_key(words)? {
                is_in_type = false;
            } else if let (true, Some((_, end))) = (is_in_type, &mut media_type) {
                *end = words.end_of_parameter();
            } else {
                let unknown = words.word();
                if !unknown.is_empty() {
                    let unknown = String::from_utf8_lossy(&unknown);
                    words.warnings.push(format!("skip unknown form field: {unknown}"));
                }
            }
        }
        let media_type = media_type.map(|span| text(words.between(span).to_vec())).transpose()?;
        Ok(Spec { media_type, ..spec })
    }

    /// Reads one of the keys whose value is a word; false where there is none.
    fn read_key(&mut self, words: &mut Words<'_>) -> Result<bool, Refusal> {
        if words.take_key("filename=") {
            self.file_name = Some(words.word());
        } else if words.take_key("encoder=") {
            self.encoder = Some(text(words.word())?);
        } else if words.take_key("headers=") {
            let is_file = words.take(b'@') || words.take(b'<');
            let word = words.word();
            self.headers.push(match is_file {
                true => HeaderSource::File(os_text::from_bytes(&word)),
                false => HeaderSource::Line(word),
            });
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn into_field(self, name: Option<Vec<u8>>, content: Content) -> Field {
        let Spec { media_type, file_name, encoder, headers, data: _ } = self;
        Field { name, content, file_name, media_type, encoder, headers }
    }
}

fn refuse(what: &str, given: Option<Vec<u8>>, warnings: &mut Vec<String>) {
    if let Some(given) = given {
        let given = String::from_utf8_lossy(&given);
        warnings.push(format!("Field {what} not allowed here: {given}"));
    }
}

fn text(bytes: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|_| Refusal::NotText)
}

#[cfg(test)]
mod tests;
