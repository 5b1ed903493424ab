use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tracing::debug;

/// How long what was sent may stay unacknowledged before the kernel gives the connection up (tcp(7), TCP_USER_TIMEOUT):
/// for clients whose network went away without a word.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);
/// What the kernel may hold for a client that does not read.
const SEND_BUFFER: usize = 128 * 1024;

/// Accepts connections that can be cut.
#[derive(Debug)]
pub struct Listener(TcpListener);

impl Listener {
    /// Over a listener of the system's.
    pub fn new(listener: TcpListener) -> Self {
        Self(listener)
    }

    /// The next connection. What goes wrong before there is one is waited out.
    pub async fn accept(&mut self) -> Connection {
        let (stream, peer) = axum::serve::Listener::accept(&mut self.0).await;
        let socket = SockRef::from(&stream);
        let set = socket
            .set_tcp_nodelay(true)
            .and_then(|()| socket.set_send_buffer_size(SEND_BUFFER))
            .and_then(|()| socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED)));
        if let Err(error) = set {
            debug!("could not set up a connection: {error}"); // it is closed already
        }
        let wire = Wire {
            peer,
            is_cut: AtomicBool::new(false),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
        };
        Connection { stream, wire: Arc::new(wire) }
    }
}

/// The handle of a connection: cuts it from elsewhere, whatever it is doing. A request carries the one it came over as
/// an extension.
#[derive(Debug)]
pub struct Wire {
    peer: SocketAddr,
    is_cut: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Wire {
    /// The address at the other end.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Closes the connection at once. What was on its way is lost, and whoever waits in a read or write of it is freed.
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.reader.wake();
        self.writer.wake();
    }

    fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Acquire)
    }

    /// Registers before it looks, so that no cut goes unnoticed.
    fn check(&self, waker: &AtomicWaker, cx: &Context<'_>) -> io::Result<()> {
        waker.register(cx.waker());
        if self.is_cut() { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }
}

/// A connection that can be cut.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    wire: Arc<Wire>,
}

impl Connection {
    /// Its handle.
    pub fn wire(&self) -> &Arc<Wire> {
        &self.wire
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.wire.is_cut() {
            // Otherwise the kernel would keep it until the other end has read what it does not read.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.wire.check(&self.wire.reader, cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire.check(&self.wire.writer, cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire.check(&self.wire.writer, cx)?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;
    use tokio_util::task::TaskTracker;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    async fn pair() -> (Connection, TcpStream) {
        let mut listener = Listener::new(TcpListener::bind("127.0.0.1:0").await.expect("a port"));
        let address = listener.0.local_addr().expect("an address");
        let (connection, client) = tokio::join!(listener.accept(), TcpStream::connect(address));
        (connection, client.expect("connect"))
    }

    #[tokio::test]
    async fn a_cut_frees_a_reader_and_the_client_sees_it() {
        let (mut connection, mut client) = pair().await;
        assert_eq!(connection.wire().peer(), client.local_addr().expect("an address"));
        let wire = Arc::clone(connection.wire());
        let reading = TaskTracker::new().spawn(async move { connection.read(&mut [0; 8]).await });
        wire.cut();
        let read = timeout(PATIENCE, reading).await.expect("in time").expect("no panic");
        assert_eq!(read.expect_err("cut").kind(), io::ErrorKind::ConnectionAborted);
        let seen = timeout(PATIENCE, client.read(&mut [0; 8])).await.expect("in time");
        assert_eq!(seen.expect_err("reset").kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn a_cut_frees_a_writer_whose_client_does_not_read() {
        let (mut connection, client) = pair().await;
        let wire = Arc::clone(connection.wire());
        let writing = TaskTracker::new().spawn(async move {
            loop {
                connection.write_all(&[0; 64 * 1024]).await?;
            }
        });
        assert!(
            timeout(Duration::from_millis(200), async {
                while !writing.is_finished() {
                    tokio::task::yield_now().await
                }
            })
            .await
            .is_err(),
            "it is stuck"
        );
        wire.cut();
        let written: io::Result<()> = timeout(PATIENCE, writing).await.expect("in time").expect("no panic");
        assert_eq!(written.expect_err("cut").kind(), io::ErrorKind::ConnectionAborted);
        drop(client);
    }
}
