//! The form in which the description of an API is kept: a line per method and per schema. `tools/compute-api/main.go` tells
//! it, and writes it.

use super::{Api, Holds, Method};

/// Reads a table. A line that has another form is left out.
pub(super) fn parse(text: &'static str) -> Api {
    let mut api = Api::default();
    for line in text.lines() {
        let mut words = line.split(' ');
        match words.next() {
            Some("parameters") => api.parameters.extend(words),
            Some("method") => api.methods.extend(method(words).map(|method| (method.id, method))),
            Some("schema") => api.schemas.extend(words.next().map(|name| (name, words.map(field).collect()))),
            _ => {}
        }
    }
    api
}

fn method(mut words: impl Iterator<Item = &'static str>) -> Option<Method> {
    let (id, http, path) = (words.next()?, words.next()?, words.next()?);
    let [request, response] = [words.next()?, words.next()?].map(|name| (name != "-").then_some(name));
    Some(Method { id, http, path, request, response, parameters: words.collect() })
}

fn field(word: &'static str) -> (&'static str, Holds) {
    let Some((name, held)) = word.split_once(':') else { return (word, Holds::Value) };
    match held.strip_prefix('{').and_then(|held| held.strip_suffix('}')) {
        Some("") => (name, Holds::Map(None)),
        Some(schema) => (name, Holds::Map(Some(schema))),
        None => (name, Holds::Object(held)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::discovery::{Schema, TABLE};

    fn print(api: &Api) -> Vec<String> {
        let sorted = |mut words: Vec<String>| {
            words.sort();
            words.into_iter().map(|word| format!(" {word}")).collect::<String>()
        };
        let field = |(name, holds): (&&str, &Holds)| match holds {
            Holds::Value => (*name).to_owned(),
            Holds::Object(schema) => format!("{name}:{schema}"),
            Holds::Map(schema) => format!("{name}:{{{}}}", schema.unwrap_or_default()),
        };
        let method = |method: &Method| {
            let names = method.parameters.iter().map(|name| (*name).to_owned()).collect();
            let [request, response] = [method.request, method.response].map(|name| name.unwrap_or("-"));
            let Method { id, http, path, .. } = method;
            format!("method {id} {http} {path} {request} {response}{}", sorted(names))
        };
        let schema = |(name, fields): (&&str, &Schema)| {
            format!("schema {name}{}", sorted(fields.iter().map(field).collect()))
        };
        let parameters = api.parameters.iter().map(|name| (*name).to_owned()).collect();
        let mut lines = vec![format!("parameters{}", sorted(parameters))];
        lines.extend(api.methods.values().map(method));
        lines.extend(api.schemas.iter().map(schema));
        lines.sort();
        lines
    }

    #[test]
    fn nothing_of_the_table_is_lost() {
        let words = |line: &str| {
            let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let fixed = if line.starts_with("method ") { 6 } else { 2 };
            words[fixed..].sort();
            words.join(" ")
        };
        let mut lines: Vec<String> = TABLE.lines().filter(|line| !line.starts_with('#')).map(words).collect();
        lines.sort();
        let printed: Vec<String> = print(&parse(TABLE)).iter().map(|line| words(line)).collect();
        assert_eq!(lines.len(), printed.len());
        for (line, printed) in lines.iter().zip(printed) {
            assert_eq!(*line, printed);
        }
    }
}
