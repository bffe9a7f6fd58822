//! A request in HTTP/1.1 whose reply comes in HTTP/2 (RFC 7540 section 3.2).

use std::future::poll_fn;

use landline_wire::head::ResponseHead;

use super::Trip;
use crate::http::carrier::{Carrier, Exchange as _};
use crate::http::connection::{Connection, Upgrade};
use crate::http::http2::{Exchange, Link, settings_field};
use crate::observe::Event;
use crate::{Headers, Result};

impl Trip<'_> {
    /// Has the next request offer to go on in HTTP/2 where that is wanted and sound.
    pub(super) fn offer_upgrade(&mut self, carrier: &mut Carrier) {
        self.parts.upgrade = None;
        let Carrier::Http1(connection) = carrier else { return };
        let Some(upgrade) = &mut connection.upgrade else { return };
        match self.parts.may_upgrade() {
            true => self.parts.upgrade = Some(settings_field(&self.client.settings().limits)),
            // Nobody need wait for how this ends.
            false => upgrade.turn = None,
        }
    }

    /// Takes the reply from stream 1 if the server goes on in HTTP/2, as it was offered.
    pub(super) async fn upgraded(
        &self,
        carrier: Carrier,
        head: ResponseHead,
    ) -> Result<(Carrier, ResponseHead)> {
        let Carrier::Http1(mut connection) = carrier else { return Ok((carrier, head)) };
        let Some(mut upgrade) = connection.upgrade.take() else {
            return Ok((Carrier::Http1(connection), head));
        };
        if head.status == 101 && is_h2c(&head.headers) {
            return self.go_on(connection, *upgrade).await;
        }
        self.client.pools().http2.is_not_spoken(&upgrade.route);
        upgrade.turn = None;
        connection.upgrade = Some(upgrade);
        Ok((Carrier::Http1(connection), head))
    }

    async fn go_on(
        &self,
        mut connection: Box<Connection>,
        upgrade: Upgrade,
    ) -> Result<(Carrier, ResponseHead)> {
        self.call.observer.tell(&Event::Note("the server goes on in HTTP/2"));
        let (place, head_bytes) = (connection.place.take(), connection.head_bytes());
        let parts = connection.into_line_stream().into_parts();
        let limits = &self.client.settings().limits;
        let (link, response) = Link::upgrade(parts, limits, place).await?;
        let link = self.client.pools().http2.welcome(&upgrade.route, link);
        drop(upgrade);
        let mut exchange = Exchange::upgraded(link, &self.call, response, head_bytes);
        let head = poll_fn(|cx| exchange.poll_reply(cx)).await?;
        Ok((Carrier::Shared(Box::new(exchange)), head))
    }
}

fn is_h2c(headers: &Headers) -> bool {
    let mut all = headers.get_all("Upgrade").flat_map(|field| field.split(|&byte| byte == b','));
    all.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"h2c"))
}
