//! A checkpoint as bytes: what it takes to go on with a job in another thread, browser, machine or year.
//! docs/CHECKPOINT.md has the format byte by byte. This file knows no kernel.

use super::base64;
use crate::error::{Error, Result, Status};
use crc::{CRC_64_XZ, Crc, NoTable};

/// As PNG's: a first byte beyond ASCII, and line ends that a transfer as text would change.
const MAGIC: [u8; 8] = *b"\x89TAMIS\r\n";

/// The version of the format; the first LENGTH_END bytes, the maker's name behind them and the checksum are the same in all versions.
const FORMAT_VERSION: u16 = 1;

/// Magic, format version, two bytes that are zero, the length of the whole.
const LENGTH_END: usize = 16;

/// Where the checksum begins, from the end.
const CHECKSUM: usize = 8;

/// Bit by bit: a checkpoint has a few hundred bytes, and a table would make the wasm file larger.
static CRC: Crc<u64, NoTable> = Crc::<u64, NoTable>::new(&CRC_64_XZ);

/// What the text form begins with.
const TOKEN: &str = "tamis1-";

/// How far a job has got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Chunks that are merged; of a stream, those that are read to their end.
    pub chunks: u64,
    /// How much work they were.
    pub work: u64,
    /// A stream's: values that were read of the chunk behind them.
    pub values_in_chunk: u64,
    /// A stream's: all values that were read.
    pub values: u64,
    /// A stream's: the value that was written last as a difference.
    pub before: u64,
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The version of tamis that made it.
    pub made_by: String,
    pub kind: i32,
    pub kind_name: String,
    pub params: Vec<(i32, u64)>,
    pub chunks: u64,
    pub total_work: u64,
    pub reached: Reached,
    /// What was merged, as its kernel encodes it; empty for a stream.
    pub merged: Vec<u8>,
}

impl Checkpoint {
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        put(&mut out, &MAGIC);
        put(&mut out, &FORMAT_VERSION.to_le_bytes());
        put(&mut out, &[0; LENGTH_END - 10]);
        put_text(&mut out, &self.made_by);
        put(&mut out, &self.kind.to_le_bytes());
        put_text(&mut out, &self.kind_name);
        put(&mut out, &[self.params.len() as u8]);
        for (param, value) in &self.params {
            put(&mut out, &param.to_le_bytes());
            put(&mut out, &value.to_le_bytes());
        }
        let Reached { chunks, work, values_in_chunk, values, before } = self.reached;
        for number in [self.chunks, self.total_work, chunks, work, values_in_chunk, values, before]
        {
            put(&mut out, &number.to_le_bytes());
        }
        put(&mut out, &(self.merged.len() as u32).to_le_bytes());
        put(&mut out, &self.merged);
        let length = (out.len() + CHECKSUM) as u32;
        out[LENGTH_END - 4..LENGTH_END].copy_from_slice(&length.to_le_bytes());
        let checksum = CRC.checksum(&out);
        put(&mut out, &checksum.to_le_bytes());
        out
    }

    /// Errors: Foreign, Truncated, Altered, Version.
    pub fn decode(bytes: &[u8]) -> Result<Checkpoint> {
        let mut rest = Reader(unwrap(bytes)?);
        let made_by = rest.text().ok_or_else(altered)?;
        if bytes[8..10] != FORMAT_VERSION.to_le_bytes() {
            return Err(by_another(&made_by, Status::Version, "does not know its format"));
        }
        if bytes[10..12] != [0, 0] {
            return Err(altered());
        }
        rest.contents(made_by).ok_or_else(altered)
    }

    /// This version can't go on with it, and which one can.
    pub fn refused(&self, status: Status, why: &str) -> Error {
        by_another(&self.made_by, status, why)
    }
}

fn by_another(made_by: &str, status: Status, why: &str) -> Error {
    let sentence = format!(
        "tamis {made_by} made the checkpoint, and tamis {MADE_BY} {why}: go on with that version"
    );
    Error::new(status, sentence)
}

/// This version of tamis.
pub const MADE_BY: &str = env!("CARGO_PKG_VERSION");

/// What lies between the length and the checksum, of bytes that are whole and unchanged.
/// Errors: Foreign, Truncated, Altered.
fn unwrap(bytes: &[u8]) -> Result<&[u8]> {
    let seen = bytes.len().min(MAGIC.len());
    if bytes[..seen] != MAGIC[..seen] {
        return Err(Error::from(Status::Foreign));
    }
    let Some(length) = bytes.get(LENGTH_END - 4..LENGTH_END).and_then(|b| b.try_into().ok()) else {
        return Err(Error::from(Status::Truncated));
    };
    // In u64: it may be more than a usize holds.
    let length = u64::from(u32::from_le_bytes(length));
    if length > bytes.len() as u64 {
        return Err(Error::new(
            Status::Truncated,
            format!("the checkpoint is cut short: {} of its {length} bytes are there", bytes.len()),
        ));
    }
    if length < bytes.len() as u64 || bytes.len() < LENGTH_END + CHECKSUM {
        return Err(altered());
    }
    let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if CRC.checksum(body).to_le_bytes() != checksum {
        return Err(altered());
    }
    Ok(&body[LENGTH_END..])
}

fn altered() -> Error {
    Error::from(Status::Altered)
}

// Out of line: it is called often, and the wasm file is to be small.
#[inline(never)]
fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, &[text.len() as u8]);
    put(out, text.as_bytes());
}

/// Bytes that are left to be read. Every method answers None where there are too few, or others than there can be.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    #[inline(never)]
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8)?.try_into().ok().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<String> {
        let length = *self.take(1)?.first()?;
        std::str::from_utf8(self.take(usize::from(length))?).ok().map(String::from)
    }

    /// What follows the version that made it, to the end.
    fn contents(&mut self, made_by: String) -> Option<Checkpoint> {
        let kind = self.u32()? as i32;
        let kind_name = self.text()?;
        // At most 255, and each is read from bytes that are there.
        let count = *self.take(1)?.first()?;
        let mut params = vec![];
        for _ in 0..count {
            params.push((self.u32()? as i32, self.u64()?));
        }
        let mut numbers = [0; 7];
        for number in &mut numbers {
            *number = self.u64()?;
        }
        let [chunks, total_work, merged_chunks, work, values_in_chunk, values, before] = numbers;
        let length = self.u32()?;
        let merged = self.take(usize::try_from(length).ok()?)?.to_vec();
        let reached = Reached { chunks: merged_chunks, work, values_in_chunk, values, before };
        self.0.is_empty().then_some(Checkpoint {
            made_by,
            kind,
            kind_name,
            params,
            chunks,
            total_work,
            reached,
            merged,
        })
    }
}

/// A checkpoint as a word that a person can copy. Errors: Foreign, Truncated, Altered.
pub fn to_text(bytes: &[u8]) -> Result<String> {
    unwrap(bytes)?;
    Ok(base64::encode(TOKEN, bytes))
}

/// The checkpoint of such a word; spaces and line ends in it do not matter.
/// Errors: Foreign, Truncated, Altered.
pub fn from_text(text: &[u8]) -> Result<Vec<u8>> {
    let letters: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let seen = letters.len().min(TOKEN.len());
    if letters[..seen] != TOKEN.as_bytes()[..seen] {
        return Err(Error::new(
            Status::Foreign,
            "this is no checkpoint of tamis: one as text begins with tamis1-",
        ));
    }
    let bytes = base64::decode(&letters[seen..]).ok_or_else(altered)?;
    unwrap(&bytes)?;
    Ok(bytes)
}
