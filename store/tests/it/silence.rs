//! A network that was cut without a word: whoever waits for PostgreSQL is told so within a bound, and nothing of it is
//! left in the way of those who come after. Time stands still while everybody waits, so it passes at once.

use std::net::SocketAddr;
use std::time::Duration;

use domain::id::RoundId;
use store::{Engine, Error, Store, Tx};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::engines::{Fresh, fresh};

/// As many connections as a store has for everything but its desk.
const ALL: usize = 16;
/// By then everybody has given up.
const GIVEN_UP: Duration = Duration::from_mins(1);

/// A line to PostgreSQL that can be cut.
struct Line {
    address: SocketAddr,
    cut: watch::Sender<()>,
}

impl Line {
    /// A line to where the database of that address is.
    async fn to(url: &str) -> Self {
        let (_, rest) = url.rsplit_once('@').unwrap();
        let (database, _) = rest.split_once('/').unwrap();
        let database = database.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, uncut) = watch::channel(());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, database.clone(), uncut.clone()));
            }
        });
        Self { address, cut }
    }

    /// The same database, over the line.
    fn over(&self, url: &str) -> String {
        let (person, rest) = url.rsplit_once('@').unwrap();
        let (_, name) = rest.split_once('/').unwrap();
        format!("{person}@{}/{name}", self.address)
    }

    /// From now on nothing passes on what is connected, in neither direction, not even an end. Whoever connects
    /// afterwards is not concerned.
    fn cut(&self) {
        self.cut.send_replace(());
    }
}

async fn carry(mut near: TcpStream, database: String, mut uncut: watch::Receiver<()>) {
    uncut.mark_unchanged();
    let mut far = TcpStream::connect(database).await.unwrap();
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = uncut.changed() => std::future::pending().await,
    }
}

async fn over_a_line() -> (Fresh, Line, Store) {
    let fresh = fresh(Engine::Postgres).await;
    let line = Line::to(&fresh.url).await;
    let store = Store::open(&line.over(&fresh.url)).await.unwrap();
    (fresh, line, store)
}

async fn lock(tx: &mut Tx) -> Result<(), Error> {
    let round: RoundId = "r1".parse().unwrap();
    store::claim::lock_round(tx, &round).await.map(|_| ())
}

/// What is asked for while nothing passes ends with an error of the database.
async fn end_unheard(asked: impl IntoIterator<Item = impl Future<Output = Result<(), Error>>>) {
    tokio::time::pause();
    for one in asked {
        let heard = timeout(GIVEN_UP, one).await.expect("nobody gave up");
        assert!(matches!(heard, Err(Error::Engine(_))), "{heard:?}");
    }
    // What those who gave up leave behind waits as well.
    tokio::time::sleep(GIVEN_UP).await;
    tokio::time::resume();
}

/// Takes every connection that the store may have.
async fn open_all(store: &Store) -> Vec<Tx> {
    let mut open = Vec::new();
    for _ in 0..ALL {
        open.push(store.begin().await.unwrap());
    }
    open
}

#[tokio::test]
async fn transactions_that_nobody_hears_end_and_give_their_places_back() {
    let (_fresh, line, store) = over_a_line().await;
    let open = open_all(&store).await;
    line.cut();
    end_unheard(open.into_iter().map(async |mut tx| lock(&mut tx).await)).await;
    open_all(&store).await;
}

#[tokio::test]
async fn a_commit_that_nobody_hears_ends() {
    let (_fresh, line, store) = over_a_line().await;
    let tx = store.begin().await.unwrap();
    line.cut();
    end_unheard([tx.commit()]).await;
    open_all(&store).await;
}

#[tokio::test]
async fn whoever_asks_without_a_transaction_ends_as_well() {
    let (_fresh, line, store) = over_a_line().await;
    store.newest_record().await.unwrap();
    // It rests again only when the pool has made sure of it.
    while store.pools()[0].idle == 0 {
        tokio::task::yield_now().await;
    }
    line.cut();
    end_unheard([async { store.newest_record().await.map(|_| ()) }]).await;
    open_all(&store).await;
}

#[tokio::test]
async fn whoever_went_away_unheard_leaves_their_place() {
    let (_fresh, line, store) = over_a_line().await;
    let open = open_all(&store).await;
    line.cut();
    drop(open);
    end_unheard(std::iter::empty::<std::future::Ready<_>>()).await;
    open_all(&store).await;
}

#[tokio::test]
async fn a_desk_goes_on_by_another_connection() {
    let (_fresh, line, store) = over_a_line().await;
    let desk = store.for_desk();
    // Cut while it rests.
    desk.begin().await.unwrap().commit().await.unwrap();
    line.cut();
    // Cut in the middle of a batch.
    let tx = desk.begin().await.unwrap();
    line.cut();
    end_unheard([tx.commit()]).await;
    let mut tx = desk.begin().await.unwrap();
    lock(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}
