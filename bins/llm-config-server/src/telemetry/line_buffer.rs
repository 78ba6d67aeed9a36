//! Log lines on their way to standard error.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a line waits for others, with which it is written.
const WAIT_FOR_OTHERS: Duration = Duration::from_millis(10);

/// The most bytes that wait. Beyond, the thread that logs writes them itself, so that memory is bounded and
/// no line is lost.
const MAX_WAITING: usize = 256 * 1024;

/// Collects log lines, which a thread writes. Cheap to clone; clones are one buffer.
///
/// A system call for each line is a tenth of what a short request costs.
#[derive(Clone)]
pub(super) struct LineBuffer(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    /// Signals the first line, or the end.
    changed: Condvar,
    /// Locked before lines are taken from `waiting` until they are written, so that they stay in order.
    output: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    has_ended: bool,
}

/// The thread. When this is dropped, all lines are written.
pub(crate) struct LineWriter {
    buffer: LineBuffer,
    thread: Option<JoinHandle<()>>,
}

impl LineWriter {
    /// Starts a thread that writes lines to `output`.
    pub(super) fn start(output: impl Write + Send + 'static) -> io::Result<Self> {
        let buffer = LineBuffer(Arc::new(Shared {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            output: Mutex::new(Box::new(output)),
        }));
        let writing = buffer.clone();
        let thread =
            thread::Builder::new().name("log".to_owned()).spawn(move || writing.write_until_end())?;
        Ok(Self { buffer, thread: Some(thread) })
    }

    pub(super) fn buffer(&self) -> LineBuffer {
        self.buffer.clone()
    }
}

impl Drop for LineWriter {
    fn drop(&mut self) {
        self.buffer.waiting().has_ended = true;
        self.buffer.0.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has already been reported.
            let _ = thread.join();
        }
    }
}

impl LineBuffer {
    fn write_until_end(&self) {
        loop {
            let waiting = self.waiting();
            let is_idle = |waiting: &mut Waiting| waiting.lines.is_empty() && !waiting.has_ended;
            let waiting = self.0.changed.wait_while(waiting, is_idle).unwrap_or_else(PoisonError::into_inner);
            let until_end =
                self.0.changed.wait_timeout_while(waiting, WAIT_FOR_OTHERS, |waiting| !waiting.has_ended);
            let has_ended = until_end.unwrap_or_else(PoisonError::into_inner).0.has_ended;
            self.write_waiting();
            if has_ended {
                return;
            }
        }
    }

    fn write_waiting(&self) {
        let mut output = self.0.output.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = mem::take(&mut self.waiting().lines);
        // There is nowhere to report an error to.
        let _ = output.write_all(&lines).and_then(|()| output.flush());
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for LineBuffer {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.waiting();
        let is_first = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        let (is_full, has_ended) = (waiting.lines.len() > MAX_WAITING, waiting.has_ended);
        drop(waiting);
        if is_full || has_ended {
            self.write_waiting();
        } else if is_first {
            self.0.changed.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Sends what is written to a channel.
    struct Sent(Sender<String>);

    impl Write for Sent {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(String::from_utf8_lossy(bytes).into_owned()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn started() -> (LineWriter, LineBuffer, Receiver<String>) {
        let (sender, written) = channel();
        let writer = LineWriter::start(Sent(sender)).unwrap();
        let buffer = writer.buffer();
        (writer, buffer, written)
    }

    #[test]
    fn line_is_written_without_another_one() {
        let (_writer, mut buffer, written) = started();
        buffer.write_all(b"one\n").unwrap();
        assert_eq!(written.recv().unwrap(), "one\n");
        buffer.write_all(b"two\n").unwrap();
        assert_eq!(written.recv().unwrap(), "two\n");
    }

    #[test]
    fn dropped_writer_has_written_all_lines_in_order() {
        let (writer, mut buffer, written) = started();
        let lines: Vec<_> = (0..1000).map(|number| format!("{number}\n")).collect();
        for line in &lines {
            buffer.write_all(line.as_bytes()).unwrap();
        }
        drop(writer);
        buffer.write_all(b"after the end\n").unwrap();
        assert_eq!(written.try_iter().collect::<String>(), lines.concat() + "after the end\n");
    }

    #[test]
    fn full_buffer_is_written_by_the_thread_that_logs() {
        let (_writer, mut buffer, written) = started();
        let line = vec![b'x'; MAX_WAITING + 1];
        buffer.write_all(&line).unwrap();
        assert_eq!(written.try_iter().map(|part| part.len()).sum::<usize>(), line.len());
    }
}
