use std::time::Duration;

use super::*;

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2015-08-30 12:36:00
const SUITE: u64 = 1_440_938_160;

fn sign(scope: &str, request: &Request<'_>, secret: &[u8], at: u64) -> Vec<(String, String)> {
    let key = Key { id: "AKIDEXAMPLE", secret };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
    SigV4::parse(scope).unwrap().sign(request, &key, now).unwrap()
}

fn signature(fields: &[(String, String)]) -> &str {
    fields[0].1.split("Signature=").last().unwrap()
}

fn get<'a>(target: &'a str, host: &'a str, fields: &'a [(&'a str, &'a [u8])]) -> Request<'a> {
    let payload = Payload::Hash(SigV4::hasher().finish());
    Request { method: "GET", target, host: host.as_bytes(), fields, payload }
}

/// Name, method, target, fields, payload, and what the signature has to be.
type Case = (&'static str, &'static str, &'static str, Fields, &'static [u8], &'static str);
type Fields = &'static [(&'static str, &'static [u8])];

/// Of Amazon's test suite `aws-sig-v4-test-suite`, by the names of its cases.
#[test]
fn the_suite_of_amazon() {
    const FORM: (&str, &[u8]) = ("Content-Type", b"application/x-www-form-urlencoded");
    let cases: [Case; 8] = [
        (
            "get-vanilla",
            "GET",
            "/",
            &[],
            b"",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "get-vanilla-query-order-key-case",
            "GET",
            "/?Param2=value2&Param1=value1",
            &[],
            b"",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "post-vanilla",
            "POST",
            "/",
            &[],
            b"",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            "post-x-www-form-urlencoded",
            "POST",
            "/",
            &[FORM],
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "get-header-value-trim",
            "GET",
            "/",
            &[("My-Header1", b" value1"), ("My-Header2", b" \"a   b   c\"")],
            b"",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
        (
            "get-header-value-order, one name twice",
            "GET",
            "/",
            &[("My-Header1", b"value4"), ("my-header1", b"value1")],
            b"",
            "05577627fbea18c3ba9929345e1f2548ebb9382c9b370c84849c847a9472c07a",
        ),
        (
            "an escaped path is escaped once more",
            "GET",
            "/%E1%88%B4",
            &[],
            b"",
            "697b34846207a3f72246f99d74ae1ee4fe54f44bb06730c58a0d339eb079596d",
        ),
        (
            "a query in any way of escaping",
            "GET",
            "/?b=%7e+%2b&a&%41=%c3%bc",
            &[],
            b"",
            "9f07214224d545d6afc03454a47ea593b7f38aedc8719ddbfce5f7b9631a9ec6",
        ),
    ];
    for (name, method, target, fields, body, expected) in cases {
        let mut hasher = SigV4::hasher();
        hasher.update(body);
        let payload = Payload::Hash(hasher.finish());
        let host = b"example.amazonaws.com";
        let request = Request { method, target, host, fields, payload };
        let fields = sign("aws:amz:us-east-1:service", &request, SECRET, SUITE);
        assert_eq!(signature(&fields), expected, "{name}");
        assert_eq!(fields[1..], [("X-Amz-Date".to_owned(), "20150830T123600Z".to_owned())]);
    }
}

/// The examples of the documentation of S3, whose hash of the body is a field of its own.
#[test]
fn the_examples_of_s3() {
    let secret = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let range: &[(&str, &[u8])] = &[("Range", b"bytes=0-9")];
    for (target, fields, expected) in [
        ("/test.txt", range, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("/?lifecycle", &[], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (
            "/?max-keys=2&prefix=J",
            &[],
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let request = get(target, "examplebucket.s3.amazonaws.com", fields);
        let fields = sign("aws:amz:us-east-1:s3", &request, secret, 1_369_353_600);
        assert_eq!(signature(&fields), expected, "{target}");
        assert_eq!(fields[2].0, "x-amz-content-sha256");
    }
}

#[test]
fn region_and_service_are_parts_of_the_host_unless_said() {
    let request = get("/", "iam.eu-west-1.amazonaws.com", &[]);
    let credential = |scope: &str| {
        let fields = sign(scope, &request, SECRET, SUITE);
        fields[0].1.split([' ', ',']).nth(1).unwrap().to_owned()
    };
    let day = "Credential=AKIDEXAMPLE/20150830";
    assert_eq!(credential("aws"), format!("{day}/eu-west-1/iam/aws4_request"));
    assert_eq!(credential("aws:amz:r"), format!("{day}/r/iam/aws4_request"));
    assert_eq!(credential("OSC:x:r:s"), format!("{day}/r/s/osc4_request"));
    let other = sign("osc", &request, SECRET, SUITE);
    assert!(other[0].1.starts_with("OSC4-HMAC-SHA256 "), "{other:?}");
    assert_eq!(other[1].0, "X-Osc-Date");
}

#[test]
fn what_cannot_be_signed_says_why() {
    let why = |scope: &str| SigV4::parse(scope).unwrap_err();
    assert_eq!(
        (why(""), why("a::c"), why("a:b:c:d:e")),
        (SigV4Error::Empty, SigV4Error::Empty, SigV4Error::Parts)
    );
    let key = Key { id: "k", secret: b"canary" };
    assert!(!format!("{key:?}").contains("canary"));
    let at = |host: &str, scope: &str| {
        let now = SystemTime::UNIX_EPOCH;
        SigV4::parse(scope).unwrap().sign(&get("/", host, &[]), &key, now).unwrap_err()
    };
    assert_eq!(at("localhost", "aws"), SigV4Error::NoService);
    assert_eq!(at("s3.amazonaws", "aws"), SigV4Error::NoRegion);
}

#[test]
fn the_callers_date_and_hash_are_taken_as_they_are() {
    let fields: &[(&str, &[u8])] =
        &[("x-amz-date", b"20150830T123600Z"), ("X-Amz-Content-Sha256", b"abc")];
    let request = get("/", "b.s3.amazonaws.com", fields);
    let own = sign("aws:amz:us-east-1:s3", &request, SECRET, 0);
    assert_eq!(own.len(), 1);
    assert!(own[0].1.contains("/20150830/us-east-1/s3/aws4_request"), "{own:?}");
    let unsigned = Request { payload: Payload::Unsigned, ..get("/", "b.s3.amazonaws.com", &[]) };
    let own = sign("aws:amz:us-east-1:s3", &unsigned, SECRET, 0);
    assert_eq!(own[2].1, "UNSIGNED-PAYLOAD");
}
