//! How alerting does, counted.

use std::sync::LazyLock;

use platform::metrics::{Counter, Gauge, catalogue, figure};

static BACKLOG: LazyLock<Gauge> = LazyLock::new(|| catalogue::WORKER_ALERTS_BACKLOG.gauge([]));
static GIVEN: LazyLock<Counter> = LazyLock::new(|| outcome("given"));
static NOTHING: LazyLock<Counter> = LazyLock::new(|| outcome("nothing"));
static PUT_OFF: LazyLock<Counter> = LazyLock::new(|| outcome("postponed"));

fn outcome(word: &'static str) -> Counter {
    catalogue::WORKER_ALERTS.counter([word])
}

/// Shows every figure from the start, as 0.
pub(crate) fn begin() {
    BACKLOG.set(0.0);
    for counter in [&GIVEN, &NOTHING, &PUT_OFF] {
        counter.increment(0);
    }
}

pub(super) fn left(backlog: u64) {
    BACKLOG.set(figure(backlog));
}

pub(super) fn settled(given: bool) {
    if given {
        GIVEN.increment(1);
    } else {
        NOTHING.increment(1);
    }
}

pub(super) fn put_off() {
    PUT_OFF.increment(1);
}
