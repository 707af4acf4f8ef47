//! Risk control (R19).

/// What risk control says of an act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The act goes on.
    #[default]
    Allow,
    /// Somebody looks at it first.
    Hold,
    /// The act does not happen.
    Refuse,
}
