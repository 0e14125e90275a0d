//! Many wrong inputs: whatever the text, nothing panics and every promise is kept.
//!
//! `STAGEWRIGHT_MUTATIONS` sets another number of inputs, `STAGEWRIGHT_SEED` other inputs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use stagewright::Request;
use stagewright::layout::Order;
use stagewright_tests::comparing;
use stagewright_tests::language;
use stagewright_tests::mutate::{Numbers, text};
use stagewright_tests::promises;
use stagewright_tests::rebuilding;
use stagewright_tests::recorded::texts;
use stagewright_tests::shrink::shrunk;

/// Inputs that are tried.
const INPUTS: u64 = 100_000;

/// Places of each input that are asked about.
const PLACES: usize = 3;

/// An input, and what is wrong with what came of it.
struct Failure {
    request: Request,
    broken: String,
}

#[test]
fn no_text_breaks_a_promise() {
    let n_inputs = setting("STAGEWRIGHT_MUTATIONS").unwrap_or(INPUTS);
    let first_seed = setting("STAGEWRIGHT_SEED").unwrap_or(0) << 32;
    let texts: Vec<String> = texts().into_iter().map(|(_, text)| text).collect();
    let n_threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let is_over = AtomicBool::new(false);
    // What panics is caught and told at the end, as the smallest input that does it.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let failure = thread::scope(|scope| {
        let work = |first: u64| {
            let seeds = (first..n_inputs).step_by(n_threads as usize).map(|n| first_seed + n);
            let (texts, is_over) = (&texts, &is_over);
            scope.spawn(move || try_all(seeds, texts, is_over))
        };
        let threads: Vec<_> = (0..n_threads).map(work).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok().flatten()).next().map(smallest)
    });
    std::panic::set_hook(hook);
    if let Some(Failure { request, broken }) = failure {
        panic!(
            "{broken}\ntarget {:?}, build args {:?}, and the text\n{:?}",
            request.target, request.build_args, request.source
        );
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Tries the inputs of some seeds, up to the first that fails, here or in another thread.
fn try_all(seeds: impl Iterator<Item = u64>, texts: &[String], is_over: &AtomicBool) -> Option<Failure> {
    let mut previous = Order::default();
    for seed in seeds {
        if is_over.load(Ordering::Relaxed) {
            return None;
        }
        let request = request(seed, texts);
        match attempt(&request, Some(&previous)) {
            Ok(order) => previous = order,
            Err(broken) => {
                is_over.store(true, Ordering::Relaxed);
                return Some(Failure { request, broken: format!("seed {seed}: {broken}") });
            }
        }
    }
    None
}

/// The input of a seed.
fn request(seed: u64, texts: &[String]) -> Request {
    // Neighbouring seeds are to have nothing in common.
    let mut numbers = Numbers::new(Numbers::new(seed).number());
    let mut request = Request { source: text(&mut numbers, texts), ..Request::default() };
    match numbers.below(8) {
        0 => request.target = Some(["build", "0", "BASE", "\u{130}", "scratch"][numbers.below(5)].to_owned()),
        1 => drop(request.build_args.insert("A".into(), ["", "a b", "$A", "${", "\u{1f433}"][numbers.below(5)].into())),
        _ => {}
    }
    request
}

fn attempt(request: &Request, previous: Option<&Order>) -> Result<Order, String> {
    let whole = || {
        promises::check_link(request)?;
        let analysis = promises::check(request)?;
        promises::check_fixes(request, &analysis, request.source.len())?;
        language::check_whole(request, &analysis)?;
        rebuilding::check(&analysis, request)?;
        comparing::check(&analysis, request)?;
        let mut numbers = Numbers::new(request.source.len() as u64);
        for _ in 0..PLACES {
            let at = numbers.below(request.source.len() + 2) as u32;
            language::check(request, &analysis, at).map_err(|broken| format!("asked about {at}: {broken}"))?;
        }
        promises::check_drawing(&analysis, previous)
    };
    match catch_unwind(AssertUnwindSafe(whole)) {
        Ok(result) => result,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("panic: {}", text.unwrap_or("without words")))
        }
    }
}

/// The failure with as little of its text as it needs. One that depends on the drawing before it is
/// left as it is.
fn smallest(failure: Failure) -> Failure {
    let with = |source: &str| Request { source: source.to_owned(), ..failure.request.clone() };
    let source = shrunk(&failure.request.source, |source| attempt(&with(source), None).is_err());
    let request = with(&source);
    match attempt(&request, None) {
        Err(broken) => Failure { request, broken: format!("{}; smallest: {broken}", failure.broken) },
        Ok(_) => failure,
    }
}
