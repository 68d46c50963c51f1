//! Tests of `ledger.rs`.

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
