//! URLs of resources, which Google writes with one host or another, or without any.

/// The path of the resource at `url`, from `projects/` on; a text without such a path is returned as it is.
pub fn path_of(url: &str) -> &str {
    url.find("/projects/").and_then(|at| url.get(at + 1..)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn the_host_is_no_part_of_a_path() {
        let path = "projects/p/global/networks/n";
        for host in
            ["https://www.googleapis.com/compute/v1/", "https://compute.googleapis.com/compute/v1/", ""]
        {
            assert_eq!(path_of(&format!("{host}{path}")), path);
        }
        assert_eq!(path_of("global/networks/n"), "global/networks/n");
    }
}
