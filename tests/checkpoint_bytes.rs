//! Checkpoints as bytes: the format stays as docs/CHECKPOINT.md has it, and what is no checkpoint is refused.

use proptest::prelude::*;
use std::sync::OnceLock;
use tamis::error::Status;
use tamis::job::kinds::{COUNT_PRIMES, COUNT_TUPLETS, LIST_PRIMES, NTH_PRIME, SELF_TEST};
use tamis::job::{Format, Job, Param, State, describe, from_text, to_text};

#[path = "../fuzz/entry.rs"]
mod entry;

/// A job of which some was done, and what it comes to in the end.
struct Golden {
    /// Of the file in tests/fixtures.
    name: &'static str,
    make: fn() -> Job,
    answer: &'static [u64],
}

fn job(kind: i32, params: &[(Param, u64)]) -> Job {
    let job = Job::new(kind).unwrap();
    for (param, value) in params {
        job.set(*param as i32, *value).unwrap();
    }
    job.start_external().unwrap();
    job
}

fn run_chunks(job: Job, count: u64) -> Job {
    for _ in 0..count {
        let chunk = job.take_chunk().unwrap();
        job.put_chunk(chunk, &job.run_chunk(chunk).unwrap()).unwrap();
    }
    job
}

const BILLION: u64 = 1_000_000_000;

const GOLDEN: &[Golden] = &[
    Golden {
        name: "count-primes",
        make: || run_chunks(job(COUNT_PRIMES, &[(Param::Stop, BILLION)]), 2),
        // OEIS A006880(9).
        answer: &[50_847_534],
    },
    Golden {
        name: "count-tuplets",
        make: || run_chunks(job(COUNT_TUPLETS, &[(Param::Stop, BILLION), (Param::Kinds, 3)]), 1),
        // OEIS A006880(9), A007508(9).
        answer: &[50_847_534, 3_424_506, 0, 0, 0, 0],
    },
    Golden {
        name: "list-primes",
        make: || {
            let job = job(LIST_PRIMES, &[(Param::Stop, 100_000_000)]);
            let (mut values, mut bytes) = ([0; 100], vec![]);
            job.read_alone(&mut values).unwrap();
            job.read_bytes(Format::Delta, None, 3_000, &mut bytes).unwrap();
            assert!(values.ends_with(&[541]) && bytes.len() > 2_900);
            job
        },
        // OEIS A006880(8).
        answer: &[5_761_455],
    },
    Golden {
        name: "nth-prime",
        make: || run_chunks(job(NTH_PRIME, &[(Param::N, 50_000_000)]), 2),
        // The 5 * 10^7th prime; the 50,847,534th is the last below 10^9 (OEIS A006880(9)).
        answer: &[982_451_653],
    },
    Golden {
        name: "self-test",
        make: || run_chunks(job(SELF_TEST, &[(Param::TestChunks, 1_000)]), 400),
        answer: &[1_000 * 999 / 2],
    },
];

fn path(golden: &Golden) -> String {
    format!("{}/tests/fixtures/{}.tamis", env!("CARGO_MANIFEST_DIR"), golden.name)
}

fn fixture(golden: &Golden) -> Vec<u8> {
    std::fs::read(path(golden)).expect("a file of tests/fixtures")
}

/// What lies between the name of the version that made it and the checksum.
fn contents(checkpoint: &[u8]) -> &[u8] {
    &checkpoint[17 + usize::from(checkpoint[16])..checkpoint.len() - 8]
}

/// Reads it to its end, if it is a stream.
fn finish(job: &Job) -> Vec<u64> {
    job.start().unwrap();
    let mut values = vec![0; 10_000];
    while job.kind().number == LIST_PRIMES && job.read(&mut values, None).unwrap() > 0 {}
    job.wait(None).unwrap();
    job.values().unwrap().to_vec()
}

