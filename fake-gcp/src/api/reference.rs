//! References to resources: paths, full URLs and the partial forms that requests may use.
//!
//! A *path* here is `projects/P/global/networks/N`; self links are always built on Google's host, never on
//! the host that a request was sent to.

/// Beginning of all self links.
pub const SELF_LINK_BASE: &str = "https://www.googleapis.com/compute/v1/";

/// The self link of a path.
pub fn self_link(path: &str) -> String {
    format!("{SELF_LINK_BASE}{path}")
}

/// The path of a global resource.
pub fn global(project: &str, collection: &str, name: &str) -> String {
    format!("projects/{project}/global/{collection}/{name}")
}

/// The path of a regional resource.
pub fn regional(project: &str, region: &str, collection: &str, name: &str) -> String {
    format!("projects/{project}/regions/{region}/{collection}/{name}")
}

/// The path of a zonal resource.
pub fn zonal(project: &str, zone: &str, collection: &str, name: &str) -> String {
    format!("projects/{project}/zones/{zone}/{collection}/{name}")
}

/// A URL without scheme, host and API version, if it is the URL of a Compute resource on any host.
pub fn strip_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (_, path) = rest.split_once("/compute/")?;
    let (_, path) = path.split_once('/')?;
    Some(path)
}

/// The path that a reference means: a full URL on any host, `projects/…`, or a form relative to `project`.
pub fn path_of(reference: &str, project: &str) -> Option<String> {
    let path = strip_host(reference).unwrap_or_else(|| reference.trim_start_matches('/'));
    if path.starts_with("projects/") {
        return Some(path.to_owned());
    }
    let relative = ["global/", "regions/", "zones/"].iter().any(|prefix| path.starts_with(prefix));
    relative.then(|| format!("projects/{project}/{path}"))
}

/// The project, scope and name of a reference to `collection`; scope is "" for global resources, else the region or the zone.
pub fn parse(reference: &str, project: &str, collection: &str) -> Option<(String, String, String)> {
    let path = path_of(reference, project)?;
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["projects", p, "global", c, name] if *c == collection => {
            Some(((*p).to_owned(), String::new(), (*name).to_owned()))
        }
        ["projects", p, "regions" | "zones", scope, c, name] if *c == collection => {
            Some(((*p).to_owned(), (*scope).to_owned(), (*name).to_owned()))
        }
        _ => None,
    }
}

/// Whether a name is of the form that Compute asks for (RFC 1035): a letter, then letters, digits and dashes, at most 63.
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 63
        && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_reference_mean_the_same() {
        let want = Some(("p".to_owned(), String::new(), "n".to_owned()));
        for form in [
            "https://www.googleapis.com/compute/v1/projects/p/global/networks/n",
            "http://127.0.0.1:80/compute/beta/projects/p/global/networks/n",
            "projects/p/global/networks/n",
            "global/networks/n",
        ] {
            assert_eq!(parse(form, "p", "networks"), want, "{form}");
        }
        assert_eq!(parse("n", "p", "networks"), None);
        assert_eq!(parse("global/routes/n", "p", "networks"), None);
    }

    #[test]
    fn names() {
        for (name, good) in
            [("a", true), ("a-b1", true), ("a-", false), ("1a", false), ("", false), ("A", false)]
        {
            assert_eq!(is_name(name), good, "{name}");
        }
    }
}
