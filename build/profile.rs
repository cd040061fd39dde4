//! Work of a process, as the profile says that it leaves behind: the sum of all counters.
//!
//! The file is LLVM's raw profile, version 10: sixteen words of header, build ids, a record for each function, the counters, and more
//! that is of no interest here. Words are 64 bits in the byte order of the machine.

use std::process::Command;

type Error = Box<dyn std::error::Error>;

/// What a file begins with: `\xff` `lprofr` `\x81`, read as a word.
const MAGIC: u64 = 0xff6c_7072_6f66_7281;
/// The version of the format, without the flags above it.
const VERSION: u64 = 10;
/// Bytes of the header.
const HEADER: u64 = 16 * 8;
/// Bytes of the record of a function.
const RECORD: u64 = 64;

/// The branches that this program takes with some arguments, and what it prints then.
pub(crate) fn work(arguments: &[&str]) -> Result<(u64, String), Error> {
    let program = std::env::current_exe()?;
    // One at a time is read and removed.
    let file = program.with_extension(format!("{}.profraw", std::process::id()));
    let output = Command::new(&program).args(arguments).env("LLVM_PROFILE_FILE", &file).output()?;
    if !output.status.success() {
        return Err(format!("{}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into());
    }
    let read =
        std::fs::read(&file).map_err(|error| format!("{}: {error}: use `make growth`", file.display()));
    // Of no use any more, whatever is in it.
    let _ = std::fs::remove_file(&file);
    Ok((sum(&read?).ok_or("not a profile of LLVM's version 10")?, String::from_utf8(output.stdout)?))
}

/// The sum of all counters in a profile; `None` if it has another form.
fn sum(profile: &[u8]) -> Option<u64> {
    let words: Vec<u64> =
        profile.chunks_exact(8).filter_map(|word| Some(u64::from_ne_bytes(word.try_into().ok()?))).collect();
    let [magic, version, ids, records, before, counters, ..] = *words.as_slice() else { return None };
    if magic != MAGIC || version & 0xffff_ffff != VERSION {
        return None;
    }
    let start = usize::try_from((HEADER + ids + records * RECORD + before) / 8).ok()?;
    let counters = words.get(start..start + usize::try_from(counters).ok()?)?;
    Some(counters.iter().sum())
}
