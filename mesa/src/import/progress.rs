//! How far a long job has got: a bar on a terminal, plain lines elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

/// One line is written for each of so many parts of a job, where there is no terminal.
const PARTS: u64 = 10;
/// A smaller job is done before anybody asks.
const SMALL: u64 = 100;

/// Shows on the error stream how far a job has got.
#[derive(Debug)]
pub struct Progress {
    showing: Mutex<Showing>,
}

#[derive(Debug)]
enum Showing {
    Nothing,
    Bar(Option<(&'static str, ProgressBar)>),
    /// The job that was told of last, and how many of its parts.
    Lines(&'static str, u64),
}

impl Progress {
    /// Shows nothing.
    pub const fn silent() -> Self {
        Self {
            showing: Mutex::new(Showing::Nothing),
        }
    }

    /// A bar when the error stream is a terminal, else lines.
    pub fn on_stderr() -> Self {
        let showing = if io::stderr().is_terminal() {
            Showing::Bar(None)
        } else {
            Showing::Lines("", 0)
        };
        Self {
            showing: Mutex::new(showing),
        }
    }

    /// Says that of `job` so much is done of `all`. Another job than before begins anew.
    pub fn at(&self, job: &'static str, done: u64, all: u64) {
        match &mut *self.showing.lock().unwrap_or_else(PoisonError::into_inner) {
            Showing::Nothing => {}
            Showing::Bar(bar) => {
                if bar.as_ref().is_none_or(|(before, _)| *before != job) {
                    clear(bar.take());
                }
                let (_, bar) = bar.get_or_insert_with(|| (job, new_bar(job)));
                bar.set_length(all);
                bar.set_position(done);
            }
            Showing::Lines(before, told) => {
                if *before != job {
                    (*before, *told) = (job, 0);
                }
                let part = done.saturating_mul(PARTS) / all.max(1);
                if all >= SMALL && part > *told {
                    *told = part;
                    // Whoever does not read it does not miss it.
                    drop(writeln!(io::stderr(), "{job}: {done} of {all}"));
                }
            }
        }
    }

    /// The last job is done.
    pub fn end(&self) {
        let mut showing = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Showing::Bar(bar) = &mut *showing {
            clear(bar.take());
        }
    }
}

fn new_bar(job: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(0).with_message(job);
    match ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {per_sec} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn clear(bar: Option<(&'static str, ProgressBar)>) {
    if let Some((_, bar)) = bar {
        bar.finish_and_clear();
    }
}
