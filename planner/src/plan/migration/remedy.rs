//! Ways out that errors name, in words: only such as the reader has in Gardener as released.

/// The change of the Shoot back to IPv4. Gardener before gardener#12967 refuses it.
pub(super) const IPV4: &str = "set ipFamilies to [IPv4], where Gardener takes that (since gardener#12967)";

/// How a migration is not begun, or is taken back: by the word, which is possible everywhere, or by the Shoot.
pub(super) const STAY: &str = "say undo on the Infrastructure, or set ipFamilies to [IPv4], where Gardener takes that (since gardener#12967)";
