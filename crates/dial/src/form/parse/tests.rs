use super::*;

/// The fields in a form that is easy to read, and the warnings.
fn read(arguments: &[&str]) -> Result<(String, Vec<String>), Refusal> {
    let (mut fields, mut warnings) = (Fields::default(), Vec::new());
    for argument in arguments {
        fields.add(argument.as_bytes(), false, &mut warnings)?;
    }
    Ok((shown(&fields.into_done()), warnings))
}

fn shown(fields: &[Field]) -> String {
    let fields: Vec<String> = fields.iter().map(one).collect();
    fields.join(" ")
}

fn one(field: &Field) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut all = text(field.name.as_deref().unwrap_or(b"-"));
    all += &match &field.content {
        Content::Text(content) => format!("=[{}]", text(content)),
        Content::File(name) => format!("=@[{}]", name.display()),
        Content::FileText(name) => format!("=<[{}]", name.display()),
        Content::Fields(fields) => format!("=({})", shown(fields)),
    };
    let (file_name, media_type) = (field.file_name.as_deref().map(text), &field.media_type);
    for (key, value) in [("f", &file_name), ("t", media_type), ("e", &field.encoder)] {
        all += &value.as_ref().map(|value| format!(";{key}[{value}]")).unwrap_or_default();
    }
    for header in &field.headers {
        all += &match header {
            HeaderSource::Line(line) => format!(";h[{}]", text(line)),
            HeaderSource::File(name) => format!(";h@[{}]", name.display()),
        };
    }
    all
}

fn silent(arguments: &[&str]) -> String {
    let (fields, warnings) = read(arguments).expect("a form");
    assert_eq!(warnings, Vec::<String>::new(), "{arguments:?}");
    fields
}

#[test]
fn a_field_is_a_text_or_files_or_fields() {
    assert_eq!(silent(&["a=1", "=x", "b=", "c= y z "]), "a=[1] -=[x] b=[] c=[y z]");
    assert_eq!(silent(&["a=@f", "b=@ f ", "c=<g", "d=@-"]), "a=@[f] b=@[f] c=<[g] d=@[-]");
    assert_eq!(silent(&["a=@f,g , h;type=x/y"]), "a=(-=@[f] -=@[g] -=@[h];t[x/y])");
    assert_eq!(silent(&["a=<f,g", "b=f,g"]), "a=<[f,g] b=[f,g]");
    assert_eq!(
        silent(&["a=(", "b=1", "=(", "c=2", "=)", "=)", "d=3"]),
        "a=(b=[1] -=(c=[2])) d=[3]"
    );
    assert_eq!(silent(&["a=(;type=x/y", "b=1"]), "a=(b=[1]);t[x/y]");
    assert_eq!(silent(&["a=)", "=)x"]), "a=[)] -=[)x]");
}

#[test]
fn words_may_stand_in_quotes() {
    assert_eq!(silent(&[r#"a="x;y" "#, r#"b="\"\\\n""#]), r#"a=[x;y] b=["\\n]"#);
    assert_eq!(silent(&[r#"a=@"f,g";filename="x;y,z""#]), "a=@[f,g];f[x;y,z]");
    assert_eq!(silent(&[r#"a="x"#, r#"b=x"y""#]), r#"a=["x] b=[x"y"]"#);
    let (fields, warnings) = read(&[r#"a="x"y;type=a/b"#]).expect("a form");
    assert_eq!((fields.as_str(), warnings.len()), ("a=[x];t[a/b]", 1));
}

#[test]
fn a_type_has_its_parameters_and_ends_at_the_next_key() {
    assert_eq!(silent(&["a=x;type=a/b; charset=c ;d=e"]), "a=[x];t[a/b; charset=c ;d=e]");
    assert_eq!(silent(&["a=x;TYPE= a/b ;filename=c"]), "a=[x];f[c];t[a/b]");
    assert_eq!(silent(&["a=x;type=a/b;type=c/d"]), "a=[x];t[a/b;type=c/d]");
    assert_eq!(silent(&["a=x;type=a/b;filename=c;type=d/e"]), "a=[x];f[c];t[d/e]");
    assert_eq!(silent(&["a=@f;type=a/b;c=d,g"]), "a=(-=@[f];t[a/b;c=d] -=@[g])");
}

#[test]
fn headers_and_encoders_are_words() {
    let line = r#"a=x;headers="A: b; c";headers=@ h ;headers=<i;encoder=base64"#;
    assert_eq!(silent(&[line]), "a=[x];e[base64];h[A: b; c];h@[h];h@[i]");
}

#[test]
fn what_means_nothing_is_warned_about() {
    let warned = |argument| read(&[argument]).expect("a form").1;
    assert_eq!(warned("a=x;b=c"), ["skip unknown form field: b=c"]);
    assert_eq!(warned("a=x;;"), Vec::<String>::new());
    assert_eq!(warned("a=<f;filename=g"), ["Field file name not allowed here: g"]);
    assert_eq!(warned("a=(;encoder=8bit"), ["Field encoder not allowed here: 8bit"]);
}

#[test]
fn what_is_no_field_is_refused() {
    for bad in
        ["", "a", "=)", "a=x;type=b", "a=x;type=/b", "a=x;type=b/", "a=x;type=", "a=@f;type=b c/d"]
    {
        assert!(read(&[bad]).is_err(), "{bad}");
    }
    assert!(read(&vec!["=("; MAX_DEPTH]).is_ok() && read(&vec!["=("; MAX_DEPTH + 1]).is_err());
}

#[test]
fn in_a_literal_nothing_has_a_meaning() {
    let mut fields = Fields::default();
    for text in ["a=@f;type=b", "b=(", "=)"] {
        fields.add(text.as_bytes(), true, &mut Vec::new()).expect("a field");
    }
    assert_eq!(shown(&fields.into_done()), "a=[@f;type=b] b=[(] -=[)]");
}

/// Every text of six of these letters: an answer, and never a panic.
#[test]
fn no_text_is_too_strange() {
    const LETTERS: &[u8] = b"a=@,;\"\\(";
    for number in 0..LETTERS.len().pow(6) {
        let mut left = number;
        let letter = |_| {
            let letter = LETTERS[left % LETTERS.len()];
            left /= LETTERS.len();
            letter
        };
        let text: Vec<u8> = b"n=".iter().copied().chain((0..6).map(letter)).collect();
        let _ = Fields::default().add(&text, false, &mut Vec::new());
    }
}
