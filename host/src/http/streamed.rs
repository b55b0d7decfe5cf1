//! Answers that are sent while they are made, and files that are sent piece by piece: neither is in memory whole.

use super::body::Place;
use super::held::Held;
use super::problem::{Code, Problem};
use actix_web::body::{BodySize, MessageBody};
use actix_web::rt::{self, task::JoinHandle};
use actix_web::web::{self, Bytes};
use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::Arc;
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

/// The lines of work that is under way, as they come. The work waits for nobody, so all of them may be held at once.
pub(super) struct Streamed(Held<Told>);

struct Told {
    first: Option<Bytes>,
    rest: UnboundedReceiver<Bytes>,
    /// Until it is known how it ended.
    work: Option<JoinHandle<Result<(), Problem>>>,
    /// There is only so much room for lines that wait to be sent.
    _place: Option<Arc<Place>>,
}

impl Streamed {
    /// Begins work and waits for its first line. What refuses the whole request comes before that, and is the answer then. `place`
    /// is given back when all was sent.
    ///
    /// # Errors
    /// Those of work that told no line.
    pub async fn begin<W>(place: Option<Arc<Place>>, work: impl FnOnce(Lines) -> W) -> Result<Self, Problem>
    where
        W: Future<Output = Result<(), Problem>> + 'static,
    {
        let (told, mut rest) = unbounded_channel();
        // a task of its own: it goes on when the connection is gone
        let work = rt::spawn(work(Lines(told)));
        let first = rest.recv().await;
        let mut work = Some(work);
        if first.is_none()
            && let Some(over) = work.take()
        {
            over.await.map_err(|error| Problem::internal(Code::Internal, &error))??;
        }
        Ok(Streamed(Held::new(Told { first, rest, work, _place: place })))
    }
}

impl Told {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if let Some(line) = ready!(self.rest.poll_recv(cx)) {
            return Poll::Ready(Some(Ok(line)));
        }
        let Some(work) = self.work.as_mut() else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(work).poll(cx));
        self.work = None;
        match ended {
            Ok(Ok(())) => Poll::Ready(None),
            // the connection breaks off, so that nobody takes a part for the whole
            Ok(Err(_)) | Err(_) => Poll::Ready(Some(Err(io::Error::other("the work broke off")))),
        }
    }
}

impl MessageBody for Streamed {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let looked = self.0.look(|told| {
            let next = told.poll_next(cx);
            let given = next.is_ready();
            (next, given)
        });
        looked.unwrap_or_else(given_up)
    }
}

/// Half an answer does not end as a whole one.
fn given_up() -> Poll<Option<Result<Bytes, io::Error>>> {
    Poll::Ready(Some(Err(io::Error::other("the answer was not read in time"))))
}

/// What reading a piece gives back: the file, and the piece.
type Read = Pin<Box<dyn Future<Output = io::Result<(File, Bytes)>>>>;

/// A file from where it stands to its end.
pub(super) struct Pieces {
    bytes: u64,
    held: Held<Sent>,
}

struct Sent {
    /// None once it is over.
    read: Option<Read>,
    /// There is only so much room for files.
    _place: Arc<Place>,
}

impl Pieces {
    /// Of so many bytes. `place` is given back when they were sent.
    pub fn of(file: File, bytes: u64, place: Arc<Place>) -> Self {
        Pieces { bytes, held: Held::new(Sent { read: Some(Box::pin(piece(file))), _place: place }) }
    }
}

impl Sent {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let Some(read) = self.read.as_mut() else { return Poll::Ready(None) };
        let done = ready!(read.as_mut().poll(cx));
        self.read = None;
        match done {
            Err(error) => Poll::Ready(Some(Err(error))),
            Ok((_, piece)) if piece.is_empty() => Poll::Ready(None),
            Ok((file, bytes)) => {
                self.read = Some(Box::pin(piece(file)));
                Poll::Ready(Some(Ok(bytes)))
            }
        }
    }
}

impl MessageBody for Pieces {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.bytes)
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let looked = self.held.look(|sent| {
            let next = sent.poll_next(cx);
            let given = next.is_ready();
            (next, given)
        });
        looked.unwrap_or_else(given_up)
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
    use crate::http::body::Room;
    use actix_web::body::to_bytes;
    use actix_web::rt::System;
    use domain::ids::CompanyId;
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
            let streamed = Streamed::begin(None, work).await.unwrap();
            let first = streamed.0.look(|told| (told.first.clone(), false)).flatten();
            assert_eq!(first.as_deref(), Some(&b"one\n"[..]));
            go.send(()).unwrap();
            assert_eq!(&to_bytes(streamed).await.unwrap()[..], b"one\ntwo\n");
        });
    }

    #[test]
    fn what_refuses_the_whole_is_the_answer_and_what_breaks_off_is_no_answer() {
        System::new().block_on(async {
            let refused = |_: Lines| async { Err(Problem::new(Code::InvalidBody, "no row")) };
            assert_eq!(
                Streamed::begin(None, refused).await.err().map(|problem| problem.code),
                Some(Code::InvalidBody)
            );
            let broken = |lines: Lines| async move {
                lines.tell(b"one\n".to_vec());
                Err(Problem::new(Code::Internal, "it broke"))
            };
            let streamed = Streamed::begin(None, broken).await.unwrap();
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
            drop(Streamed::begin(None, work).await.unwrap());
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
                let place = place();
                let sent = to_bytes(Pieces::of(file, bytes, place.clone())).await.unwrap();
                assert_eq!(sent.as_ref(), whole.as_slice());
                assert_eq!(Arc::strong_count(&place), 1, "it is given back");
            }
        });
    }

    fn place() -> Arc<Place> {
        let tenant = (usize::MAX - 2, CompanyId::new(uuid::Uuid::from_u128(1)));
        Arc::new(Place::take(Room::Written, tenant).unwrap())
    }

    #[test]
    fn lines_that_wait_to_be_sent_keep_their_place() {
        System::new().block_on(async {
            let place = place();
            let work = |lines: Lines| async move {
                lines.tell(b"one\n".to_vec());
                Ok(())
            };
            let streamed = Streamed::begin(Some(place.clone()), work).await.unwrap();
            // the work is over, and nobody has read
            rt::time::sleep(std::time::Duration::from_millis(50)).await;
            assert_eq!(Arc::strong_count(&place), 2);
            assert_eq!(&to_bytes(streamed).await.unwrap()[..], b"one\n");
            assert_eq!(Arc::strong_count(&place), 1);
        });
    }
}
