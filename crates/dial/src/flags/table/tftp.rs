//! TFTP. `-B` stands with FTP, whose flag it is too.

use super::super::{Category, Flag, Value};
use super::{store, switch};

pub(super) static FLAGS: &[Flag] = &[
    Flag {
        long: "tftp-blksize",
        short: None,
        value: Value::One("bytes"),
        category: Category::Ftp,
        help: "The size of TFTP's blocks",
        doc: "Asks a TFTP server for blocks of that many bytes, 8 to 65464 (RFC 2348). Without it \
              they have 512. The server may choose smaller ones. Every block waits for the one \
              before it to be confirmed, so that large ones are faster; 1428 fit into an Ethernet \
              frame.",
        update: store!(group.tftp.block_bytes = number),
    },
    Flag {
        long: "tftp-no-options",
        short: None,
        value: Value::Switch,
        category: Category::Ftp,
        help: "Ask a TFTP server for the file alone",
        doc: "Sends no options with TFTP requests (RFC 2347), for old servers that do not answer \
              those that have some. Blocks have 512 bytes then and the length of the file is not \
              known beforehand, so that --tftp-blksize means nothing.",
        update: switch!(group.tftp.no_options),
    },
];
