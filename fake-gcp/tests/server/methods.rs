//! The page of what is supported is as the program prints it.

#[test]
fn the_page_of_what_is_supported_is_up_to_date() {
    let page = fake_gcp::methods::render();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/supported.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/supported.md is not what `fake-gcp methods` prints: UPDATE_GOLDEN=1 cargo test writes it"
    );
}