/// With TAMIS_WRITE_FIXTURES they are written anew; a change of the format is a new FORMAT_VERSION, and new files beside
/// the old ones.
#[test]
fn this_version_makes_the_checkpoints_of_the_first() {
    for golden in GOLDEN {
        let made = (golden.make)().checkpoint().unwrap();
        if std::env::var_os("TAMIS_WRITE_FIXTURES").is_some() {
            std::fs::write(path(golden), &made).unwrap();
        }
        let first = fixture(golden);
        assert_eq!(made[..12], first[..12], "{}", golden.name);
        assert_eq!(contents(&made), contents(&first), "{}", golden.name);
    }
}

#[test]
fn checkpoints_of_the_first_version_are_gone_on_with() {
    for golden in GOLDEN {
        assert_eq!(
            finish(&Job::restore(&fixture(golden)).unwrap()),
            golden.answer,
            "{}",
            golden.name
        );
    }
}

/// The C programs of tests/abi hold the same one as text, natively and as wasm.
#[test]
fn the_c_tests_have_the_same_checkpoint() {
    let token = to_text(&fixture(&GOLDEN[0])).unwrap();
    let golden = include_str!("abi/c/golden.h");
    let literal: String = golden.split('"').skip(1).step_by(2).collect();
    assert_eq!(literal, token, "tests/abi/c/golden.h");
}

/// "offset  bytes": as docs/CHECKPOINT.md shows it.
#[test]
fn the_manual_shows_a_true_checkpoint() {
    let dump: String = fixture(&GOLDEN[0])
        .chunks(16)
        .enumerate()
        .map(|(line, bytes)| {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let text: String = bytes
                .iter()
                .map(|&byte| if byte.is_ascii_graphic() { byte as char } else { '.' })
                .collect();
            format!("{:04x}  {:47}  {text}\n", 16 * line, hex.join(" "))
        })
        .collect();
    let manual = include_str!("../docs/CHECKPOINT.md");
    assert!(manual.contains(&dump), "docs/CHECKPOINT.md should have\n{dump}");
}

fn refusal(bytes: &[u8]) -> Status {
    Job::restore(bytes).map(|_| ()).expect_err("it was taken for a checkpoint").status()
}

#[test]
fn every_prefix_is_refused() {
    for golden in GOLDEN {
        let whole = fixture(golden);
        for length in 0..whole.len() {
            assert_eq!(refusal(&whole[..length]), Status::Truncated, "{} {length}", golden.name);
        }
        let longer = [&whole[..], b"\n"].concat();
        assert_eq!(refusal(&longer), Status::Altered);
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    for golden in GOLDEN {
        let whole = fixture(golden);
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut altered = whole.clone();
                altered[at] ^= 1 << bit;
                let expected = match at {
                    0..8 => &[Status::Foreign][..],
                    // The length: longer than what is there, or shorter.
                    12..16 => &[Status::Truncated, Status::Altered],
                    _ => &[Status::Altered],
                };
                assert!(expected.contains(&refusal(&altered)), "{} {at}", golden.name);
            }
        }
    }
}

#[test]
fn what_is_something_else_is_foreign() {
    for bytes in [&b"%PDF-1.7"[..], b"\x89PNG\r\n\x1a\n0123456789", b"tamis1-", b"\0", &[0xff; 400]]
    {
        assert_eq!(refusal(bytes), Status::Foreign);
    }
    // A transfer as text.
    let unix: Vec<u8> = fixture(&GOLDEN[0]).into_iter().filter(|&byte| byte != b'\r').collect();
    assert_eq!(refusal(&unix), Status::Foreign);
}

/// Where it lies behind the name of the version that made it, of the first golden one: docs/CHECKPOINT.md.
const KIND: usize = 0;
const NAME: usize = 4;
const PARAMS: usize = 18;
const NUMBERS: usize = PARAMS + 4 * 12;

/// Made now: what contradicts itself is altered only if this version made it.
fn fresh() -> &'static [u8] {
    static FRESH: OnceLock<Vec<u8>> = OnceLock::new();
    FRESH.get_or_init(|| (GOLDEN[0].make)().checkpoint().unwrap())
}

