use super::*;

#[test]
fn mlsd() {
    let listing = "\
type=cdir;modify=20200112100500;perm=flcdmpe; .
type=pdir;modify=20200112100500;perm=el; ..
type=cdir;perm=el; /pub
Type=file;Size=1024;Modify=20200112100500.5;Perm=adfrw;UNIX.mode=0644;unique=802U4; read me.txt
type=dir;sizd=4096;modify=19691231235959; 日本
TYPE=OS.unix=slink:/pub/1.2;size=7; latest
type=OS.unix=symlink;size=7; latest
type=OS.unix=chr-1/3;modify=20200112100500; null
size=12;modify=19100;type=file; ; =;x; y
modify=20200112100500;  blank
type=file;size=12 no semicolon at the end";
    let expected = [
        "file 1024 20200112100500 second utc: read me.txt",
        "folder - 19691231235959 second utc: 日本",
        "link - -: latest -> /pub/1.2",
        "link - -: latest",
        "other - 20200112100500 second utc: null",
        "file 12 -: ; =;x; y",
        "other - 20200112100500 second utc:  blank",
        "file 12 -: no semicolon at the end",
    ];
    assert_eq!(read(ListingFamily::Facts, listing), expected);
}

#[test]
fn permissions_are_told_twice() {
    let line = b"type=file;perm=adfrw;UNIX.mode=04755; name";
    let entry = parser().push_line(line).unwrap();
    assert_eq!((entry.permissions.as_deref(), entry.mode), (Some("adfrw"), Some(0o4755)));
    for mode in ["8", "+644", "10000", "", "77777777777777777"] {
        let line = format!("type=file;UNIX.mode={mode}; name");
        assert_eq!(parser().push_line(line.as_bytes()).unwrap().mode, None, "{mode}");
    }
}

#[test]
fn mlst_gives_the_last_part_of_a_path() {
    for (line, shown) in [
        (" type=file;size=5; /pub/read me.txt", "file 5 -: read me.txt"),
        ("type=file;size=5; read me.txt", "file 5 -: read me.txt"),
        (" type=dir; /pub/", "folder - -: pub"),
        (" type=cdir;perm=el; /", "folder - -: "),
        (" Type=dir; C:\\pub", "folder - -: C:\\pub"),
    ] {
        let entry = parse_mlst(line.as_bytes()).unwrap();
        assert_eq!(summary(&entry), shown);
        assert_eq!(entry.line, line.as_bytes());
    }
    for line in ["", " ", "End", " file", " type=file;", " type=file; a\0b", " type=dir; /pub/.."] {
        assert_eq!(parse_mlst(line.as_bytes()), None, "{line}");
    }
}
