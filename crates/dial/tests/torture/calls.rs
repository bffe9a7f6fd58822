//! The calls a program makes, as the shim notes them, and which of them are to fail.

/// A kind of call and the number of ways it can fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    name: String,
    ways: usize,
}

/// The call of this number, counted from 1, fails in this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) call: usize,
    pub(crate) way: usize,
}

/// Such as those that look at files, each for another reason.
const FEW: usize = 8;

/// Reads what the shim has noted.
pub(crate) fn parse(trace: &str) -> Vec<Call> {
    let calls = trace.lines().filter_map(|line| line.split_once(' '));
    let call = |(name, ways): (&str, &str)| Call {
        name: name.into(),
        ways: ways.parse().expect("a number"),
    };
    calls.map(call).collect()
}

/// Every call in every way.
pub(crate) fn every(calls: &[Call]) -> Vec<Fault> {
    (0..calls.len()).flat_map(|index| ways(calls, index)).collect()
}

/// Of each kind all calls where they are few, else the first, the middle and the last, in every way.
pub(crate) fn some(calls: &[Call]) -> Vec<Fault> {
    let is_chosen = |index: &usize| {
        let same = |call: &&Call| call.name == calls[*index].name;
        let (earlier, all) =
            (calls[..*index].iter().filter(same).count(), calls.iter().filter(same).count());
        all <= FEW || [0, all / 2, all - 1].contains(&earlier)
    };
    (0..calls.len()).filter(is_chosen).flat_map(|index| ways(calls, index)).collect()
}

fn ways(calls: &[Call], index: usize) -> impl Iterator<Item = Fault> {
    (0..calls[index].ways).map(move |way| Fault { call: index + 1, way })
}

#[test]
fn calls_are_chosen_by_kind() {
    let calls = parse(&format!("open 1\n{}open 1\n", "read 2\n".repeat(FEW + 1)));
    let chosen: Vec<_> = some(&calls).iter().map(|fault| (fault.call, fault.way)).collect();
    assert_eq!(chosen, [(1, 0), (2, 0), (2, 1), (6, 0), (6, 1), (10, 0), (10, 1), (11, 0)]);
    assert_eq!(every(&calls).len(), 2 + 2 * (FEW + 1));
}
