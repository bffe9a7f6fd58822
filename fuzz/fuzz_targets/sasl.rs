//! Invariant: whatever a server says in a login, the password goes out only where the mechanism is one that
//! tells it, no mechanism with proof is believed without one, and the dialogue ends.
#![no_main]

use landline_fuzz::assert_harmless;
use landline_wire::sasl::{Exchange, Identity, Mechanism, Mechanisms};
use libfuzzer_sys::fuzz_target;

const SECRET: &[u8] = b"the secret of the test";

fuzz_target!(|data: &[u8]| {
    let Some((&choice, rest)) = data.split_first() else { return };
    let mechanism = Mechanism::ALL[usize::from(choice) % Mechanism::ALL.len()];
    assert_eq!(Mechanism::named(mechanism.name()), Some(mechanism));
    let mut identity = Identity::new("me", SECRET);
    identity.token = Some("a token".to_owned());
    let mut exchange = Exchange::new(mechanism, identity, "fyko+d2lbbFgONRv9qkxdawL");
    exchange.check().expect("all of it can be said");

    let initial = exchange.initial();
    assert_eq!(initial.is_some(), mechanism.speaks_first());
    let mut said = vec![initial.unwrap_or_default()];
    let mut challenges = rest.split(|&byte| byte == b'\n').cycle();
    let why = loop {
        match exchange.answer(challenges.next().unwrap_or_default()) {
            Ok(answer) => said.push(answer),
            Err(why) => break why,
        }
        assert!(said.len() < 20, "it asks for ever");
    };
    assert_harmless(&why);

    let tells = matches!(mechanism, Mechanism::Plain | Mechanism::Login);
    let tell = |one: &[u8]| one.windows(SECRET.len()).any(|part| part == SECRET);
    let is_told = said.iter().any(|one| tell(one));
    // A server that guesses it is told its own words.
    assert!(tell(rest) || is_told == (tells && (mechanism == Mechanism::Plain || said.len() > 2)));
    // Digest's proof is left out: the fuzzer looks on while it is compared, and says it.
    if mechanism != Mechanism::DigestMd5 {
        let proves = mechanism.name().starts_with("SCRAM");
        assert_eq!(exchange.finish(None).is_err(), proves);
    }
    let listed = Mechanisms::of(&String::from_utf8_lossy(rest));
    assert!(listed.iter().count() <= Mechanism::ALL.len());
});
