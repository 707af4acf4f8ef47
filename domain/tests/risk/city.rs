//! Who lives in the city, with what in the hand, and where they buy.

use domain::id::{MerchantId, PersonId, TillId};
use domain::place::Position;

use crate::dice::Dice;

/// What sort of people there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A phone of one's own and a line at home.
    Ordinary,
    /// Up to six behind one phone and one line.
    Family,
    /// One of thousands behind an address of the carrier.
    Carrier,
    /// The same, with a browser that keeps no device token.
    Private,
    /// Thirty to sixty on the one phone of the village, with a helper; and one shop.
    Village,
    /// On the way between districts, buying here and there.
    Cyclist,
    /// Every voucher at the one supermarket next door, often for just as much as it demands.
    Regular,
    /// Buys like anybody, at a shop that cashes out for others.
    Bystander,
    /// Scripts with browsers of their own: many bought identities on each device.
    DeviceFarm,
    /// Scripts without browsers, from rented machines.
    BareFarm,
    /// A broker's phone: bought identities, typed in by hand as fast as a practised hand can.
    Broker,
    /// Vouchers used where their holder is not, at tills that forge where they are.
    Forger,
    /// Claimed on a broker's phone, patiently, and cashed out at a shop that is in it.
    Ring,
    /// Phones of their own; cashed out at night, one after another.
    NightRing,
}

impl Kind {
    pub(crate) const HONEST: [Self; 8] = [
        Self::Ordinary,
        Self::Family,
        Self::Carrier,
        Self::Private,
        Self::Village,
        Self::Cyclist,
        Self::Regular,
        Self::Bystander,
    ];
    pub(crate) const ATTACKERS: [Self; 6] =
        [Self::DeviceFarm, Self::BareFarm, Self::Broker, Self::Forger, Self::Ring, Self::NightRing];

    pub(crate) fn is_honest(self) -> bool {
        Self::HONEST.contains(&self)
    }
}

/// Thousandths of the citizens of each kind, and how many come as one group.
const SHARES: [(Kind, i64, (i64, i64)); 14] = [
    (Kind::Ordinary, 320, (1, 1)),
    (Kind::Family, 220, (2, 6)),
    (Kind::Carrier, 270, (800, 1_500)),
    (Kind::Private, 10, (20, 40)),
    (Kind::Village, 30, (30, 60)),
    (Kind::Cyclist, 30, (1, 1)),
    (Kind::Regular, 50, (1, 1)),
    (Kind::Bystander, 10, (20, 40)),
    (Kind::DeviceFarm, 20, (12, 120)),
    (Kind::BareFarm, 15, (40, 200)),
    (Kind::Broker, 10, (20, 60)),
    (Kind::Forger, 5, (10, 25)),
    (Kind::Ring, 5, (20, 40)),
    (Kind::NightRing, 5, (20, 40)),
];

/// The middles of the six divisions, in degrees.
const DISTRICTS: [(f64, f64); 6] = [
    (35.4905, 112.8512),
    (35.6172, 112.8990),
    (35.7976, 112.9234),
    (35.4860, 112.4147),
    (35.7756, 113.2806),
    (35.6893, 112.1873),
];

pub(crate) struct Citizen {
    pub(crate) id: PersonId,
    pub(crate) kind: Kind,
    /// Which group of its kind; everybody of a group has the same phone where the kind has one phone.
    pub(crate) group: usize,
    pub(crate) place_in_group: usize,
    pub(crate) device: Option<u64>,
    pub(crate) network: Option<u64>,
    pub(crate) division: u32,
}

pub(crate) struct Shop {
    pub(crate) id: MerchantId,
    pub(crate) tills: Vec<TillId>,
    pub(crate) place: Position,
    /// Whether its tills measure where they are.
    pub(crate) measures: bool,
    /// What its tills say that are set to one place once and for all.
    pub(crate) set_to: Option<Position>,
}

pub(crate) struct City {
    pub(crate) citizens: Vec<Citizen>,
    pub(crate) shops: Vec<Shop>,
    /// The first shops are of those who are in it: of rings, of night rings, of forgers.
    pub(crate) dirty: usize,
    pub(crate) group_sizes: Vec<(Kind, usize)>,
}

