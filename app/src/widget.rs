//! Small parts that several pages share.

pub mod act_form;
pub mod amount;
pub mod chart;
pub mod consent;
pub mod empty;
pub mod field;
pub mod footer;
pub mod held;
pub mod kind;
pub mod masthead;
pub mod moment;
pub mod qr;
