//! What the checks ask of one line or file: its code without comments, its words, its functions, paths of a machine.

/// The code of a line: what stands before a comment. `https://` does not begin one.
pub(crate) fn code(line: &str) -> &str {
    let mut from = 0;
    while let Some(at) = line[from..].find("//").map(|at| at + from) {
        if !line[..at].ends_with(':') {
            return &line[..at];
        }
        from = at + 2;
    }
    line
}

/// Whether a character belongs to Chinese, Japanese or Korean text, its punctuation included.
pub(crate) fn is_cjk(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a word stands alone in a text.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// Whether a text names a folder from the root of some machine.
pub(crate) fn has_machine_path(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|it| it.is_whitespace() || "\"'`(=:<[,".contains(it))
    })
}

/// The functions of a formatted Rust file: name, first line, number of lines. Relies on rustfmt,
/// which puts the last brace of a function under its first letter.
pub(crate) fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let start = line.trim_start();
        let indent = &line[..line.len() - start.len()];
        let Some(name) = function_name(start) else {
            continue;
        };
        let end = lines[first..].iter().position(|line| {
            let is_level = line.strip_prefix(indent).is_some_and(|rest| !rest.starts_with(' '));
            is_level && (line.ends_with('}') || line.ends_with(';'))
        });
        if let Some(more) = end {
            found.push((name.to_owned(), first + 1, more + 1));
        }
    }
    found
}

fn function_name(start: &str) -> Option<&str> {
    let mut words = start.split(' ');
    loop {
        match words.next()? {
            "fn" => break,
            "async" | "const" | "unsafe" | "pub" => {}
            word if word.starts_with("pub(") => {}
            _ => return None,
        }
    }
    words.next()?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments() {
        assert_eq!(code("let a = 1; // why"), "let a = 1; ");
        assert_eq!(code("go(\"https://example.org\"); // there"), "go(\"https://example.org\"); ");
        assert_eq!(code("//! 晉券"), "");
    }

    #[test]
    fn words() {
        assert!(has_word("use sqlx::Row;", "sqlx"));
        assert!(!has_word("sqlx_like", "sqlx") && !has_word("mysqlx", "sqlx"));
        assert!(is_cjk('券') && is_cjk('「') && is_cjk('，') && !is_cjk('¥') && !is_cjk('…'));
        assert!(has_machine_path("cd /some/where", "/some/"));
        assert!(!has_machine_path("docs/some/where", "/some/"));
    }

    #[test]
    fn lengths() {
        let text = "fn one() {}\nimpl A {\n    pub(crate) async fn two(\n        a: u8,\n    ) -> u8 {\n        \
                    a\n    }\n\n    fn three();\n}\n";
        let wanted =
            [("one".to_owned(), 1, 1), ("two".to_owned(), 3, 5), ("three".to_owned(), 9, 1)];
        assert_eq!(functions(text), wanted);
    }
}