fn lie(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut lying = fresh().to_vec();
    let at = at + 17 + usize::from(lying[16]);
    lying[at..at + bytes.len()].copy_from_slice(bytes);
    entry::sealed(&lying)
}

#[test]
fn lies_with_a_right_checksum_are_refused() {
    let number = |index: usize, value: u64| lie(NUMBERS + 8 * index, &value.to_le_bytes());
    let golden = contents(fresh());
    let told =
        |index: usize| u64::from_le_bytes(golden[NUMBERS + 8 * index..][..8].try_into().unwrap());
    let (chunks, work, merged, done) = (told(0), told(1), told(2), told(3));
    assert!(merged == 2 && chunks > 3 && work == BILLION + 1 && done < work, "{chunks} {done}");
    // A job cut otherwise.
    assert_eq!(refusal(&number(0, chunks + 1)), Status::Version);
    assert_eq!(refusal(&number(1, work - 1)), Status::Version);
    assert_eq!(refusal(&lie(PARAMS + 12 + 4, &(2 * BILLION).to_le_bytes())), Status::Version);
    // Another place than it says.
    for (merged, done) in [
        (chunks + 1, done),
        (u64::MAX, done),
        (merged + 1, done),
        (merged, done + 1),
        (chunks, work - 1),
    ] {
        let lying = [merged.to_le_bytes(), done.to_le_bytes()].concat();
        assert_eq!(refusal(&lie(NUMBERS + 16, &lying)), Status::Altered, "{merged} {done}");
    }
    // What only streams have.
    for index in 4..7 {
        assert_eq!(refusal(&number(index, 1)), Status::Altered);
    }
    // More primes than integers.
    assert_eq!(refusal(&lie(NUMBERS + 60, &(done + 1).to_le_bytes())), Status::Altered);
    // The length of what was merged.
    for length in [0, 7, 9, u32::MAX] {
        assert_eq!(refusal(&lie(NUMBERS + 56, &length.to_le_bytes())), Status::Altered);
    }
    // A kind that there is not, one of another name, one of other parameters.
    assert_eq!(refusal(&lie(KIND, &77i32.to_le_bytes())), Status::Kind);
    assert_eq!(refusal(&lie(KIND, &LIST_PRIMES.to_le_bytes())), Status::Altered);
    assert_eq!(refusal(&lie(NAME + 1, b"k")), Status::Altered);
    assert_eq!(refusal(&lie(NAME + 1, b"\xff")), Status::Altered);
    assert_eq!(refusal(&lie(PARAMS, &7i32.to_le_bytes())), Status::Altered);
    // The same parameter twice, one out of bounds, start behind stop.
    assert_eq!(refusal(&lie(PARAMS, &2i32.to_le_bytes())), Status::Altered);
    assert_eq!(refusal(&lie(PARAMS + 24 + 4, &1000u64.to_le_bytes())), Status::Altered);
    assert_eq!(refusal(&lie(PARAMS + 4, &u64::MAX.to_le_bytes())), Status::Altered);
    // More parameters than there are bytes; two bytes that are zero.
    assert_eq!(refusal(&lie(PARAMS - 1, &[255])), Status::Altered);
    let mut reserved = fresh().to_vec();
    reserved[10] = 1;
    assert_eq!(refusal(&entry::sealed(&reserved)), Status::Altered);
}

/// The same as made by another version.
fn by_another(bytes: &[u8]) -> Vec<u8> {
    entry::sealed(
        &[&bytes[..16], &b"\x0699.9.9"[..], &bytes[17 + usize::from(bytes[16])..]].concat(),
    )
}

