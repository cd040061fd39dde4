//! The tokens of Rust source text, as far as names are made of them: comments, literals and lifetimes are left out.

/// The words, the `::` and the single signs of `text`.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), false),
            '"' => (literal(rest, '"'), false),
            '\'' => (tick(rest), false),
            ':' if rest.starts_with("::") => (2, true),
            _ if is_word(first) => match raw(rest) {
                Some(length) => (length, false),
                None => (rest.find(|c| !is_word(c)).unwrap_or(rest.len()), true),
            },
            _ => (first.len_utf8(), !first.is_whitespace()),
        };
        let (token, after) = rest.split_at(length);
        tokens.extend(is_token.then_some(token));
        rest = after;
    }
    tokens
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the literal with which `rest` begins, both quotes included.
fn literal(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of the character or the lifetime with which `rest` begins.
fn tick(rest: &str) -> usize {
    let mut chars = rest.chars().skip(1);
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (_, Some('\'')) => literal(rest, '\''),
        _ => 1 + rest.chars().skip(1).take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>(),
    }
}

/// The length of a raw string, if `rest` begins with one.
fn raw(rest: &str) -> Option<usize> {
    let (prefix, behind) = rest.split_once('"')?;
    let hashes = prefix.trim_start_matches(['b', 'c']).strip_prefix('r')?;
    if !hashes.chars().all(|c| c == '#') {
        return None;
    }
    let end = format!("\"{hashes}");
    Some(prefix.len() + 1 + behind.find(&end).map_or(behind.len(), |index| index + end.len()))
}

#[test]
fn words_are_found_and_what_is_no_code_is_left_out() {
    for (text, expected) in [
        ("use a::b;", &["use", "a", "::", "b", ";"][..]),
        ("a // b::c\nd /* e\nf */ g", &["a", "d", "g"]),
        ("a(\"b // \\\" c\", d)", &["a", "(", ",", "d", ")"]),
        ("fn a<'b>(c: &'static str)", &["fn", "a", "<", ">", "(", "c", ":", "&", "str", ")"]),
        ("['a', '\\'', '\"', 'ß']", &["[", ",", ",", ",", "]"]),
        ("r#\"a \" b\"# r\"c\\\" br\"d\" b\"e\" raw", &["b", "raw"]),
    ] {
        assert_eq!(tokens(text), expected, "{text}");
    }
}
