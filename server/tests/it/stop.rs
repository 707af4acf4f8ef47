//! Stopping: who is answered still, and who is turned away.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::support::process::Server;
use crate::support::{Database, On};

/// Much less than requests get that were begun before.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_answered_and_whoever_comes_afterwards_is_turned_away_at_once() {
    let database = Database::fresh(On::Sqlite);
    let server = Server::start(&["--demo", "--database", &database.url]).await;
    let address = server.base.strip_prefix("http://").unwrap();
    let mut begun = TcpStream::connect(address).await.unwrap();
    let head = "POST /sign-in/demo HTTP/1.1\r\nHost: it\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n\r\n";
    begun.write_all(head.as_bytes()).await.unwrap();
    // It is said when the body is asked for: whoever is to answer is at it.
    let mut said = [0; 12];
    begun.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 100");
    server.stop().await;
    let told = Instant::now();
    let refused = loop {
        assert!(told.elapsed() < AT_ONCE, "who comes is still let in and waits for nothing");
        match TcpStream::connect(address).await {
            Ok(_) => sleep(Duration::from_millis(20)).await,
            Err(error) => break error,
        }
    };
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    begun.write_all(b"name").await.unwrap();
    let mut answer = String::new();
    begun.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("HTTP/1.1 422"), "{answer}");
    assert!(server.ended().await, "it ended in another way");
}
