//! Comma-separated values (RFC 4180), as cities bring them and as they are given out.

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

/// A text as a cell: in quotes where it must be, and never a formula to whoever opens the file in a spreadsheet.
pub fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', ' ']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
