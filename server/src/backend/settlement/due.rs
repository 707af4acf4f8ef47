//! What the bank has to pay for a day, over all merchants.

use domain::id::MerchantId;
use domain::settlement::{ClosedDay, Due};
use store::Tx;
use store::settlement::due::merchants_after;

/// How many merchants are read at a time, with all their days: a season of thousands of merchants costs no memory.
pub const MERCHANTS: u32 = 250;

/// The next merchants after that one that the bank has to pay for a day, some of them, in the order of their
/// identifiers; none where there are no more. All calls of one list are in one snapshot. `page` is how many merchants
/// are read at a time, paid or not.
///
/// # Errors
/// When the database does not answer.
pub async fn due_after(
    tx: &mut Tx,
    day: ClosedDay,
    after: Option<MerchantId>,
    page: u32,
) -> Result<Vec<Due>, store::Error> {
    let mut after = after;
    loop {
        let merchants = merchants_after(tx, day.day(), after, page).await?;
        let Some(last) = merchants.last() else { return Ok(Vec::new()) };
        after = Some(last.payee.merchant);
        let due = merchants
            .into_iter()
            .filter_map(|it| Due::of(it.payee, day, it.days, &it.holds, it.bank_reference));
        let due: Vec<Due> = due.collect();
        // A page of merchants without a sale is not the end.
        if !due.is_empty() {
            return Ok(due);
        }
    }
}
