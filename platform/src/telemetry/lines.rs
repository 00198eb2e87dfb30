//! Lines of the log, gathered for a moment and written together.
//!
//! A role writes one line a request. One system call each costs more than all else about a line;
//! so lines wait in memory for a few milliseconds, and a thread writes what has come. A warning or
//! an error waits for nothing: it is written at once, with all that came before it. Only who is
//! killed outright loses lines, and at most those of a moment.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long lines wait for others.
const GATHER: Duration = Duration::from_millis(5);

/// How many bytes may wait; whoever has more to say then writes them itself.
const WAITING: usize = 1 << 20;

/// The lines of a process, written until this is dropped, which writes the rest.
#[derive(Debug)]
#[must_use = "lines are written as long as it is there"]
pub struct Lines {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Where lines are put. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Put(Arc<Shared>);

/// A line on its way.
#[derive(Debug)]
pub(super) struct Line<'a> {
    shared: &'a Shared,
    urgent: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    some: Condvar,
    /// Held by who writes, so that lines keep their order.
    out: Mutex<Out>,
}

#[derive(Debug, Default)]
struct Waiting {
    text: Vec<u8>,
    /// The thread waits to be told that there is something.
    asleep: bool,
    over: bool,
}

struct Out {
    to: Box<dyn Write + Send>,
    /// What is being written; its memory is used again.
    text: Vec<u8>,
}

impl Lines {
    /// Writes to the standard error stream from now on.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub(super) fn begin() -> io::Result<(Self, Put)> {
        Self::to(Out::default())
    }

    fn to(out: Out) -> io::Result<(Self, Put)> {
        let shared = Arc::new(Shared {
            out: Mutex::new(out),
            ..Shared::default()
        });
        let writing = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writing.write_all_the_time())?;
        let put = Put(Arc::clone(&shared));
        let thread = Some(thread);
        Ok((Self { shared, thread }, put))
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.shared.waiting().over = true;
        self.shared.some.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.shared.write();
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all_the_time(&self) {
        loop {
            let mut waiting = self.waiting();
            while waiting.text.is_empty() && !waiting.over {
                waiting.asleep = true;
                let woken = self.some.wait(waiting);
                waiting = woken.unwrap_or_else(PoisonError::into_inner);
            }
            waiting.asleep = false;
            if waiting.over {
                return;
            }
            drop(waiting);
            std::thread::sleep(GATHER);
            self.write();
        }
    }

    /// Writes what waits now. A stream that takes nothing has nobody to tell.
    fn write(&self) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let Out { to, text } = &mut *out;
        std::mem::swap(text, &mut self.waiting().text);
        let _ = to.write_all(text).and_then(|()| to.flush());
        text.clear();
    }

    fn add(&self, line: &[u8], urgent: bool) {
        let mut waiting = self.waiting();
        waiting.text.extend_from_slice(line);
        let wake = std::mem::take(&mut waiting.asleep);
        // After the end there is no thread any more.
        let here = urgent || waiting.over || waiting.text.len() > WAITING;
        drop(waiting);
        if here {
            self.write();
        } else if wake {
            self.some.notify_one();
        }
    }
}

impl<'a> MakeWriter<'a> for Put {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            shared: &self.0,
            urgent: false,
        }
    }

    fn make_writer_for(&'a self, of: &Metadata<'_>) -> Line<'a> {
        Line {
            shared: &self.0,
            urgent: *of.level() <= Level::WARN,
        }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.shared.add(line, self.urgent);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Default for Out {
    fn default() -> Self {
        Self {
            to: Box::new(io::stderr()),
            text: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Out {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Out").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream whose text can be read.
    #[derive(Clone, Debug, Default)]
    struct Read(Arc<Mutex<Vec<u8>>>);

    impl Write for Read {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn begun() -> (Read, Lines, Put) {
        let read = Read::default();
        let to = Box::new(read.clone());
        let text = Vec::new();
        let (lines, put) = Lines::to(Out { to, text }).unwrap();
        (read, lines, put)
    }

    fn text(read: &Read) -> String {
        String::from_utf8(read.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn every_line_is_written_once_and_in_order() {
        let (read, lines, put) = begun();
        let mut all = String::new();
        for n in 0..10_000 {
            let line = format!("line {n}\n");
            put.0.add(line.as_bytes(), n % 1_000 == 7);
            all.push_str(&line);
        }
        drop(lines);
        put.0.add(b"after\n", false);
        assert_eq!(text(&read), all + "after\n");
    }

    #[test]
    fn an_urgent_line_is_written_at_once_after_those_before_it() {
        let (read, lines, put) = begun();
        put.0.add(b"first\n", false);
        put.0.add(b"urgent\n", true);
        assert_eq!(text(&read), "first\nurgent\n");
        drop(lines);
    }

    #[test]
    fn lines_are_written_without_anybody_asking() {
        let (read, _lines, put) = begun();
        put.0.add(b"alone\n", false);
        while text(&read).is_empty() {
            std::thread::sleep(GATHER);
        }
        assert_eq!(text(&read), "alone\n");
    }
}
