//! Which chunks are out, which are back, and their merging in order.

use crate::kernel::Runs;
use std::collections::VecDeque;
use std::ops::Range;

/// Where a chunk is that is not merged.
#[derive(Debug)]
enum Place<P> {
    /// Never handed out, but one before it in its run was.
    Waiting,
    Out,
    /// Given back because whoever had it was lost.
    Returned,
    /// Come back, but an earlier one is still out.
    Early(P),
}

/// The books of one job. Chunks come back in any order, and merge in order. How far the newest run may
/// be ahead of the oldest unmerged chunk is bounded, and with it the number of partial results held.
///
/// A run stays with one runner. He may say which chunk he had last; else, as who has brought a chunk back asks for the
/// next at once, what is behind the last that came back is meant for him who asks, and for nobody who had another. When all
/// runs are begun, but for chunks that are runs of their own, whoever asks takes the latter half of what is left of the longest one.
#[derive(Debug)]
pub struct Ledger<P> {
    chunks: u64,
    window: u64,
    runs: Runs,
    /// All chunks below are merged.
    merged: u64,
    /// Chunks `merged`, `merged` + 1, ... to the end of the last run that was begun.
    places: VecDeque<Place<P>>,
    /// What waits of each run, or of a part that somebody took over; none is empty.
    rests: Vec<Range<u64>>,
    /// Came back last.
    last_back: Option<u64>,
    /// How many were given back.
    returned: usize,
    /// `hand_out` was refused only because of the window.
    held_back: bool,
}

impl<P> Ledger<P> {
    /// `window`: so long as fewer chunks are out or unmerged, another run may be begun; at least 1 is used.
    pub fn new(chunks: u64, window: u64, runs: Runs) -> Ledger<P> {
        Ledger::resume(chunks, window, runs, 0)
    }

    /// The same with the first `merged` chunks merged before, in another life of the job.
    pub fn resume(chunks: u64, window: u64, runs: Runs, merged: u64) -> Ledger<P> {
        debug_assert!(merged <= chunks && runs.length > 0);
        Ledger {
            chunks,
            window: window.max(1),
            runs,
            merged,
            places: VecDeque::new(),
            rests: Vec::new(),
            last_back: None,
            returned: 0,
            held_back: false,
        }
    }

    /// Runs of the same length that cost something else to begin.
    pub fn set_runs(&mut self, runs: Runs) {
        debug_assert!(runs.length == self.runs.length);
        self.runs = runs;
    }

    /// The first chunk of no run that was begun.
    fn fresh(&self) -> u64 {
        self.merged + self.places.len() as u64
    }

    fn has_room(&self) -> bool {
        (self.places.len() as u64) < self.window
    }

    fn place(&mut self, chunk: u64) -> Option<&mut Place<P>> {
        let index = chunk.checked_sub(self.merged)?;
        self.places.get_mut(usize::try_from(index).ok()?)
    }

    #[cfg(test)]
    fn hand_out(&mut self) -> Option<u64> {
        self.hand_out_after(None)
    }

    /// A chunk to run, or None: all are out, the window is full, or what waits is soon reached by those who are at it.
    /// For the runner whose last chunk was `last`, which may still be out; None: he has had none, or does not know.
    pub fn hand_out_after(&mut self, last: Option<u64>) -> Option<u64> {
        if self.returned > 0 {
            let index = self.places.iter().position(|p| matches!(p, Place::Returned))?;
            self.places[index] = Place::Out;
            self.returned -= 1;
            return Some(self.merged + index as u64);
        }
        if let Some(index) = self.next_of(last).or_else(|| self.left(last.is_some())) {
            return Some(self.take_from(index, 0));
        }
        // What is short comes last.
        if self.fresh() >= self.runs.until
            && let Some(chunk) = self.take_over()
        {
            return Some(chunk);
        }
        if self.fresh() < self.chunks {
            if self.has_room() {
                return Some(self.begin_run());
            }
            self.held_back = true;
        }
        // Nobody may be about to ask after all.
        self.take_over().or_else(|| self.left(false).map(|index| self.take_from(index, 0)))
    }

    /// The latter half of what is left of the longest run.
    fn take_over(&mut self) -> Option<u64> {
        let (index, rest) =
            self.rests.iter().enumerate().max_by_key(|(_, rest)| rest.end - rest.start)?;
        let share = self.runs.share_of(rest.end - rest.start)?;
        let keep = rest.end - rest.start - share;
        Some(self.take_from(index, keep))
    }

