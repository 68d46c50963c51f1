//! The threads of one instance, and how they share themselves out among the jobs.
//!
//! Who brings new work calls the rayon threads together. Where he must not wait for a lock (a page's main thread), he puts it
//! into a lock-free inbox, and a runner thread takes it from there and calls them; so it does when work that had no chunks has some again.
//! Each rayon thread runs a loop that picks a piece of work, runs one of its chunks, and picks again, and leaves when
//! nothing is to be had. So an idle crew sleeps inside rayon, and rayon's own parallel iterators
//! find their threads free.
//!
//! Fairness: the next chunk is taken from the work that fewest threads are at; among equals, from
//! the one that has had the least time.

use super::blocking::may_block;
use super::departure;
use super::inbox::Inbox;
use super::recorder::{Activity, recorder};
use crate::error::{Error, Result, Status};
use crate::kernel::Beat;
use std::any::Any;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// More is taken for a mistake.
pub const MAX_THREADS: usize = 256;

/// A kernel's stack need is small; Rust's own default of 2 MiB would fill a browser's memory.
const STACK_BYTES: usize = if cfg!(target_os = "emscripten") { 256 << 10 } else { 1 << 20 };

/// One for each thread of the crew, by its number. They stay where they are for good, so that whoever
/// watches them need not know when the crew ends.
static BEATS: [Beat; MAX_THREADS] = [const { Beat::new() }; MAX_THREADS];

/// Buffers of one thread for one piece of work.
pub type Scratch = Option<Box<dyn Any + Send>>;

/// What a piece of work answers when asked for a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    Chunk(u64),
    /// None now; `run` will answer true, or somebody will call `Crew::recall`, when there are some again.
    Later,
    /// None ever again.
    Over,
}

/// A piece of work with chunks to run. Never panics.
pub trait Work: Send + Sync {
    /// So many threads there are; told once, before any asks. Never blocks.
    fn meet(&self, threads: usize) {
        let _ = threads;
    }

    /// For a thread whose last chunk of this work was `last`, if it remembers.
    fn take(&self, last: Option<u64>) -> Take;
    /// Runs and merges one chunk, and shows by `beat` that it does; true when `take` has something again
    /// after it had said `Later`.
    fn run(&self, chunk: u64, scratch: &mut Scratch, beat: &Beat) -> bool;
    /// At most so many threads at once.
    fn limit(&self) -> usize;
    fn cancel(&self);
}

struct Entry {
    id: u64,
    work: Arc<dyn Work>,
    /// Threads that run one of its chunks.
    running: usize,
    /// Time that threads have given it.
    spent: Duration,
}

#[derive(Default)]
struct Roll {
    entries: Vec<Entry>,
    next_id: u64,
}

struct Shared {
    inbox: Inbox<Arc<dyn Work>>,
    roll: Mutex<Roll>,
    recall: AtomicBool,
    quit: AtomicBool,
    /// rayon threads that have not ended.
    alive: AtomicUsize,
}

impl Shared {
    fn roll(&self) -> MutexGuard<'_, Roll> {
        // Nothing panics while holding it, so a poisoned roll is still whole.
        self.roll.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The threads and the runner.
pub struct Crew {
    shared: Arc<Shared>,
    threads: usize,
    /// None only while dropping.
    pool: Option<Arc<rayon::ThreadPool>>,
    runner: Option<thread::JoinHandle<()>>,
}

impl Crew {
    /// Starts `threads` rayon threads (0: as many as the machine says) and the runner.
    /// Does not wait for them to come up.
    /// Errors: Range (more than MAX_THREADS), Memory, Threads.
    pub fn new(threads: usize) -> Result<Crew> {
        if threads > MAX_THREADS {
            return Err(Error::new(
                Status::Range,
                format!("{threads} threads were asked for; at most {MAX_THREADS} make sense"),
            ));
        }
        let threads = match threads {
            0 => thread::available_parallelism().map_or(1, |n| n.get()).min(MAX_THREADS),
            n => n,
        };
        check_memory(threads)?;
        let shared = Arc::new(Shared {
            inbox: Inbox::new(),
            roll: Mutex::default(),
            recall: AtomicBool::new(false),
            quit: AtomicBool::new(false),
            alive: AtomicUsize::new(0),
        });
        let pool = build_pool(threads, &shared)?;
        let runner = {
            let shared = Arc::clone(&shared);
            let pool = Arc::clone(&pool);
            thread::Builder::new()
                .name("tamis-runner".into())
                .stack_size(STACK_BYTES)
                .spawn(move || run(&shared, &pool))
                .map_err(|e| no_threads(threads, &e))?
        };
        Ok(Crew { shared, threads, pool: Some(pool), runner: Some(runner) })
    }

    pub fn threads(&self) -> usize {
        self.threads
    }

    /// By thread. Each moves when its thread is called to work, at every chunk, whenever the chunk looks
    /// at its `Interrupt`, and when nothing more is to be had.
    pub fn beats(&self) -> &'static [Beat] {
        &BEATS[..self.threads]
    }

