//! The engine: bounded windows over what was seen, and the assessment of the next act. Pure: the same events in the
//! same order give the same assessments, whenever and wherever they are run.

use super::event::{Event, Tag};
use super::radar::{Radar, Shop};
use super::trace::{Device, Look, Network, Person, Till};
use super::window::Table;
use super::{Act, Assessment, Configuration, Reason};
use crate::id::PersonId;

/// Persons that are remembered.
pub const PERSONS_MAX: usize = 524_288;
/// Devices that are remembered.
pub const DEVICES_MAX: usize = 131_072;
/// Address blocks that are remembered.
pub const NETWORKS_MAX: usize = 16_384;
/// Tills that are remembered.
pub const TILLS_MAX: usize = 16_384;
/// Merchants that are remembered.
pub const SHOPS_MAX: usize = 8_192;
/// What all of that takes when everything is full, in bytes; memory is taken as it is needed.
pub const BYTES_MAX: usize = 110_000_000;

/// What was seen lately.
#[derive(Debug)]
pub struct Engine {
    persons: Table<Person>,
    devices: Table<Device>,
    networks: Table<Network>,
    tills: Table<Till>,
    shops: Table<Shop>,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            persons: Table::new(PERSONS_MAX),
            devices: Table::new(DEVICES_MAX),
            networks: Table::new(NETWORKS_MAX),
            tills: Table::new(TILLS_MAX),
            shops: Table::new(SHOPS_MAX),
        }
    }
}

impl Engine {
    /// Notes an act and assesses it by a configuration of that version. A refund is only noted.
    pub fn assess(
        &mut self,
        event: &Event,
        configuration: &Configuration,
        version: i64,
    ) -> Assessment {
        let mut look = Look { configuration, findings: Vec::new() };
        if event.act == Act::Redemption {
            self.sale(event, &mut look);
        } else {
            self.person(event, &mut look);
        }
        if event.sale.is_some_and(|sale| sale.refund) {
            return Assessment::nothing(version);
        }
        configuration.assess(event.act, look.findings, version)
    }

    /// What [`Self::assess`] would say of a sale now. Nothing is noted: it may never happen.
    pub fn foresee(
        &self,
        event: &Event,
        configuration: &Configuration,
        version: i64,
    ) -> Assessment {
        let mut look = Look { configuration, findings: Vec::new() };
        if let Some(sale) = event.sale.filter(|sale| !sale.refund) {
            let buyer = event.person.and_then(|person| self.persons.get(person.folded())).cloned();
            let device = buyer.as_ref().map_or(0, |it| it.device);
            if let Some(merchant) = event.merchant {
                let shop = self.shops.get(merchant.folded()).cloned();
                shop.unwrap_or_default().see(event, device, &mut look);
            }
            let till = self.tills.get(sale.till.folded()).cloned();
            till.unwrap_or_default().see(event, &mut look);
            if event.person.is_some() {
                buyer.unwrap_or_default().buy(event, &mut look);
            }
        }
        configuration.assess(event.act, look.findings, version)
    }

    /// Notes an act without looking at it: when the windows are filled again.
    pub fn observe(&mut self, event: &Event, configuration: &Configuration) {
        self.assess(event, configuration, 0);
    }

    /// What is remembered of merchants' sales, copied: looking at all of it takes longer than an act should wait.
    pub fn radar(&self) -> Radar {
        Radar::of(self.shops.values().cloned())
    }

    /// An act that a person does themselves.
    fn person(&mut self, event: &Event, look: &mut Look<'_>) {
        look.at(Reason::WeakRealName, event.real_name_level.map(i64::from));
        look.at(Reason::FreshAccount, event.account_age_ms.map(|age| age.max(0)));
        if event.act == Act::Claim {
            look.at(Reason::FirstInstant, event.open_for_ms.filter(|ms| *ms >= 0));
        }
        // Where the address is not asked, as with claims, it is still the one of the sign-in.
        let mut network = event.origin.network.map_or(0, Tag::number);
        if let Some(person) = event.person {
            let person = self.persons.entry(person.folded());
            person.see(event, look);
            network = person.network;
        }
        match event.origin.device {
            Some(device) => self.devices.entry(device.number()).see(event, look),
            None => look.at(Reason::MissingDevice, Some(1)),
        }
        if network != 0 {
            self.networks.entry(network).see(event, look);
        }
    }

    /// A sale at a till, or its refund.
    fn sale(&mut self, event: &Event, look: &mut Look<'_>) {
        let Some(sale) = &event.sale else { return };
        let buyer = event.person.map(PersonId::folded);
        let device = buyer.and_then(|key| self.persons.get(key)).map_or(0, |it| it.device);
        if let Some(merchant) = event.merchant {
            self.shops.entry(merchant.folded()).see(event, device, look);
        }
        if !sale.refund {
            self.tills.entry(sale.till.folded()).see(event, look);
            if let Some(buyer) = buyer {
                self.persons.entry(buyer).buy(event, look);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::radar::SHOP_BYTES_MAX;
    use super::super::window::slot_bytes;
    use super::*;

    #[test]
    fn memory_has_the_bound_that_is_stated() {
        let full = PERSONS_MAX * slot_bytes::<Person>()
            + DEVICES_MAX * slot_bytes::<Device>()
            + NETWORKS_MAX * slot_bytes::<Network>()
            + TILLS_MAX * slot_bytes::<Till>()
            + SHOPS_MAX * (slot_bytes::<Shop>() + SHOP_BYTES_MAX);
        assert!(full <= BYTES_MAX, "{full}");
    }
}
