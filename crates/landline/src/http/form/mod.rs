//! Forms of several parts, as browsers send them (RFC 7578).

mod body;
mod part;

pub use landline_wire::form::Escape;
pub use landline_wire::mime::ContentTransferEncoding;
pub use part::Part;

/// A form to be sent as `multipart/form-data` (RFC 7578), read from its sources while it is sent.
///
/// ```
/// use landline::http::{Client, Form, Part};
/// # let server = landline_testkit::http::Server::new();
/// # let url = server.url("/echo");
///
/// let picture = Part::bytes(*b"\x89PNG...").file_name("me.png");
/// let form = Form::new()
///     .text("name", "Ada")
///     .part("picture", picture)
///     .part("notes", Part::reader(&b"from a pipe"[..], Some(11)).media_type("text/plain"));
/// let mut reply = Client::new()?.post(&url).form(form).send()?;
/// let sent = reply.text()?;
/// assert!(sent.contains("name=\"picture\"; filename=\"me.png\"\r\nContent-Type: image/png\r\n"));
/// # Ok::<(), landline::Error>(())
/// ```
///
/// The length is sent where that of every part is known, and chunks otherwise. The form can be sent
/// again, which some redirects and retries need, when all of its parts can: texts, bytes and files.
/// Files are opened when they are added, and stay open. One that shrinks while it is sent ends the
/// transfer with an error; one that grows is sent as long as it was.
///
/// Names go out as browsers write them: whatever quotes and line ends are in them, none ends the
/// name or begins a field. Mistakes are told by [`Request::send`](super::Request::send), before
/// anything is sent.
#[derive(Debug, Default)]
#[must_use = "a form does nothing until a request sends it"]
pub struct Form {
    parts: Vec<Part>,
    media_type: Option<String>,
    boundary: Option<String>,
    escape: Escape,
}

impl Form {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field with this text.
    pub fn text(self, name: impl AsRef<[u8]>, text: impl Into<String>) -> Self {
        self.part(name, Part::bytes(text.into().into_bytes()))
    }

    /// Adds a field. Several may have the same name; they are sent in the order they were added.
    pub fn part(self, name: impl AsRef<[u8]>, part: Part) -> Self {
        self.nameless(part.named(name.as_ref()))
    }

    /// Adds a part without a name: what a form inside of another one is made of.
    pub fn nameless(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Gives the body another type: `multipart/form-data` by default, `multipart/mixed` inside of
    /// another form.
    pub fn media_type(mut self, media_type: &str) -> Self {
        self.media_type = Some(media_type.to_owned());
        self
    }

    /// Says how quotes in names are written, here and in the forms inside of this one: as browsers
    /// do by default.
    pub fn escape(mut self, escape: Escape) -> Self {
        self.escape = escape;
        self
    }

    /// Chooses what stands between the parts, which must not occur in any of them. Meant for tests:
    /// by default it is 24 dashes and 22 random letters or digits. The forms inside of this one
    /// have boundaries of their own.
    pub fn boundary(mut self, boundary: &str) -> Self {
        self.boundary = Some(boundary.to_owned());
        self
    }
}
