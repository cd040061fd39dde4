//! Programs of others, which do not watch their standard input, bound to the life of whoever started them all the same.

use super::Program;

/// What becomes of `$0`: the shell turns into it, and leaves somebody in the same process group who waits for the end of
/// standard input, by which our own end shows, and then ends the group.
const SCRIPT: &str = r#"exec 3<&0; (cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$0" "$@" </dev/null 3<&-"#;

/// The program, which ends with its process group when standard input is closed.
pub(super) fn bound(program: Program) -> Program {
    let Program { name, path, args, env } = program;
    let shell = Program::new(name, "/bin/sh").args(["-c", SCRIPT]).arg(path).args(args);
    Program { env, ..shell }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;
    use std::time::Duration;

    use super::*;
    use crate::processes::{Child, RunDir, Signal};

    /// How a program ends that does not look at its standard input, after `act`.
    async fn ended(act: impl AsyncFnOnce(&mut Child)) -> ExitStatus {
        let run_dir = RunDir::create("bound").unwrap();
        let sleep = Program::new("sleep", "/bin/sh").args(["-c", "echo 1; exec sleep \"$0\"", "1000"]);
        let mut child = Child::start(&bound(sleep), &run_dir).unwrap();
        let _: u8 = child.first_json(Duration::from_secs(10)).await.unwrap();
        act(&mut child).await;
        tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn it_ends_with_its_owner() {
        assert_eq!(ended(async |child| child.close_stdin()).await.signal(), Some(9));
    }

    #[tokio::test]
    async fn it_is_told_to_end_as_any_other() {
        let status = ended(async |child| child.signal(Signal::TERM).unwrap()).await;
        assert_eq!(status.signal(), Some(15));
    }
}
