use super::*;

fn unix(listing: &str) -> Vec<String> {
    read(ListingFamily::Unix, listing)
}

#[test]
fn vsftpd() {
    let listing = "\
drwxr-xr-x    2 0        0            4096 Jan 12 10:05 pub
-rw-r--r--    1 1000     1000         1024 Nov 03  2018 read me.txt
lrwxrwxrwx    1 0        0               7 Mar 15 11:59 latest -> pub/1.2";
    let expected = [
        "folder - 20200112100500 minute: pub",
        "file 1024 20181103000000 day: read me.txt",
        "link - 20200315115900 minute: latest -> pub/1.2",
    ];
    assert_eq!(unix(listing), expected);
}

#[test]
fn proftpd() {
    let listing = "\
drwxr-xr-x   3 ftp      ftp          4096 Dec 31 23:59 .
drwxr-xr-x   3 ftp      ftp          4096 Dec 31 23:59 ..
-rw-r--r--   1 (?)      nogroup  5368709120 Feb 29  2016 big.iso
drwxrwsr-t   3 anna     Domain Users     4096 Dec 31 23:59 shared";
    let expected =
        ["file 5368709120 20160229000000 day: big.iso", "folder - 20191231235900 minute: shared"];
    assert_eq!(unix(listing), expected);
}

#[test]
fn pure_ftpd() {
    let listing = "\
drwxr-xr-x   11 65534      65534            4096 Mar 16 11:00 tomorrow, in another zone
-rw-r--r--    1 65534      65534               0 Mar 17 11:00 empty";
    let expected = [
        "folder - 20200316110000 minute: tomorrow, in another zone",
        "file 0 20190317110000 minute: empty",
    ];
    assert_eq!(unix(listing), expected);
}

#[test]
fn wu_ftpd_and_whatever_ls_prints() {
    let listing = "\
total 12K
total 20
drwxr-xr-x+  2 root  wheel    512 Jan 12 10:05 with ACL/
-rw-r--r--.  1 root  wheel     17 Jan 12 10:05  two  blanks and one behind 
-rw-r--r--@  1 root  17 Jan 12 10:05 no group
-rw-r--r--   root  wheel  17 Jan 12 10:05 no links
crw-rw-rw-   1 root  root      1,   3 Jan 12 10:05 null
brw-rw----   1 root  disk      8,0 Jan 12 10:05 sda
srwxrwxrwx   1 root  root      0 Jan 12 10:05 socket
prw-r--r--   1 root  root      0 Jan 12 10:05 pipe
lrwxrwxrwx   1 root  root      5 Jan 12 10:05 a -> b -> c
lrwxrwxrwx   1 root  root      5 Jan 12 10:05 to nowhere
-rw-r--r--   1 root  root      5 Jan 12 10:05 no link -> at all
-rw-r--r--   1 root  root      5 Jan 12 10:05 Jan 12 10:05 name
-rw-r--r--   1 root  root      5 Jan 12 10:05 -rf;$(x)";
    let expected = [
        "folder - 20200112100500 minute: with ACL",
        "file 17 20200112100500 minute:  two  blanks and one behind ",
        "file 17 20200112100500 minute: no group",
        "file 17 20200112100500 minute: no links",
        "other - 20200112100500 minute: null",
        "other - 20200112100500 minute: sda",
        "other - 20200112100500 minute: socket",
        "other - 20200112100500 minute: pipe",
        "link - 20200112100500 minute: a -> b -> c",
        "link - 20200112100500 minute: to nowhere",
        "file 5 20200112100500 minute: no link -> at all",
        "file 5 20200112100500 minute: Jan 12 10:05 name",
        "file 5 20200112100500 minute: -rf;$(x)",
    ];
    assert_eq!(unix(listing), expected);
}

#[test]
fn netpresenz() {
    let listing = "\
drwxrwxr-x               folder        2 May 10  1996 network
-------r--         326  1391972  1392298 Nov 22  1995 MegaPhone.sit";
    let expected =
        ["folder - 19960510000000 day: network", "file 1392298 19951122000000 day: MegaPhone.sit"];
    assert_eq!(unix(listing), expected);
}

#[test]
fn permissions_have_letters_and_numbers() {
    for (letters, mode) in [
        ("rw-r--r--", 0o644),
        ("---------", 0),
        ("rwxrwxrwx", 0o777),
        ("rwsr-x---", 0o4750),
        ("rwSr-x---", 0o4650),
        ("rwxr-sr-x", 0o2755),
        ("rw-r-lr--", 0o2644),
        ("rwxrwxrwt", 0o1777),
        ("rwxrwxrwT", 0o1776),
        ("--S--S--T", 0o7000),
    ] {
        let line = format!("-{letters}+ 1 root root 5 Jan 12 10:05 name");
        let entry = parser().push_line(line.as_bytes()).unwrap();
        assert_eq!((entry.permissions.as_deref(), entry.mode), (Some(letters), Some(mode)));
    }
}

#[test]
fn lines_of_no_file_are_skipped() {
    for line in [
        "total",
        "total twelve",
        "total 12 14",
        "-rw-r--r--",
        "-rw-r--r--  1 root root 5 Jan 12 10:05",
        "-rw-r--r--  1 root root 5 Jan 12 10:05 ",
        "-rw-r--r--  1 root root 5 Jan 32 10:05 name",
        "-rw-r--r--  1 root root 5 Feb 30 10:05 name",
        "-rw-r--r--  1 root root 5 Foo 12 10:05 name",
        "-rw-r--r--  1 root root x Jan 12 10:05 name",
        "-rw-r--r--  Jan 12 10:05 name",
        "-rw-r--r-x-  1 root root 5 Jan 12 10:05 name",
        "?rw-r--r--  1 root root 5 Jan 12 10:05 name",
        "-rw-r--r--  1 a b c d e f g h i j k l m n 5 Jan 12 10:05 name",
        "ls: cannot open directory '.': Permission denied",
    ] {
        let mut parser = parser();
        assert_eq!((parser.push_line(line.as_bytes()), parser.skipped()), (None, 1), "{line}");
    }
}
