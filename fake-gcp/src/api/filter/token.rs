//! Tokens of both filter languages.

/// A token of either language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    /// Comparison: `=`, `!=`, `:`, `<`, `<=`, `>`, `>=`.
    Operator(&'static str),
    /// A bare word: a field, a keyword or an unquoted value.
    Word(String),
    /// A quoted value, without its quotes.
    Quoted(String),
}

const OPERATORS: [&str; 7] = ["!=", "<=", ">=", "=", "<", ">", ":"];

/// Splits an expression; `None` if a quote is not closed.
///
/// The pattern after `eq`/`ne` is taken whole up to the next blank or the parenthesis that closes its group,
/// since unquoted patterns bear `:`, `=`, `|` and balanced parentheses. The value after an operator is taken
/// in the same way, so that URLs need no quotes.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_value = match tokens.last() {
            Some(Token::Operator(_)) => true,
            Some(Token::Word(word)) => word == "eq" || word == "ne",
            _ => false,
        };
        let (token, after) = if first == '\'' || first == '"' {
            let (inside, after) = rest.get(1..)?.split_once(first)?;
            (Token::Quoted(inside.to_owned()), after)
        } else if is_value {
            let (value, after) = rest.split_at(value_end(rest));
            if value.is_empty() {
                return None;
            }
            (Token::Word(value.to_owned()), after)
        } else if first == '(' || first == ')' {
            (if first == '(' { Token::Open } else { Token::Close }, rest.get(1..)?)
        } else if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            (Token::Operator(operator), rest.strip_prefix(*operator)?)
        } else {
            let end =
                rest.find(|c: char| c.is_whitespace() || "()=!<>:'\"".contains(c)).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            let (word, after) = rest.split_at(end);
            (Token::Word(word.to_owned()), after)
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Some(tokens)
}

/// Index at which an unquoted value ends: at a blank, or at a `)` that it did not open.
fn value_end(text: &str) -> usize {
    let mut depth = 0_usize;
    for (index, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return index,
            ')' => depth -= 1,
            c if c.is_whitespace() => return index,
            _ => {}
        }
    }
    text.len()
}
