//! What all benches share: the time and the allocations of a function.

use std::alloc::System;
use std::hint::black_box;
use std::io::Write;

use criterion::Criterion;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Prints how many allocations one call makes after a first one, and measures its time.
pub(crate) fn measure<T>(criterion: &mut Criterion, name: &str, mut work: impl FnMut() -> T) {
    black_box(work());
    let region = Region::new(ALLOCATOR);
    let result = black_box(work());
    let change = region.change();
    drop(result);
    report(&format!(
        "{name}: {} allocations, {} reallocations, {} bytes",
        change.allocations, change.reallocations, change.bytes_allocated
    ));
    criterion.bench_function(name, |bencher| bencher.iter(&mut work));
}

fn report(line: &str) {
    // Criterion itself fails when standard output is closed.
    let _ = writeln!(std::io::stdout(), "{line}");
}
