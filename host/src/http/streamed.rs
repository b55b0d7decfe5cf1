//! Answers that are sent while they are made, and files that are sent piece by piece: neither is in memory whole.

use super::problem::{Code, Problem};
use actix_web::body::{BodySize, MessageBody};
use actix_web::rt::{self, task::JoinHandle};
use actix_web::web::{self, Bytes};
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Bytes of a file that are in memory at once.
const PIECE_BYTES: u64 = 128 * 1024;

/// Where work puts the lines of its answer.
pub(super) struct Lines(UnboundedSender<Bytes>);

impl Lines {
    /// Never waits for who reads it, and goes on where nobody does any more: whoever went away asks again with the same key.
    pub fn tell(&self, line: Vec<u8>) {
        let _gone = self.0.send(Bytes::from(line));
    }
}

/// The lines of work that is under way, as they come.
pub(super) struct Streamed {
    first: Option<Bytes>,
    rest: UnboundedReceiver<Bytes>,
    /// Until it is known how it ended.
    work: Option<JoinHandle<Result<(), Problem>>>,
}

impl Streamed {
    /// Begins work and waits for its first line. What refuses the whole request comes before that, and is the answer then.
    ///
    /// # Errors
    /// Those of work that told no line.
    pub async fn begin<W>(work: impl FnOnce(Lines) -> W) -> Result<Self, Problem>
    where
        W: Future<Output = Result<(), Problem>> + 'static,
    {
        let (told, mut rest) = unbounded_channel();
        // a task of its own: it goes on when the connection is gone
        let work = rt::spawn(work(Lines(told)));
        let first = rest.recv().await;
        if first.is_none() {
            work.await.map_err(|error| Problem::internal(Code::Internal, &error))??;
            return Ok(Streamed { first, rest, work: None });
        }
        Ok(Streamed { first, rest, work: Some(work) })
    }
}

impl MessageBody for Streamed {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let this = self.get_mut();
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if let Some(line) = ready!(this.rest.poll_recv(cx)) {
            return Poll::Ready(Some(Ok(line)));
        }
        let Some(work) = this.work.as_mut() else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(work).poll(cx));
        this.work = None;
        match ended {
            Ok(Ok(())) => Poll::Ready(None),
            // the connection breaks off, so that nobody takes a part for the whole
            Ok(Err(_)) | Err(_) => Poll::Ready(Some(Err(io::Error::other("the work broke off")))),
        }
    }
}

/// What reading a piece gives back: the file, and the piece.
type Read = Pin<Box<dyn Future<Output = io::Result<(File, Bytes)>>>>;

/// A file from where it stands to its end.
pub(super) struct Pieces {
    bytes: u64,
    /// None once it is over.
    read: Option<Read>,
}

impl Pieces {
    /// Of so many bytes.
    pub fn of(file: File, bytes: u64) -> Self {
        Pieces { bytes, read: Some(Box::pin(piece(file))) }
    }
}

impl MessageBody for Pieces {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.bytes)
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let this = self.get_mut();
        let Some(read) = this.read.as_mut() else { return Poll::Ready(None) };
        let done = ready!(read.as_mut().poll(cx));
        this.read = None;
        match done {
            Err(error) => Poll::Ready(Some(Err(error))),
            Ok((_, piece)) if piece.is_empty() => Poll::Ready(None),
            Ok((file, bytes)) => {
                this.read = Some(Box::pin(piece(file)));
                Poll::Ready(Some(Ok(bytes)))
            }
        }
    }
}

/// The next piece, on a thread that may wait for the disk.
async fn piece(file: File) -> io::Result<(File, Bytes)> {
    let read = web::block(move || {
        let mut bytes = Vec::new();
        (&file).take(PIECE_BYTES).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>((file, Bytes::from(bytes)))
    });
    read.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use actix_web::body::to_bytes;
    use actix_web::rt::System;
    use std::io::{Seek as _, Write as _};

    #[test]
    fn lines_come_before_the_work_is_over() {
        System::new().block_on(async {
            let (go, wait) = std::sync::mpsc::channel::<()>();
            let work = |lines: Lines| async move {
                let told = web::block(move || {
                    lines.tell(b"one\n".to_vec());
                    wait.recv().unwrap();
                    lines.tell(b"two\n".to_vec());
                });
                told.await.map_err(|error| Problem::internal(Code::Internal, &error))
            };
            let streamed = Streamed::begin(work).await.unwrap();
            assert_eq!(streamed.first.as_deref(), Some(&b"one\n"[..]));
            go.send(()).unwrap();
            assert_eq!(&to_bytes(streamed).await.unwrap()[..], b"one\ntwo\n");
        });
    }

    #[test]
    fn what_refuses_the_whole_is_the_answer_and_what_breaks_off_is_no_answer() {
        System::new().block_on(async {
            let refused = |_: Lines| async { Err(Problem::new(Code::InvalidBody, "no row")) };
            assert_eq!(
                Streamed::begin(refused).await.err().map(|problem| problem.code),
                Some(Code::InvalidBody)
            );
            let broken = |lines: Lines| async move {
                lines.tell(b"one\n".to_vec());
                Err(Problem::new(Code::Internal, "it broke"))
            };
            let streamed = Streamed::begin(broken).await.unwrap();
            assert!(to_bytes(streamed).await.is_err(), "half an answer does not end as a whole one");
        });
    }

    #[test]
    fn work_goes_on_where_nobody_reads() {
        System::new().block_on(async {
            let (end, ended) = std::sync::mpsc::channel();
            let work = |lines: Lines| async move {
                let told = web::block(move || {
                    (0..100).for_each(|_| lines.tell(b"row\n".to_vec()));
                    end.send(()).unwrap();
                });
                told.await.map_err(|error| Problem::internal(Code::Internal, &error))
            };
            drop(Streamed::begin(work).await.unwrap());
            assert!(web::block(move || ended.recv()).await.unwrap().is_ok());
        });
    }

    #[test]
    fn a_file_is_sent_whole() {
        System::new().block_on(async {
            for bytes in [0, 1, PIECE_BYTES, PIECE_BYTES * 2 + 7] {
                let whole: Vec<u8> = (0..bytes).map(|n| u8::try_from(n % 251).unwrap()).collect();
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&whole).unwrap();
                file.rewind().unwrap();
                let sent = to_bytes(Pieces::of(file, bytes)).await.unwrap();
                assert_eq!(sent.as_ref(), whole.as_slice());
            }
        });
    }
}
