//! Rules of the house that a compiler does not check: who may know whom, and where the clock is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each module may use besides itself. Arrows point down only; `ARCHITECTURE.md` draws them.
const MAY_USE: [(&str, &[&str]); 15] = [
    ("main", &["cli"]),
    ("cli", &["clock", "decks", "localchat", "sandbox", "service", "simulate", "store", "telegram"]),
    // The edge: async, network, clock.
    (
        "telegram",
        &["chat", "clock", "judging", "picture", "reminder", "sandbox", "service", "store", "wording"],
    ),
    ("judging", &["clock", "sandbox", "service", "store", "study"]),
    ("reminder", &["chat", "clock", "service", "store"]),
    // A server that stands beside telegram: it knows nothing of the bot.
    ("localchat", &["clock"]),
    // Stands where the edge stands, with a clock of its own.
    ("simulate", &["chat", "decks", "picture", "service", "store", "study"]),
    // One synchronous call per intent.
    ("service", &["chat", "decks", "picture", "store", "study", "wording"]),
    // What the bot says.
    ("wording", &["chat", "study"]),
    // Files, a child process and SQLite; they do not know each other.
    ("decks", &["chat", "study"]),
    ("sandbox", &["study"]),
    ("store", &["chat", "study"]),
    // Pure.
    ("picture", &[]),
    ("chat", &[]),
    ("study", &[]),
];

/// Modules that stand alone at the bottom.
const ALONE: [&str; 1] = ["clock"];

/// Crates that only the named modules may use.
const CRATE_ONLY_IN: [(&str, &[&str]); 14] = [
    ("rusqlite", &["store", "service", "simulate", "judging", "cli"]),
    ("teloxide", &["telegram", "cli"]),
    ("axum", &["localchat"]),
    ("eryx", &["sandbox"]),
    ("wasmtime", &["sandbox"]),
    ("wasmtime_wasi", &["sandbox"]),
    ("clap", &["cli", "main"]),
    ("tokio", &["telegram", "judging", "reminder", "localchat", "cli", "clock", "sandbox", "store"]),
    ("reqwest", &[]),
    ("resvg", &["picture"]),
    ("png", &["picture"]),
    ("pulldown_cmark", &["chat", "decks"]),
    ("tracing_subscriber", &["cli"]),
    ("tzf_rs", &["study"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 40, "the sources are not where they belong");
    let tests: Vec<String> = found.iter().flat_map(|(_, text)| test_modules(text)).collect();
    found.retain(|(path, _)| {
        !tests.iter().any(|name| path.file_stem().is_some_and(|stem| stem == name.as_str()))
    });
    found
}

/// Modules in files of their own that exist only for unit tests.
fn test_modules(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter(|pair| pair[0] == "#[cfg(test)]").map(|pair| pair[1]);
    let names = declared.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    names.filter(|name| *name != "tests" || !text.contains("mod tests {")).map(str::to_owned).collect()
}

/// The module that a file belongs to: the first name below `src/`.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file without its comments and without the unit tests at its end.
fn code(text: &str) -> String {
    let own = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    own.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every name that directly follows `prefix` in the code, `prefix{a::…, b}` included.
fn names_after(code: &str, prefix: &str) -> Vec<String> {
    let identifier = |text: &str| -> String {
        text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
    };
    code.match_indices(prefix)
        .filter(|(at, _)| !code[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
        .flat_map(|(at, _)| {
            let rest = &code[at + prefix.len()..];
            match rest.strip_prefix('{') {
                Some(list) => {
                    let list = list.split('}').next().unwrap();
                    list.split(',').map(|item| identifier(item.trim())).collect()
                }
                None => vec![identifier(rest)],
            }
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn modules_use_only_what_lies_below_them() {
    let rules: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        if own == "lib" {
            continue;
        }
        let allowed = match rules.get(own.as_str()) {
            Some(allowed) => *allowed,
            None if ALONE.contains(&own.as_str()) => &[],
            None => panic!("{own} is new: say in tests/tidy.rs what it may use"),
        };
        let code = code(&text);
        for prefix in ["crate::", "liftoff::"] {
            for used in names_after(&code, prefix) {
                let known = rules.contains_key(used.as_str()) || ALONE.contains(&used.as_str());
                if known && used != own && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{}: {own} must not know {used}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_stay_at_their_border() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        let code = code(&text);
        for (name, allowed) in CRATE_ONLY_IN {
            let used = format!("{name}::");
            if code.contains(&used) && !allowed.contains(&own.as_str()) {
                wrong.push(format!("{}: {own} must not use {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rules_catch_what_they_forbid() {
    let code = "use crate::store::{inbox, outbox};\nuse crate::{chat::screen, study};\nmycrate::nothing();";
    assert_eq!(names_after(code, "crate::"), ["store", "chat", "study"]);
    assert!(super_code_is_cut("fn a() {}\n#[cfg(test)]\nmod tests { use crate::telegram; }"));
}

fn super_code_is_cut(text: &str) -> bool {
    names_after(&code(text), "crate::").is_empty()
}

#[test]
fn the_clock_is_read_in_one_file() {
    // Clippy bans the calls; this makes sure that no `allow` opens another door.
    let doors: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("disallowed_methods"))
        .map(|(path, _)| path.file_name().unwrap().to_owned())
        .collect();
    assert_eq!(doors, ["clock.rs"]);
}

#[test]
fn no_screen_shows_a_debug_form() {
    for (path, text) in sources() {
        if ["wording", "chat"].contains(&module(&path).as_str()) {
            assert!(!code(&text).contains("{:?}") && !code(&text).contains(":?}"), "{}", path.display());
        }
    }
}

#[test]
fn nothing_is_left_to_do() {
    for (path, text) in sources() {
        for word in ["todo!(", "unimplemented!(", "dbg!("] {
            assert!(!code(&text).contains(word), "{}: {word}", path.display());
        }
    }
    for (path, text) in sources() {
        for word in [".unwrap()", ".expect("] {
            assert!(!code(&text).contains(word), "{}: {word} outside tests", path.display());
        }
    }
}

#[test]
fn migrations_that_have_landed_are_never_edited() {
    // A new migration gets a new line here; an old line never changes.
    const LANDED: [(&str, u64); 5] = [
        ("0001_foundation.sql", 14_874_217_411_778_253_661),
        ("0002_code.sql", 17_591_782_338_293_603_265),
        ("0003_progress.sql", 18_062_091_702_482_135_899),
        ("0004_second_taps.sql", 11_662_375_209_861_062_883),
        ("0005_hints.sql", 8_956_176_121_582_690_012),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let sums: Vec<(String, u64)> = files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fnv(&std::fs::read(path).unwrap()))
        })
        .collect();
    let landed: Vec<(String, u64)> = LANDED.iter().map(|(name, sum)| ((*name).to_owned(), *sum)).collect();
    assert_eq!(sums, landed, "add a migration instead of changing one");
}

/// FNV-1a: enough to notice an edit.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
