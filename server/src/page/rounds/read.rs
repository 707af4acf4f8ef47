//! The form of a plan as it arrives: names and values, of which rows are numbered.

use std::collections::HashMap;

use domain::campaign::Campaign;
use domain::pack::Pack;
use domain::plan::draft::{Draft, DraftPack, DraftVoucher, Words};
use domain::round::Round;

/// A form that was read.
pub(super) struct PlanForm {
    /// The version that was looked at.
    pub(super) seen: i64,
    /// Why.
    pub(super) why: String,
    /// Which button was pressed.
    pub(super) step: Step,
    /// What is in the fields.
    pub(super) draft: Draft,
}

/// What a button of the form does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Save the plan.
    Save,
    /// Show the form with one pack more.
    AddPack,
    /// Show the form with one row more in that pack, from 0.
    AddVoucher(usize),
}

impl PlanForm {
    /// The form of these pairs. Fields that are not there are empty; rows beyond what a plan may hold are not read.
    pub(super) fn of(pairs: Vec<(String, String)>, campaign: &Campaign) -> Self {
        let districts = pairs.iter().filter(|(name, _)| name == "district");
        let districts = districts.map(|(_, code)| code.clone()).collect();
        let fields = Fields(pairs.into_iter().collect());
        let step = match fields.text("step").split_once(':') {
            None if fields.text("step") == "add_pack" => Step::AddPack,
            Some(("add_voucher", place)) => place.parse().map_or(Step::Save, Step::AddVoucher),
            _ => Step::Save,
        };
        let categories = campaign.categories.iter().map(|category| &category.id);
        let draft = Draft {
            name: fields.words("name"),
            opens: fields.text("opens"),
            closes: fields.text("closes"),
            budget: fields.text("budget"),
            limit_per: fields.text("limit_per"),
            refund_policy: fields.text("refund_policy"),
            use_order: fields.text("use_order"),
            real_name_level: fields.text("real_name_level"),
            districts,
            without_pack_only: fields.text("without_pack_only") == "on",
            packs: (0..Round::PACKS_MAX).map_while(|place| fields.pack(place)).collect(),
            notes: categories.map(|id| (id.clone(), fields.words(&format!("note_{id}")))).collect(),
        };
        let seen = fields.text("seen").parse().unwrap_or_default();
        Self { seen, why: fields.text("why"), step, draft }
    }
}

struct Fields(HashMap<String, String>);

impl Fields {
    fn text(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn words(&self, name: &str) -> Words {
        Words {
            hant: self.text(&format!("{name}_hant")),
            hans: self.text(&format!("{name}_hans")),
            english: self.text(&format!("{name}_en")),
        }
    }

    fn pack(&self, place: usize) -> Option<DraftPack> {
        let name = format!("pack{place}");
        self.0.get(&format!("{name}_stock"))?;
        let rows = (0..Pack::VOUCHERS_MAX).map_while(|row| self.voucher(&format!("{name}_{row}")));
        Some(DraftPack {
            id: self.text(&format!("{name}_id")),
            name: self.words(&name),
            stock: self.text(&format!("{name}_stock")),
            vouchers: rows.collect(),
        })
    }

    fn voucher(&self, name: &str) -> Option<DraftVoucher> {
        self.0.get(&format!("{name}_kind"))?;
        Some(DraftVoucher {
            kind: self.text(&format!("{name}_kind")),
            face: self.text(&format!("{name}_face")),
            minimum: self.text(&format!("{name}_minimum")),
            count: self.text(&format!("{name}_count")),
        })
    }
}
