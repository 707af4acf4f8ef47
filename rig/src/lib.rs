//! What tests, benchmarks and fault runs stand on. It is no part of the product and knows nothing
//! of it: other programs are called ([`command`]), and a PostgreSQL of one's own ([`Cluster`])
//! starts, is stopped in the middle of its work, starts again, and is gone afterwards.

pub mod cluster;
pub mod command;
mod owner;
pub mod process;

pub use cluster::Cluster;
