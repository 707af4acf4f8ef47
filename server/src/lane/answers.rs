//! How a batch is answered, and when its answers have left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

use super::Undecided;
use crate::measure;

/// The longest time for which a lane waits for its answers to leave: a thread that has something else to do holds
/// nobody up.
const LEAVING_MAX: Duration = Duration::from_millis(5);

/// Who waits for an answer, and where.
pub(super) struct Waiting<A> {
    pub(super) answer: oneshot::Sender<Result<A, Undecided>>,
    /// The runtime of the request.
    pub(super) front: Handle,
}

/// A batch that was settled, and who waits for it.
pub(super) type Settled<A> = (Vec<Result<A, Undecided>>, Vec<Waiting<A>>);

/// The answers of a lane that are on their way.
#[derive(Clone, Default)]
pub(super) struct Answers(Arc<OnTheirWay>);

#[derive(Default)]
struct OnTheirWay {
    /// How many runtimes have some to hand out.
    runtimes: AtomicUsize,
    out: Notify,
}

/// What one runtime hands out; they have left when it is dropped.
struct Leaving(Arc<OnTheirWay>);

impl Drop for Leaving {
    fn drop(&mut self) {
        if self.0.runtimes.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.out.notify_waiters();
        }
    }
}

impl Answers {
    /// Answers every request, in the place where it waits: waking each of them from another thread would cost a turn of
    /// that thread for every single one, and the desk has the next batch to settle. Whoever has gone away meanwhile
    /// gets the same answer by the same key later.
    pub(super) fn give<A: Send + 'static>(
        &self,
        (settled, waiting): Settled<A>,
        between: Option<&'static str>,
    ) {
        for _ in settled.iter().filter(|one| one.is_err()) {
            measure::busy(measure::Busy::Failed);
        }
        let mut places: Vec<(Handle, Vec<_>)> = Vec::with_capacity(1);
        for (Waiting { answer, front }, one) in waiting.into_iter().zip(settled) {
            match places.iter_mut().find(|(place, _)| place.id() == front.id()) {
                Some((_, there)) => there.push((answer, one)),
                None => places.push((front, vec![(answer, one)])),
            }
        }
        for (front, there) in places {
            self.0.runtimes.fetch_add(1, Ordering::AcqRel);
            let leaving = Leaving(self.0.clone());
            front.spawn(async move {
                for (answer, one) in there {
                    let is_settled = one.is_ok();
                    let _ = answer.send(one);
                    // Some of the batch know it, the others do not: each must find what is there.
                    between.filter(|_| is_settled).into_iter().for_each(crate::fault::point);
                }
                // Whoever was woken has their turn first, and with it the answer is written.
                tokio::task::yield_now().await;
                drop(leaving);
            });
        }
    }

    /// Waits until the answers that were given have left, for a while. Whoever asks again when they are answered comes
    /// then: a lane that did not wait would find the first few of them, and make a batch for those alone.
    pub(super) async fn have_left(&self) {
        let all = async {
            loop {
                let out = self.0.out.notified();
                if self.0.runtimes.load(Ordering::Acquire) == 0 {
                    return;
                }
                out.await;
            }
        };
        let _ = tokio::time::timeout(LEAVING_MAX, all).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_has_left_when_whoever_waits_for_it_has_had_their_turn() {
        let answers = Answers::default();
        answers.have_left().await;
        let (waiting, asking): (Vec<_>, Vec<_>) = (0..100)
            .map(|_| {
                let (answer, settled) = oneshot::channel::<Result<(), Undecided>>();
                let answers = answers.clone();
                let asking = tokio::spawn(async move {
                    settled.await.unwrap().unwrap();
                    answers.0.runtimes.load(Ordering::Acquire)
                });
                (Waiting { answer, front: Handle::current() }, asking)
            })
            .unzip();
        tokio::task::yield_now().await;
        answers.give((vec![Ok(()); 100], waiting), None);
        answers.have_left().await;
        assert!(asking.iter().all(tokio::task::JoinHandle::is_finished), "it did not wait");
        for one in asking {
            assert_eq!(one.await.unwrap(), 1, "said to have left before it was taken");
        }
    }

    #[tokio::test]
    async fn answers_for_a_runtime_that_has_ended_are_not_waited_for() {
        let answers = Answers::default();
        let gone = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let front = gone.handle().clone();
        gone.shutdown_background();
        let (answer, _) = oneshot::channel();
        answers.give((vec![Ok(())], vec![Waiting { answer, front }]), None);
        assert_eq!(answers.0.runtimes.load(Ordering::Acquire), 0);
    }
}
