//! Prepares the interpreter, once: starts Python, loads the library and our guest, keeps its memory as an image and
//! translates it to native code. Runs in a child process, which takes its memory and its time with it.

use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use eryx::embedded_stdlib::EmbeddedStdlib;
use sha2::{Digest, Sha256};

use super::image;
use super::interpreter::engine;
use super::protocol::Line;

/// Part of the key: raise it when the way of preparing changes, or eryx.
const LAYOUT: u32 = 4;

/// What every program finds loaded. A run sees no file, so what is not here cannot be imported.
const MODULES: &str = "__future__ _ast_unparse _strptime abc array ast bisect cmath collections collections.abc contextlib copy csv dataclasses datetime decimal \
    enum fractions functools graphlib hashlib heapq inspect io itertools json math numbers operator os pprint queue random re \
    statistics string textwrap time threading timeit traceback types typing weakref";

/// Our side of the interpreter.
const GUEST: &str = concat!(
    include_str!("guest/program.py"),
    "\n",
    include_str!("guest/values.py"),
    "\n",
    include_str!("guest/peer.py")
);

/// Makes sure that `folder` holds the prepared interpreter and says so line by line.
///
/// # Errors
/// A message for the log: the folder cannot be used, or the interpreter cannot be built.
pub(super) fn prepare(folder: &Path) -> Result<(), String> {
    let file = folder.join(format!("python-{}.bin", key()?));
    say(&Line::Step { percent: 1, what: "checking the interpreter".to_owned() })?;
    if verified(&file).is_err() {
        build(folder, &file)?;
        remove_older(folder, &file);
    }
    let file = file.to_str().ok_or("the data folder's name is not readable text")?;
    say(&Line::Prepared { file: file.to_owned() })
}

/// Everything that the native code depends on: versions, engine settings, processor, our guest.
fn key() -> Result<String, String> {
    let mut settings = Collected::default();
    engine()?.precompile_compatibility_hash().hash(&mut settings);
    let mut sum = Sha256::new();
    sum.update(settings.0);
    sum.update(LAYOUT.to_le_bytes());
    sum.update(env!("CARGO_PKG_VERSION"));
    sum.update(MODULES);
    sum.update(GUEST);
    Ok(hexadecimal(&sum.finalize()[..8]))
}

/// Takes what is hashed as bytes, since a hasher's own result may change from one compiler to the next.
#[derive(Default)]
struct Collected(Vec<u8>);

impl Hasher for Collected {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fn build(folder: &Path, file: &Path) -> Result<(), String> {
    let told = |what: &'static str| move |error: &dyn std::fmt::Display| format!("{what}: {error}");
    let stage = folder.join(format!("stage-{}", std::process::id()));
    std::fs::create_dir_all(&stage).map_err(|error| told("cannot make a folder")(&error))?;
    let staged = Stage(stage);
    say(&Line::Step { percent: 5, what: "unpacking Python's library".to_owned() })?;
    // The parent has set this process's temporary folder to one of ours.
    let library = EmbeddedStdlib::get().map_err(|error| told("cannot unpack Python's library")(&error))?;
    say(&Line::Step { percent: 10, what: "starting Python".to_owned() })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| told("cannot start")(&error))?;
    // The guest has built-ins of its own.
    let code = format!(
        "import {}\nimport sys\nimport builtins\nsys.modules['liftoff'] = type(sys)('liftoff')\n\
         sys.modules['liftoff'].__dict__['__builtins__'] = dict(builtins.__dict__)\n\
         exec(compile(bytes.fromhex('{}').decode(), '<judge>', 'exec'), sys.modules['liftoff'].__dict__)",
        MODULES.split_whitespace().collect::<Vec<_>>().join("\nimport "),
        hexadecimal(GUEST.as_bytes())
    );
    let image = runtime
        .block_on(image::take(library.path(), code))
        .map_err(|error| format!("cannot start Python: {error:#}"))?;
    say(&Line::Step { percent: 50, what: "translating Python to native code".to_owned() })?;
    let native =
        engine()?.precompile_component(&image).map_err(|error| told("cannot translate Python")(&error))?;
    say(&Line::Step { percent: 95, what: "storing the interpreter".to_owned() })?;
    store(&staged.0, file, &native).map_err(|error| told("cannot store the interpreter")(&error))
}

/// A folder that goes when the work is over, well or not.
struct Stage(PathBuf);

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The sum first, the file last: a file without its sum is never trusted.
fn store(stage: &Path, file: &Path, native: &[u8]) -> io::Result<()> {
    let (new_file, new_sum) = (stage.join("python.bin"), stage.join("python.sum"));
    write_private(&new_file, native)?;
    write_private(&new_sum, hexadecimal(&Sha256::digest(native)).as_bytes())?;
    std::fs::rename(new_sum, sum_file(file))?;
    std::fs::rename(new_file, file)
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sum_file(file: &Path) -> PathBuf {
    file.with_extension("sum")
}

/// Native code is run as it is, so it must be ours, whole, and out of others' reach.
fn verified(file: &Path) -> Result<(), String> {
    private(file)?;
    private(&sum_file(file))?;
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let sum = std::fs::read_to_string(sum_file(file)).map_err(|error| error.to_string())?;
    if hexadecimal(&Sha256::digest(&bytes)) == sum { Ok(()) } else { Err("the sum differs".to_owned()) }
}

/// A regular file that nobody else can write or read.
pub(super) fn private(file: &Path) -> Result<(), String> {
    let about = std::fs::symlink_metadata(file).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("not a file".to_owned());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if about.mode() & 0o077 != 0 || about.uid() != rustix::process::geteuid().as_raw() {
            return Err("open to others".to_owned());
        }
    }
    Ok(())
}

fn remove_older(folder: &Path, current: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let ours = entry.file_name().to_string_lossy().starts_with("python-");
        if ours && path.file_stem() != current.file_stem() {
            // Another version of the program may just do the same.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a line for the parent.
pub(super) fn say(line: &Line) -> Result<(), String> {
    let text = serde_json::to_string(line).map_err(|error| error.to_string())?;
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| format!("the bot is gone: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_private_file_is_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let stage = folder.path().join("stage");
        std::fs::create_dir(&stage).unwrap();
        let file = folder.path().join("python-1.bin");
        assert!(verified(&file).is_err());
        store(&stage, &file, b"native code").unwrap();
        assert_eq!(verified(&file), Ok(()));
        std::fs::write(&file, b"other code").unwrap();
        assert!(verified(&file).is_err(), "changed");
        std::fs::write(&file, b"native code").unwrap();
        assert_eq!(verified(&file), Ok(()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(verified(&file).is_err(), "readable by others");
        }
    }

    #[test]
    fn the_key_is_the_same_every_time() {
        assert_eq!(key(), key());
    }
}