impl City {
    pub(crate) fn build(seed: u64, count: usize) -> Self {
        let mut dice = Dice::new(seed);
        let (mut citizens, mut group_sizes) = (Vec::with_capacity(count), Vec::new());
        for (kind, share, (least, most)) in SHARES {
            let mut left = count * usize::try_from(share).unwrap() / 1_000;
            while left > 0 {
                let size = usize::try_from(dice.range(least, most)).unwrap().min(left);
                let group = group_sizes.len();
                found(&mut citizens, kind, group, size, &mut dice);
                group_sizes.push((kind, size));
                left -= size;
            }
        }
        let dirty = group_sizes.iter().filter(|(kind, _)| needs_shop(*kind)).count();
        let shops = (0..dirty + count / 250 + 12).map(|number| shop(number, &mut dice)).collect();
        Self { citizens, shops, dirty, group_sizes }
    }

    /// The shop that a group brings its vouchers to.
    pub(crate) fn shop_of(&self, group: usize) -> usize {
        let before = self.group_sizes[..group].iter().filter(|(kind, _)| needs_shop(*kind)).count();
        before % self.dirty.max(1)
    }
}

/// Whether a group of that kind brings in a shop of its own. Bystanders buy where rings cash out.
fn needs_shop(kind: Kind) -> bool {
    matches!(kind, Kind::Forger | Kind::Ring | Kind::NightRing)
}

fn found(citizens: &mut Vec<Citizen>, kind: Kind, group: usize, size: usize, dice: &mut Dice) {
    let (phone, line) = (dice.next() | 1, dice.next() | 1);
    let home = 140_500 + u32::try_from(dice.range(0, 5)).unwrap();
    for place_in_group in 0..size {
        let own = Some(dice.next() | 1);
        let bought = 110_000 + u32::try_from(dice.range(0, 400)).unwrap() * 100;
        let (device, network, division) = match kind {
            Kind::Ordinary | Kind::Cyclist | Kind::Regular | Kind::Bystander => (own, own, home),
            Kind::Family | Kind::Village => (Some(phone), Some(line), home),
            Kind::Carrier | Kind::NightRing | Kind::Forger => (own, Some(carrier(dice)), home),
            Kind::Private => (None, Some(carrier(dice)), home),
            Kind::DeviceFarm | Kind::Broker | Kind::Ring => (Some(phone), Some(line), bought),
            Kind::BareFarm => (None, Some(line), bought),
        };
        let number = citizens.len();
        citizens.push(Citizen {
            id: PersonId::mint(number as u64, 1 + number as u128 * 7_919),
            kind,
            group,
            place_in_group,
            device,
            network,
            division,
        });
    }
}

/// One of the carrier's few addresses.
fn carrier(dice: &mut Dice) -> u64 {
    0x0c0f_fee0 + dice.next() % 24
}

fn shop(number: usize, dice: &mut Dice) -> Shop {
    let (latitude, longitude) = DISTRICTS[number % DISTRICTS.len()];
    let place = near(latitude, longitude, 20_000, dice);
    let tills = (0..dice.range(1, 4)).map(|till| {
        TillId::mint(number as u64 + 1, 1 + u128::try_from(till).unwrap() + number as u128 * 8_191)
    });
    Shop {
        id: MerchantId::mint(number as u64 + 1, 3 + number as u128 * 6_151),
        tills: tills.collect(),
        place,
        measures: dice.permille(300),
        set_to: dice.permille(50).then(|| moved(place, 3_000, dice)),
    }
}

fn near(latitude: f64, longitude: f64, micro: i64, dice: &mut Dice) -> Position {
    moved(Position::from_degrees(latitude, longitude).unwrap(), micro, dice)
}

/// Somewhere within so many millionths of a degree; nine of them are a metre.
pub(crate) fn moved(place: Position, micro: i64, dice: &mut Dice) -> Position {
    let (north, east) = (dice.range(-micro, micro), dice.range(-micro, micro));
    Position::from_micro(place.latitude_micro() + north, place.longitude_micro() + east).unwrap()
}
