//! What is asked for beyond RFC 1350, and what the server agrees to (RFC 2347).

use landline_wire::tftp::{DEFAULT_BLOCK_BYTES, Mode, TransferOption};

use super::Options;

/// After how many seconds the server is to send a packet again; the interval of curl.
const SERVER_TIMEOUT_SECONDS: u8 = 6;

/// How the transfer goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) block_bytes: usize,
    /// How long the file is, as far as the server says.
    pub(super) file_bytes: Option<u64>,
}

impl Default for Agreed {
    fn default() -> Self {
        Self { block_bytes: DEFAULT_BLOCK_BYTES, file_bytes: None }
    }
}

/// The options of a request, in the order of curl. A length counts bytes, which text does not keep
/// on its way; `None` is one that nobody knows, and is left out.
pub(super) fn options(
    options: &Options,
    mode: Mode,
    file_bytes: Option<u64>,
) -> Vec<TransferOption<'static>> {
    if !options.negotiate {
        return Vec::new();
    }
    let size = file_bytes.filter(|_| mode == Mode::Octet).map(TransferOption::TransferSize);
    let block = TransferOption::BlockSize(options.block_bytes);
    let timeout = TransferOption::Timeout(SERVER_TIMEOUT_SECONDS);
    size.into_iter().chain([block, timeout]).collect()
}

impl Agreed {
    /// Reads an OACK. The server may leave options out and ask for smaller blocks, no more.
    pub(super) fn to(
        answered: &[TransferOption<'_>],
        asked: &[TransferOption<'_>],
    ) -> Result<Self, &'static str> {
        let mut agreed = Self::default();
        for option in answered {
            let wish = asked.iter().find(|one| one.name() == option.name());
            match (option, wish.ok_or("agrees to an option that nobody asked for")?) {
                (TransferOption::BlockSize(size), TransferOption::BlockSize(wish)) => {
                    if size > wish {
                        return Err("wants larger blocks than were asked for");
                    }
                    agreed.block_bytes = usize::from(*size);
                }
                (TransferOption::TransferSize(size), _) => agreed.file_bytes = Some(*size),
                (answer, wish) if answer == wish => {}
                _ => return Err("changes an option that it may only take or leave"),
            }
        }
        Ok(agreed)
    }
}

#[cfg(test)]
mod tests {
    use landline_wire::tftp::TransferOption::{BlockSize, Other, Timeout, TransferSize};

    use super::*;

    #[test]
    fn a_request_asks_as_curl_does() {
        let (plain, text) = (Options::default(), Mode::Netascii);
        let all = [TransferSize(0), BlockSize(512), Timeout(6)];
        assert_eq!(options(&plain, Mode::Octet, Some(0)), all);
        assert_eq!(options(&plain, text, Some(0)), all[1..]);
        assert_eq!(options(&plain, Mode::Octet, None), all[1..]);
        let none = Options { negotiate: false, ..plain };
        assert_eq!(options(&none, Mode::Octet, Some(0)), []);
    }

    #[test]
    fn a_server_may_agree_to_less_and_never_to_more() {
        let asked = [TransferSize(0), BlockSize(1024), Timeout(6)];
        let agreed = Agreed::to(&[BlockSize(512), TransferSize(7)], &asked).unwrap();
        assert_eq!(agreed, Agreed { block_bytes: 512, file_bytes: Some(7) });
        assert_eq!(Agreed::to(&[], &asked), Ok(Agreed::default()));
        for wrong in [
            &[BlockSize(1025)][..],
            &[Timeout(5)],
            &[TransferOption::WindowSize(4)],
            &[Other { name: b"x", value: b"" }],
        ] {
            assert!(Agreed::to(wrong, &asked).is_err(), "{wrong:?}");
        }
        assert!(Agreed::to(&[TransferSize(1)], &[]).is_err());
    }
}
