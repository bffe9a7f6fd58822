use super::super::{Category, Flag, Generate, Refusal, Special, Value};
use super::{store, switch};
use crate::protocols::{self, Protocols};

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "config",
        short: Some('K'),
        value: Value::Many("file"),
        category: Category::Tool,
        help: "Read options from a file",
        doc: "Reads options from file as if they stood on the command line at this place; - is \
              stdin. One option per line, with or without its dashes, then blanks, = or : and \
              the value, in double quotes if it holds blanks. In quotes \\\\, \\\", \\t, \\n, \\r and \
              \\v are known. Lines that begin with # are comments. Without -q as the first \
              argument, .curlrc in $CURL_HOME, curlrc in $XDG_CONFIG_HOME, .curlrc in $HOME or \
              curlrc in $HOME/.config is read before anything else. A line that is not \
              understood ends the command with exit code 2.",
        update: Some(|low, given| {
            low.config = Some(given.path()?);
            Ok(())
        }),
    },
    Flag {
        long: "disable",
        short: Some('q'),
        value: Value::Switch,
        category: Category::Tool,
        help: "Do not read .curlrc",
        doc: "As the first argument: does not read the default config file. Has no effect \
              elsewhere on the line.",
        // The parser looks at the first word before anything else.
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "dry-run",
        short: None,
        value: Value::Switch,
        category: Category::Tool,
        help: "Show the request, connect to nobody",
        doc: "Writes to stdout what would be sent to each server, byte by byte, passwords included: \
              the request in HTTP/1.1, with its body. Nothing is connected and no file is \
              written. It is for http and https; other URLs are refused with exit code 4.",
        update: switch!(global.dry_run),
    },
    Flag {
        long: "fail-early",
        short: None,
        value: Value::Switch,
        category: Category::Tool,
        help: "Stop at the first transfer that fails",
        doc: "With several URLs: ends with the exit code of the first transfer that fails, \
              instead of going on and reporting the last one.",
        update: switch!(global.fail_early),
    },
    Flag {
        long: "generate",
        short: None,
        value: Value::One("kind"),
        category: Category::Tool,
        help: "Print the man page or shell completions",
        doc: "Prints what packagers install beside the command, made from the table of flags: \
              man, complete-bash, complete-zsh or complete-fish. Not a curl option.",
        update: Some(|low, given| {
            low.special = Some(Special::Generate(match given.text()? {
                "man" => Generate::Man,
                "complete-bash" => Generate::Bash,
                "complete-zsh" => Generate::Zsh,
                "complete-fish" => Generate::Fish,
                _ => {
                    let kinds = "expected man, complete-bash, complete-zsh or complete-fish";
                    return Err(Refusal::BadUse(kinds.into()));
                }
            }));
            Ok(())
        }),
    },
    Flag {
        long: "globoff",
        short: Some('g'),
        value: Value::Switch,
        category: Category::Tool,
        help: "Take {} and [] in URLs as they are",
        doc: "Without it {one,two} stands for each word, [1-9] and [a-z] for each number and \
              letter, [001-100:5] for every fifth with leading zeros; #1 in the name of -o is \
              replaced by what the first of them stands for.",
        update: switch!(group.globoff),
    },
    Flag {
        long: "help",
        short: Some('h'),
        value: Value::Optional("category"),
        category: Category::Tool,
        help: "Show help: all, a category, or one --option",
        doc: "Shows the options most used. With all every option, with category the list of \
              categories, with the name of a category its options, with an option such as -o or \
              --output what this option does.",
        update: Some(|low, given| {
            let subject = given.value.to_string_lossy().into_owned();
            low.special = Some(Special::Help((!subject.is_empty()).then_some(subject)));
            Ok(())
        }),
    },
    Flag {
        long: "manual",
        short: Some('M'),
        value: Value::Switch,
        category: Category::Tool,
        help: "Show what every option does",
        doc: "Shows the paragraph of every option.",
        update: Some(|low, given| {
            low.special = given.on.then_some(Special::Manual);
            Ok(())
        }),
    },
    Flag {
        long: "next",
        short: Some(':'),
        value: Value::None,
        category: Category::Tool,
        help: "Begin a group of URLs with fresh options",
        doc: "What stands before it counts for the URLs before it, what follows for the URLs \
              that follow. Only options that concern the whole run stay: --silent, \
              --show-error, --verbose, --trace and its kin, --progress-bar, --no-progress-meter, \
              --fail-early, --stderr, --parallel and its kin.",
        update: Some(|low, _| low.next_group()),
    },
    Flag {
        long: "progress-bar",
        short: Some('#'),
        value: Value::Switch,
        category: Category::Verbose,
        help: "Show progress as a bar",
        doc: "Shows a bar on stderr instead of the meter with its columns.",
        update: switch!(global.progress_bar),
    },
    Flag {
        long: "progress-meter",
        short: None,
        value: Value::On,
        category: Category::Verbose,
        help: "Show no progress",
        doc: "Shows neither the meter nor the bar; messages stay, other than with --silent.",
        update: Some(|low, given| {
            low.global.no_progress = !given.on;
            Ok(())
        }),
    },
    Flag {
        long: "proto",
        short: None,
        value: Value::One("protocols"),
        category: Category::Tool,
        help: "Allow and forbid URL schemes",
        doc: "A list separated by commas and read from left to right: +name or name allows, \
              -name forbids, =name allows this one only; all means every scheme. Example: \
              --proto =https.",
        update: Some(|low, given| {
            low.group.protocols = Some(read_protocols(&mut low.warnings, given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "proto-default",
        short: None,
        value: Value::One("protocol"),
        category: Category::Tool,
        help: "The scheme of URLs that have none",
        doc: "Without it the scheme is guessed from the host's name: ftp for ftp.…, and so on; \
              http where nothing else fits.",
        update: Some(|low, given| {
            let name = given.text()?;
            if !protocols::is_known(name) {
                return Err(Refusal::UnknownScheme);
            }
            low.group.default_protocol = Some(name.to_ascii_lowercase());
            Ok(())
        }),
    },
    Flag {
        long: "proto-redir",
        short: None,
        value: Value::One("protocols"),
        category: Category::Tool,
        help: "Allow and forbid URL schemes in redirects",
        doc: "A list as for --proto. Redirects lead to http and https only, and the list can \
              forbid one of these; no list makes them lead elsewhere.",
        update: Some(|low, given| {
            low.group.redirect_protocols = Some(read_protocols(&mut low.warnings, given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "show-error",
        short: Some('S'),
        value: Value::Switch,
        category: Category::Verbose,
        help: "Show errors in spite of -s",
        doc: "Brings error messages back where --silent takes them away.",
        update: switch!(global.show_error),
    },
    Flag {
        long: "silent",
        short: Some('s'),
        value: Value::Switch,
        category: Category::Verbose,
        help: "Show no progress and no errors",
        doc: "Shows neither the progress meter nor warnings nor errors. The document is still \
              written, and the exit code tells what happened. See --show-error.",
        update: switch!(global.silent),
    },
    Flag {
        long: "stderr",
        short: None,
        value: Value::One("file"),
        category: Category::Verbose,
        help: "Write what goes to stderr to a file",
        doc: "Sends messages, the progress meter and the output of --verbose to file; - is \
              stdout.",
        update: store!(global.stderr = path),
    },
    Flag {
        long: "styled-output",
        short: None,
        value: Value::Switch,
        category: Category::Verbose,
        help: "Accepted; headers are never styled",
        doc: "curl shows the names of headers in bold on a terminal. dial does not, so there is \
              nothing to switch on or off.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "url",
        short: None,
        value: Value::Many("url"),
        category: Category::Tool,
        help: "A URL to read, as in a config file",
        doc: "The same as a URL by itself. With @file the URLs are read from file, one on each \
              line; each is written to a file named as with -O and not globbed.",
        update: Some(|low, given| {
            low.group.add_url(given.value.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "variable",
        short: None,
        value: Value::Many("[%]name=text/@file"),
        category: Category::Tool,
        help: "Set a variable for --expand-…",
        doc: "Sets a variable to the text, or to what is in the file; - is stdin. [5-9] behind the \
              name takes those bytes of it alone, counted from 0: part[5-9]@file. %name takes it from the \
              environment, where it has to be set; %name=text and %name@file say what counts \
              where it is not. Every option that takes a value can be written --expand-option: \
              {{name}} in its value is then replaced by the variable, and \\{{ stands for {{. \
              Functions behind a colon change what is filled in, from left to right: trim \
              takes blanks off both ends, json quotes as in a JSON string, url percent-encodes, \
              b64 and 64dec code and decode base64. Example: --variable %TOKEN --expand-header \
              'Authorization: Bearer {{TOKEN:trim}}'.",
        update: Some(|low, given| {
            let warning = low.variables.set(given.value)?;
            low.warnings.extend(warning);
            Ok(())
        }),
    },
    Flag {
        long: "verbose",
        short: Some('v'),
        value: Value::Switch,
        category: Category::Verbose,
        help: "Show the exchange with the server",
        doc: "Writes to stderr what is done (*), the lines sent (>) and the lines received (<). \
              Passwords and cookies that are sent are masked. -vv adds times and numbers as \
              --trace-time and --trace-ids do, -vvv how much data was received ({) and sent (}). \
              Of this and --trace the last one counts.",
        update: Some(|low, given| {
            let (global, is_repeated) = (&mut low.global, low.is_repeated);
            if global.trace.take().is_some() {
                low.warnings.push("-v, --verbose overrides an earlier trace option".into());
            }
            global.verbosity = match (given.on, is_repeated) {
                (false, _) => 0,
                (true, false) => 1,
                (true, true) => global.verbosity.saturating_add(1),
            };
            Ok(())
        }),
    },
    Flag {
        long: "version",
        short: Some('V'),
        value: Value::Switch,
        category: Category::Tool,
        help: "Show the version",
        doc: "Shows the version, the URL schemes and the features that are built in.",
        update: Some(|low, given| {
            low.special = given.on.then_some(Special::Version);
            Ok(())
        }),
    },
];

fn read_protocols(warnings: &mut Vec<String>, list: &str) -> Result<Protocols, Refusal> {
    let (protocols, unknown) = Protocols::parse(list)
        .ok_or_else(|| Refusal::BadUse("expected a list like =https,-ftp".into()))?;
    warnings.extend(unknown.iter().map(|name| format!("unrecognized protocol '{name}'")));
    Ok(protocols)
}