#[test]
fn another_version_is_named() {
    assert!(Job::restore(&by_another(fresh())).is_ok());
    let mut newer_format = fresh().to_vec();
    newer_format[8] = 2;
    let cases = [
        (newer_format, Status::Version),
        // What would be a contradiction within one version is more than this one knows.
        (lie(PARAMS, &4711i32.to_le_bytes()), Status::Version),
        (lie(PARAMS + 24 + 4, &1000u64.to_le_bytes()), Status::Version),
        (lie(NUMBERS, &47u64.to_le_bytes()), Status::Version),
        (lie(KIND, &4711i32.to_le_bytes()), Status::Kind),
    ];
    for (bytes, status) in cases {
        let error = Job::restore(&by_another(&bytes)).err().unwrap();
        assert_eq!(error.status(), status);
        assert!(error.message().contains("tamis 99.9.9 made"), "{}", error.message());
        assert_eq!(describe(&by_another(&bytes)), error.message());
    }
    assert_eq!(
        describe(&by_another(fresh())),
        "count-primes, 2 of 48 chunks done, made by tamis 99.9.9"
    );
}

#[test]
fn a_stream_that_says_more_was_read_than_there_is_fails_when_it_is_read() {
    let job = job(LIST_PRIMES, &[(Param::Stop, 1_000)]);
    job.read_alone(&mut [0; 10]).unwrap();
    let mut lying = job.checkpoint().unwrap();
    // values_in_chunk and values: there are 168 primes below 1000, OEIS A006880(3).
    let at = lying.len() - 8 - 4 - 24;
    for i in [0, 8] {
        lying[at + i..at + i + 8].copy_from_slice(&500u64.to_le_bytes());
    }
    let job = Job::restore(&entry::sealed(&lying)).unwrap();
    job.start_external().unwrap();
    assert_eq!(job.read_alone(&mut [0; 10]).unwrap_err().status(), Status::Failed);
    assert_eq!(job.state(), State::Failed);
    assert_eq!(job.failure().unwrap().status(), Status::Altered);
    for values in [501, 2_000] {
        let mut lying = lying.clone();
        lying[at..at + 8].copy_from_slice(&u64::to_le_bytes(values));
        assert_eq!(refusal(&entry::sealed(&lying)), Status::Altered);
    }
}

#[test]
fn a_token_is_read_whatever_a_mail_made_of_it() {
    let bytes = fixture(&GOLDEN[0]);
    let token = to_text(&bytes).unwrap();
    assert!(token.starts_with("tamis1-") && token.len() < 300, "{token}");
    let wrapped: String =
        token.chars().flat_map(|c| [c, if c == 'A' { '\n' } else { ' ' }]).collect();
    assert_eq!(from_text(format!("\t{wrapped}\r\n").as_bytes()).unwrap(), bytes);
    let status = |text: &str| from_text(text.as_bytes()).unwrap_err().status();
    for length in 0..token.len() {
        assert_eq!(status(&token[..length]), Status::Truncated, "{length}");
    }
    assert_eq!(status("Tamis1-AAAA"), Status::Foreign);
    assert_eq!(status("hello"), Status::Foreign);
    assert_eq!(status(&token.replace("tamis1-iV", "tamis1-iW")), Status::Foreign);
    assert_eq!(status(&format!("{token}AAAA")), Status::Altered);
    let inside = format!("{}!{}", &token[..100], &token[101..]);
    assert_eq!(status(&inside), Status::Altered);
    assert_eq!(to_text(b"hello, world, here I am").unwrap_err().status(), Status::Foreign);
    assert_eq!(to_text(&bytes[..bytes.len() - 1]).unwrap_err().status(), Status::Truncated);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    /// What the fuzz target does, on bytes of proptest's.
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        entry::restore(&bytes);
        entry::restore(&[b"\x89TAMIS\r\n\x01\0\0\0\0\0\0\0", &bytes[..]].concat());
    }

    /// And on true ones with some bytes changed, a part cut out or doubled.
    #[test]
    fn changed_checkpoints_are_refused_or_whole(
        golden in prop::sample::select(GOLDEN.iter().map(fixture).collect::<Vec<_>>()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        part in any::<[prop::sample::Index; 2]>(),
        how in 0..4,
    ) {
        let mut bytes = golden;
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        let [a, b] = part.map(|index| index.index(bytes.len()));
        let (a, b) = (a.min(b), a.max(b));
        match how {
            0 => drop(bytes.drain(a..b)),
            1 => bytes.extend_from_within(a..b),
            _ => {}
        }
        entry::restore(&bytes);
    }
}
