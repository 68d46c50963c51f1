//! The flight recorder: what each thread did of late, in a ring of its own that never grows. A thread writes
//! to its ring without a lock; whoever exports reads along and drops what was written over meanwhile.
//!
//! It costs nothing while it is off (one relaxed load a chunk), and two looks at the clock a chunk while it is on.

use super::crew::MAX_THREADS;
use crate::error::{Error, Result, Status};
use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Instant;

/// Fewest and most events that a thread's ring may hold; 32 bytes each.
pub const RING_EVENTS: std::ops::RangeInclusive<usize> = 16..=1 << 16;

/// What a thread was at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Activity {
    /// Running a chunk.
    Chunk = 0,
    /// Bringing its result back: merging what is in order, and after the last chunk the finish.
    Merge = 1,
    /// Nothing was to be had.
    Wait = 2,
}

impl Activity {
    const fn name(self) -> &'static str {
        match self {
            Activity::Chunk => "chunk",
            Activity::Merge => "merge",
            Activity::Wait => "wait",
        }
    }

    fn from_number(number: u64) -> Activity {
        match number {
            0 => Activity::Chunk,
            1 => Activity::Merge,
            _ => Activity::Wait,
        }
    }
}

/// One span of one thread. Times in nanoseconds since the recorder was switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    pub activity: Activity,
    /// 0 for none.
    pub job: u64,
    pub chunk: u64,
    pub begin: u64,
    pub length: u64,
}

/// The events of one thread. One thread writes.
struct Ring {
    slots: Box<[[AtomicU64; 4]]>,
    /// How many events were ever begun to be written, and how many are whole.
    begun: AtomicU64,
    written: AtomicU64,
}

impl Ring {
    fn new(events: usize) -> Ring {
        Ring {
            slots: (0..events).map(|_| Default::default()).collect(),
            begun: AtomicU64::new(0),
            written: AtomicU64::new(0),
        }
    }

    fn push(&self, event: Event) {
        let count = self.written.load(Ordering::Relaxed);
        self.begun.store(count + 1, Ordering::Relaxed);
        // A reader that sees any of the new words must see `begun` too.
        fence(Ordering::Release);
        let slot = &self.slots[(count % self.slots.len() as u64) as usize];
        let words =
            [event.begin, event.length, event.chunk, event.job << 2 | event.activity as u64];
        for (place, word) in slot.iter().zip(words) {
            place.store(word, Ordering::Relaxed);
        }
        self.written.store(count + 1, Ordering::Release);
    }

    /// What it holds, oldest first.
    fn events(&self) -> Vec<Event> {
        let end = self.written.load(Ordering::Acquire);
        let kept = self.slots.len() as u64;
        let first = end.saturating_sub(kept);
        let mut events: Vec<(u64, Event)> = (first..end)
            .map(|number| {
                let [begin, length, chunk, tag] = [0, 1, 2, 3]
                    .map(|word| self.slots[(number % kept) as usize][word].load(Ordering::Relaxed));
                let activity = Activity::from_number(tag & 3);
                (number, Event { activity, job: tag >> 2, chunk, begin, length })
            })
            .collect();
        fence(Ordering::Acquire);
        // Slots that were begun to be written over while they were read hold a mixture.
        let over = self.begun.load(Ordering::Relaxed).saturating_sub(kept);
        events.retain(|(number, _)| *number >= over);
        events.into_iter().map(|(_, event)| event).collect()
    }
}

/// Rings for the threads of a crew, and one for all others.
pub struct Recorder {
    rings: Vec<OnceLock<Ring>>,
    events: usize,
    began: Instant,
    /// Threads outside of the crew share a ring; who comes second leaves its event out.
    outside: AtomicBool,
}

impl Recorder {
    fn new(events: usize) -> Recorder {
        Recorder {
            rings: (0..=MAX_THREADS).map(|_| OnceLock::new()).collect(),
            events,
            began: Instant::now(),
            outside: AtomicBool::new(false),
        }
    }

    fn ring(&self, track: usize) -> &Ring {
        self.rings[track].get_or_init(|| Ring::new(self.events))
    }

    /// Writes down a span of the calling thread that ends now.
    pub fn note(&self, activity: Activity, job: u64, chunk: u64, begin: Instant) {
        let end = Instant::now();
        let since = |at: Instant| at.saturating_duration_since(self.began).as_nanos() as u64;
        let length = since(end) - since(begin);
        let event = Event { activity, job, chunk, begin: since(begin), length };
        match rayon::current_thread_index() {
            Some(track) if track < MAX_THREADS => self.ring(track).push(event),
            _ => {
                if !self.outside.swap(true, Ordering::Acquire) {
                    self.ring(MAX_THREADS).push(event);
                    self.outside.store(false, Ordering::Release);
                }
            }
        }
    }

