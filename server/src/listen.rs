//! Listeners. Each way in has its own: citizens, where it is set those who work here, and operations. Each runs on
//! threads of its own, so that neither a crowd in front of the first nor what it keeps busy stops the others from
//! answering, or the server from what it does by itself. For citizens there is a thread for each core: a connection
//! stays with the thread that took it, and what has arrived is read in the order in which it came
//! (`docs/decisions/0026-sockets-are-read-in-turn.md`).

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use axum::serve::IncomingStream;
use futures::future::{Ready, ready};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tower::Service;

use crate::limit::address::Peer;
use crate::start::CannotStart;

/// How many connections may wait to be taken; the system may allow fewer.
const BACKLOG: u32 = 16_384;

/// How many sockets the system names at a time. It is about as many as are read until it is asked again, so a crowd
/// stays in the system's list, in the order in which it came, and an answer that is ready waits for few of them.
const EVENTS_PER_TURN: usize = 64;

/// How many files are kept open beside the streams: connections of whoever claims or looks, the database, the log.
const FILES_BESIDE: u64 = 4_096;

/// Raises how many files this process may have open to what the system allows at all: each connection is one, and
/// whoever comes when none is left is not even told to come again.
pub fn raise_file_limit(streams: usize) {
    let wanted = u64::try_from(streams).unwrap_or(u64::MAX).saturating_add(FILES_BESIDE);
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(allowed) if allowed >= wanted => {}
        Ok(allowed) => tracing::warn!(
            allowed,
            wanted,
            "fewer files may be open than there may be connections: raise the hard limit (ulimit -Hn)"
        ),
        Err(error) => tracing::warn!(error = %error, "how many files may be open is not known"),
    }
}

/// Opens a listener.
///
/// # Errors
/// [`CannotStart`] names the setting.
pub fn listen(setting: &str, address: SocketAddr) -> Result<std::net::TcpListener, CannotStart> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    open().map_err(|error: std::io::Error| CannotStart(format!("{setting} {address}: {error}.")))
}

/// Resolves when a listener that runs apart has ended and every request that it had begun is answered.
pub type Served = oneshot::Receiver<std::io::Result<()>>;

/// Serves on a thread of its own until `end`. `open` makes what is served, on that thread.
///
/// # Errors
/// When the machine gives no thread.
pub fn serve_apart<S>(
    name: &str,
    listener: std::net::TcpListener,
    open: impl FnOnce() -> S + Send + 'static,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<Served, CannotStart>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let no_thread =
        |error: std::io::Error| CannotStart(format!("No thread for the listener {name}: {error}."));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_io_events_per_tick(EVENTS_PER_TURN)
        .build()
        .map_err(no_thread)?;
    let (ended, served) = oneshot::channel();
    let run = move || {
        runtime.block_on(async move {
            let serve = async {
                let listener = TcpListener::from_std(listener)?;
                axum::serve(listener, Doors(open())).with_graceful_shutdown(end).await
            };
            let served = serve.await;
            if let Err(error) = &served {
                tracing::error!(error = %error, "a listener ended");
            }
            // Nobody may be there any more who wants to know.
            let _ = ended.send(served);
            // Others may still use connections to the database that were opened here.
            std::future::pending::<()>().await;
        });
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(no_thread)?;
    Ok(served)
}

/// Makes a door for each connection: it knows from where the connection comes.
#[derive(Clone)]
pub struct Doors<S>(pub S);

impl<S: Clone> Service<IncomingStream<'_, TcpListener>> for Doors<S> {
    type Response = Door<S>;
    type Error = Infallible;
    type Future = Ready<Result<Door<S>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, TcpListener>) -> Self::Future {
        ready(Ok(Door { inside: self.0.clone(), peer: stream.remote_addr().ip() }))
    }
}

/// The door of one connection.
#[derive(Clone)]
pub struct Door<S> {
    inside: S,
    peer: IpAddr,
}

impl<S: Service<Request>> Service<Request> for Door<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inside.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        // Machines are asked for a key and citizens for a session: from where they come is asked at the ways in alone.
        let path = request.uri().path();
        if !path.starts_with("/api/") && !path.starts_with("/act/") {
            request.extensions_mut().insert(Peer(self.peer));
        }
        self.inside.call(request)
    }
}
