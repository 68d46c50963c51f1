//! What the fuzz target does with its bytes, and the tests with theirs (tests/checkpoint_bytes.rs).

use crc::{CRC_64_XZ, Crc, NoTable};
use tamis::error::Status;
use tamis::job::kinds::LIST_PRIMES;
use tamis::job::{Job, Param, from_text, to_text};

static CRC: Crc<u64, NoTable> = Crc::<u64, NoTable>::new(&CRC_64_XZ);

/// Whatever the bytes are: no panic, a status of those documented, and of what is taken for a checkpoint a job
/// that runs to an end and makes the same checkpoint again.
pub fn restore(bytes: &[u8]) {
    one(bytes);
    one(&sealed(bytes));
    if let Ok(inner) = from_text(bytes) {
        assert_eq!(from_text(to_text(&inner).expect("it was one").as_bytes()), Ok(inner));
    }
}

/// The same bytes with a length and a checksum that fit: past these, the contents alone can say no.
pub fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut sealed = bytes.to_vec();
    if sealed.len() < 24 {
        return sealed;
    }
    let length = sealed.len() as u32;
    sealed[12..16].copy_from_slice(&length.to_le_bytes());
    let body = sealed.len() - 8;
    let checksum = CRC.checksum(&sealed[..body]);
    sealed[body..].copy_from_slice(&checksum.to_le_bytes());
    sealed
}

fn one(bytes: &[u8]) {
    let job = match Job::restore(bytes) {
        Ok(job) => job,
        Err(error) => {
            let status = error.status();
            let known = [Status::Foreign, Status::Truncated, Status::Altered, Status::Version];
            assert!(known.contains(&status) || status == Status::Kind, "{status:?}");
            assert!(!error.message().is_empty());
            return;
        }
    };
    let checkpoint = job.checkpoint().expect("a restored job has one");
    let again = Job::restore(&checkpoint).expect("it was just made");
    assert_eq!(again.progress(), job.progress());
    assert_eq!(again.checkpoint().expect("as before"), checkpoint);
    run(&job);
}

/// To its end, if that is near.
fn run(job: &Job) {
    let near = |param: Param, most: u64| job.get(param as i32).is_ok_and(|value| value <= most);
    let has = |param: Param| job.get(param as i32).is_ok();
    let short = job.progress().total <= 1 << 20
        && (!has(Param::Start) || near(Param::Start, 1 << 40))
        && (!has(Param::TestChunks)
            || near(Param::TestChunks, 1 << 10) && near(Param::TestSteps, 0));
    // It is no pure function, and takes its time.
    let tune = !has(Param::Start) && !has(Param::TestChunks);
    if !short || tune {
        return;
    }
    let failed = if job.kind().number == LIST_PRIMES {
        job.start_external().expect("it is new");
        let mut buffer = [0; 600];
        loop {
            match job.read_alone(&mut buffer) {
                Ok(0) => break None,
                Ok(_) => {}
                Err(error) => break Some(error),
            }
        }
    } else {
        job.run_alone().err()
    };
    // The self test may be told to panic.
    if failed.is_some() && !has(Param::TestPanicAt) {
        let status = job.failure().map(|failure| failure.status());
        // More values read than there are; no nth prime.
        assert!(matches!(status, Some(Status::Altered | Status::Range)), "{}", job.message());
    }
}
