//! Invariants: whatever a server answers, reading it ends, without a panic, in memory bounded by its length; an
//! answer cut short never has an address that the whole one has not; addresses are of the family asked for; a
//! message that answers a question still does so with bytes behind it. A name that can be asked for fits in a message.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::dns::{DnsError, Question, RecordType, Reply};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for kind in [RecordType::A, RecordType::Aaaa] {
        let question = Question::new("a.test", kind).expect("a good name");
        // The question as it should be asked, so that the fuzzer does not have to find it.
        let mut message = question.message(7);
        message.extend(data.get(2..).unwrap_or_default());
        message[2] |= 0x80;
        (message[6], message[7]) = (0, data.first().copied().unwrap_or(0));
        for message in [data, &message[..]] {
            check(&question, kind, message);
        }
    }
    let text = String::from_utf8_lossy(data);
    if let Ok(question) = Question::new(&text, RecordType::A) {
        assert!(question.message(1).len() <= 12 + 255 + 4);
        assert_eq!(question.reply(1, &question.message(1)), Err(DnsError::Stray));
    }
});

fn check(question: &Question, kind: RecordType, message: &[u8]) {
    let whole = question.reply(7, message);
    if let Err(error) = &whole {
        assert_harmless(error);
    }
    if let Ok(Reply::Addresses(addresses)) = &whole {
        assert!(addresses.len() <= message.len());
        assert!(addresses.iter().all(|one| one.is_ipv4() == (kind == RecordType::A)));
        let longer = [message, &b"behind"[..]].concat();
        assert_eq!(question.reply(7, &longer).as_ref(), Ok(&Reply::Addresses(addresses.clone())));
    }
    for cut in [message.len() / 2, message.len().saturating_sub(1)] {
        if let (Ok(Reply::Addresses(part)), Ok(Reply::Addresses(all))) =
            (question.reply(7, &message[..cut]), &whole)
        {
            assert_eq!(&part, all);
        }
    }
}
