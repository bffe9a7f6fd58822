//! The man page, in roff, from the table.

use std::fmt::Write;

use super::text;
use crate::flags::Flag;

const HEAD: &str = r#".SH NAME
dial \- read documents from servers, with curl's flags
.SH SYNOPSIS
.B dial
[\fIoptions\fR] \fIURL\fR ...
.SH DESCRIPTION
Reads the document of each URL and writes it to stdout, or where the options say. Takes curl's
options with curl's meaning and gives curl's exit codes. Where curl reports success on a document
that came broken or short, dial reports the failure.
.PP
Options and URLs stand in any order. Short options join (\-fsSL), values follow joined or apart
(\-ofile, \-o file, \-\-output=file), \-\-no\-name takes a switch back, \-\- ends the options.
A beginning of a long name is enough when it fits one option only. The n-th \-o, \-O and \-T
belong to the n-th URL. A URL without a scheme is http, unless its host begins with ftp. and such.
.SH URLS
.TP
.B http: https:
HTTP/1.1 and 1.0.
.TP
.B ftp: ftps:
ftp://user:password@host/folder/file. A / at the end means the folder, which is listed; // behind
the host begins at the root. ;type=a at the end transfers text, ;type=d lists names. ftps begins
TLS at once, \-\-ssl\-reqd behind the greeting.
.TP
.B gopher: gophers:
gopher://host/1/menu, the figure being the type; %09words at the end searches.
.TP
.B gemini:
gemini://host/page, always over TLS.
.TP
.B tftp:
tftp://host/file; ;mode=netascii transfers text.
.TP
.B dict:
dict://host/d:word defines, /m:word::prefix finds words, /show:db and the like ask anything else.
.TP
.B file: data:
Local files and folders; what stands in the URL itself.
.TP
.B tcp: tls: unix: telnet:
tcp://host:port, tls://host:port, unix:/path and telnet://host: stdin goes to the server and what it
sends to stdout, both at once.
"#;

const TAIL: &str = r".SH FILES
.TP
.I ~/.curlrc
Options that are read before the command line, see \-\-config.
.TP
.I ~/.local/share/dial/gemini-hosts
Gemini's servers and the certificates they have shown, below $XDG_DATA_HOME where that is set. A
server that shows another one is refused (60) until its line is removed.
.SH ENVIRONMENT
.TP
.B NNTPSERVER
Where news:message-id and news:group are read: host, or host:port.
.SH EXIT STATUS
0 done; 1 unsupported scheme; 2 bad command line; 3 malformed URL; 6 host name not found; 7 could
not connect; 8 weird reply; 9 folder denied; 18 partial file; 19 listing or file refused; 21 command
of \-Q refused; 22 HTTP status of 400 and more with \-f; 23 write error; 25 upload refused; 26 read
error; 28 timed out; 33 range not possible; 35 TLS handshake; 36 cannot resume; 37 local file not
readable; 47 too many redirects; 52 empty reply; 55 send error; 56 receive error; 60 certificate not
trusted; 63 file too large; 64 no TLS where it is required; 67 login refused; 68 to 74 TFTP; 78 no
such file; 100 a header, line or count too large; 130 interrupted. All others are curl's too.
.SH SEE ALSO
.BR curl (1)
";

pub(crate) fn page() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut page = format!(".TH DIAL 1 \"\" \"dial {version}\" \"User Commands\"\n{HEAD}");
    page.push_str(".SH OPTIONS\n");
    for flag in text::sorted(Flag::is_built) {
        let _ = write!(page, ".TP\n{}\n{}\n", heading(flag), line(flag.doc));
    }
    page.push_str(".SH OPTIONS OF CURL THAT ARE NOT BUILT YET\nThey end the command with exit ");
    page.push_str("code 2.\n");
    for flag in text::sorted(|flag| !flag.is_built()) {
        let _ = write!(page, ".TP\n{}\n{}.\n", heading(flag), line(flag.help));
    }
    page + TAIL
}

fn heading(flag: &Flag) -> String {
    let short = flag.short.map(|letter| format!("\\fB\\-{}\\fR, ", escaped(&letter.to_string())));
    let value = flag.value.metavar().map(|name| format!(" \\fI{}\\fR", escaped(name)));
    let long = escaped(&flag.shown());
    format!("{}\\fB{long}\\fR{}", short.unwrap_or_default(), value.unwrap_or_default())
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    // Old formatters read bytes, not UTF-8.
    let glyph = |c: char| match c {
        '…' => "...".to_owned(),
        _ if c.is_ascii() => c.to_string(),
        _ => format!("\\[u{:04X}]", u32::from(c)),
    };
    text.chars().map(glyph).collect()
}

/// A line of text: a dot or quote at its beginning would make it a command.
fn line(text: &str) -> String {
    let guard = if text.starts_with(['.', '\'']) { "\\&" } else { "" };
    format!("{guard}{}", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags;

    #[test]
    fn every_flag_has_a_heading_and_a_text() {
        let page = page();
        for flag in flags::all() {
            assert!(page.contains(&format!(".TP\n{}\n", heading(flag))), "{}", flag.long);
        }
        assert!(page.contains("\\fB\\-o\\fR, \\fB\\-\\-output\\fR \\fIfile\\fR\n"));
    }

    #[test]
    fn no_text_line_is_taken_for_a_command() {
        let commands = [".TH", ".SH", ".TP", ".PP", ".B", ".I", ".BR"];
        for line in page().lines().filter(|line| line.starts_with(['.', '\''])) {
            let word = line.split(' ').next().unwrap_or_default();
            assert!(commands.contains(&word), "{line}");
        }
    }
}
