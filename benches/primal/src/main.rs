//! `tamis-bench-primal STOP [WARM_UP]` counts the primes up to STOP on one thread, which is all that the
//! crate offers. One line of JSON tells the count, the seconds of the first call, and, if WARM_UP is given,
//! those of a call after at least so many seconds of others: an engine has compiled its best by then.

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    // usize, as primal counts: in WebAssembly nothing beyond 2^32 can be asked.
    let Some(stop) = arguments.next().and_then(|word| word.parse::<usize>().ok()) else {
        eprintln!("usage: tamis-bench-primal STOP [WARM_UP]   (STOP at most {})", usize::MAX);
        return ExitCode::FAILURE;
    };
    let warm_up = arguments.next().and_then(|word| word.parse::<f64>().ok());
    let timed = || {
        let began = Instant::now();
        let count = primal::StreamingSieve::prime_pi(stop);
        (count, began.elapsed().as_secs_f64())
    };
    let (count, seconds) = timed();
    let mut later = String::new();
    if let Some(warm_up) = warm_up {
        let mut spent = seconds;
        while spent < warm_up {
            spent += timed().1;
        }
        later = format!(",\"warmSeconds\":{}", timed().1);
    }
    println!("{{\"count\":\"{count}\",\"seconds\":{seconds}{later}}}");
    ExitCode::SUCCESS
}
