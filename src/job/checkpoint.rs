//! A checkpoint as bytes: what it takes to go on with a job in another thread, browser, machine or year.
//! docs/CHECKPOINT.md has the format byte by byte. This file knows no kernel.

use crate::error::{Error, Result, Status};
use base64ct::{Base64UrlUnpadded, Encoding};
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
        out.extend(MAGIC);
        out.extend(FORMAT_VERSION.to_le_bytes());
        out.extend([0; LENGTH_END - 10]);
        put_text(&mut out, &self.made_by);
        out.extend(self.kind.to_le_bytes());
        put_text(&mut out, &self.kind_name);
        out.push(self.params.len() as u8);
        for (param, value) in &self.params {
            out.extend(param.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        let Reached { chunks, work, values_in_chunk, values, before } = self.reached;
        for number in [self.chunks, self.total_work, chunks, work, values_in_chunk, values, before]
        {
            out.extend(number.to_le_bytes());
        }
        out.extend((self.merged.len() as u32).to_le_bytes());
        out.extend(&self.merged);
        let length = (out.len() + CHECKSUM) as u32;
        out[LENGTH_END - 4..LENGTH_END].copy_from_slice(&length.to_le_bytes());
        out.extend(CRC.checksum(&out).to_le_bytes());
        out
    }

    /// Errors: Foreign, Truncated, Altered, Version.
    pub fn decode(bytes: &[u8]) -> Result<Checkpoint> {
        let mut rest = Reader(unwrap(bytes)?);
        let made_by = rest.text()?;
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version != FORMAT_VERSION {
            return Err(Error::new(
                Status::Version,
                format!(
                    "tamis {made_by} made the checkpoint, in a format that tamis {MADE_BY} does not know: go on with that version"
                ),
            ));
        }
        if bytes[10..12] != [0, 0] {
            return Err(altered());
        }
        let kind = rest.i32()?;
        let kind_name = rest.text()?;
        let [count] = rest.array()?;
        // At most 255, and each is read from bytes that are there.
        let params = (0..count).map(|_| Ok((rest.i32()?, rest.u64()?))).collect::<Result<_>>()?;
        let (chunks, total_work) = (rest.u64()?, rest.u64()?);
        let reached = Reached {
            chunks: rest.u64()?,
            work: rest.u64()?,
            values_in_chunk: rest.u64()?,
            values: rest.u64()?,
            before: rest.u64()?,
        };
        let length = u32::from_le_bytes(rest.array()?);
        let merged = rest.take(usize::try_from(length).map_err(|_| altered())?)?.to_vec();
        if !rest.0.is_empty() {
            return Err(altered());
        }
        Ok(Checkpoint { made_by, kind, kind_name, params, chunks, total_work, reached, merged })
    }
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

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(text.len() as u8);
    out.extend(text.as_bytes());
}

/// Bytes that are left to be read. Errors of all methods: Altered.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(altered)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| altered())
    }

    fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Result<String> {
        let [length] = self.array()?;
        let bytes = self.take(usize::from(length))?;
        std::str::from_utf8(bytes).map(String::from).map_err(|_| altered())
    }
}

/// A checkpoint as a word that a person can copy. Errors: Foreign, Truncated, Altered.
pub fn to_text(bytes: &[u8]) -> Result<String> {
    unwrap(bytes)?;
    Ok(format!("{TOKEN}{}", Base64UrlUnpadded::encode_string(bytes)))
}

/// The checkpoint of such a word; spaces and line ends in it do not matter.
/// Errors: Foreign, Truncated, Altered.
pub fn from_text(text: &[u8]) -> Result<Vec<u8>> {
    let letters: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    let seen = letters.len().min(TOKEN.len());
    if letters[..seen] != TOKEN.as_bytes()[..seen] {
        return Err(Error::new(
            Status::Foreign,
            format!("this is no checkpoint of tamis: one as text begins with {TOKEN}"),
        ));
    }
    let letters = std::str::from_utf8(&letters[seen..]).map_err(|_| altered())?;
    let bytes = Base64UrlUnpadded::decode_vec(letters)
        // Cut short within a byte: what is there before it says how long the whole should be.
        .or_else(|_| Base64UrlUnpadded::decode_vec(letters.get(..letters.len() & !3).unwrap_or("")))
        .map_err(|_| altered())?;
    unwrap(&bytes)?;
    Ok(bytes)
}