    /// Runs `task` on the rayon threads, where parallel iterators use them all. Blocks until it ends.
    pub fn install<R: Send>(&self, task: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(task),
            None => task(),
        }
    }

    /// Makes idle threads ask again for chunks: some work that said `Later` has one. Never blocks.
    pub fn recall(&self) {
        self.shared.recall.store(true, Ordering::Release);
        if let Some(runner) = &self.runner {
            runner.thread().unpark();
        }
    }

    /// Hands work to the threads. Never blocks a thread that must not; others may wait for a lock that is held for moments.
    pub fn submit(&self, work: Arc<dyn Work>) {
        work.meet(self.threads);
        let Some(runner) = &self.runner else { return };
        match &self.pool {
            // Without the runner, which would have to be woken for it.
            Some(pool) if may_block() => {
                enrol(&mut self.shared.roll(), work);
                call(&self.shared, pool, runner.thread().clone());
            }
            _ => {
                self.shared.inbox.push(work);
                runner.thread().unpark();
            }
        }
    }
}

impl Drop for Crew {
    /// Cancels all work, ends the threads and waits for them.
    fn drop(&mut self) {
        self.shared.quit.store(true, Ordering::Release);
        if let Some(runner) = self.runner.take() {
            runner.thread().unpark();
            let _ = runner.join();
        }
        for work in self.shared.inbox.take() {
            work.cancel();
        }
        for entry in &self.shared.roll().entries {
            entry.work.cancel();
        }
        // The runner's share is gone, so this is the last one: rayon tells its threads to end.
        self.pool = None;
        // A browser may never have brought a thread up; that must not hang us.
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.shared.alive.load(Ordering::Acquire) > 0 && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

fn no_threads(threads: usize, cause: &dyn std::fmt::Display) -> Error {
    Error::new(
        Status::Threads,
        format!(
            "{threads} threads and a runner cannot be started ({cause}): ask for fewer, or link \
             with a PTHREAD_POOL_SIZE of at least {}",
            threads + 1
        ),
    )
}

/// Emscripten's pthread_create does not notice when there is no memory for a stack, and the thread is
/// then NULL; so see first that there is.
fn check_memory(threads: usize) -> Result<()> {
    let mut probe: Vec<u8> = Vec::new();
    probe.try_reserve_exact((threads + 1) * (STACK_BYTES + (16 << 10))).map_err(|_| {
        Error::new(
            Status::Memory,
            format!("no memory for the stacks of {threads} threads: allow more, or use fewer"),
        )
    })
}

fn build_pool(threads: usize, shared: &Arc<Shared>) -> Result<Arc<rayon::ThreadPool>> {
    shared.alive.store(threads, Ordering::Release);
    let ending = Arc::clone(shared);
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("tamis-{i}"))
        .stack_size(STACK_BYTES)
        .exit_handler(move |_| {
            departure::leave();
            ending.alive.fetch_sub(1, Ordering::AcqRel);
        })
        .build()
        .map(Arc::new)
        .map_err(|e| no_threads(threads, &e))
}

fn run(shared: &Arc<Shared>, pool: &rayon::ThreadPool) {
    while !shared.quit.load(Ordering::Acquire) {
        let arrived = shared.inbox.take();
        let recall = shared.recall.swap(false, Ordering::AcqRel);
        if arrived.is_empty() && !recall {
            thread::park();
            continue;
        }
        for work in arrived {
            enrol(&mut shared.roll(), work);
        }
        call(shared, pool, thread::current());
    }
    departure::leave();
}

/// Calls all threads to work.
#[inline(never)]
fn call(shared: &Arc<Shared>, pool: &rayon::ThreadPool, runner: thread::Thread) {
    let shared = Arc::clone(shared);
    pool.spawn_broadcast(move |context| serve(&shared, &runner, &BEATS[context.index()]));
}

/// A newcomer starts level with the one that has had least: it neither starves nor is starved.
#[inline(never)]
fn enrol(roll: &mut Roll, work: Arc<dyn Work>) {
    let spent = roll.entries.iter().map(|e| e.spent).min().unwrap_or_default();
    let id = roll.next_id;
    roll.next_id += 1;
    roll.entries.push(Entry { id, work, running: 0, spent });
}

thread_local! {
    /// When this thread last found nothing to do.
    static IDLE_SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What one rayon thread does until nothing is to be had.
fn serve(shared: &Shared, runner: &thread::Thread, beat: &Beat) {
    if let (Some(since), Some(recorder)) = (IDLE_SINCE.take(), recorder()) {
        recorder.note(Activity::Wait, 0, 0, since);
    }
    serve_all(shared, runner, beat);
    IDLE_SINCE.set(recorder().map(|_| Instant::now()));
}

fn serve_all(shared: &Shared, runner: &thread::Thread, beat: &Beat) {
    // From before the first lock to after the last, so that one that is never had shows as well.
    beat.begin();
    let mut scratches = Scratches::default();
    let mut served: Option<(u64, Duration)> = None;
    // One look at the clock a chunk: in wasm it is JavaScript's, and takes microseconds when it was not looked at for long.
    let mut now = Instant::now();
    loop {
        let picked = {
            let mut roll = shared.roll();
            if let Some((id, time)) = served.take() {
                settle(&mut roll, id, time);
            }
            pick(&mut roll, &scratches)
        };
        let Some((id, work, chunk)) = picked else { break };
        let begun = now;
        beat.tick();
        let relief = work.run(chunk, scratches.of(id, chunk), beat);
        now = Instant::now();
        served = Some((id, now - begun));
        if relief {
            shared.recall.store(true, Ordering::Release);
            runner.unpark();
        }
    }
    beat.end();
}

fn settle(roll: &mut Roll, id: u64, time: Duration) {
    if let Some(entry) = roll.entries.iter_mut().find(|e| e.id == id) {
        entry.running -= 1;
        entry.spent += time;
    }
}

fn pick(roll: &mut Roll, scratches: &Scratches) -> Option<(u64, Arc<dyn Work>, u64)> {
    // Those that said `Later` are not asked again in this round.
    let mut asked = vec![];
    loop {
        let (i, entry) = roll
            .entries
            .iter_mut()
            .enumerate()
            .filter(|(_, e)| e.running < e.work.limit() && !asked.contains(&e.id))
            .min_by_key(|(_, e)| (e.running, e.spent))?;
        match entry.work.take(scratches.last(entry.id)) {
            Take::Chunk(chunk) => {
                entry.running += 1;
                return Some((entry.id, Arc::clone(&entry.work), chunk));
            }
            Take::Later => asked.push(entry.id),
            Take::Over => {
                roll.entries.remove(i);
            }
        }
    }
}

/// The buffers of one thread, for the few pieces of work it was at last, and its last chunk of each.
#[derive(Default)]
struct Scratches(Vec<(u64, u64, Scratch)>);

impl Scratches {
    /// Enough for jobs that take turns, few enough to bound memory.
    const KEPT: usize = 3;

    fn last(&self, id: u64) -> Option<u64> {
        self.0.iter().find(|(of, ..)| *of == id).map(|(_, last, _)| *last)
    }

    fn of(&mut self, id: u64, chunk: u64) -> &mut Scratch {
        let kept = match self.0.iter().position(|(of, ..)| *of == id) {
            Some(i) => self.0.remove(i).2,
            None => {
                self.0.truncate(Self::KEPT - 1);
                None
            }
        };
        self.0.insert(0, (id, chunk, kept));
        &mut self.0[0].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;
    use std::sync::mpsc::{Sender, channel};

    thread_local! {
        static LAST: Cell<Option<u64>> = const { Cell::new(None) };
    }

    /// A hundred chunks, and whether who asks is told what he ran last.
    struct Remembering {
        next: AtomicU64,
        ran: AtomicU64,
        told: Sender<(Option<u64>, Option<u64>)>,
        done: Sender<()>,
    }

    impl Work for Remembering {
        fn take(&self, last: Option<u64>) -> Take {
            let _ = self.told.send((last, LAST.get()));
            match self.next.fetch_add(1, Ordering::Relaxed) {
                chunk @ 0..100 => Take::Chunk(chunk),
                _ => Take::Over,
            }
        }

        fn run(&self, chunk: u64, _scratch: &mut Scratch, _beat: &Beat) -> bool {
            LAST.set(Some(chunk));
            if self.ran.fetch_add(1, Ordering::Relaxed) == 99 {
                let _ = self.done.send(());
            }
            false
        }

        fn limit(&self) -> usize {
            usize::MAX
        }

        fn cancel(&self) {}
    }

    #[test]
    fn who_asks_is_known_by_the_chunk_he_ran_last() {
        let crew = Crew::new(2).unwrap();
        let (told, asked) = channel();
        let (done, all_ran) = channel();
        let (next, ran) = (AtomicU64::new(0), AtomicU64::new(0));
        crew.submit(Arc::new(Remembering { next, ran, told, done }));
        all_ran.recv_timeout(Duration::from_secs(60)).unwrap();
        drop(crew);
        let asked: Vec<_> = asked.iter().collect();
        assert!(asked.len() > 100, "{asked:?}");
        assert!(asked.iter().all(|(told, true_last)| told == true_last), "{asked:?}");
        assert!(asked.iter().filter(|(told, _)| told.is_some()).count() >= 98, "{asked:?}");
    }

    #[test]
    fn a_thread_remembers_the_last_pieces_of_work_it_was_at() {
        let mut scratches = Scratches::default();
        *scratches.of(1, 5) = Some(Box::new('a'));
        scratches.of(2, 7);
        assert!(scratches.of(1, 6).is_some());
        assert_eq!([1, 2, 3].map(|id| scratches.last(id)), [Some(6), Some(7), None]);
        scratches.of(3, 0);
        scratches.of(4, 0);
        assert_eq!([1, 2, 3].map(|id| scratches.last(id)), [Some(6), None, Some(0)]);
    }
}
