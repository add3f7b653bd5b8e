//! Makes a program of what the learner sent: chat programs and editors change code on its way.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest program, in bytes of UTF-8.
pub const LONGEST: usize = 64 * 1024;

/// A program as it will be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The program, with `\n` line ends.
    pub source: String,
    /// What was changed, beyond line ends and a byte order mark.
    pub what: Vec<Mending>,
}

/// Something that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mending {
    /// Only the code inside the fences (three backticks) was taken.
    Fence,
    /// Typographic quotes became plain ones.
    Quotes,
    /// Typographic minus signs and spaces became plain ones.
    Signs,
    /// Tabs that were mixed with spaces became four spaces.
    Tabs,
    /// All lines were indented; they were moved to the margin.
    Margin,
    /// These import lines of the starter stood before it when it was run; line numbers do not count them.
    Imports(String),
}

/// Why a program is not run.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Refusal {
    /// There is nothing to run.
    #[error("There is no code in it.")]
    Empty,
    /// More than [`LONGEST`] bytes.
    #[error("That is {} KiB of code, the limit is {} KiB.", .bytes.div_ceil(1024), LONGEST / 1024)]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A NUL character, which no Python program holds.
    #[error("Line {line} holds a NUL character: this is not a text file of Python code.")]
    Nul {
        /// Its line, from 1.
        line: usize,
    },
    /// A file that is no text.
    #[error("The file is not UTF-8 text.")]
    NotText,
}

/// The text of an uploaded file: UTF-8, or UTF-16 with its mark, as a well-known editor saves it.
///
/// # Errors
/// [`Refusal::NotText`], [`Refusal::TooLong`].
pub fn text_of_file(bytes: &[u8]) -> Result<String, Refusal> {
    if bytes.len() > 2 * LONGEST + 2 {
        return Err(Refusal::TooLong { bytes: bytes.len() });
    }
    let wide = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks::<2>().0.iter().map(|pair| read(*pair)).collect();
        String::from_utf16(&units).map_err(|_| Refusal::NotText)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).map_err(|_| Refusal::NotText),
    }
}

/// Mends what can be mended without guessing. Fences are the caller's: a program may hold some of its own.
///
/// # Errors
/// The text cannot be run at all.
pub fn mend(text: &str) -> Result<Mended, Refusal> {
    if text.len() > LONGEST {
        return Err(Refusal::TooLong { bytes: text.len() });
    }
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if let Some(at) = text.find('\0') {
        return Err(Refusal::Nul { line: text[..at].matches('\n').count() + 1 });
    }
    let mut what = Vec::new();
    let mut changed = |mending, new: Option<String>, old: String| match new {
        Some(new) if new != old => {
            what.push(mending);
            new
        }
        _ => old,
    };
    let Plain { text: plain, quotes, signs } = plain(&text);
    let text = changed(Mending::Quotes, quotes.then(|| plain.clone()), text);
    let text = changed(Mending::Signs, (signs && !quotes).then(|| plain.clone()), text);
    let text = changed(Mending::Tabs, untabbed(&text), text.clone());
    let text = changed(Mending::Margin, unindented(&text), text.clone());
    if signs && quotes {
        what.push(Mending::Signs);
    }
    if text.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    Ok(Mended { source: text, what })
}

/// So many backticks are a fence.
const FENCE: usize = 3;

/// A message of so many UTF-16 units was probably cut by the learner's app: 4,096 is a message's limit.
const NEARLY_FULL: usize = 4_000;

/// Programs that two messages, sent one after the other, may mean together, the likeliest first.
///
/// Telegram takes spaces off the beginning of each message, so the second one may need its first line's
/// indentation back: that of the line before it, or a step more after a colon.
#[must_use]
pub fn joined(first: &str, second: &str) -> Vec<String> {
    let first = first.trim_end();
    let second = second.trim_start_matches(['\r', '\n']);
    let mut programs = vec![format!("{first}\n{second}")];
    let last = first.lines().next_back().unwrap_or_default();
    let indent = &last[..last.len() - last.trim_start_matches([' ', '\t']).len()];
    let step = match (last.ends_with(':'), indent.starts_with('\t')) {
        (false, _) => "",
        (true, false) => "    ",
        (true, true) => "\t",
    };
    let lost = format!("{indent}{step}");
    if !second.starts_with([' ', '\t']) && !lost.is_empty() {
        programs.push(format!("{first}\n{lost}{second}"));
    }
    if first.encode_utf16().count() >= NEARLY_FULL {
        // Cut within a line, where no line ended near the limit.
        programs.extend([format!("{first}{second}"), format!("{first} {second}")]);
    }
    programs
}

