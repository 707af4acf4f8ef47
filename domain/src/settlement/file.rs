//! The file of a settled day: comma-separated, a line for each redemption and refund, and a last one with the totals.

use std::fmt::Write as _;

use super::DaySettled;
use crate::csv::cell;
use crate::id::MerchantId;
use crate::redemption::Redemption;
use crate::refund::Refund;

const HEAD: &str = "type,id,at,redemption,till,scene,reference,order_fen,merchant_coupon_fen,voucher_fen,\
                    to_pay_fen,order_refund_fen,voucher_refund_fen,net_fen,carried_in_fen,payout_fen,\
                    carried_out_fen";

/// What a line of the file is about.
#[derive(Clone, Debug)]
pub enum Line {
    /// A redemption of the day.
    Redemption(Box<Redemption>),
    /// A refund of the day, whenever the sale was.
    Refund(Box<Refund>),
}

/// The file of a merchant's day. The lines come in the order of their instants and identifiers; every line ends with
/// a carriage return and a line feed (RFC 4180).
pub fn file(merchant: MerchantId, settled: &DaySettled, lines: &[Line]) -> String {
    let mut text = format!("{HEAD}\r\n");
    let mut sums = [0_i64; 6];
    for line in lines {
        let amounts = match line {
            Line::Redemption(it) => {
                let price = &it.price;
                let amounts = [price.order, price.merchant_coupon, price.voucher, price.to_pay];
                let [order, coupon, voucher, to_pay] = amounts.map(crate::money::Amount::fen);
                let head = format!("redemption,{},{},", it.id, it.redeemed_at);
                let reference = it.reference.as_ref().map(|it| cell(it.as_str()));
                let (till, scene) = (it.actor.till, it.scene.code());
                let reference = reference.unwrap_or_default();
                // Writing to a string cannot fail.
                let _ = write!(text, "{head},{till},{scene},{reference},");
                [order, coupon, voucher, to_pay, 0, 0]
            }
            Line::Refund(it) => {
                let (id, at, of, till) = (it.id, it.refunded_at, it.redemption, it.actor.till);
                let _ = write!(text, "refund,{id},{at},{of},{till},,,");
                [0, 0, 0, 0, it.amount.fen(), it.effect.voucher.fen()]
            }
        };
        let net = amounts[2] - amounts[5];
        let _ = write!(text, "{},{net},,,\r\n", amounts.map(|fen| fen.to_string()).join(","));
        for (sum, fen) in sums.iter_mut().zip(amounts) {
            *sum += fen;
        }
    }
    let sums = sums.map(|fen| fen.to_string()).join(",");
    let DaySettled { day, net_fen, carried_in_fen, payout, carried_out_fen, .. } = settled;
    let payout = payout.fen();
    let _ = write!(
        text,
        "total,{merchant},{day},,,,,{sums},{net_fen},{carried_in_fen},{payout},{carried_out_fen}\r\n"
    );
    text
}
