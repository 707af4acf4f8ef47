//! The file of a city's past: comma-separated, checked whole before anything of it counts. A line states figures of a
//! programme: its totals (`total`), a single day (`day`), a day in the beginning (`beginning`) or the highest day
//! (`peak`), both without a date. An empty cell is a figure that the source does not state.

use std::collections::BTreeMap;

use super::{Days, Programme, Stated};
use crate::csv::{self, PROBLEMS_MAX, columns};
use crate::id::ProgrammeId;
use crate::language::LocalText;
use crate::money::Amount;
use crate::time::BeijingDay;

/// The first line of the file.
pub const HEAD: &str = "programme,record,from,to,issued_fen,redeemed_fen,sales_fen,name_zh_hant,name_zh_hans,\
                        name_en,source";
/// The most programmes of one file.
pub const PROGRAMMES_MAX: usize = 100;
/// The most days of one programme: three years.
const DAYS_MAX: i64 = 1_096;
/// The longest name and the longest source, in characters.
pub const TEXT_MAX: usize = 200;

/// A line that cannot be taken.
pub type Problem = csv::Problem<Wrong>;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The first line does not name the columns.
    #[error("the first line must be {HEAD}")]
    Head,
    /// It has another number of columns.
    #[error("eleven columns are expected, here are {0}")]
    Columns(usize),
    /// A quotation mark is not closed, or stands where none can.
    #[error("a quotation mark is out of place")]
    Quotation,
    /// The first column is no identifier.
    #[error("programme: 1 to 32 of a-z, 0-9 and -")]
    Programme,
    /// There is no such kind of line.
    #[error("record: one of total, day, beginning, peak")]
    Record,
    /// A day is not one of the calendar.
    #[error("{0}: not a day such as 2020-04-22")]
    Day(&'static str),
    /// The days are the wrong way round, too many, or two where one day is meant.
    #[error("from and to: the same day for a day, else in order and at most three years apart")]
    Span,
    /// A figure is no whole number of fen.
    #[error("{0}: a whole number of fen, or empty where the source does not state it")]
    Figure(&'static str),
    /// The line states nothing.
    #[error("the line states no figure")]
    Nothing,
    /// What is issued stands on the line of the totals.
    #[error("issued_fen stands on the line of the totals only")]
    Issued,
    /// More was redeemed than sold, or than issued.
    #[error("redeemed_fen is more than {0}")]
    Redeemed(&'static str),
    /// Names and source stand on the line of the totals, and only there.
    #[error("names and source: 1 to 200 characters on the line of the totals, empty on the others")]
    Text,
    /// The same record stands in an earlier line.
    #[error("the same record stands in line {0}")]
    Twice(usize),
    /// A programme has no line of its totals before this one.
    #[error("the line of the programme's totals must come first")]
    NoTotal,
    /// The days are not those of the programme.
    #[error("from and to: not within the days of the programme's totals")]
    Outside,
    /// The days that are stated come to more than the total.
    #[error("with this line the days come to more than the programme's totals")]
    MoreThanTotal,
    /// A day is higher than the highest.
    #[error("a day is higher than the programme's peak")]
    AbovePeak,
    /// The file has more programmes than [`PROGRAMMES_MAX`].
    #[error("a file has at most 100 programmes")]
    TooMany,
    /// The file has no programme.
    #[error("the file states nothing")]
    Empty,
}

/// Reads a whole file; the programmes in the order of their first lines.
///
/// # Errors
/// Every line that cannot be taken, at most [`PROBLEMS_MAX`]; then nothing counts.
pub fn parse(text: &str) -> Result<Vec<Programme>, Vec<Problem>> {
    let mut lines = csv::lines(text);
    if lines.next().map(|(line, head)| (line, head.trim())) != Some((1, HEAD)) {
        return Err(vec![Problem { line: 1, what: Wrong::Head }]);
    }
    let (mut book, mut problems) = (Book::default(), Vec::new());
    for (line, text) in lines {
        if let Err(what) = Line::read(text).and_then(|read| book.take(line, read)) {
            problems.push(Problem { line, what });
            if problems.len() == PROBLEMS_MAX {
                break;
            }
        }
    }
    if problems.is_empty() && book.programmes.is_empty() {
        problems.push(Problem { line: 1, what: Wrong::Empty });
    }
    if problems.is_empty() { Ok(book.programmes) } else { Err(problems) }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Record {
    Total,
    Day,
    Beginning,
    Peak,
}

struct Line {
    programme: ProgrammeId,
    record: Record,
    days: Days,
    issued: Option<Amount>,
    stated: Stated,
    /// Names in three languages and the source, each possibly empty.
    texts: [String; 4],
}

impl Line {
    fn read(text: &str) -> Result<Self, Wrong> {
        let cells = columns(text).map_err(|_| Wrong::Quotation)?;
        let cells: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        let cells = <[String; 11]>::try_from(cells).map_err(|cells| Wrong::Columns(cells.len()))?;
        let [programme, record, from, to, issued, redeemed, sales, texts @ ..] = cells;
        let record = match record.as_str() {
            "total" => Record::Total,
            "day" => Record::Day,
            "beginning" => Record::Beginning,
            "peak" => Record::Peak,
            _ => return Err(Wrong::Record),
        };
        let first = from.parse().map_err(|_| Wrong::Day("from"))?;
        let last = to.parse().map_err(|_| Wrong::Day("to"))?;
        let line = Self {
            programme: programme.parse().map_err(|_| Wrong::Programme)?,
            record,
            days: Days { first, last },
            issued: figure("issued_fen", &issued)?,
            stated: Stated {
                redeemed: figure("redeemed_fen", &redeemed)?,
                sales: figure("sales_fen", &sales)?,
            },
            texts,
        };
        line.check()?;
        Ok(line)
    }

    fn check(&self) -> Result<(), Wrong> {
        let count = self.days.count();
        let fits = if self.record == Record::Day { count == 1 } else { count >= 1 };
        if !fits || count > DAYS_MAX {
            return Err(Wrong::Span);
        }
        let Stated { redeemed, sales } = self.stated;
        if self.issued.is_none() && redeemed.is_none() && sales.is_none() {
            return Err(Wrong::Nothing);
        }
        if self.issued.is_some() && self.record != Record::Total {
            return Err(Wrong::Issued);
        }
        let is_more = |than: Option<Amount>| redeemed.zip(than).is_some_and(|(a, b)| a > b);
        if is_more(sales) {
            return Err(Wrong::Redeemed("sales_fen"));
        }
        if is_more(self.issued) {
            return Err(Wrong::Redeemed("issued_fen"));
        }
        let is_text = |text: &String| {
            (1..=TEXT_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
        };
        let texts_fit = match self.record {
            Record::Total => self.texts.iter().all(is_text),
            _ => self.texts.iter().all(String::is_empty),
        };
        if texts_fit { Ok(()) } else { Err(Wrong::Text) }
    }
}

fn figure(name: &'static str, cell: &str) -> Result<Option<Amount>, Wrong> {
    if cell.is_empty() {
        return Ok(None);
    }
    let is_plain = cell.bytes().all(|byte| byte.is_ascii_digit());
    let fen = cell.parse::<i64>().ok().filter(|_| is_plain).and_then(Amount::from_fen);
    fen.map(Some).ok_or(Wrong::Figure(name))
}

/// What was read so far.
#[derive(Default)]
struct Book {
    programmes: Vec<Programme>,
    seen: BTreeMap<(ProgrammeId, Record, Option<BeijingDay>), usize>,
}

impl Book {
    fn take(&mut self, number: usize, line: Line) -> Result<(), Wrong> {
        let day = (line.record == Record::Day).then_some(line.days.first);
        if let Some(before) = self.seen.get(&(line.programme.clone(), line.record, day)) {
            return Err(Wrong::Twice(*before));
        }
        self.seen.insert((line.programme.clone(), line.record, day), number);
        let Some(known) = self.programmes.iter_mut().find(|it| it.id == line.programme) else {
            return self.begin(line);
        };
        if !known.days.contains(line.days.first) || !known.days.contains(line.days.last) {
            return Err(Wrong::Outside);
        }
        match line.record {
            // A second one was refused above.
            Record::Total => {}
            Record::Beginning => known.beginning = line.stated,
            Record::Peak => known.peak = line.stated,
            Record::Day => {
                let place = known.daily.partition_point(|(day, _)| *day < line.days.first);
                known.daily.insert(place, (line.days.first, line.stated));
            }
        }
        agrees(known)
    }

    fn begin(&mut self, line: Line) -> Result<(), Wrong> {
        if line.record != Record::Total {
            return Err(Wrong::NoTotal);
        }
        if self.programmes.len() == PROGRAMMES_MAX {
            return Err(Wrong::TooMany);
        }
        let [traditional, simplified, english, source] = line.texts;
        let name = LocalText { hant: traditional, hans: simplified, english };
        self.programmes.push(Programme {
            id: line.programme,
            name,
            days: line.days,
            issued: line.issued,
            total: line.stated,
            beginning: Stated::default(),
            peak: Stated::default(),
            daily: Vec::new(),
            source,
        });
        Ok(())
    }
}

/// Whether the days that are stated fit what is stated of them all.
fn agrees(programme: &Programme) -> Result<(), Wrong> {
    for figure in [|it: &Stated| it.redeemed, |it: &Stated| it.sales] {
        let days = || programme.daily.iter().filter_map(|(_, stated)| figure(stated));
        let sum = days().try_fold(Amount::ZERO, Amount::plus);
        if let Some(total) = figure(&programme.total)
            && sum.is_none_or(|sum| sum > total)
        {
            return Err(Wrong::MoreThanTotal);
        }
        if let Some(peak) = figure(&programme.peak)
            && days().any(|day| day > peak)
        {
            return Err(Wrong::AbovePeak);
        }
    }
    Ok(())
}