/// What stands between fences, joined; `None` without a fence. An open fence goes to the end.
#[must_use]
pub fn unfenced(text: &str) -> Option<String> {
    let ticks = |line: &str| line.len() - line.trim_start_matches('`').len();
    // Backticks that opened the fence; as many or more close it, so that what stands inside may hold fewer.
    let mut open = None;
    let mut found = false;
    let mut code = String::new();
    for line in text.lines() {
        let start = line.trim_start();
        let width = ticks(start);
        match open {
            None if width >= FENCE => {
                found = true;
                // ```x = 1``` on one line.
                match start[width..].strip_suffix(&start[..width]) {
                    Some(inline) => {
                        code.push_str(inline);
                        code.push('\n');
                    }
                    None => open = Some(width),
                }
            }
            None => {}
            Some(opened) if width >= opened => open = None,
            Some(opened) => {
                let last = line.strip_suffix(&"`".repeat(opened));
                code.push_str(last.unwrap_or(line));
                code.push('\n');
                open = open.filter(|_| last.is_none());
            }
        }
    }
    found.then_some(code)
}

struct Plain {
    text: String,
    quotes: bool,
    signs: bool,
}

/// Replaces typographic characters where Python has no use for them: outside of strings and comments.
fn plain(text: &str) -> Plain {
    let mut out = Plain { text: String::with_capacity(text.len()), quotes: false, signs: false };
    let characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&character) = characters.get(at) {
        if character == '#' {
            let end = end_of_line(&characters, at);
            out.text.extend(&characters[at..end]);
            at = end;
        } else if let Some(mark) = quote(character) {
            at = string(&characters, at, mark, &mut out);
        } else {
            match character {
                '\u{2212}' | '\u{2013}' => out.sign('-'),
                '\u{a0}' | '\u{2002}' | '\u{2003}' | '\u{2009}' | '\u{202f}' => out.sign(' '),
                '\u{200b}' | '\u{2060}' | '\u{feff}' => out.signs = true,
                _ => out.text.push(character),
            }
            at += 1;
        }
    }
    out
}

impl Plain {
    fn sign(&mut self, plain: char) {
        self.text.push(plain);
        self.signs = true;
    }

    fn quote(&mut self, found: char, mark: char) {
        self.text.push(mark);
        self.quotes |= found != mark;
    }
}

/// The plain quote that a character stands for.
fn quote(character: char) -> Option<char> {
    match character {
        '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => {
            Some('"')
        }
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' => Some('\''),
        _ => None,
    }
}

fn end_of_line(characters: &[char], at: usize) -> usize {
    characters[at..].iter().position(|character| *character == '\n').map_or(characters.len(), |end| at + end)
}

/// Copies a string from its opening quote on and returns what follows it. A string that opens with a plain quote
/// closes with one; what stands inside stays.
fn string(characters: &[char], mut at: usize, mark: char, out: &mut Plain) -> usize {
    let is = |at: usize, typographic: bool| {
        characters.get(at).is_some_and(|&character| {
            if typographic { quote(character) == Some(mark) } else { character == mark }
        })
    };
    let typographic = characters[at] != mark;
    let triple = is(at + 1, typographic) && is(at + 2, typographic);
    let length = if triple { 3 } else { 1 };
    for step in 0..length {
        out.quote(characters[at + step], mark);
    }
    at += length;
    while let Some(&character) = characters.get(at) {
        let closes = is(at, typographic) && (!triple || (is(at + 1, typographic) && is(at + 2, typographic)));
        if closes {
            for step in 0..length {
                out.quote(characters[at + step], mark);
            }
            return at + length;
        }
        if character == '\n' && !triple {
            return at;
        }
        out.text.push(character);
        at += 1;
        if character == '\\'
            && let Some(&escaped) = characters.get(at)
        {
            out.text.push(escaped);
            at += 1;
        }
    }
    at
}

/// Leading tabs as four spaces, if some line is indented by spaces; tabs alone are good Python.
fn untabbed(text: &str) -> Option<String> {
    let indent = |line: &str| line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned();
    let spaces = text.lines().any(|line| indent(line).contains(' ') && !line.trim().is_empty());
    let tabs = text.lines().any(|line| indent(line).contains('\t') && !line.trim().is_empty());
    if !(spaces && tabs) {
        return None;
    }
    let line = |line: &str| {
        let mut columns = 0;
        let old = indent(line);
        for character in old.chars() {
            columns = if character == '\t' { columns / 4 * 4 + 4 } else { columns + 1 };
        }
        format!("{}{}\n", " ".repeat(columns), &line[old.len()..])
    };
    Some(text.lines().map(line).collect())
}

