//! Exit codes. They are curl's: scripts compare them with numbers.

use std::process::ExitCode;

/// What the process says to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Code(pub(crate) u8);

impl Code {
    pub(crate) const OK: Code = Code(0);
    pub(crate) const UNSUPPORTED_SCHEME: Code = Code(1);
    pub(crate) const USAGE: Code = Code(2);
    pub(crate) const MALFORMED_URL: Code = Code(3);
    pub(crate) const NOT_BUILT_IN: Code = Code(4);
    pub(crate) const PROXY_NAME: Code = Code(5);
    pub(crate) const HOST_NAME: Code = Code(6);
    pub(crate) const CONNECT: Code = Code(7);
    pub(crate) const WEIRD_REPLY: Code = Code(8);
    pub(crate) const ACCESS_DENIED: Code = Code(9);
    pub(crate) const WEIRD_PASS_REPLY: Code = Code(11);
    pub(crate) const WEIRD_PASV_REPLY: Code = Code(13);
    pub(crate) const WEIRD_227: Code = Code(14);
    pub(crate) const HTTP2: Code = Code(16);
    pub(crate) const SET_TYPE: Code = Code(17);
    pub(crate) const PARTIAL_FILE: Code = Code(18);
    pub(crate) const RETRIEVE: Code = Code(19);
    pub(crate) const QUOTE: Code = Code(21);
    pub(crate) const HTTP_STATUS: Code = Code(22);
    pub(crate) const WRITE: Code = Code(23);
    pub(crate) const UPLOAD: Code = Code(25);
    pub(crate) const READ: Code = Code(26);
    pub(crate) const TIMED_OUT: Code = Code(28);
    pub(crate) const PORT: Code = Code(30);
    pub(crate) const REST: Code = Code(31);
    pub(crate) const RANGE: Code = Code(33);
    pub(crate) const CANNOT_RESUME: Code = Code(36);
    pub(crate) const TLS_HANDSHAKE: Code = Code(35);
    pub(crate) const FILE_UNREADABLE: Code = Code(37);
    pub(crate) const ABORTED: Code = Code(42);
    pub(crate) const BAD_CALL: Code = Code(43);
    pub(crate) const INTERFACE: Code = Code(45);
    pub(crate) const TOO_MANY_REDIRECTS: Code = Code(47);
    pub(crate) const UNKNOWN_OPTION: Code = Code(48);
    pub(crate) const BAD_OPTION_VALUE: Code = Code(49);
    pub(crate) const EMPTY_REPLY: Code = Code(52);
    pub(crate) const SEND: Code = Code(55);
    pub(crate) const RECEIVE: Code = Code(56);
    pub(crate) const CLIENT_CERTIFICATE: Code = Code(58);
    pub(crate) const CIPHERS: Code = Code(59);
    pub(crate) const CERTIFICATE: Code = Code(60);
    pub(crate) const ENCODING: Code = Code(61);
    pub(crate) const FILE_TOO_LARGE: Code = Code(63);
    pub(crate) const TLS_UNAVAILABLE: Code = Code(64);
    pub(crate) const REWIND: Code = Code(65);
    pub(crate) const LOGIN: Code = Code(67);
    pub(crate) const TFTP_NOT_FOUND: Code = Code(68);
    pub(crate) const TFTP_DENIED: Code = Code(69);
    pub(crate) const TFTP_FULL: Code = Code(70);
    pub(crate) const TFTP_ILLEGAL: Code = Code(71);
    pub(crate) const TFTP_UNKNOWN_ID: Code = Code(72);
    pub(crate) const TFTP_EXISTS: Code = Code(73);
    pub(crate) const TFTP_NO_USER: Code = Code(74);
    pub(crate) const CA_FILE: Code = Code(77);
    pub(crate) const NOT_FOUND: Code = Code(78);
    pub(crate) const CRL_FILE: Code = Code(82);
    pub(crate) const PRET: Code = Code(84);
    pub(crate) const PINNED_KEY: Code = Code(90);
    pub(crate) const CERTIFICATE_STATUS: Code = Code(91);
    pub(crate) const HTTP2_STREAM: Code = Code(92);
    pub(crate) const HTTP3: Code = Code(95);
    pub(crate) const QUIC: Code = Code(96);
    pub(crate) const PROXY_HANDSHAKE: Code = Code(97);
    pub(crate) const TOO_LARGE: Code = Code(100);
    /// What a shell reports for a command that SIGINT ended.
    pub(crate) const INTERRUPTED: Code = Code(130);
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> ExitCode {
        ExitCode::from(code.0)
    }
}

/// Something that ends a transfer or the whole run, with the words for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    /// One line, without the command's name. May hold text from a server or from the
    /// command line: [`Messages`](crate::messages::Messages) makes it harmless.
    pub(crate) text: String,
    pub(crate) manner: Manner,
    /// Nothing behind it is begun: the transfer could not even be set up.
    pub(crate) ends_run: bool,
}

/// How a failure is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// `dial: (23) text`
    Numbered,
    /// `dial: text` and the line that points to `--help`, as curl does for a bad command line.
    Usage,
    /// `Warning: text`, for the one refusal curl words as a warning.
    Warning,
    /// Not at all: the reader of our output went away and knows it.
    Quiet,
}

impl Failure {
    pub(crate) fn new(code: Code, text: impl Into<String>) -> Failure {
        Failure { code, text: text.into(), manner: Manner::Numbered, ends_run: false }
    }

    pub(crate) fn usage(text: impl Into<String>) -> Failure {
        Failure { manner: Manner::Usage, ..Failure::new(Code::USAGE, text) }
    }

    pub(crate) fn quiet(code: Code) -> Failure {
        Failure { manner: Manner::Quiet, ..Failure::new(code, "") }
    }

    pub(crate) fn ending_run(self) -> Failure {
        Failure { ends_run: true, ..self }
    }
}
