//! The hall: what every door (pages, forms, API) stands in. It holds the store, the clocks, the keys, the board, the
//! memory and the lane; the use cases are in `backend/`, written on it.

use std::sync::Arc;

use app::page::frame::Assets;
use app::page::sign_in::SampleCitizen;
use store::Store;
use tokio::sync::watch;

use crate::api::claim::prepared::PreparedAnswers;
use crate::backend::export::Exports;
use crate::backend::redemption::Typing;
use crate::board::Board;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::counter::Counters;
use crate::demo::staff::SampleStaff;
use crate::embed::Ancestors;
use crate::entrance::Entrances;
use crate::gate::Gate;
use crate::key::Keys;
use crate::lane::claim::ClaimJob;
use crate::lane::till::TillJob;
use crate::lane::{Bounds, Lane};
use crate::limit::{LimitSettings, Limits};
use crate::live::Live;
use crate::memory::Memory;
use crate::page::prepared::PreparedPages;
use crate::page::results::PreparedResults;
use crate::password::Passwords;
use crate::policy::Policies;
use crate::results::ResultsBoard;
use crate::screen::Screen;
use crate::session::Sessions;
use crate::setting::VerificationFile;

/// What every door stands in.
pub struct Hall {
    /// Where everything is remembered.
    pub store: Arc<Store>,
    /// The same through connections of their own: what the server learns by itself does not wait behind a crowd that
    /// asks only because it has not learned it yet. Of the requests only those that change a round use them, because
    /// the board is read again at once, and one at a time who holds a round that has just sold out.
    pub own_store: Store,
    /// The same through connections that citizens alone use, however many they are: tills and the console have theirs.
    pub citizens_store: Arc<Store>,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub chance: Chance,
    /// The keys of this installation.
    pub keys: Keys,
    /// What is shown without asking the database.
    pub board: Arc<Board>,
    /// Who holds a pack of a sold-out round.
    pub memory: Memory,
    /// What risk control looks with.
    pub screen: Arc<Screen>,
    /// Who is signed in, as far as it was read lately.
    pub sessions: Sessions,
    /// What the requests of tills are read on.
    pub counters: Counters,
    /// Where passwords of those who work here are looked at.
    pub passwords: Passwords,
    /// The desk's lane, for tills; they go before citizens.
    pub tills: Lane<TillJob>,
    /// The desk's lane, for citizens.
    pub claims: Lane<ClaimJob>,
    /// Who goes to the citizens' desk when.
    pub gate: Gate,
    /// How often a person may claim, and a block of addresses come in.
    pub limits: Limits,
    /// Who types digits.
    pub typing: Typing,
    /// How many files are being taken out.
    pub exports: Exports,
    /// The live streams.
    pub live: Live,
    /// What is told to everybody who is granted a pack.
    pub answers: PreparedAnswers,
    /// What was rendered just before for everybody.
    pub pages: PreparedPages,
    /// The results page, as it was rendered for the last count.
    pub result_pages: PreparedResults,
    /// What the campaign has come to, as it was counted last.
    pub results: ResultsBoard,
    /// Where the assets are.
    pub assets: Arc<Assets>,
    /// What the pages that everybody gets say of their scripts.
    pub policies: Policies,
    /// The demonstration entrance, in a demonstration.
    pub demo: Option<DemoEntrance>,
    /// The real entrances.
    pub entrances: Arc<Entrances>,
    /// What hosts ask for at the root.
    pub verification_files: Vec<VerificationFile>,
    /// Whether cookies demand TLS.
    pub tls: bool,
    /// How many days after the end of a round it is kept who knew it.
    pub retention_days: u32,
    /// Who may frame a citizen's pages.
    pub ancestors: Ancestors,
    /// Turns true when the server is told to stop.
    pub stopping: watch::Receiver<bool>,
}

/// The demonstration entrance: sample citizens to choose from.
pub struct DemoEntrance {
    /// The invented persons.
    pub citizens: Vec<SampleCitizen>,
    /// What the keys of the sample merchants follow from.
    pub till_secret: [u8; 32],
    /// Those who work at the console.
    pub staff: Vec<SampleStaff>,
}

