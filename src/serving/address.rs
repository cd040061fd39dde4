//! Addresses to listen on, as Go programs take them: `:8081` is every address of the machine, `0` is none.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// An address to listen on, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindAddress(Option<String>);

impl FromStr for BindAddress {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Some(text.to_owned()).filter(|text| !text.is_empty() && text != "0")))
    }
}

impl fmt::Display for BindAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("0"))
    }
}

impl BindAddress {
    /// The addresses to try, in this order; empty if nobody is to listen.
    pub(super) fn candidates(&self) -> Vec<String> {
        match &self.0 {
            None => Vec::new(),
            // A machine without IPv6 has only the second.
            Some(port) if port.starts_with(':') => vec![format!("[::]{port}"), format!("0.0.0.0{port}")],
            Some(address) => vec![address.clone()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_go_writes_them() {
        let candidates = |text: &str| text.parse::<BindAddress>().unwrap().candidates();
        assert_eq!(candidates(":8081"), ["[::]:8081", "0.0.0.0:8081"]);
        assert_eq!(candidates("127.0.0.1:0"), ["127.0.0.1:0"]);
        assert!(candidates("0").is_empty() && candidates("").is_empty());
    }
}
