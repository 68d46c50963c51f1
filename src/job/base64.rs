//! base64url without padding (RFC 4648), for checkpoints as text. Own code, for it is a sixth of what a crate took in
//! wasm (docs/DEPENDENCIES.md); the tests compare it with one of them.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// `text`, and the letters of `bytes` behind it.
pub fn encode(text: &str, bytes: &[u8]) -> String {
    let mut text = String::from(text);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, &byte| bits << 8 | u32::from(byte));
        let bits = bits << (8 * (3 - three.len()));
        for letter in 0..=three.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * letter) & 63) as usize]));
        }
    }
    text
}

/// The whole bytes that the letters say. None for what is no letter.
pub fn decode(letters: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    let (mut bits, mut count) = (0u32, 0);
    for letter in letters {
        bits = bits << 6 | LETTERS.iter().position(|known| known == letter)? as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn letters_are_those_of_another_implementation(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let text = encode("", &bytes);
            prop_assert_eq!(&text, &Base64UrlUnpadded::encode_string(&bytes));
            prop_assert_eq!(decode(text.as_bytes()), Some(bytes));
        }

        #[test]
        fn anything_else_is_refused(text in prop::collection::vec(any::<u8>(), 0..10)) {
            let known = text.iter().all(|letter| LETTERS.contains(letter));
            prop_assert_eq!(decode(&text).is_some(), known);
        }
    }
}
