//! Parts of a plan and changes of a round in words, for facts, histories and comparisons.

use domain::audience::Audience;
use domain::campaign::Campaign;
use domain::id::RoundId;
use domain::plan::{Part, Plan, Version};
use domain::round::Round;
use domain::round::change::Change;
use domain::time::Timestamp;

use crate::page::rules::contents;
use crate::text::Text;

/// What a plan says in one of its parts.
pub(super) fn part(campaign: &Campaign, plan: &Plan, part: Part, text: Text) -> String {
    match part {
        Part::Name => plan.name.get(text.0).to_owned(),
        Part::Window => window(plan, None, text),
        Part::Packs => packs(campaign, plan, text).join("\n"),
        Part::Budget => text.yuan(plan.budget),
        Part::Limit => text.limit_per(plan.limit_per).to_owned(),
        Part::UseOrder => text.use_order(plan.use_order).to_owned(),
        Part::Refunds => text.refund_policy(plan.refund_policy).to_owned(),
        Part::RealName => text.real_name_level(plan.real_name_level),
        Part::Audience => audience(campaign, &plan.audience, text),
        Part::Notes => notes(campaign, plan, text),
    }
}

/// From when until when.
pub(super) fn window(plan: &Plan, near: Option<Timestamp>, text: Text) -> String {
    let (opens, closes) = (plan.window.opens_at(), plan.window.closes_at());
    text.window(&text.opening(opens, near), &text.closing(closes, near.or(Some(opens))))
}

/// Each pack on a line.
fn packs(campaign: &Campaign, plan: &Plan, text: Text) -> Vec<String> {
    let Ok(id) = "plan".parse::<RoundId>() else { return Vec::new() };
    let round = plan.round(id, 0);
    let said = round.packs.iter().map(|pack| {
        let face = pack.face().map(|face| text.yuan(face)).unwrap_or_default();
        let contents = contents(campaign, pack, text);
        text.planned_pack(pack.name.get(text.0), &text.packs(pack.stock.total), &face, &contents)
    });
    said.collect()
}

fn audience(campaign: &Campaign, audience: &Audience, text: Text) -> String {
    let mut said = Vec::new();
    if !audience.districts.is_empty() {
        let names = crate::page::rules::district_names(campaign, &audience.districts, text);
        said.push(text.audience_districts(&names));
    }
    if audience.without_pack_only {
        said.push(text.audience_new().to_owned());
    }
    if said.is_empty() { text.audience_all().to_owned() } else { text.facts(&said) }
}

fn notes(campaign: &Campaign, plan: &Plan, text: Text) -> String {
    let said = plan.notes.iter().filter_map(|note| {
        let category = campaign.category(&note.category)?;
        Some(text.note_on(category.name.get(text.0), note.text.get(text.0)))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { text.notes_none().to_owned() } else { said.join("\n") }
}

/// What differs between two versions, each part with both its words.
pub(super) fn changes(
    campaign: &Campaign,
    before: &Version,
    after: &Version,
    text: Text,
) -> Vec<String> {
    let differing = before.plan.differences(&after.plan).into_iter();
    let said = differing.map(|of| {
        let words = |plan: &Plan| text.in_one_line(&part(campaign, plan, of, text));
        text.part_change(of, &words(&before.plan), &words(&after.plan))
    });
    said.collect()
}

/// A change of a round.
pub(super) fn change(round: &Round, change: &Change, text: Text) -> String {
    match change {
        Change::Pause => text.act_pause().to_owned(),
        Change::Resume => text.act_resume().to_owned(),
        Change::Stop => text.act_stop().to_owned(),
        Change::Extend { closes_at } => text.extend_to(&text.closing(*closes_at, None)),
        Change::AddPacks { pack, count } => {
            let name = round.position_of(pack).map(|at| round.packs[at].name.get(text.0));
            let cost = round.price_of(change).map(|cost| text.yuan(cost)).unwrap_or_default();
            text.add_so_many(name.unwrap_or_default(), &text.packs(*count), &cost)
        }
    }
}

/// The name of a round among others.
pub(super) fn name_of<'a>(
    rounds: impl IntoIterator<Item = &'a Round>,
    id: &RoundId,
    text: Text,
) -> String {
    let found = rounds.into_iter().find(|round| round.id == *id);
    found.map_or_else(|| id.to_string(), |round| round.name.get(text.0).to_owned())
}