/// The text without the indentation that all its lines share.
fn unindented(text: &str) -> Option<String> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = lines().map(indent).min().filter(|shared| *shared > 0)?;
    let first = lines().next()?.get(..shared)?;
    if !lines().all(|line| line.starts_with(first)) {
        return None;
    }
    Some(text.lines().map(|line| format!("{}\n", line.get(shared..).unwrap_or_default())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, source: &str, what: &[Mending]) {
        assert_eq!(mend(text), Ok(Mended { source: source.to_owned(), what: what.to_vec() }));
    }

    #[test]
    fn plain_code_stays_as_it_is() {
        for text in ["x = 1", "def f():\n\treturn 'a – “b”'  # it’s\n", "'''\n  “x”\n'''\nf(\"\\\"\")\n"]
        {
            check(text, text, &[]);
        }
    }

    #[test]
    fn line_ends_and_marks_go_silently() {
        check("\u{feff}a = 1\r\nb = 2\rc = 3", "a = 1\nb = 2\nc = 3", &[]);
    }

    #[test]
    fn code_is_taken_out_of_fences() {
        let cases = [
            ("Here:\n```python\nx = 1\n```\nIs it right?", "x = 1\n"),
            ("```\nx = 1\n```\nand\n```py\ny = 2\n```", "x = 1\ny = 2\n"),
            ("```python\nx = 1", "x = 1\n"),
            ("```\nx = 1```", "x = 1\n"),
            ("```x = 1```", "x = 1\n"),
            ("````\n'''\n```\nf()\n```\n'''\n````", "'''\n```\nf()\n```\n'''\n"),
        ];
        for (text, code) in cases {
            assert_eq!(unfenced(text).as_deref(), Some(code), "{text}");
        }
        assert_eq!(unfenced("x = 1"), None);
        // A program may hold an example between fences: nothing of it is lost.
        let held = "def f():\n    '''\n    ```\n    f()\n    ```\n    '''\n    return 1";
        check(held, held, &[]);
    }

    #[test]
    fn typographic_characters_become_plain_outside_of_strings() {
        check("x = “a”", "x = \"a\"", &[Mending::Quotes]);
        check("x = ‘it”s’", "x = 'it”s'", &[Mending::Quotes]);
        check("x = „a“ + «b»", "x = \"a\" + \"b\"", &[Mending::Quotes]);
        check("“””doc”””\nx = 3 − 1", "\"\"\"doc\"\"\"\nx = 3 - 1", &[Mending::Quotes, Mending::Signs]);
        check("x\u{a0}= 2 – 1", "x = 2 - 1", &[Mending::Signs]);
        check("x = '–'", "x = '–'", &[]);
    }

    #[test]
    fn tabs_are_mended_only_where_mixed() {
        check("def f():\n\tif a:\n\t\tb()", "def f():\n\tif a:\n\t\tb()", &[]);
        check("def f():\n\tif a:\n        b()\n", "def f():\n    if a:\n        b()\n", &[Mending::Tabs]);
    }

    #[test]
    fn shared_indentation_goes() {
        check("    def f():\n        return 1\n", "def f():\n    return 1\n", &[Mending::Margin]);
    }

    #[test]
    fn what_cannot_be_run_is_refused_with_a_reason() {
        assert_eq!(mend(" \n\n"), Err(Refusal::Empty));
        assert_eq!(mend("a\nb\0"), Err(Refusal::Nul { line: 2 }));
        assert_eq!(mend(&"#".repeat(LONGEST + 1)), Err(Refusal::TooLong { bytes: LONGEST + 1 }));
        assert!(mend(&"#".repeat(LONGEST)).is_ok());
        let told = Refusal::TooLong { bytes: LONGEST + 1 }.to_string();
        assert_eq!(told, "That is 65 KiB of code, the limit is 64 KiB.");
    }

    #[test]
    fn messages_that_belong_together_are_joined() {
        assert_eq!(joined("def f():\n    x = 1\n", "\n    return x"), ["def f():\n    x = 1\n    return x"]);
        assert_eq!(
            joined("def f():\n    x = 1", "return x"),
            ["def f():\n    x = 1\nreturn x", "def f():\n    x = 1\n    return x"]
        );
        assert_eq!(joined("def f():", "return 1")[1], "def f():\n    return 1");
        assert_eq!(joined("def f():\n\tif x:", "return 1")[1], "def f():\n\tif x:\n\t\treturn 1");
        assert_eq!(joined("import math", "def f(): pass"), ["import math\ndef f(): pass"]);
    }

    #[test]
    fn files_are_text() {
        assert_eq!(text_of_file(b"x = 1").as_deref(), Ok("x = 1"));
        assert_eq!(text_of_file(&[0xff, 0xfe, b'x', 0, b'=', 0]).as_deref(), Ok("x="));
        assert_eq!(text_of_file(&[0x89, b'P', b'N', b'G', 0xff]), Err(Refusal::NotText));
        assert!(matches!(text_of_file(&vec![b'#'; 1 << 20]), Err(Refusal::TooLong { .. })));
    }
}
