use super::*;

/// A reply to the question for `a.test` with these answer records.
fn reply(kind: RecordType, records: &[Vec<u8>]) -> Result<Reply, DnsError> {
    let question = Question::new("A.Test.", kind).unwrap();
    let mut message = question.message(9);
    message[2] |= 0x80;
    message[7] = records.len() as u8;
    message.extend(records.concat());
    let whole = question.reply(9, &message);
    // What is cut off anywhere is an error or says less, and never panics; what follows is ignored.
    for end in 0..message.len() {
        assert!(question.reply(9, &message[..end]).is_err(), "cut at {end}");
    }
    message.extend(b"behind");
    assert_eq!(question.reply(9, &message), whole);
    whole
}

fn record(owner: &[u8], kind: u16, data: &[u8]) -> Vec<u8> {
    let mut record = owner.to_vec();
    record.extend(kind.to_be_bytes());
    record.extend(b"\0\x01\0\0\0\x3c");
    record.extend((data.len() as u16).to_be_bytes());
    record.extend(data);
    record
}

const ASKED: &[u8] = b"\xc0\x0c";

fn addresses(texts: &[&str]) -> Result<Reply, DnsError> {
    Ok(Reply::Addresses(texts.iter().map(|text| text.parse().unwrap()).collect()))
}

#[test]
fn the_question_on_the_wire() {
    let question = Question::new("A.test", RecordType::Aaaa).unwrap();
    let expected = b"\x01\x02\x01\0\0\x01\0\0\0\0\0\0\x01a\x04test\0\0\x1c\0\x01";
    assert_eq!(question.message(0x0102), expected);
}

#[test]
fn class_k5_names_that_cannot_be_asked_for() {
    let (label, long) = ("a".repeat(64), vec!["a".repeat(63); 4].join("."));
    for name in ["", ".", "a..b", ".a", "a b", "a\0b", "a/b", "ä", "a.b:1", &label, &long] {
        assert_eq!(Question::new(name, RecordType::A), Err(DnsError::Name), "{name:?}");
    }
    assert!(Question::new(&"a.".repeat(127), RecordType::A).is_ok());
    assert!(Question::new("_x.xn--bcher-kva.test", RecordType::A).is_ok());
}

#[test]
fn addresses_in_the_servers_order() {
    let records = [record(ASKED, 1, &[127, 0, 0, 2]), record(ASKED, 1, &[127, 0, 0, 1])];
    assert_eq!(reply(RecordType::A, &records), addresses(&["127.0.0.2", "127.0.0.1"]));
    let v6 = record(b"\x01A\x04TEST\0", 28, &[0; 16]);
    assert_eq!(reply(RecordType::Aaaa, std::slice::from_ref(&v6)), addresses(&["::"]));
    assert_eq!(reply(RecordType::A, &[v6]), addresses(&[]), "of no use here");
}

#[test]
fn class_k5_addresses_of_other_names_are_not_taken() {
    let other = record(b"\x01b\x04test\0", 1, &[127, 0, 0, 1]);
    assert_eq!(reply(RecordType::A, std::slice::from_ref(&other)), addresses(&[]));
    let alias = record(ASKED, 5, b"\x01b\x04test\0");
    assert_eq!(reply(RecordType::A, &[other, alias]), addresses(&["127.0.0.1"]));
}

#[test]
fn class_k5_chains_end() {
    let name = |n: u8| vec![2, b'n', n, 0];
    let chain = |count: u8| {
        let mut records = vec![record(ASKED, 5, &name(b'a'))];
        records.extend((1..count).map(|n| record(&name(b'a' + n - 1), 5, &name(b'a' + n))));
        records.push(record(&name(b'a' + count - 1), 1, &[127, 0, 0, 1]));
        reply(RecordType::A, &records)
    };
    assert_eq!(chain(16), addresses(&["127.0.0.1"]));
    assert_eq!(chain(17), Err(DnsError::Chain));
    let circle = [record(ASKED, 5, &name(b'a')), record(&name(b'a'), 5, b"\x01a\x04test\0")];
    assert_eq!(reply(RecordType::A, &circle), Err(DnsError::Chain));
    assert_eq!(reply(RecordType::A, &[record(ASKED, 5, ASKED)]), Err(DnsError::Chain));
}

#[test]
fn class_k5_names_that_make_no_sense() {
    let long = [&[63][..], &[b'a'; 63]].concat().repeat(4);
    let cases: [&[u8]; 6] =
        [b"\xc0\xff", b"\xc0\x24", b"\x40a\0", b"\x80", &[&long[..], &[0]].concat(), b"\x01a\0\0"];
    for name in cases {
        let message = reply(RecordType::A, &[record(ASKED, 5, name)]);
        assert_eq!(message, Err(DnsError::Malformed), "{name:?}");
    }
    let odd = reply(RecordType::A, &[record(ASKED, 1, &[1, 2, 3])]);
    assert_eq!(odd, Err(DnsError::Malformed));
}

#[test]
fn class_k5_addresses_of_the_other_family_make_no_sense() {
    for (kind, bytes) in [(RecordType::A, 16), (RecordType::Aaaa, 4)] {
        let address = record(b"\xc0\x0c", kind.number(), &vec![0; bytes]);
        assert_eq!(reply(kind, &[address]), Err(DnsError::Malformed));
    }
}

#[test]
fn answers_to_other_questions_are_strays() {
    let question = Question::new("a.test", RecordType::A).unwrap();
    let mut message = question.message(9);
    assert_eq!(question.reply(9, &message), Err(DnsError::Stray), "a question");
    message[2] |= 0x80;
    assert_eq!(question.reply(9, &message), addresses(&[]));
    assert_eq!(question.reply(8, &message), Err(DnsError::Stray));
    for other in [("b.test", RecordType::A), ("a.test", RecordType::Aaaa)] {
        let other = Question::new(other.0, other.1).unwrap();
        assert_eq!(other.reply(9, &message), Err(DnsError::Stray));
    }
    for (code, expected) in [(3, Reply::NoSuchName), (2, Reply::Failed(2)), (5, Reply::Failed(5))] {
        message[3] = code;
        assert_eq!(question.reply(9, &message), Ok(expected));
    }
    (message[2], message[3]) = (0x83, 0);
    assert_eq!(question.reply(9, &message), Ok(Reply::Truncated));
}
