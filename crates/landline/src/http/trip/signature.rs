//! The signature of a request (AWS Signature Version 4).

use std::time::SystemTime;

use landline_wire::sigv4::{Key, Payload, Request, SigV4};

use super::Trip;
use super::proof::fields;
use crate::http::auth::Credentials;
use crate::upload::Upload;
use crate::{Error, ErrorKind, Headers, Phase, Result};

impl Trip<'_> {
    /// The fields that sign the next request: as curl signs, the host and what the caller has added.
    pub(super) async fn signature(&self) -> Result<Headers> {
        let (Some(scope), Some(Credentials::Login(login))) =
            (&self.parts.sigv4, &self.parts.credentials)
        else {
            return Ok(Headers::new());
        };
        let Ok(id) = std::str::from_utf8(&login.user) else {
            return Err(Error::usage("the key to sign with is not text"));
        };
        let host = self.location.host_header();
        let host = self.parts.fields.get_bytes("Host").unwrap_or(host.as_bytes());
        let payload = self.payload(scope, host).await?;
        let parts = &self.parts;
        // A jar may add to the cookies of the caller.
        let given = parts.fields.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("cookie"));
        let given: Vec<_> = given.collect();
        let (method, target) = (&*parts.method, self.request_target());
        let request = Request { method, target, host, fields: &given, payload };
        let key = Key { id, secret: &login.password };
        let signed = scope.sign(&request, &key, SystemTime::now()).map_err(|error| {
            let what = "the request cannot be signed";
            Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
        })?;
        fields(signed.into_iter())
    }

    /// What is said of the body: to S3 nothing where it is not in memory, as curl has it.
    async fn payload(&self, scope: &SigV4, host: &[u8]) -> Result<Payload> {
        let upload = self.parts.upload.as_ref();
        let is_hashed = |upload: &Upload| {
            upload.in_memory().is_some() || (!scope.is_for_s3(host) && upload.can_be_read_again())
        };
        if !upload.is_none_or(is_hashed) {
            return Ok(Payload::Unsigned);
        }
        let hash = self.hash(Some(SigV4::hasher())).await?;
        Ok(Payload::Hash(hash.unwrap_or_else(|| SigV4::hasher().finish())))
    }
}
