//! The errors that documents quote for people who look for them are those of the product.

use crate::none;
use crate::repository::{File, documents, rust_files};

/// The folder whose documents quote errors.
const OPERATIONS: &str = "docs/operations/";
/// The fewest characters between two placeholders that prove anything.
const TELLING: usize = 10;

/// The lines in blocks of text.
fn quotes(text: &str) -> Vec<&str> {
    let mut is_quote = false;
    let mut quotes = Vec::new();
    for line in text.lines() {
        match line {
            "```text" => is_quote = true,
            _ if line.starts_with("```") => is_quote = false,
            quote if is_quote => quotes.push(quote),
            _ => {}
        }
    }
    quotes
}

/// The parts of a quote between what is filled in, which stands in upper case there.
fn fixed(quote: &str) -> Vec<String> {
    let is_placeholder = |word: &str| {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        word == "VM" || word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let mut parts = vec![String::new()];
    for word in quote.split_inclusive([' ', '/', '(', ')', ',', ';', ':']) {
        match parts.last_mut() {
            Some(part) if !is_placeholder(word) => part.push_str(word),
            _ => parts.push(String::new()),
        }
    }
    let bare = |part: &str| part.trim_matches([' ', '/', ',', ';', ':']).to_owned();
    parts.iter().map(|part| bare(part)).filter(|part| part.len() >= TELLING).collect()
}

/// The literals of a source, with what is written over several lines put together.
fn literals(source: &str) -> String {
    let mut text = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let mut line = line.to_owned();
        while let Some(begun) = line.strip_suffix('\\') {
            line = format!("{begun}{}", lines.next().unwrap_or_default().trim_start());
        }
        text.push_str(&line.replace("{POD_RANGE_NAME}", "ipv4-pod-cidr").replace("\\\"", "\""));
        text.push('\n');
    }
    text
}

fn unknown(document: &File, sources: &str) -> Vec<String> {
    let quotes = quotes(&document.text).into_iter();
    let parts = quotes.flat_map(|quote| match fixed(quote) {
        parts if parts.is_empty() => vec![quote.to_owned()],
        parts => parts,
    });
    let unknown = parts.filter(|part| !sources.contains(part.as_str()));
    unknown.map(|part| format!("{}: {part}", document.path)).collect()
}

#[test]
fn quoted_errors_are_the_products() {
    let sources = rust_files(&["src/", "planner/src/"]);
    let sources: String = sources.iter().map(|file| literals(&file.text)).collect();
    let documents = documents().into_iter().filter(|document| document.path.starts_with(OPERATIONS));
    let documents: Vec<File> = documents.collect();
    let quoted: usize = documents.iter().map(|document| quotes(&document.text).len()).sum();
    assert!(quoted > 20, "only {quoted} errors are quoted below {OPERATIONS}");
    let unknown = documents.iter().flat_map(|document| unknown(document, &sources));
    none("texts that nothing in the product says", unknown.collect());
}

#[test]
fn what_nobody_says_is_found() {
    let sources = literals("format!(\"subnet {name} is \\\n    left \\\"so\\\": {}\", why);");
    let document =
        |quote: &str| File { path: "a.md".to_owned(), text: format!("x\n```text\n{quote}\n```\ny\n") };
    assert!(unknown(&document("subnet NAME is left \"so\": REASON"), &sources).is_empty());
    assert_eq!(unknown(&document("subnet NAME is taken away: REASON"), &sources), ["a.md: is taken away"]);
    assert_eq!(unknown(&document("NAME"), &sources), ["a.md: NAME"]);
    assert_eq!(fixed("M5/ZONE/VM on the way to NUMBER"), ["on the way to"]);
}
