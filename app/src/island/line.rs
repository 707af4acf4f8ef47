//! How an island's model crosses to the browser: as one line of fields, parted by tabs.
//!
//! A reader that is derived for JSON weighs a kilobyte for each type, and every visitor downloads it; this one weighs
//! as much for all of them.

use domain::language::Language;
use domain::time::{Timestamp, Window};

const TAB: char = '\t';

/// What can cross.
pub trait Crosses: Sized {
    /// Appends the fields, in their order.
    fn write(&self, line: &mut Line);

    /// Takes the fields, in the same order. Nothing where one is missing or wrong.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// The line of a model.
pub fn line_of(model: &impl Crosses) -> String {
    let mut line = Line(String::new());
    model.write(&mut line);
    line.0
}

/// The model of a line.
pub fn model_of<T: Crosses>(line: &str) -> Option<T> {
    T::read(&mut Fields(line.split(TAB)))
}

/// Fields being put together.
pub struct Line(String);

impl Line {
    /// Appends a text. A tab inside it would be the end of the field, so it becomes a space.
    pub fn text(&mut self, text: &str) {
        self.0.extend(text.chars().map(|letter| if letter == TAB { ' ' } else { letter }));
        self.0.push(TAB);
    }

    /// Appends a number.
    pub fn number(&mut self, number: i64) {
        self.text(&number.to_string());
    }

    /// Appends a yes or no.
    pub fn flag(&mut self, flag: bool) {
        self.text(if flag { "1" } else { "" });
    }

    /// Appends how many follow, then each.
    pub fn list<T: Crosses>(&mut self, items: &[T]) {
        self.number(i64::try_from(items.len()).unwrap_or(i64::MAX));
        for item in items {
            item.write(self);
        }
    }
}

/// Fields being taken apart.
pub struct Fields<'a>(std::str::Split<'a, char>);

impl<'a> Fields<'a> {
    /// Takes a text.
    pub fn text(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    /// Takes a number.
    pub fn number(&mut self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    /// Takes a number that is counted.
    pub fn count(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// Takes a yes or no.
    pub fn flag(&mut self) -> Option<bool> {
        Some(!self.text()?.is_empty())
    }

    /// Takes a text that may be missing: an empty one.
    pub fn maybe(&mut self) -> Option<&'a str> {
        self.text().filter(|text| !text.is_empty())
    }

    /// Takes how many follow, then each.
    pub fn list<T: Crosses>(&mut self) -> Option<Vec<T>> {
        let mut items = Vec::new();
        for _ in 0..self.count()? {
            items.push(T::read(self)?);
        }
        Some(items)
    }
}

impl Crosses for Timestamp {
    fn write(&self, line: &mut Line) {
        line.number(self.millis());
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        fields.number().map(Self::from_millis)
    }
}

impl Crosses for Window {
    fn write(&self, line: &mut Line) {
        self.opens_at().write(line);
        self.closes_at().write(line);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Self::new(Timestamp::read(fields)?, Timestamp::read(fields)?)
    }
}

impl Crosses for Language {
    fn write(&self, line: &mut Line) {
        line.text(self.tag());
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Self::from_tag(fields.text()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_in_a_name_does_not_end_its_field() {
        let mut line = Line(String::new());
        line.text("a\tb");
        line.number(-7);
        let mut fields = Fields(line.0.split(TAB));
        assert_eq!((fields.text(), fields.number()), (Some("a b"), Some(-7)));
    }

    #[test]
    fn a_line_that_is_cut_short_is_no_model() {
        let window = Window::new(Timestamp::from_millis(1), Timestamp::from_millis(2));
        let line = line_of(&window.expect("a window"));
        assert_eq!(model_of::<Window>(&line), window);
        assert_eq!(model_of::<Window>("1"), None);
        assert_eq!(model_of::<Window>("2\t1\t"), None, "empty");
    }
}
