//! The second wall around a worker: what the operating system lets it do, should the first wall, WebAssembly, break.
//!
//! Each part is tried; what a system lacks is told to the bot, which logs it once, and the worker goes on.

/// Puts up the wall, for good. What is missing is named.
pub(super) fn put_up(memory: u64) -> Vec<String> {
    let mut missing = Vec::new();
    limits(memory, &mut missing);
    files(&mut missing);
    calls(&mut missing);
    missing
}

/// No core file, no file written, few files open, memory bounded.
#[cfg(unix)]
fn limits(memory: u64, missing: &mut Vec<String>) {
    use rustix::process::{Resource, Rlimit, setrlimit};

    /// What the worker itself needs beside the interpreter's memory.
    const OWN: u64 = 192 << 20;
    let mut set = |resource, value: u64, name: &str| {
        let limit = Rlimit { current: Some(value), maximum: Some(value) };
        if setrlimit(resource, limit).is_err() {
            missing.push(format!("limit on {name}"));
        }
    };
    set(Resource::Core, 0, "core files");
    set(Resource::Fsize, 0, "written files");
    set(Resource::Nofile, 64, "open files");
    // Address space is no measure: WebAssembly reserves gigabytes that it never touches.
    if cfg!(target_os = "linux") {
        set(Resource::Data, memory + OWN, "memory");
    }
}

#[cfg(not(unix))]
fn limits(_memory: u64, missing: &mut Vec<String>) {
    missing.push("limits of the operating system".to_owned());
}

/// No file may be opened at all, no port reached.
#[cfg(target_os = "linux")]
fn files(missing: &mut Vec<String>) {
    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
    };

    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V5)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    match ruleset {
        Ok(status) if status.ruleset != RulesetStatus::NotEnforced => {}
        _ => missing.push("landlock".to_owned()),
    }
}

#[cfg(not(target_os = "linux"))]
fn files(missing: &mut Vec<String>) {
    missing.push("landlock".to_owned());
}

/// Only the system calls that running WebAssembly, threads and a pipe need; everything else is refused.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn calls(missing: &mut Vec<String>) {
    if filters().is_err() {
        missing.push("seccomp".to_owned());
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn calls(missing: &mut Vec<String>) {
    missing.push("seccomp".to_owned());
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn filters() -> Result<(), Box<dyn std::error::Error>> {
    use std::collections::BTreeMap;

    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };

    let arch = std::env::consts::ARCH.try_into()?;
    // `clone3` hides its flags behind a pointer; told that it does not exist, the C library falls back to `clone`.
    let no_clone3: BpfProgram = SeccompFilter::new(
        BTreeMap::from([(libc::SYS_clone3, vec![])]),
        SeccompAction::Allow,
        SeccompAction::Errno(u32::try_from(libc::ENOSYS)?),
        arch,
    )?
    .try_into()?;

    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|call| (*call, vec![])).collect();
    let thread = u64::try_from(libc::CLONE_THREAD)?;
    let only_threads =
        SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), thread)?;
    rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![only_threads])?]);
    // A file may be opened for reading only, which landlock then refuses for all but what is open already.
    let writing = u64::try_from(libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT)?;
    let reading = SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(writing), 0)?;
    rules.insert(libc::SYS_openat, vec![SeccompRule::new(vec![reading])?]);
    // A signal only to itself: that is how a process aborts.
    let own = u64::from(std::process::id());
    let itself = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![itself])?]);
    let allowed: BpfProgram = SeccompFilter::new(
        rules,
        SeccompAction::Errno(u32::try_from(libc::EPERM)?),
        SeccompAction::Allow,
        arch,
    )?
    .try_into()?;
    seccompiler::apply_filter(&no_clone3)?;
    seccompiler::apply_filter(&allowed)?;
    Ok(())
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_fcntl,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    libc::SYS_ppoll,
    libc::SYS_eventfd2,
    libc::SYS_dup,
    // Refused by the other filter, whose answer counts only if this one has none.
    libc::SYS_clone3,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::put_up;

    /// Once the wall stands it stands for good, so this runs once more behind it, in a process of its own.
    #[test]
    fn a_worker_reaches_nothing() {
        const BEHIND: &str = "LIFTOFF_TEST_BEHIND_THE_WALL";
        if std::env::var_os(BEHIND).is_some() {
            return behind_the_wall();
        }
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sandbox::wall::tests::a_worker_reaches_nothing", "--test-threads=1"])
            .env(BEHIND, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
    }

    fn behind_the_wall() {
        use std::fs::File;

        let missing = put_up(256 << 20);
        let stands = |part: &str| !missing.iter().any(|lacking| lacking == part);
        if stands("landlock") {
            assert!(File::open("/etc/passwd").is_err(), "a file is read");
            assert!(std::fs::read_dir("/").is_err(), "a folder is read");
        }
        if stands("seccomp") {
            assert!(File::create(std::env::temp_dir().join("liftoff-wall")).is_err(), "a file is written");
            assert!(std::net::UdpSocket::bind("127.0.0.1:0").is_err(), "a socket is made");
            assert!(Command::new("/bin/true").status().is_err(), "a process is started");
            let parent = rustix::process::getppid().unwrap();
            let killed = rustix::process::kill_process(parent, rustix::process::Signal::TERM);
            assert!(killed.is_err(), "the parent is ended");
        }
        assert!(std::thread::spawn(|| 3).join().is_ok(), "threads are needed");
    }
}