/// How a hall is furnished.
pub struct Furnishing {
    /// Where everything is remembered.
    pub store: Arc<Store>,
    /// What time it is.
    pub clock: Clock,
    /// The keys of this installation.
    pub keys: Keys,
    /// The demonstration entrance, in a demonstration.
    pub demo: Option<DemoEntrance>,
    /// The real entrances.
    pub entrances: Arc<Entrances>,
    /// What hosts ask for at the root.
    pub verification_files: Vec<VerificationFile>,
    /// Whether cookies demand TLS.
    pub tls: bool,
    /// How many days after the end of a round it is kept who knew it.
    pub retention_days: u32,
    /// Who may frame a citizen's pages.
    pub ancestors: Ancestors,
    /// The most claims that wait for the desk, and the most requests of tills.
    pub lane_queue: usize,
    /// The most event streams that are open.
    pub live_streams: usize,
    /// How often a person may claim, and a block of addresses come in.
    pub limits: LimitSettings,
    /// Turns true when the server is told to stop.
    pub stopping: watch::Receiver<bool>,
}

impl Hall {
    /// Furnishes a hall and fills its board.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open(furnishing: Furnishing) -> Result<Arc<Self>, store::Error> {
        let Furnishing {
            store,
            clock,
            keys,
            demo,
            tls,
            retention_days,
            ancestors,
            lane_queue,
            live_streams,
            limits,
            stopping,
            entrances,
            verification_files,
        } = furnishing;
        let board = Arc::new(Board::default());
        board.refresh(&store).await?;
        let screen = Arc::new(Screen::default());
        screen.refresh(&store).await?;
        let (tills, claims) = desk(lane_queue, &store, &clock, &board, &screen)?;
        let citizens_store = Arc::new(store.beside());
        let sessions = Sessions::open(citizens_store.clone(), clock.clone());
        let counters = Counters::open(&store, &clock);
        let assets = Arc::new(crate::asset::addresses());
        let hall = Arc::new(Self {
            citizens_store,
            own_store: store.beside(),
            store,
            clock,
            chance: Chance::default(),
            keys,
            board,
            memory: Memory::default(),
            screen,
            sessions,
            counters,
            passwords: Passwords::default(),
            tills,
            claims,
            gate: Gate::default(),
            limits: Limits::new(limits),
            typing: Typing::default(),
            exports: Exports::default(),
            live: Live::new(live_streams),
            answers: PreparedAnswers::default(),
            pages: PreparedPages::default(),
            result_pages: PreparedResults::default(),
            results: ResultsBoard::default(),
            policies: Policies::of(&assets),
            assets,
            demo,
            entrances,
            verification_files,
            tls,
            retention_days,
            ancestors,
            stopping,
        });
        // Before anybody can ask for a stream, there is something to tell.
        hall.live.publish(&hall.board.posted().rounds, hall.clock.campaign());
        tokio::spawn(crate::upkeep::run(Arc::downgrade(&hall)));
        Ok(hall)
    }
}

/// The desk on its thread, with connections of its own: tills before citizens.
fn desk(
    queue_max: usize,
    store: &Arc<Store>,
    clock: &Clock,
    board: &Arc<Board>,
    screen: &Arc<Screen>,
) -> Result<(Lane<TillJob>, Lane<ClaimJob>), store::Error> {
    let (store, clock) = (store.clone(), clock.clone());
    let (board, screen) = (board.clone(), screen.clone());
    let jobs = move || {
        let store = Arc::new(store.for_desk());
        let claims = ClaimJob::new(store.clone(), clock.clone(), board.clone(), screen.clone());
        (TillJob { store, clock, board, screen }, claims)
    };
    let people = Bounds::of_people(queue_max);
    let desk = Lane::open_after(people, people, jobs);
    desk.map_err(|error| store::Error::Broken(format!("no thread for the desk: {error}")))
}
