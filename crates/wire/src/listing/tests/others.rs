use super::*;

#[test]
fn iis() {
    let listing = "\
01-12-20  10:05AM       <DIR>          aspnet client
12-31-99  11:59PM                 1024 read me.txt
01-12-2020  12:00AM        1,234,567,890 with commas
01-12-20  12:30PM            1.024 with dots
01-12-20  10:05 am         1024 half apart
2020-01-12  22:05          1024 year first
25-12-19  22:05            1024 day first
01-12-20  10:05AM       <SYMLINKD>     link [C:\\target folder]
01-12-20  10:05AM       <JUNCTION>     junction
02-30-20  10:05AM             1024 on no day";
    let expected = [
        "folder - 20200112100500 minute: aspnet client",
        "file 1024 19991231235900 minute: read me.txt",
        "file 1234567890 20200112000000 minute: with commas",
        "file 1024 20200112123000 minute: with dots",
        "file 1024 20200112100500 minute: half apart",
        "file 1024 20200112220500 minute: year first",
        "file 1024 20191225220500 minute: day first",
        "link - 20200112100500 minute: link -> C:\\target folder",
        "link - 20200112100500 minute: junction",
        "file 1024 -: on no day",
    ];
    assert_eq!(read(ListingFamily::Dos, listing), expected);
    for line in ["01-12-20  10:05AM", "01-12-20  10:05AM  <DIR>", "01-12-20  13:05PM  5 x"] {
        assert_eq!(parser().push_line(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn vms() {
    let listing = "\
Directory DISK$USER:[ANNA]

LOGIN.COM;3                2/4      12-JAN-2020 10:05:33  [ANNA]        (RWED,RWED,RE,)
SUB.DIR;1                  1/4       2-jan-2020 10:05     [GROUP,ANNA]  (RWE,RWE,RE,E)
A_NAME_THAT_LEAVES_NO_ROOM_FOR_THE_OTHERS.TXT;12
                          12/15     12-JAN-2020 10:05:33.12 [ANNA] (RWED,RWED,RE,)
BACK.BCK;1   12-JAN-2020 10:05 2
SECRET.DAT;1   %RMS-E-PRV, insufficient privilege or file protection violation

Total of 4 files, 17/27 blocks.
Grand total of 1 directory, 4 files, 17/27 blocks.";
    let expected = [
        "file - 20200112100533 second: LOGIN.COM;3",
        "folder - 20200102100500 minute: SUB",
        "file - 20200112100533 second: A_NAME_THAT_LEAVES_NO_ROOM_FOR_THE_OTHERS.TXT;12",
        "file - 20200112100500 minute: BACK.BCK;1",
        "file - -: SECRET.DAT;1",
    ];
    assert_eq!(read(ListingFamily::Vms, listing), expected);
    let line = b"LOGIN.COM;3  2/4  12-JAN-2020 10:05:33  [ANNA]  (RWED,RWED,RE,)";
    let entry = parser().push_line(line).unwrap();
    assert_eq!(entry.permissions.as_deref(), Some("RWED,RWED,RE,"));
}

#[test]
fn a_name_alone_needs_the_next_line() {
    let mut parser = parser();
    assert_eq!((parser.push_line(b"A.TXT;1"), parser.skipped()), (None, 1));
    assert_eq!((parser.push_line(b"B.TXT;1"), parser.skipped()), (None, 2));
    let entry = parser.push_line(b" 1/2 12-JAN-2020 10:05").unwrap();
    assert_eq!((entry.name.as_slice(), parser.skipped()), (&b"B.TXT;1"[..], 1));
    assert_eq!(entry.line, b"B.TXT;1 1/2 12-JAN-2020 10:05");
    assert_eq!((parser.push_line(b"C.TXT;1"), parser.push_line(b" what?")), (None, None));
    assert_eq!(parser.skipped(), 2);
}

#[test]
fn eplf() {
    let listing = "\
+i8388621.29609,m824255902,/,\tdev
+i8388621.44468,m839956783,r,s10376,up644,\tRFCEPLF of 1996
+m824255902,\tneither
+,\t\tanything\tgoes";
    let expected = [
        "folder - 19960213235822 second utc: dev",
        "file 10376 19960813171943 second utc: RFCEPLF of 1996",
        "other - 19960213235822 second utc: neither",
        "other - -: \tanything\tgoes",
    ];
    assert_eq!(read(ListingFamily::Eplf, listing), expected);
    let entry = parser().push_line(b"+r,up640,\tname").unwrap();
    assert_eq!(entry.mode, Some(0o640));
    let far = parser().push_line(b"+r,m18446744073709551615,\tname").unwrap();
    assert_eq!(far.modified, None);
}

#[test]
fn netware() {
    let listing = "\
total 0
d [R----F--] supervisor            512       Jan 16 18:53    login
- [RWCEAFMS] the boss           214059       Oct 20  2018    cx.exe
-[R----F-] anna   5 Jan 12 10:05 no blank";
    let expected = [
        "folder - 20200116185300 minute: login",
        "file 214059 20181020000000 day: cx.exe",
        "file 5 20200112100500 minute: no blank",
    ];
    assert_eq!(read(ListingFamily::NetWare, listing), expected);
}

#[test]
fn data_sets() {
    let listing = "\
Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname
VOL001 3390   2020/01/12  1   15  FB      80 27920  PS  ANNA.JCL.BACKUP
VOL001 3390   2020/01/12  1   15  FB      80 27920  PO  ANNA.JCL
VOL001 3390   **NONE**    1    1  U        0  6144  PO-E 'SYS1.LOAD'
Migrated                                                ANNA.OLD
VOL002 3390   VSAM ANNA.KSDS
Pseudo Directory                                        ANNA.SUB";
    let expected = [
        "file - -: ANNA.JCL.BACKUP",
        "folder - -: ANNA.JCL",
        "folder - -: SYS1.LOAD",
        "file - -: ANNA.OLD",
        "file - -: ANNA.KSDS",
        "folder - -: ANNA.SUB",
    ];
    assert_eq!(read(ListingFamily::Mvs, listing), expected);
}

#[test]
fn members() {
    let listing = " \
 Name     VV.MM   Created       Changed      Size  Init   Mod   Id
COMPILE   01.03 2019/05/12 2020/01/12 10:05    12    10     0 ANNA
$INDEX    01.00 2019/05/12 2020/01/12 10:05:33    12    10     0 ANNA
BARE
LOADMOD    000B60   00114C   00 FO             31    ANY";
    let expected = [
        "file - 20200112100500 minute: COMPILE",
        "file - 20200112100533 second: $INDEX",
        "file - -: BARE",
        "file - -: LOADMOD",
    ];
    assert_eq!(read(ListingFamily::Mvs, listing), expected);
}

#[test]
fn os400() {
    let listing = "\
QSYS            77824 02/23/00 15:09:55 *DIR       home/
ANNA             1024 01/12/20 10:05:33 *STMF      read me.txt
ANNA             1024 12.01.20 10:05:33 *STMF      german.txt
ANNA             1024 20/01/12 10:05:33 *STMF      unclear.txt
ANNA            36864 01/12/20 10:05:33 *FILE      SOURCE.FILE
ANNA            36864 01/12/20 10:05:33 *PGM       MAIN.PGM
QSYS                                    *LIB       QGPL.LIB";
    let expected = [
        "folder - 20000223150955 second: home",
        "file 1024 20200112100533 second: read me.txt",
        "file 1024 20200112100533 second: german.txt",
        "file 1024 -: unclear.txt",
        "file 36864 20200112100533 second: SOURCE.FILE",
        "other - 20200112100533 second: MAIN.PGM",
        "folder - -: QGPL.LIB",
    ];
    assert_eq!(read(ListingFamily::Os400, listing), expected);
}

#[test]
fn vxworks() {
    let listing = "\
  size          date       time       name
--------       ------     ------    --------
     512    JAN-12-2020  10:05:33   ata0              <DIR>
    1024    Jan-02-2020  10:05:33   vx works.st";
    let expected =
        ["folder - 20200112100533 second: ata0", "file 1024 20200102100533 second: vx works.st"];
    assert_eq!(read(ListingFamily::VxWorks, listing), expected);
}
