use super::super::{Category, Flag, Out, Refusal, Value, values};
use super::{exclusive, store, switch};
use crate::checksum::Checksum;
use crate::settings::Clobber;

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "buffer",
        short: Some('N'),
        value: Value::On,
        category: Category::Output,
        help: "Write at once (always so)",
        doc: "curl collects output before it writes it. dial writes every piece as it comes, \
              with this option and without it.",
        update: Some(|_, _| Ok(())),
    },
    Flag {
        long: "checksum",
        short: None,
        value: Value::One("hash"),
        category: Category::Output,
        help: "What the document has to be: sha256=HEX",
        doc: "The hash of the document, as sha256=HEX or sha512=HEX, as it is written: after \
              decompression, without headers. The file is written beside and appears under its name \
              when all is there and the hash is right; otherwise there is none, what was there \
              before stays, and the exit code is 23. What goes to stdout or to a device was \
              written when the hash is known: the exit code tells. Not a curl option.",
        update: Some(|low, given| {
            let checksum = Checksum::parse(given.text()?).map_err(Refusal::BadUse)?;
            low.group.output.checksum = Some(checksum);
            Ok(())
        }),
    },
    Flag {
        long: "clobber",
        short: None,
        value: Value::On,
        category: Category::Output,
        help: "Do not overwrite files",
        doc: "Where the file of -o or -O exists, a number from .1 to .100 is put behind the \
              name. --clobber allows to overwrite even a name that came from the server (-J).",
        update: Some(|low, given| {
            if !given.on && low.group.output.resume.is_some() {
                return Err(exclusive("--continue-at", "--no-clobber"));
            }
            low.group.output.clobber = if given.on { Clobber::Always } else { Clobber::Never };
            Ok(())
        }),
    },
    Flag {
        long: "continue-at",
        short: Some('C'),
        value: Value::One("offset"),
        category: Category::Output,
        help: "Resume at an offset; - finds it",
        doc: "Skips that many bytes and appends the rest to the output file. With - the size of \
              the file there is the offset. The file stays untouched when the server does not \
              send exactly the part asked for (exit code 33). With -T, to FTP and local files, it \
              skips that much of what is sent, and - asks how much is there already.",
        update: Some(|low, given| {
            let group = &mut low.group;
            if group.range.is_some() {
                return Err(exclusive("--continue-at", "--range"));
            }
            if group.output.remove_on_error {
                return Err(exclusive("--continue-at", "--remove-on-error"));
            }
            if group.output.clobber == Clobber::Never {
                return Err(exclusive("--continue-at", "--no-clobber"));
            }
            group.output.resume = Some(values::resume(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "create-dirs",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "Make the folders of the output file",
        doc: "Makes the folders that the name of -o or --output-dir needs, when the first byte \
              arrives.",
        update: switch!(group.output.create_dirs),
    },
    Flag {
        long: "create-file-mode",
        short: None,
        value: Value::One("mode"),
        category: Category::Output,
        help: "Mode of the files that -T makes",
        doc: "The permission bits, in octal (0644), of a file that -T makes under a file: URL, less \
              what the umask takes away. One that is there keeps its own.",
        update: Some(|low, given| {
            low.group.output.create_mode = Some(values::file_mode(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "dump-header",
        short: Some('D'),
        value: Value::One("file"),
        category: Category::Output,
        help: "Write the reply's headers to a file",
        doc: "Writes the status line and headers of every reply to file; - is stdout.",
        update: store!(group.dump_header = path),
    },
    Flag {
        long: "format",
        short: None,
        value: Value::One("form"),
        category: Category::Output,
        help: "Write listings as table, json or raw",
        doc: "Writes a gopher menu or a folder of FTP as a table, as JSON (an array with one \
              object a line), or raw, as the server sends it. Without this option a terminal \
              gets a gopher menu as a page to read, without escape sequences, and all else is \
              raw. What is no listing fails with exit code 4, before anything is sent. Not a curl option.",
        update: Some(|low, given| {
            low.group.format = Some(values::format(given.text()?)?);
            Ok(())
        }),
    },
    Flag {
        long: "out-null",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "Throw the document away",
        doc: "Reads the document of this URL and writes it nowhere, as -o /dev/null but without \
              a file.",
        update: Some(|low, given| {
            low.group.add_output(if given.on { Out::Null } else { Out::Stdout });
            Ok(())
        }),
    },
    Flag {
        long: "output",
        short: Some('o'),
        value: Value::Many("file"),
        category: Category::Output,
        help: "Write to a file instead of stdout",
        doc: "The n-th -o belongs to the n-th URL. - is stdout, even for binary data on a \
              terminal. #1 stands for what the first {} or [] of the URL stands for. The file \
              is made when the reply arrives, so none is left when there was no reply.",
        update: Some(|low, given| {
            low.group.add_output(Out::File(given.path()?.into()));
            Ok(())
        }),
    },
    Flag {
        long: "output-dir",
        short: None,
        value: Value::One("dir"),
        category: Category::Output,
        help: "The folder for -o and -O",
        doc: "Puts the files of -o, -O and -J into dir, which must exist unless --create-dirs is \
              given.",
        update: store!(group.output.directory = path),
    },
    Flag {
        long: "remote-header-name",
        short: Some('J'),
        value: Value::Switch,
        category: Category::Output,
        help: "With -O: take the name the server gives",
        doc: "Uses the filename of Content-Disposition where the server sends one. Folders, \
              control characters and leading dots are dropped from it, and a file that exists \
              is not overwritten (unless --clobber).",
        update: switch!(group.output.remote_header_name),
    },
    Flag {
        long: "remote-name",
        short: Some('O'),
        value: Value::Switch,
        category: Category::Output,
        help: "Write to a file named as in the URL",
        doc: "Takes the last part of the URL's path as the name, never a name out of a redirect. \
              The file goes to the working folder, or to --output-dir. The n-th -O belongs to \
              the n-th URL.",
        update: Some(|low, given| {
            match (given.on, low.group.remote_name_all) {
                (true, _) => low.group.add_output(Out::Remote),
                (false, true) => low.group.add_output(Out::Stdout),
                (false, false) => {}
            }
            Ok(())
        }),
    },
    Flag {
        long: "remote-name-all",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "-O for every URL",
        doc: "Makes -O the rule for URLs that have no -o.",
        update: switch!(group.remote_name_all),
    },
    Flag {
        long: "remote-time",
        short: Some('R'),
        value: Value::Switch,
        category: Category::Output,
        help: "Give the file the document's date",
        doc: "Sets the time of the output file to that of the document: Last-Modified of HTTP, \
              MDTM of FTP, the date of a local file.",
        update: switch!(group.output.remote_time),
    },
    Flag {
        long: "remove-on-error",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "Delete the file when the transfer fails",
        doc: "Deletes the output file when the transfer ends with an error. Without it what \
              came stays, and the message tells how much.",
        update: Some(|low, given| {
            if given.on && low.group.output.resume.is_some() {
                return Err(exclusive("--continue-at", "--remove-on-error"));
            }
            low.group.output.remove_on_error = given.on;
            Ok(())
        }),
    },
    Flag {
        long: "skip-existing",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "Do nothing where the file exists",
        doc: "Asks nobody for a document whose file is there, whatever is in it, and goes on with the \
              next URL. With -J it is the name in the URL that counts.",
        update: switch!(group.output.skip_existing),
    },
    Flag {
        long: "write-out",
        short: Some('w'),
        value: Value::One("format"),
        category: Category::Verbose,
        help: "Print facts after the transfer",
        doc: "Prints the text with variables filled in: %{http_code}, %{size_download}, \
              %{time_total}, %{url_effective}, %{json} for all of them, %header{name} for a \
              header of the reply and %header{name:all:, } for all of its name, %time{%F %T} for \
              the time in UTC, %{url.host} and %{urle.host} and the like for parts of the URL as \
              typed and as read in the end. %{json} leaves out passwords. \\n, \\t and \\r are known, %% is a %. %{stderr} and %{stdout} \
              choose where the rest goes, %output{file} and %output{>>file} write it to a \
              file, and what stands behind %{onerror} is printed only after a failure. @file \
              reads the format from file, @- from stdin.",
        update: Some(|low, given| {
            low.group.write_out = Some(given.value.to_owned());
            Ok(())
        }),
    },
    Flag {
        long: "xattr",
        short: None,
        value: Value::Switch,
        category: Category::Output,
        help: "Keep URL and type in file attributes",
        doc: "Notes with the file, in extended attributes, where it came from (user.xdg.origin.url, \
              without user and password), what -e said (user.xdg.referrer.url), its type \
              (user.mime_type) and by what it was made (user.creator). Where the file system has no \
              attributes a warning says so.",
        update: switch!(group.output.attributes),
    },
];