    /// The JSON of the trace event format ("X" events in microseconds), which Perfetto, the Firefox profiler and
    /// chrome://tracing open.
    fn json(&self) -> String {
        let mut out = String::from("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
        let mut write = |track: usize, name: &str, events: &[Event]| {
            let tid = track + 1;
            if out.ends_with('[') {
                out.push_str(PROCESS_NAME);
            }
            // Writing to a String does not fail.
            let _ = write!(
                out,
                ",\n{{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":{tid},\"args\":{{\"name\":\"{name}\"}}}}"
            );
            for event in events {
                let what = event.activity.name();
                let (ts, dur) = (Micros(event.begin), Micros(event.length));
                let _ = write!(
                    out,
                    ",\n{{\"name\":\"{what}\",\"cat\":\"tamis\",\"ph\":\"X\",\"pid\":1,\"tid\":{tid},\"ts\":{ts},\"dur\":{dur}"
                );
                if event.activity == Activity::Wait {
                    out.push('}');
                    continue;
                }
                let (job, chunk) = (event.job, event.chunk);
                let _ = write!(
                    out,
                    ",\"args\":{{\"detail\":\"job {job}, chunk {chunk}\",\"job\":{job},\"chunk\":{chunk}}}}}"
                );
            }
        };
        for (track, ring) in self.rings.iter().enumerate() {
            let Some(ring) = ring.get() else { continue };
            let name = match track {
                MAX_THREADS => "other threads".into(),
                _ => format!("thread {}", track + 1),
            };
            write(track, &name, &ring.events());
        }
        out.push_str("]}\n");
        out
    }
}

/// Viewers show it above the threads; without one they say "unknown".
const PROCESS_NAME: &str =
    r#"{"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"tamis"}}"#;

/// Nanoseconds, shown as microseconds: 1234 is 1.234.
struct Micros(u64);

impl std::fmt::Display for Micros {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

static ON: AtomicBool = AtomicBool::new(false);
static RECORDER: RwLock<Option<Arc<Recorder>>> = RwLock::new(None);

/// Switches the recorder on, with room for the last `events` of each thread; what was recorded before is dropped.
/// Errors: Range. Locks briefly.
pub fn record(events: usize) -> Result<()> {
    if !RING_EVENTS.contains(&events) {
        let (least, most) = RING_EVENTS.into_inner();
        return Err(Error::new(
            Status::Range,
            format!("{events} events a thread were asked for; it must be {least} to {most}"),
        ));
    }
    *RECORDER.write().unwrap_or_else(PoisonError::into_inner) =
        Some(Arc::new(Recorder::new(events)));
    ON.store(true, Ordering::Release);
    Ok(())
}

/// Switches it off; what was recorded stays until it is switched on again. Never blocks.
pub fn stop_recording() {
    ON.store(false, Ordering::Release);
}

/// The recorder while it is on.
#[inline]
pub fn recorder() -> Option<Arc<Recorder>> {
    if !ON.load(Ordering::Relaxed) {
        return None;
    }
    RECORDER.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What was recorded, as JSON. Errors: State (never switched on).
pub fn recorded() -> Result<String> {
    let recorder = RECORDER.read().unwrap_or_else(PoisonError::into_inner).clone();
    let recorder = recorder.ok_or_else(|| {
        Error::new(Status::State, "nothing was recorded: call tam_trace_start first")
    })?;
    Ok(recorder.json())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn event(number: u64) -> Event {
        Event {
            activity: Activity::from_number(number % 3),
            job: number,
            chunk: 2 * number,
            begin: 3 * number,
            length: 5 * number,
        }
    }

    #[test]
    fn a_ring_keeps_the_newest_events_in_order() {
        let ring = Ring::new(16);
        assert!(ring.events().is_empty());
        (0..5).for_each(|n| ring.push(event(n)));
        assert_eq!(ring.events(), (0..5).map(event).collect::<Vec<_>>());
        (5..100).for_each(|n| ring.push(event(n)));
        assert_eq!(ring.events(), (84..100).map(event).collect::<Vec<_>>());
    }

    #[test]
    fn reading_while_it_is_written_gives_whole_events_in_order() {
        let ring = Ring::new(16);
        thread::scope(|scope| {
            scope.spawn(|| (0..200_000).for_each(|n| ring.push(event(n))));
            loop {
                let events = ring.events();
                for pair in events.windows(2) {
                    assert_eq!(pair[1].job, pair[0].job + 1);
                }
                assert!(events.iter().all(|e| *e == event(e.job)));
                if events.last().is_some_and(|e| e.job == 199_999) {
                    break;
                }
            }
        });
    }

    #[test]
    fn json_is_the_trace_event_format() {
        let recorder = Recorder::new(16);
        recorder.ring(1).push(Event {
            activity: Activity::Chunk,
            job: 7,
            chunk: 3,
            begin: 1_234_567,
            length: 1000,
        });
        recorder.ring(MAX_THREADS).push(Event {
            activity: Activity::Wait,
            job: 0,
            chunk: 0,
            begin: 5,
            length: 10,
        });
        let expected = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\
            {\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,\"tid\":0,\"args\":{\"name\":\"tamis\"}},\n\
            {\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":2,\"args\":{\"name\":\"thread 2\"}},\n\
            {\"name\":\"chunk\",\"cat\":\"tamis\",\"ph\":\"X\",\"pid\":1,\"tid\":2,\"ts\":1234.567,\"dur\":1.000,\
            \"args\":{\"detail\":\"job 7, chunk 3\",\"job\":7,\"chunk\":3}},\n\
            {\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":257,\"args\":{\"name\":\"other threads\"}},\n\
            {\"name\":\"wait\",\"cat\":\"tamis\",\"ph\":\"X\",\"pid\":1,\"tid\":257,\"ts\":0.005,\"dur\":0.010}]}\n";
        assert_eq!(recorder.json(), expected);
    }

    #[test]
    fn too_small_and_too_large_rings_are_refused() {
        for events in [0, 15, (1 << 16) + 1, usize::MAX] {
            assert_eq!(record(events).map_err(|e| e.status()), Err(Status::Range));
        }
    }
}
