//! Conversations as text: what the learner does (`>`), what the bot does about it (the rest).
//!
//! ```text
//! @ 2026-01-05 08:00 Europe/Berlin   sets the clock; reminders on the way are sent
//! > /today                           types
//! >| more of it                      goes on with what is typed, on the next line
//! > [Review]                         taps the button that begins so
//! > twice [Stats]                    taps it twice, a second apart
//! > old [Good]                       taps a button that was there before
//! > {sticker}                        sends something else
//! > {place 38.72 -9.14}              shares a location
//! < …                                a new message, with its number
//! ~ …                                a message changed in place
//! ! …                                the short answer to a tap
//! ```
//! `UPDATE_EXPECT=1 cargo test --release --test transcripts` writes what the bot does now into the files.

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use common::{Conversation, Event};
use liftoff::chat::intent::{Attachment, Intent, Place};
use liftoff::chat::{leaks, plain};
use liftoff::study::calendar::Zone;

fn play(script: &str) -> String {
    let mut told = String::new();
    let mut zone = Zone::UTC;
    let mut chat = Conversation::new(Utc.with_ymd_and_hms(2026, 1, 5, 8, 0, 0).unwrap());
    let mut lines = script.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(comment) = line.strip_prefix('#') {
            let above = told.lines().next_back().is_none_or(|line| line.is_empty() || line.starts_with('#'));
            writeln!(told, "{}#{comment}", if above { "" } else { "\n" }).unwrap();
        } else if let Some(when) = line.strip_prefix("@ ") {
            let (local, name) = when.split_at(16);
            if !name.trim().is_empty() {
                zone = Zone::named(name.trim()).unwrap();
            }
            let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
            let at = zone.instants(local).earliest().unwrap();
            writeln!(told, "\n{line}").unwrap();
            for (at, event) in chat.travel(at) {
                writeln!(told, "({})", zone.local(at).format("%Y-%m-%d %H:%M")).unwrap();
                tell(&mut told, &chat, &event);
            }
        } else if let Some(input) = line.strip_prefix("> ") {
            writeln!(told, "\n> {input}").unwrap();
            let mut input = input.to_owned();
            while let Some(more) = lines.next_if(|line| line.starts_with(">|")) {
                writeln!(told, "{more}").unwrap();
                write!(input, "\n{}", more.trim_start_matches(">|").strip_prefix(' ').unwrap_or_default())
                    .unwrap();
            }
            match act(&mut chat, &input) {
                Ok(events) => events.iter().for_each(|event| tell(&mut told, &chat, event)),
                Err(missing) => writeln!(told, "?? {missing}").unwrap(),
            }
        }
    }
    told.trim_start().to_owned()
}

fn act(chat: &mut Conversation, input: &str) -> Result<Vec<Event>, String> {
    let label =
        |text: &str| text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).map(str::to_owned);
    if let Some(label) = label(input) {
        return chat.tap(&label);
    }
    if let Some(label) = input.strip_prefix("twice ").and_then(label) {
        let tapped = chat.now;
        let mut events = chat.tap(&label)?;
        chat.now = tapped + TimeDelta::seconds(1);
        events.extend(chat.tap(&label)?);
        return Ok(events);
    }
    if let Some(label) = input.strip_prefix("old ").and_then(label) {
        return chat.tap_earlier(&label);
    }
    let intent = match input {
        "{sticker}" => Intent::Attachment(Attachment::Sticker),
        "{forwarded photo}" => Intent::Attachment(Attachment::Picture),
        "{voice}" => Intent::Attachment(Attachment::Recording),
        "{5,000 characters of code}" => {
            let lines = "    # softmax of the shifted inputs\n".repeat(140);
            let head = format!("def softmax(z, temperature=1.0):\n{}", &lines[..lines.len() - 2_000]);
            let tail = "m = max(z)\n    e = [2.718281828459045 ** ((x - m) / temperature) for x in z]\n    return [x / sum(e) for x in e]";
            let tail = format!("{}    {tail}", "    # and\n".repeat(200)).trim_start().to_owned();
            let texts = [(1_001, head.trim_end().to_owned()), (1_002, tail)];
            return Ok(chat.intents(&texts.map(|(message, text)| Intent::Text { text, message })));
        }
        place if place.starts_with("{place ") => Intent::Location(shared_place(place)),
        "{a class whose __init__ the app made italic}" => {
            let plain = "class EarlyStopping:\n    def INIT(self, patience, min_delta=0.0):\n        self.best = float('inf')\n        self.patience, self.min_delta, self.bad = patience, min_delta, 0\n\n    def step(self, loss):\n        if loss < self.best - self.min_delta:\n            self.best, self.bad = loss, 0\n        else:\n            self.bad += 1\n        return self.bad >= self.patience";
            let (text, code) = (plain.replace("INIT", "init"), plain.replace("INIT", "__init__"));
            Intent::Formatted { text, code, message: 1_001 }
        }
        "{dice}" => Intent::Attachment(Attachment::Other),
        "{edits a message}" => Intent::Edited,
        "{stops the bot}" => Intent::Blocked,
        "{empty}" => return Ok(chat.say(" \n ")),
        "{5,000 characters}" => return Ok(chat.say(&"lift off ".repeat(556))),
        "{foreign button}" => return Ok(chat.tap_data(1, "rate_4".into())),
        file if file.starts_with('{') && file.contains('.') => sent_file(chat, file),
        text => return Ok(chat.say(text)),
    };
    Ok(chat.intent(&intent))
}

