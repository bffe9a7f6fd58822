//! `data:` URLs (RFC 2397).

use landline_wire::target::Location;

use super::document::Parts;
use crate::{Error, ErrorKind, Headers, Phase, Result};

pub(super) fn open(location: Location) -> Result<Parts> {
    let text = format!("data:{}", location.request_target());
    let malformed = |why: &str| {
        Error::new(ErrorKind::Url, Phase::Preparing, format!("the data: URL is malformed: {why}"))
    };
    let url = data_url::DataUrl::process(&text)
        .map_err(|_| malformed("no comma between the type and the data"))?;
    let (bytes, _) = url.decode_to_vec().map_err(|_| malformed("the data is not in base64"))?;
    let mut info = Headers::new();
    let facts = [
        ("Content-Type", url.mime_type().to_string()),
        ("Content-Length", bytes.len().to_string()),
    ];
    for (name, value) in facts {
        info.push(name, value).map_err(|error| malformed(&error.to_string()))?;
    }
    Ok(Parts::memory(location, info, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(url: &str) -> Result<Parts> {
        open(Location::parse(url).unwrap())
    }

    #[test]
    fn type_and_text_come_out() {
        let parts = format!("{:?}", opened("data:text/plain;charset=utf-8,a%20b").unwrap());
        assert!(parts.contains("text/plain"), "{parts}");
        assert!(opened("data:text/plain;base64,!").is_err());
        assert!(opened("data:no-comma").is_err());
    }
}
