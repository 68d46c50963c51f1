//! What the benches share: numbers on the command line.

/// An integer as people write it: `1000`, `1_000`, `1e11`, `2^40`, or a difference such as `2^64-1`.
pub fn integer(text: &str) -> Result<u64, String> {
    let refused =
        || format!("`{text}` is no integer from 0 to 2^64 - 1 (1e11 and 2^40 are understood)");
    let (number, less) = text.split_once('-').unwrap_or((text, "0"));
    term(number)
        .zip(term(less))
        .and_then(|(number, less)| number.checked_sub(less))
        .and_then(|number| u64::try_from(number).ok())
        .ok_or_else(refused)
}

/// u128, because 2^64 itself occurs on the way.
fn term(text: &str) -> Option<u128> {
    let digits = |text: &str| text.replace('_', "").parse::<u128>().ok();
    if let Some((mantissa, exponent)) = text.split_once('e') {
        digits(mantissa)?.checked_mul(10u128.checked_pow(exponent.parse().ok()?)?)
    } else if let Some((base, exponent)) = text.split_once('^') {
        digits(base)?.checked_pow(exponent.parse().ok()?)
    } else {
        digits(text)
    }
}
