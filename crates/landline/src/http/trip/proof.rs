//! Who asks, at each leg of a hop: the proof that goes along, and what a refusal makes of it.

use landline_wire::digest::{self, Hasher};
use landline_wire::head::ResponseHead;
use tokio::io::AsyncReadExt;

use super::{Trip, skip_body};
use crate::http::auth::{Asker, Credentials, Leg};
use crate::http::connection::Forwarder;
use crate::http::reply::Reply;
use crate::observe::Event;
use crate::{Error, ErrorKind, Headers, Phase, Result};

/// The legs of one hop.
#[derive(Default)]
pub(super) struct Legs {
    origin: Leg,
    /// The proxy that sends requests on, once a connection leads there.
    proxy: Leg,
}

impl Trip<'_> {
    /// Begins anew: another origin, or another user there, or another request.
    pub(super) fn meet_origin(&mut self) {
        let (parts, memory) = (&self.parts, &self.client.settings().auth);
        let is_spoken_of =
            parts.fields.contains("Authorization") || parts.is_removed("Authorization");
        let waiting = parts.credentials.as_ref();
        let is_asked = |one: &Credentials| !one.are_told_at_once(parts.auth);
        let waiting =
            waiting.filter(|one| !is_spoken_of && !parts.is_to_be_signed() && is_asked(one));
        let asker = waiting.map(|credentials| Asker {
            scheme: parts.auth,
            known: memory.of(self.location.origin(), credentials),
            credentials: credentials.clone(),
        });
        self.legs = Legs { origin: Leg::new(asker), proxy: Leg::default() };
        (self.parts.proof, self.parts.withholds_body) = (Headers::new(), false);
    }

    /// Whether there may be more to say of who asks than what is told at once.
    pub(super) fn has_to_prove(&self, forwarder: Option<&Forwarder>) -> bool {
        let may_be_asked = self.legs.origin.asker.is_some() || forwarder.is_some();
        may_be_asked || self.parts.is_to_be_signed()
    }

    /// Puts together what proves who asks, for the next request to there.
    pub(super) async fn prove(&mut self, forwarder: Option<&mut Forwarder>) -> Result<()> {
        if self.legs.proxy.asker.is_none() {
            let asker = forwarder.as_ref().and_then(|forwarder| forwarder.proxy.asker());
            self.legs.proxy = Leg::new(asker);
        }
        let Legs { origin, proxy } = &self.legs;
        self.parts.withholds_body =
            self.parts.upload.is_some() && (origin.expects_refusal() || proxy.expects_refusal());
        let hashes = (self.hash(origin.hasher()).await?, self.hash(proxy.hasher()).await?);
        let target = self.parts.target.as_deref().unwrap_or(self.location.request_target());
        let mut request =
            digest::Request { method: &self.parts.method, target, body_hash: hashes.0.as_deref() };
        let proof = self.legs.origin.proof(&request);
        request.body_hash = hashes.1.as_deref();
        if let Some(forwarder) = forwarder {
            forwarder.proof = self.legs.proxy.proof(&request);
        }
        self.parts.proof = match self.parts.is_to_be_signed() {
            true => self.signature().await?,
            false => fields(proof.into_iter().map(|proof| ("Authorization", proof)))?,
        };
        Ok(())
    }

    /// The hash of the body as it will be sent, for an answer that has to vouch for it.
    pub(super) async fn hash(&self, hasher: Option<Hasher>) -> Result<Option<String>> {
        let (Some(mut hasher), Some(upload)) = (hasher, &self.parts.upload) else {
            return Ok(None);
        };
        if self.parts.withholds_body {
            return Ok(None);
        }
        let Some(copy) = upload.again() else {
            return Err(rewind("the server wants an answer that vouches for the body"));
        };
        let mut reader = copy.into_reader()?;
        let mut piece = vec![0; 16 << 10];
        loop {
            match reader.read(&mut piece).await? {
                0 => return Ok(Some(hasher.finish())),
                count => hasher.update(&piece[..count]),
            }
        }
    }

    /// Makes ready for the same request once more.
    pub(super) async fn ask_again(&mut self, reply: &mut Reply) -> Result<()> {
        if self.upload_is_spent {
            return Err(rewind("the server wants to know who asks, and then the body again"));
        }
        skip_body(reply).await;
        self.call.observer.tell(&Event::Note("asking again, with what the server wants to know"));
        Ok(())
    }

    /// Whether the reply is a refusal that can be answered, or lets in a request without its body:
    /// the same request is made again then.
    pub(super) fn learn(&mut self, head: &ResponseHead) -> Result<bool> {
        let Legs { origin, proxy } = &mut self.legs;
        origin.renew(head, &Leg::ORIGIN);
        proxy.renew(head, &Leg::PROXY);
        match head.status {
            401 => origin.learn(head, &Leg::ORIGIN),
            407 => proxy.learn(head, &Leg::PROXY),
            200..300 if self.parts.withholds_body => {
                origin.is_let_in();
                proxy.is_let_in();
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

/// Fields that are fit for a head.
pub(super) fn fields<N: AsRef<str>, V: AsRef<[u8]>>(
    mut all: impl Iterator<Item = (N, V)>,
) -> Result<Headers> {
    all.try_fold(Headers::new(), |mut fields, (name, value)| {
        let pushed = fields.push(name.as_ref(), value.as_ref());
        pushed.map_err(|error| Error::usage("the header field cannot be sent").because(error))?;
        Ok(fields)
    })
}

fn rewind(why: &str) -> Error {
    let what = format!("{why}, and it cannot be read twice");
    Error::new(ErrorKind::Rewind, Phase::Sending, what)
}
