//! Listeners. Each way in has its own: citizens, where it is set those who work here, and operations. The last two run
//! on threads of their own, so that neither a crowd in front of the first nor a busy processor keeps them from answering.

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::Response;
use axum::serve::IncomingStream;
use futures::future::{Ready, ready};
use tokio::net::{TcpListener, TcpSocket};
use tower::Service;

use crate::limit::address::Peer;
use crate::start::CannotStart;

/// How many connections may wait to be taken; the system may allow fewer.
const BACKLOG: u32 = 16_384;

/// Opens a listener.
///
/// # Errors
/// [`CannotStart`] names the setting.
pub fn listen(setting: &str, address: SocketAddr) -> Result<TcpListener, CannotStart> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|error: std::io::Error| CannotStart(format!("{setting} {address}: {error}.")))
}

/// Serves on a thread of its own until `end`. `open` makes what is served, on that thread.
///
/// # Errors
/// When the machine gives no thread.
pub fn serve_apart<S>(
    name: &str,
    listener: TcpListener,
    open: impl FnOnce() -> S + Send + 'static,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), CannotStart>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let no_thread = |error: std::io::Error| CannotStart(format!("No thread for it: {error}."));
    let listener = listener.into_std().map_err(no_thread)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(no_thread)?;
    let run = move || {
        let served = runtime.block_on(async move {
            let listener = TcpListener::from_std(listener)?;
            axum::serve(listener, Doors(open())).with_graceful_shutdown(end).await
        });
        if let Err(error) = served {
            tracing::error!(error = %error, "a listener ended");
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(no_thread)?;
    Ok(())
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