    /// The rest that begins behind chunk `last`.
    fn next_of(&self, last: Option<u64>) -> Option<usize> {
        self.rests.iter().position(|rest| last == Some(rest.start - 1))
    }

    /// A rest whose runner has brought a chunk back and taken no other. If that was the last to come back he is about to ask: it is his
    /// who asks unless he is `another`.
    fn left(&mut self, another: bool) -> Option<usize> {
        let last = self.last_back;
        if !another && let Some(index) = self.next_of(last) {
            return Some(index);
        }
        (0..self.rests.len()).find(|&index| {
            let before = self.rests[index].start - 1;
            last != Some(before) && !matches!(self.place(before), Some(Place::Out))
        })
    }

    /// Hands out a chunk of a rest, behind `keep` that stay with whoever is at it; those behind go with it.
    fn take_from(&mut self, index: usize, keep: u64) -> u64 {
        let Range { start, end } = self.rests[index].clone();
        let chunk = start + keep;
        if keep > 0 {
            self.rests[index].end = chunk;
            self.rests.push(chunk + 1..end);
        } else {
            self.rests[index].start += 1;
        }
        self.rests.retain(|rest| !rest.is_empty());
        if let Some(place) = self.place(chunk) {
            *place = Place::Out;
        }
        chunk
    }

    fn begin_run(&mut self) -> u64 {
        let first = self.fresh();
        let end = self.runs.end(first).min(self.chunks);
        for _ in first..end {
            self.places.push_back(Place::Waiting);
        }
        self.rests.push(first..end);
        self.take_from(self.rests.len() - 1, 0)
    }

    /// Whoever had `chunk` was lost; it will be handed out again. Ignored for a chunk that is not out.
    pub fn give_back(&mut self, chunk: u64) {
        if let Some(place @ Place::Out) = self.place(chunk) {
            *place = Place::Returned;
            self.returned += 1;
        }
    }

    /// Whether `chunk` was ever handed out.
    pub fn is_known(&self, chunk: u64) -> bool {
        chunk < self.fresh() && !self.rests.iter().any(|rest| rest.contains(&chunk))
    }

    /// Takes the result of `chunk` and calls `merge` for every result that is now in order.
    /// A chunk that has come back before is ignored: it was run twice, with the same result.
    pub fn bring_back(&mut self, chunk: u64, partial: P, mut merge: impl FnMut(u64, P)) {
        self.put(chunk, partial);
        while let Some((chunk, partial)) = self.next_in_order() {
            merge(chunk, partial);
        }
    }

    /// Takes the result of `chunk` and keeps it until `next_in_order` asks for it.
    pub fn put(&mut self, chunk: u64, partial: P) {
        match self.place(chunk) {
            None | Some(Place::Early(_) | Place::Waiting) => {}
            Some(place @ Place::Out) => {
                *place = Place::Early(partial);
                self.last_back = Some(chunk);
            }
            // A lost worker may answer after all, when its chunk already waits for another.
            Some(place @ Place::Returned) => {
                *place = Place::Early(partial);
                self.returned -= 1;
            }
        }
    }

    /// Whether `next_in_order` has something.
    pub fn has_next(&self) -> bool {
        matches!(self.places.front(), Some(Place::Early(_)))
    }

    /// The oldest result that was not merged, if it has come back; it counts as merged now.
    pub fn next_in_order(&mut self) -> Option<(u64, P)> {
        if !self.has_next() {
            return None;
        }
        match self.places.pop_front() {
            Some(Place::Early(partial)) => {
                self.merged += 1;
                Some((self.merged - 1, partial))
            }
            _ => None,
        }
    }

    /// Drops the results that wait. Nothing is handed out any more, and what comes back is ignored.
    pub fn close(&mut self) {
        self.places = VecDeque::new();
        self.rests = Vec::new();
        self.returned = 0;
        self.merged = 0;
        self.chunks = 0;
    }

    /// True once after the window has held a chunk back and has room again.
    pub fn take_relief(&mut self) -> bool {
        let relief = self.held_back && self.has_room();
        if relief {
            self.held_back = false;
        }
        relief
    }

    pub fn all_out(&self) -> bool {
        self.fresh() == self.chunks && self.returned == 0 && self.rests.is_empty()
    }

    /// How many chunks, from the first on, are merged.
    pub fn merged(&self) -> u64 {
        self.merged
    }

    pub fn is_complete(&self) -> bool {
        self.merged == self.chunks
    }

    /// How many results wait for an earlier one.
    pub fn unmerged(&self) -> usize {
        self.places.iter().filter(|p| matches!(p, Place::Early(_))).count()
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
