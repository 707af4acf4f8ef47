//! What people do here: the typed server functions. Each is one line over the same backend as the API's handlers,
//! and each works as a plain form: `answer` says where such a form leads.

#[cfg(feature = "ssr")]
pub mod answer;
pub mod claim;
pub mod code;
pub mod live;
pub mod visit;

pub use claim::{ClaimPack, Claimed, claim_pack};
pub use code::AnswerCode;
pub use live::{LoadLive, load_live};
pub use visit::{ChooseLanguage, ChooseView, SignOut, choose_language, choose_view, sign_out};
