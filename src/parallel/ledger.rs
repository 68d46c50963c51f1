//! Which chunks are out, which are back, and their merging in order.

use std::collections::VecDeque;

/// Where a chunk is that was handed out and is not merged.
#[derive(Debug)]
enum Place<P> {
    Out,
    /// Given back because whoever had it was lost.
    Returned,
    /// Come back, but an earlier one is still out.
    Early(P),
}

/// The books of one job. Chunks go out in order (those that were given back first), come back in any
/// order, and merge in order. How far the newest chunk may run ahead of the oldest unmerged one is
/// bounded, and with it the number of partial results held.
#[derive(Debug)]
pub struct Ledger<P> {
    chunks: u64,
    window: u64,
    /// All chunks below are merged.
    merged: u64,
    /// Chunks `merged`, `merged` + 1, ... as far as they were handed out.
    places: VecDeque<Place<P>>,
    /// How many of them were given back.
    returned: usize,
    /// `hand_out` was refused only because of the window.
    held_back: bool,
}

impl<P> Ledger<P> {
    /// `window`: how many chunks may be out or unmerged at once; at least 1 is used.
    pub fn new(chunks: u64, window: u64) -> Ledger<P> {
        Ledger::resume(chunks, window, 0)
    }

    /// The same with the first `merged` chunks merged before, in another life of the job.
    pub fn resume(chunks: u64, window: u64, merged: u64) -> Ledger<P> {
        debug_assert!(merged <= chunks);
        Ledger {
            chunks,
            window: window.max(1),
            merged,
            places: VecDeque::new(),
            returned: 0,
            held_back: false,
        }
    }

    /// The next chunk never handed out.
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

    /// The next chunk to run, or None: all are out, or the window is full.
    pub fn hand_out(&mut self) -> Option<u64> {
        if self.returned > 0 {
            let index = self.places.iter().position(|p| matches!(p, Place::Returned))?;
            self.places[index] = Place::Out;
            self.returned -= 1;
            return Some(self.merged + index as u64);
        }
        if self.fresh() == self.chunks {
            return None;
        }
        if !self.has_room() {
            self.held_back = true;
            return None;
        }
        self.places.push_back(Place::Out);
        Some(self.fresh() - 1)
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
        chunk < self.fresh()
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
            None | Some(Place::Early(_)) => {}
            Some(place @ Place::Out) => *place = Place::Early(partial),
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
        self.fresh() == self.chunks && self.returned == 0
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
        let mut ledger = Ledger::new(10, 2);
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
        let mut ledger = Ledger::new(2, 8);
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
        let mut ledger = Ledger::new(3, 2);
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
        let mut ledger = Ledger::new(5, 5);
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
        let mut ledger = Ledger::new(3, 8);
        ledger.bring_back(2, (), |_, ()| panic!("chunk 2 was never out"));
        ledger.give_back(1);
        assert_eq!(ledger.hand_out(), Some(0));
    }

    proptest! {
        /// Whatever the order of answers and losses: every chunk merges once, in order, and no more
        /// results are held than the window allows.
        #[test]
        fn any_order_merges_every_chunk_once_in_order(
            chunks in 0u64..60,
            window in 1u64..12,
            choices in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4), 400),
        ) {
            let mut ledger = Ledger::new(chunks, window);
            let mut out: Vec<u64> = vec![];
            let mut merged: Vec<u64> = vec![];
            let mut choices = choices.into_iter().cycle();
            for _ in 0..100_000 {
                if ledger.is_complete() {
                    break;
                }
                let (index, what) = choices.next().unwrap();
                // Half the time ask for a chunk, else answer; one answer in four is a loss.
                if what < 2 && let Some(chunk) = ledger.hand_out() {
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
                } else if let Some(chunk) = ledger.hand_out() {
                    out.push(chunk);
                }
                prop_assert!(ledger.unmerged() as u64 <= window);
            }
            prop_assert_eq!(merged, (0..chunks).collect::<Vec<_>>());
        }
    }
}
