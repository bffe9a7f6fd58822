//! Compression of the connection (RFC 8054).

use super::connection::Connection;
use crate::Result;
use crate::dialogue::weird;

impl Connection {
    /// Has both directions compressed from here on (`COMPRESS DEFLATE`) where the server offers it, and
    /// tells whether they are. To be done behind TLS and a login: neither can follow.
    ///
    /// # Errors
    /// [`Protocol`](crate::ErrorKind::Protocol) when something else follows the server's go-ahead.
    pub async fn compress(&mut self) -> Result<bool> {
        if self.is_compressed || !self.capabilities().await?.compress_deflate {
            return Ok(self.is_compressed);
        }
        let reply = self.dialogue.command("COMPRESS DEFLATE").await?;
        match reply.code() {
            Some(206) => self.dialogue.line.deflate()?,
            // It cannot just now, or will not.
            Some(400..) => return Ok(false),
            _ => return Err(weird("COMPRESS", &reply)),
        }
        self.is_compressed = true;
        self.forget_capabilities();
        Ok(true)
    }
}