/// `{place 38.72 -9.14}`: degrees north and east.
fn shared_place(input: &str) -> Place {
    let degrees: Vec<f64> =
        input.trim_matches(['{', '}']).split(' ').skip(1).map(|degrees| degrees.parse().unwrap()).collect();
    Place::new(degrees[0], degrees[1])
}

/// `{name.py}`: a right program, unless the name says something else.
fn sent_file(chat: &mut Conversation, input: &str) -> Intent {
    let name = input.trim_matches(['{', '}']).to_owned();
    let code = chat.service.decks().card(&"code-stable-softmax".into()).unwrap().0.code.as_ref().unwrap();
    let solution = code.solution.join("\r\n").into_bytes();
    let bytes = match name.as_str() {
        "latin1.py" => b"def softmax(z):\n    return '\xe9'".to_vec(),
        "large.py" => vec![b'#'; 300_000],
        "documented.py" => solution_with_an_example(&code.solution).into_bytes(),
        _ => solution,
    };
    let size = bytes.len() as u64;
    if name != "lost.py" {
        chat.files.insert(name.clone(), bytes);
    }
    Intent::File { id: name.clone(), name: Some(name), size }
}

/// A right program whose docstring holds an example between fences.
fn solution_with_an_example(solution: &[String]) -> String {
    let documented = |line: &String| match line.starts_with("def ") {
        true => format!("{line}\n    '''Probabilities.\n\n    ```\n    softmax([1, 2, 3])\n    ```\n    '''"),
        false => line.clone(),
    };
    solution.iter().map(documented).collect::<Vec<_>>().join("\n")
}

fn tell(told: &mut String, chat: &Conversation, event: &Event) {
    let message = |told: &mut String, sign: char, id: i32| {
        let screen = &chat.messages[&id].screen;
        let text = plain::text(screen);
        // A learner's own words are repeated as they are; nothing else may show markup.
        let leaks = leaks::of_screen(screen);
        assert!(leaks.is_empty() || text.contains('“'), "raw markup is visible: {leaks:?}");
        for (index, line) in text.lines().enumerate() {
            let head = if index == 0 { format!("{sign} #{id} ") } else { format!("{sign}    ") };
            writeln!(told, "{}", format!("{head}{line}").trim_end()).unwrap();
        }
        for line in plain::buttons(screen).lines() {
            writeln!(told, "{sign}    {line}").unwrap();
        }
    };
    match event {
        Event::Sent(id) => message(told, '<', *id),
        Event::Edited(id) => message(told, '~', *id),
        Event::Buttons(id) => {
            let buttons = chat.messages.get(id).map(|message| plain::buttons(&message.screen));
            let buttons = buttons.filter(|buttons| !buttons.is_empty()).unwrap_or_else(|| "none".to_owned());
            writeln!(told, "~ #{id} buttons: {}", buttons.replace('\n', " ")).unwrap();
        }
        Event::Deleted(id) => writeln!(told, "- #{id}").unwrap(),
        Event::Toast(Some(text)) => {
            assert!(text.encode_utf16().count() <= 200, "a toast is too long: {text}");
            writeln!(told, "! {text}").unwrap();
        }
        Event::Document(name, content) => {
            writeln!(told, "< {name}").unwrap();
            content.lines().for_each(|line| writeln!(told, "{}", format!("<    {line}").trim_end()).unwrap());
        }
        Event::Picture(picture) => writeln!(told, "< (picture) {}", picture.caption).unwrap(),
        Event::Typing | Event::Toast(None) => {}
    }
}

#[test]
fn every_transcript_is_what_the_bot_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    assert!(files.len() >= 8, "the transcripts are not where they belong");
    let mut wrong = Vec::new();
    for path in files {
        let script = std::fs::read_to_string(&path).unwrap();
        let told = play(&script);
        assert!(update || !told.contains("\n?? "), "{} taps a button that is not there", path.display());
        if update {
            std::fs::write(&path, &told).unwrap();
        } else if told != script {
            let at = told.lines().zip(script.lines()).position(|(new, old)| new != old).unwrap_or(0);
            let near = |text: &str| text.lines().skip(at).take(3).collect::<Vec<_>>().join("\n    ");
            wrong.push(format!(
                "{}:{}\n  expected\n    {}\n  the bot says\n    {}",
                path.display(),
                at + 1,
                near(&script),
                near(&told)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n(UPDATE_EXPECT=1 accepts what the bot says now)", wrong.join("\n"));
}
