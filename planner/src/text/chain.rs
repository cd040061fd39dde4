//! Formatting of an error together with its causes, in one line.

use super::excerpt::line;

/// The message of an error, followed by those of its causes. A cause whose text is already part of the line is left out.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let part = error.to_string();
        if !text.contains(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        cause = error.source();
    }
    line(&text)
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Link(&'static str, #[source] Option<Box<Link>>);

    #[test]
    fn each_cause_is_said_once() {
        let inner = Link("no route to host", None);
        let middle = Link("cannot connect: no route to host", Some(Box::new(inner)));
        let outer = Link("cannot get Cluster a", Some(Box::new(middle)));
        assert_eq!(chain(&outer), "cannot get Cluster a: cannot connect: no route to host");
    }
}
