//! `-F` and its kin.

use crate::twin::Twin;

fn twin() -> Twin {
    Twin::new()
        .file("a.txt", "hello\n")
        .file("b.HTML", "<p>")
        .file("c.bin", "\0\u{1}")
        .file("empty", "")
        .file("h", "X-One: 1\n# no\nX-Two: 2\n  more \n\n")
        .stdin("from\nstdin")
}

#[test]
fn fields_and_files() {
    twin().same(&[
        &["-s", "-F", "a=1", "U/hello"],
        &["-s", "-F", "a=1", "-F", "a= two ", "-F", "=x", "-F", "e=", "U/hello"],
        &["-s", "-F", "a=@a.txt", "-F", "b=@b.HTML", "-F", "c=@c.bin", "-F", "d=@empty", "U/hello"],
        &["-s", "-F", "a=<a.txt", "-F", "b=<b.HTML", "-F", "c=<c.bin", "U/hello"],
        &["-s", "-F", "a=@a.txt,b.HTML;type=x/y", "U/hello"],
        &["-s", "-F", "a=@ROOM/a.txt", "U/hello"],
        &["-s", "-F", "a=@-", "U/hello"],
        &["-s", "-F", "a=<-", "-F", "b=1", "U/hello"],
        &["-s", "-F", "a=@-;filename=x.png", "U/hello"],
        &["-s", "-F", "a=grüße", "U/hello"],
        &["-s", "--form-string", "a=@x;type=y", "-F", "b=1", "U/hello"],
        &["-s", "-F", "a=1", "-F", "b=2", "-w", "%{http_code}\n", "-o", "o", "U/"],
    ]);
}

#[test]
fn what_is_said_about_them() {
    twin().same(&[
        &["-s", "-F", "a=x;type=text/plain", "U/hello"],
        &["-s", "-F", "a=x;type=a/b; charset=c ;filename=d", "U/hello"],
        &["-s", "-F", "a=@a.txt;type=image/png", "U/hello"],
        &["-s", "-F", "a=@a.txt;filename=n.pdf", "U/hello"],
        &["-s", "-F", "a=@a.txt;filename=", "U/hello"],
        &["-s", "-F", "a=x;filename=n.jpeg", "U/hello"],
        &["-s", "-F", "a=x;filename=n", "U/hello"],
        &["-s", "-F", "a=\"x;y\";filename=\"a;b\\\"c\\\\d\"", "U/hello"],
        &["-s", "-F", "a=@\"a.txt\" ; type = x", "U/hello"],
        &["-s", "-F", "a=x;headers=\"X-A: b\";headers=@h;type=a/b", "U/hello"],
        &["-s", "-F", "a=x;headers=\"Content-Type: b/c\"", "U/hello"],
        &["-s", "-F", "a=x;headers=\"Content-Disposition: z\"", "U/hello"],
        &["-s", "-F", "a=x;encoder=8bit", "-F", "b=x;encoder=binary", "U/hello"],
        &["-s", "-F", "a=x;encoder=rot13", "U/hello"],
        &["-s", "-F", "a=@c.bin;encoder=base64", "-F", "b=x;encoder=BASE64", "U/hello"],
        &["-s", "-F", "a=@a.txt;encoder=7bit", "U/hello"],
        &["-s", "-F", "a=x;encoder=base64;headers=\"Content-Transfer-Encoding: y\"", "U/hello"],
        &["-s", "-F", "a=x;bogus=1", "U/hello"],
        &["-s", "-F", "a=<a.txt;filename=n", "U/hello"],
        &["-s", "-F", "a=\"x\"y;type=a/b", "U/hello"],
        &["-s", "-F", "a=\"x", "U/hello"],
    ]);
}

#[test]
fn a5_names() {
    twin().same(&[
        &["-s", "-F", "a=@a.txt;filename=\"a\\\"; name=\\\"b\"", "U/hello"],
        &["-s", "-F", "a\"; filename=\"b=x", "U/hello"],
        &["-s", "-F", "a=@a.txt;filename=x\r\ny", "U/hello"],
        &["-s", "--form-escape", "-F", "a\"\\=@a.txt;filename=q\"\\z", "U/hello"],
    ]);
}

#[test]
fn multiparts_within_multiparts() {
    twin().same(&[
        &["-s", "-F", "n=(", "-F", "x=1", "-F", "y=@c.bin", "-F", "=)", "-F", "z=2", "U/hello"],
        &["-s", "-F", "=(;type=multipart/alternative", "-F", "= p", "-F", "=<b.HTML", "U/hello"],
        &["-s", "-F", "=(;headers=\"X-A: b\"", "-F", "=(", "-F", "a=@a.txt,h", "U/hello"],
        &["-s", "-F", "n=(", "-F", "=)", "U/hello"],
        &["-s", "-F", "=)", "U/hello"],
        &["-s", "-H", "Content-Type: multipart/related", "-F", "a=1", "-F", "=2", "U/hello"],
    ]);
}

#[test]
fn beside_other_options() {
    twin().same(&[
        &["-s", "-F", "a=1", "-d", "b", "U/hello"],
        &["-s", "-d", "b", "-F", "a=1", "U/hello"],
        &["-s", "-F", "a=1", "-G", "-d", "b", "U/hello"],
        &["-s", "-F", "a=1", "-T", "a.txt", "U/hello"],
        &["-F", "a=1", "-I", "U/hello"],
        &["-s", "-F", "a=1", "-G", "U/hello"],
        &["-s", "-F", "a=1", "-X", "PUT", "U/hello"],
        &["-s", "-F", "a=1", "-0", "U/hello"],
        &["-s", "-F", "a=1", "-H", "X-A: b", "-u", "a:b", "U/hello"],
        &["-s", "-F", "a=1", "--url-query", "b=c", "U/hello"],
        &["-s", "-F", "a=@a.txt", "-H", "Expect: 100-continue", "U/hello"],
        &["-s", "-F", "a", "U/hello"],
        &["-s", "-F", "a=x;type=nonsense", "U/hello"],
        &["-sS", "-F", "a=@missing", "U/hello"],
        &["-sS", "-F", "a=1", "-F", "b=<missing", "U/hello"],
    ]);
}

#[test]
fn a_large_form_waits_for_the_go_ahead() {
    let twin = Twin::new().file("big", vec![b'x'; 1_100_000]);
    twin.same(&[
        &["-s", "-F", "a=@big", "-F", "z=26", "U/hello"],
        &["-s", "-F", "a=@big", "-H", "Expect:", "U/hello"],
    ]);
}
