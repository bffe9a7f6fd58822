//! "Did you mean …?" for a mistyped long option.

/// The nearest long name, with dashes, when it is near enough to be a typing error.
pub(super) fn near(name: &str) -> Option<&'static str> {
    // The longest name has 26 letters; longer input is no typing error and would cost time.
    if name.len() > 30 {
        return None;
    }
    let allowed = if name.len() < 5 { 1 } else { 2 };
    let best = super::all().map(|flag| (distance(name, flag.long), flag)).min_by_key(|pair| pair.0);
    best.filter(|pair| pair.0 <= allowed).map(|pair| pair.1.long)
}

/// Letters to insert, remove, change or swap with a neighbour to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (above[j - 1] + changed).min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_recognised() {
        assert_eq!(near("hedaer"), Some("header"));
        assert_eq!(near("silnt"), Some("silent"));
        assert_eq!(near("retry-dleay"), Some("retry-delay"));
        assert_eq!(near("foo"), None);
        assert_eq!(near(&"x".repeat(1_000_000)), None);
    }
}
