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
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn window_holds_back_until_the_oldest_merges() {
        let mut ledger = Ledger::new(10, 2, Runs::NONE);
        assert_eq!(ledger.hand_out(), Some(0));
        assert_eq!(ledger.hand_out(), Some(1));
        assert_eq!(ledger.hand_out(), None);
        ledger.bring_back(1, (), |_, ()| panic!("chunk 0 is still out"));
        assert!(!ledger.take_relief());
        assert_eq!(ledger.hand_out(), None);
        let mut merged = vec![];
        ledger.bring_back(0, (), |i, ()| merged.push(i));
        assert_eq!(merged, [0, 1]);
        assert!(ledger.take_relief());
        assert!(!ledger.take_relief());
        assert_eq!(ledger.hand_out(), Some(2));
    }

    #[test]
    fn chunk_given_back_goes_out_again_and_its_late_answer_counts_once() {
        let mut ledger = Ledger::new(2, 8, Runs::NONE);
        assert_eq!(ledger.hand_out(), Some(0));
        ledger.give_back(0);
        assert_eq!(ledger.hand_out(), Some(0));
        let mut merged = 0;
        ledger.bring_back(0, (), |_, ()| merged += 1);
        ledger.bring_back(0, (), |_, ()| merged += 1);
        assert_eq!(merged, 1);
        ledger.give_back(0);
        assert_eq!(ledger.hand_out(), Some(1));
        assert!(ledger.all_out());
        assert!(!ledger.is_complete());
    }

    #[test]
    fn results_that_are_kept_count_against_the_window_until_they_are_asked_for() {
        let mut ledger = Ledger::new(3, 2, Runs::NONE);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(1)));
        ledger.put(1, 'b');
        assert!(!ledger.has_next());
        ledger.put(0, 'a');
        assert_eq!(ledger.hand_out(), None);
        assert_eq!(ledger.next_in_order(), Some((0, 'a')));
        assert!(ledger.take_relief());
        assert_eq!(ledger.hand_out(), Some(2));
        assert_eq!(ledger.next_in_order(), Some((1, 'b')));
        assert_eq!(ledger.next_in_order(), None);
        ledger.put(2, 'c');
        assert!(!ledger.is_complete());
        assert_eq!(ledger.next_in_order(), Some((2, 'c')));
        assert!(ledger.is_complete());
    }

    #[test]
    fn a_closed_ledger_hands_out_nothing_and_keeps_nothing() {
        let mut ledger = Ledger::new(5, 5, Runs::NONE);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(1)));
        ledger.put(0, ());
        ledger.close();
        assert!(!ledger.has_next());
        ledger.put(1, ());
        assert!(!ledger.has_next());
        assert_eq!(ledger.hand_out(), None);
    }

    #[test]
    fn a_chunk_never_handed_out_is_ignored() {
        let mut ledger = Ledger::new(3, 8, Runs::NONE);
        ledger.bring_back(2, (), |_, ()| panic!("chunk 2 was never out"));
        ledger.give_back(1);
        assert_eq!(ledger.hand_out(), Some(0));
    }

    fn in_runs(chunks: u64, length: u64, start: u64) -> Ledger<()> {
        Ledger::new(chunks, 100, Runs { length, start, ..Runs::NONE })
    }

    #[test]
    fn a_run_stays_with_who_brings_back_and_asks() {
        let mut ledger = in_runs(20, 8, 1);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(8)));
        assert!(ledger.is_known(8) && !ledger.is_known(1) && !ledger.is_known(16));
        for chunk in [0, 8, 1, 2, 9] {
            ledger.put(chunk, ());
            assert_eq!(ledger.hand_out(), Some(chunk + 1));
        }
        assert!(!ledger.all_out());
        ledger.put(5, ());
        assert!(!ledger.is_known(5), "a chunk that waits for its turn has not been handed out");
    }

    #[test]
    fn who_has_no_run_takes_half_of_the_longest_rest_if_that_is_worth_a_start() {
        let mut ledger = in_runs(16, 8, 1);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(8)));
        // Seven wait in both; the start costs as much as one.
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(13), Some(5)));
        for chunk in [13, 14] {
            ledger.put(chunk, ());
            assert_eq!(ledger.hand_out(), Some(chunk + 1), "a part is run in order, too");
        }
        ledger.put(8, ());
        assert_eq!(ledger.hand_out(), Some(9));
        ledger.put(0, ());
        assert_eq!(ledger.hand_out(), Some(1));
        // 2 to 4, 6 and 7, and 10 to 12 wait.
        let mut taken = [ledger.hand_out().unwrap(), ledger.hand_out().unwrap()];
        taken.sort();
        assert_eq!(taken, [4, 12]);
        // Two and two, and two of the other part: a start gains one for one of them.
        let rest: Vec<_> = std::iter::from_fn(|| ledger.hand_out()).collect();
        assert_eq!(rest.len(), 3, "{rest:?}");
        assert!(!ledger.all_out(), "those that wait one by one stay with who reaches them");
    }

    #[test]
    fn who_says_what_he_had_goes_on_with_it_while_that_is_out() {
        let mut ledger = in_runs(16, 8, 1);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(8)));
        assert_eq!(ledger.hand_out_after(Some(8)), Some(9));
        assert_eq!(ledger.hand_out_after(Some(0)), Some(1));
        ledger.put(8, ());
        assert_eq!(ledger.hand_out_after(Some(1)), Some(2), "not what the other one goes on with");
        assert_eq!(ledger.hand_out_after(Some(9)), Some(10));
    }

    #[test]
    fn runners_that_end_their_chunks_together_keep_their_runs() {
        let mut ledger = in_runs(24, 8, 1);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(8)));
        for done in 0..6 {
            ledger.put(done, ());
            ledger.put(8 + done, ());
            assert_eq!(ledger.hand_out_after(Some(done)), Some(done + 1));
            assert_eq!(ledger.hand_out_after(Some(8 + done)), Some(9 + done));
        }
        ledger.put(6, ());
        assert_eq!(ledger.hand_out_after(Some(6)), Some(7));
        ledger.put(7, ());
        ledger.put(14, ());
        assert_eq!(ledger.hand_out_after(Some(7)), Some(16), "15 belongs to who is about to ask");
        assert_eq!(ledger.hand_out_after(Some(14)), Some(15));
    }

    #[test]
    fn nothing_waits_for_who_came_last_and_does_not_ask() {
        let mut ledger = in_runs(4, 2, 9);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(2)));
        for chunk in [2, 3] {
            assert!(chunk == 2 || ledger.hand_out_after(Some(2)) == Some(3));
            ledger.put(chunk, ());
        }
        ledger.put(0, ());
        assert_eq!(ledger.hand_out_after(Some(3)), Some(1));
        assert!(ledger.all_out());
    }

    #[test]
    fn what_was_left_is_taken_up_from_where_it_stands() {
        let mut ledger = in_runs(8, 4, 9);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(0), Some(4)));
        assert_eq!(ledger.hand_out(), None, "a start costs more than what waits");
        ledger.give_back(4);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(4), None));
        ledger.put(4, ());
        ledger.put(0, ());
        // The last to bring back is the first to ask, and went on with 1.
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(1), Some(5)));
    }

    #[test]
    fn runs_are_shared_out_before_the_short_chunks_behind_them() {
        // A run of four, and three that are shorter.
        let mut ledger: Ledger<()> = Ledger::new(7, 100, Runs { length: 4, start: 0, until: 4 });
        assert_eq!(
            (ledger.hand_out(), ledger.hand_out(), ledger.hand_out()),
            (Some(0), Some(2), Some(3))
        );
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(1), Some(4)));
        ledger.put(4, ());
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(5), Some(6)));
        assert!(ledger.all_out());
    }

    #[test]
    fn a_job_that_is_restored_amid_a_run_goes_on_with_it() {
        let mut ledger: Ledger<()> =
            Ledger::resume(9, 100, Runs { length: 4, start: 1, ..Runs::NONE }, 6);
        assert_eq!((ledger.hand_out(), ledger.hand_out()), (Some(6), Some(8)));
        ledger.put(6, ());
        assert_eq!(ledger.hand_out(), Some(7));
        assert!(ledger.all_out());
    }

    proptest! {
        /// Whatever the order of answers and losses: every chunk merges once, in order, and no more
        /// results are held than the window allows and a run is long.
        #[test]
        fn any_order_merges_every_chunk_once_in_order(
            chunks in 0u64..60,
            window in 1u64..12,
            (length, start) in prop_oneof![Just((1u64, 0u64)), (1u64..12, 0u64..15)],
            until in prop_oneof![Just(u64::MAX), 0u64..60],
            choices in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, prop::option::of(0u64..60)), 400),
        ) {
            let mut ledger = Ledger::new(chunks, window, Runs { length, start, until });
            let mut out: Vec<u64> = vec![];
            let mut merged: Vec<u64> = vec![];
            let mut choices = choices.into_iter().cycle();
            for _ in 0..100_000 {
                if ledger.is_complete() {
                    break;
                }
                let (index, what, last) = choices.next().unwrap();
                // Half the time ask for a chunk, else answer; one answer in four is a loss.
                if what < 2 && let Some(chunk) = ledger.hand_out_after(last) {
                    out.push(chunk);
                } else if !out.is_empty() {
                    let chunk = out.swap_remove(index.index(out.len()));
                    if what == 3 {
                        ledger.give_back(chunk);
                    } else {
                        ledger.bring_back(chunk, chunk, |i, p| {
                            assert_eq!(i, p);
                            merged.push(i);
                        });
                    }
                } else {
                    out.push(ledger.hand_out_after(last).expect("nobody is at anything"));
                }
                prop_assert!((ledger.unmerged() as u64) < window + length);
            }
            prop_assert_eq!(merged, (0..chunks).collect::<Vec<_>>());
        }
    }
}
