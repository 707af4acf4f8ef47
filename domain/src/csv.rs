//! Lines of a CSV file (RFC 4180), as every file that leaves the product has them and as cities bring theirs.

use std::fmt::Write as _;

/// The most problems that are told of one file: whoever sees so many looks at the whole.
pub const PROBLEMS_MAX: usize = 50;

/// A line of a file that cannot be taken, and so nothing of that file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<W> {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: W,
}

/// The lines of a file that somebody brings, each with its number from 1: without blank ones, and without the mark that
/// some programs put in front of a text.
pub fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}

/// A quotation mark that is not closed, or stands where none can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a quotation mark is out of place")]
pub struct OutOfPlace;

/// The columns of a line; a quoted one does not go on in the next line.
///
/// # Errors
/// [`OutOfPlace`] where the line cannot be taken apart.
pub fn columns(line: &str) -> Result<Vec<String>, OutOfPlace> {
    let (mut columns, mut rest) = (Vec::new(), line);
    loop {
        let column;
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, after) = unquote(quoted)?;
            (column, rest) = (text, after);
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            let (plain, after) = rest.split_at(end);
            if plain.contains('"') {
                return Err(OutOfPlace);
            }
            (column, rest) = (plain.to_owned(), after);
        }
        columns.push(column);
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None if rest.is_empty() => return Ok(columns),
            None => return Err(OutOfPlace),
        }
    }
}

/// What stands before the closing quotation mark, and what after it; two marks are one.
fn unquote(text: &str) -> Result<(String, &str), OutOfPlace> {
    let (mut column, mut rest) = (String::new(), text);
    loop {
        let (before, after) = rest.split_once('"').ok_or(OutOfPlace)?;
        column.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                column.push('"');
                rest = more;
            }
            None => return Ok((column, after)),
        }
    }
}

/// What a spreadsheet takes for the beginning of a formula, or steps over before one (OWASP, "CSV injection"). The
/// full-width forms are what a Chinese input method types, and some spreadsheets read them as the others.
const FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A text as a cell: in quotes where it must be, and never a formula to whoever opens the file in a spreadsheet.
pub fn cell(text: &str) -> String {
    let text = if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() };
    let needs_quotes = |byte: u8| matches!(byte, b',' | b'"' | b' ' | b'\r' | b'\n');
    if text.bytes().any(needs_quotes) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A line that is put together cell by cell. Numbers, identifiers and times need no look; free text does.
#[derive(Debug, Default)]
pub struct Line(String);

impl Line {
    /// Adds a cell that no other text can get into: a number, an identifier, a time, a code.
    #[must_use]
    pub fn plain(mut self, value: impl std::fmt::Display) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value},");
        self
    }

    /// Adds an empty cell where there is no value.
    #[must_use]
    pub fn maybe(self, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.plain(value),
            None => self.plain(""),
        }
    }

    /// Adds a text that somebody typed.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.plain(cell(text))
    }

    /// The line with its end: a carriage return and a line feed.
    pub fn end(mut self) -> String {
        self.0.pop();
        self.0.push_str("\r\n");
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_its_number_whatever_is_left_out() {
        let read: Vec<_> = lines("\u{feff}a,b\r\n\n  \n1,2").collect();
        assert_eq!(read, [(1, "a,b"), (4, "1,2")]);
        assert_eq!(lines("\na").next(), Some((2, "a")), "no head");
    }

    #[test]
    fn a_cell_is_read_back_as_it_was_and_is_no_formula() {
        for (text, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("-", "'-"),
            ("@a,b", "\"'@a,b\""),
            ("\n=1", "\"'\n=1\""),
            ("\r=1", "\"'\r=1\""),
            ("\u{ff1d}1+1", "'\u{ff1d}1+1"),
            ("\u{ff0b}1", "'\u{ff0b}1"),
            ("\u{ff0d}1", "'\u{ff0d}1"),
            ("\u{ff20}a", "'\u{ff20}a"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn a_line_has_a_cell_for_each_value_and_ends() {
        let line = Line::default().plain(1).maybe(None::<i64>).text("a,b").maybe(Some("x"));
        assert_eq!(line.end(), "1,,\"a,b\",x\r\n");
    }
}
