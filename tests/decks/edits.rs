//! Small edits that break a good deck, with the rules that must notice.

use liftoff::decks::{Files, Rule};
use serde_json::{Value, json};

/// One edit of `week-06.json` as a value, and exactly the rules that it breaks.
pub struct Edit {
    pub name: &'static str,
    pub rules: &'static [Rule],
    pub edit: fn(&mut Value),
}

/// A card of a deck by its id.
pub fn card<'a>(deck: &'a mut Value, id: &str) -> &'a mut Value {
    let cards = deck["cards"].as_array_mut().expect("a list of cards");
    cards.iter_mut().find(|card| card["id"] == id).expect("the card is there")
}

const fn edit(name: &'static str, rules: &'static [Rule], edit: fn(&mut Value)) -> Edit {
    Edit { name, rules, edit }
}

fn recall(deck: &mut Value) -> &mut Value {
    card(deck, "zero-init-symmetry")
}
fn choice(deck: &mut Value) -> &mut Value {
    card(deck, "bn-stats-at-inference")
}
fn relu(deck: &mut Value) -> &mut Value {
    card(deck, "relu-dead-unit")
}
fn cloze(deck: &mut Value) -> &mut Value {
    card(deck, "adam-bias-correction")
}
fn numeric(deck: &mut Value) -> &mut Value {
    card(deck, "mlp-parameter-count")
}
fn code(deck: &mut Value) -> &mut Value {
    &mut card(deck, "code-stable-softmax")["code"]
}
fn remove(value: &mut Value, key: &str) {
    value.as_object_mut().expect("an object").remove(key);
}
fn drop_from(list: &mut Value, from: usize) {
    list.as_array_mut().expect("a list").truncate(from);
}
fn front(deck: &mut Value, text: &str) {
    recall(deck)["front"] = json!(text);
}
fn back(deck: &mut Value, text: &str) {
    recall(deck)["back"] = json!(text);
}
fn words(count: usize) -> String {
    vec!["word"; count].join(" ")
}

/// Edits of the value.
#[rustfmt::skip]
pub const DECK_EDITS: &[Edit] = &[
    // The file.
    edit("format 2", &[Rule::Format], |d| d["format"] = json!(2)),
    edit("format as text", &[Rule::Json], |d| d["format"] = json!("1")),
    edit("no format", &[Rule::Json], |d| remove(d, "format")),
    edit("other week", &[Rule::Week, Rule::PlanTitle], |d| d["week"] = json!(7)),
    edit("week 300", &[Rule::Json], |d| d["week"] = json!(300)),
    edit("six days", &[Rule::Days], |d| drop_from(&mut d["days"], 6)),
    edit("day twice", &[Rule::Days, Rule::PlanTitle], |d| d["days"][1]["day"] = json!(1)),
    edit("other title", &[Rule::PlanTitle], |d| d["title"] = json!("Deep Learning")),
    edit("other day title", &[Rule::PlanTitle], |d| d["days"][3]["title"] = json!("From scratch")),
    edit("title too long", &[Rule::PlanTitle, Rule::FieldLength], |d| d["title"] = json!("x".repeat(81))),
    edit("goal too short", &[Rule::Empty], |d| d["goals"][0] = json!("ab")),
    edit("goal too long", &[Rule::FieldLength], |d| d["goals"][0] = json!("g".repeat(201))),
    edit("goal with zero-width blank", &[Rule::Invisible], |d| d["goals"][0] = json!("Explain\u{200b} it")),
    edit("unknown field of the deck", &[Rule::Json], |d| d["author"] = json!("me")),
    edit("cards no list", &[Rule::Json], |d| d["cards"] = json!({})),
    edit("no cards", &[Rule::Range], |d| d["cards"] = json!([])),
    edit("a card that is text", &[Rule::Json], |d| d["cards"][0] = json!("card")),
    // Fields and ids.
    edit("unknown field of a card", &[Rule::Json], |d| recall(d)["hint"] = json!("x")),
    edit("unknown kind", &[Rule::Json], |d| recall(d)["kind"] = json!("essay")),
    edit("no source field", &[Rule::Json], |d| remove(recall(d), "source")),
    edit("no back", &[Rule::Json], |d| remove(recall(d), "back")),
    edit("day as text", &[Rule::Json], |d| recall(d)["day"] = json!("4")),
    edit("upper-case id", &[Rule::Id], |d| recall(d)["id"] = json!("Zero-Init")),
    edit("id of 41 bytes", &[Rule::Id], |d| recall(d)["id"] = json!("z".repeat(41))),
    edit("id with a double hyphen", &[Rule::Id], |d| recall(d)["id"] = json!("zero--init")),
    edit("id that starts with a digit", &[Rule::Id], |d| recall(d)["id"] = json!("0-init")),
    edit("id with an underscore", &[Rule::Id], |d| recall(d)["id"] = json!("zero_init")),
    edit("id with a week", &[Rule::Id], |d| recall(d)["id"] = json!("week-6-zero")),
    edit("id with week and day", &[Rule::Id], |d| recall(d)["id"] = json!("w6d4-zero")),
    edit("id that is empty", &[Rule::Id], |d| recall(d)["id"] = json!("")),
    edit("recall id like code", &[Rule::Id], |d| recall(d)["id"] = json!("code-zero")),
    edit("code id without prefix", &[Rule::Id], |d| card(d, "code-stable-softmax")["id"] = json!("softmax")),
    edit("id twice in a deck", &[Rule::IdUnique], |d| recall(d)["id"] = json!("mlp-parameter-count")),
    edit("id of another week", &[Rule::IdUnique], |d| recall(d)["id"] = json!("bessel-correction")),
    edit("id retired here", &[Rule::IdRetired], |d| d["retired"] = json!(["zero-init-symmetry"])),
    edit("id retired in another week", &[Rule::IdRetired], |d| recall(d)["id"] = json!("old-mse-card")),
    edit("retired twice", &[Rule::IdRetired], |d| d["retired"] = json!(["gone", "gone"])),
    edit("retired in two weeks", &[Rule::IdRetired], |d| d["retired"] = json!(["old-mse-card"])),
    edit("retired is no id", &[Rule::Id], |d| d["retired"] = json!(["Old Card"])),
    // Bounds.
    edit("day 8", &[Rule::Range], |d| recall(d)["day"] = json!(8)),
    edit("day 0", &[Rule::Range], |d| recall(d)["day"] = json!(0)),
    edit("difficulty 4", &[Rule::Range], |d| recall(d)["difficulty"] = json!(4)),
    edit("rev 0", &[Rule::Range], |d| recall(d)["rev"] = json!(0)),
    edit("no points", &[Rule::Range], |d| recall(d)["recall"]["points"] = json!([])),
    edit("four points", &[Rule::Range], |d| recall(d)["recall"]["points"] = json!(["aa", "bb", "cc", "dd"])),
    edit("tolerance 0", &[Rule::Range], |d| numeric(d)["numeric"]["tol"] = json!(0)),
    edit("blank front", &[Rule::Empty], |d| front(d, "  ")),
    edit("blank back", &[Rule::Empty], |d| back(d, "")),
    edit("short why", &[Rule::Empty], |d| choice(d)["choice"]["options"][0]["why"] = json!("No.")),
    edit("empty hint of a blank", &[Rule::Empty], |d| cloze(d)["cloze"]["blanks"][0]["hint"] = json!("")),
    edit("line feed in a line", &[Rule::LineFeed], |d| recall(d)["back"] = json!(["one\ntwo"])),
    edit("no tags", &[Rule::Tags], |d| recall(d)["tags"] = json!([])),
    edit("six tags", &[Rule::Tags], |d| recall(d)["tags"] = json!(["git", "adam", "rnn", "pca", "ci", "cd"])),
    edit("tag twice", &[Rule::Tags], |d| recall(d)["tags"] = json!(["adam", "adam"])),
    edit("tag with a blank", &[Rule::Tags, Rule::TagUnknown], |d| recall(d)["tags"] = json!(["batch norm"])),
    edit("unknown tag", &[Rule::TagUnknown], |d| recall(d)["tags"] = json!(["quantum"])),
    edit("no sources", &[Rule::Source], |d| recall(d)["source"] = json!([])),
    edit("plain http", &[Rule::Source], |d| recall(d)["source"][0]["url"] = json!("http://example.org")),
    edit("address with a blank", &[Rule::Source], |d| recall(d)["source"][0]["url"] = json!("https://a b")),
    edit("address without a host", &[Rule::Source], |d| recall(d)["source"][0]["url"] = json!("https://")),
    // Payloads.
    edit("payload of another kind", &[Rule::Payload, Rule::VerifyMissing], |d| recall(d)["numeric"] = json!({ "value": 1 })),
    edit("no payload", &[Rule::Payload], |d| remove(choice(d), "choice")),
    edit("numeric as recall", &[Rule::Payload], |d| numeric(d)["kind"] = json!("recall")),
    edit("two options", &[Rule::OptionCount], |d| drop_from(&mut choice(d)["choice"]["options"], 2)),
    edit("no correct option", &[Rule::OneCorrect], |d| remove(&mut choice(d)["choice"]["options"][1], "correct")),
    edit("two correct options", &[Rule::OneCorrect], |d| choice(d)["choice"]["options"][3]["correct"] = json!(true)),
    edit("blank not in the front", &[Rule::Blanks], |d| cloze(d)["front"] = json!("Adam starts at {{1}} always.")),
    edit("blank that is not there", &[Rule::Blanks], |d| drop_from(&mut cloze(d)["cloze"]["blanks"], 1)),
    edit("blank twice in the front", &[Rule::Blanks], |d| cloze(d)["front"] = json!("Both {{1}}, {{1}} and {{2}}.")),
    edit("blank 3", &[Rule::Blanks], |d| cloze(d)["front"] = json!("Starts at {{1}} and is {{3}}.")),
    edit("blank in a formula", &[Rule::Blanks], |d| cloze(d)["front"] = json!("At $x = {{1}}$, too {{2}}.")),
    edit("blank in a recall card", &[Rule::Blanks], |d| front(d, "What is {{1}} here?")),
    edit("numeric without verify", &[Rule::VerifyMissing], |d| remove(card(d, "uniform-guess-loss"), "verify")),
    // Code.
    edit("three tests", &[Rule::TestCount], |d| drop_from(&mut code(d)["tests"], 3)),
    edit("no visible test", &[Rule::TestCount], |d| remove(&mut code(d)["tests"][0], "visible")),
    edit("too few hidden", &[Rule::TestCount], |d| for n in 0..4 { code(d)["tests"][n]["visible"] = json!(true) }),
    edit("names of tests twice", &[Rule::TestCount], |d| code(d)["tests"][1]["name"] = json!("three values")),
    edit("args and code", &[Rule::TestShape], |d| code(d)["tests"][0]["code"] = json!(["assert True"])),
    edit("neither args nor code", &[Rule::TestShape], |d| remove(&mut code(d)["tests"][0], "args")),
    edit("expect and raises", &[Rule::TestShape], |d| code(d)["tests"][0]["raises"] = json!("ValueError")),
    edit("raises no class", &[Rule::TestShape], |d| code(d)["tests"][4]["raises"] = json!("value error")),
    edit("code and expect", &[Rule::TestShape], |d| code(d)["tests"][5]["expect"] = json!(1)),
    edit("two wrong solutions", &[Rule::WrongShape], |d| drop_from(&mut code(d)["wrong"], 2)),
    edit("replace that is not there", &[Rule::WrongShape], |d| code(d)["wrong"][0]["replace"] = json!("nowhere")),
    edit("replace that occurs often", &[Rule::WrongShape], |d| code(d)["wrong"][0]["replace"] = json!("temperature")),
    edit("replace without with", &[Rule::WrongShape], |d| remove(&mut code(d)["wrong"][0], "with")),
    edit("replace and code", &[Rule::WrongShape], |d| code(d)["wrong"][0]["code"] = json!(["pass"])),
    edit("numpy", &[Rule::Imports], |d| code(d)["imports"] = json!(["numpy"])),
    edit("entry no name", &[Rule::Range], |d| code(d)["entry"] = json!("soft-max")),
    edit("two minutes", &[Rule::Range], |d| code(d)["minutes"] = json!(2)),
    edit("no hints", &[Rule::Range], |d| code(d)["hints"] = json!([])),
    edit("negative tolerance of a test", &[Rule::Range], |d| code(d)["tests"][0]["tol"] = json!(-1)),
    edit("long code line", &[Rule::FieldLength], |d| code(d)["starter"][0] = json!(format!("# {}", "x".repeat(200)))),
    edit("no kwargs without args", &[Rule::TestShape], |d| code(d)["tests"][5]["kwargs"] = json!({ "z": [1] })),
    // Characters, marks, formulas.
    edit("decomposed letter", &[Rule::Nfc], |d| back(d, "Ho\u{308}lder continuity is kept.")),
    edit("zero-width space", &[Rule::Invisible], |d| back(d, "It \u{200b}stays.")),
    edit("no-break space", &[Rule::Invisible], |d| choice(d)["choice"]["explain"] = json!("The\u{a0}running mean.")),
    edit("tab in a back", &[Rule::Invisible], |d| back(d, "It\tstays.")),
    edit("open dollar", &[Rule::Markdown], |d| back(d, "The loss is $x + 1 here.")),
    edit("open bold", &[Rule::Markdown], |d| back(d, "The **loss is high.")),
    edit("open code", &[Rule::Markdown], |d| back(d, "Call `fit here.")),
    edit("open fence", &[Rule::Markdown], |d| recall(d)["back"] = json!(["See", "", "```python", "x = 1"])),
    edit("open brace", &[Rule::Markdown], |d| back(d, "The set {a, b is finite.")),
    edit("HTML", &[Rule::Markdown], |d| back(d, "A <b>bold</b> word.")),
    edit("heading", &[Rule::Markdown], |d| back(d, "# Answer")),
    edit("link", &[Rule::Markdown], |d| back(d, "See [this](https://example.org).")),
    edit("LaTeX outside a formula", &[Rule::Markdown], |d| back(d, "It is \\frac{1}{2} here.")),
    edit("marks in a hint", &[Rule::Markdown], |d| code(d)["hints"][0] = json!("Use **max first.")),
    edit("formula with an open brace", &[Rule::Markdown], |d| back(d, "It is $\\frac{1}{2$ here.")),
    edit("formula with an open bracket", &[Rule::Formula], |d| back(d, "It is $\\left( x$ here.")),
    edit("formula with an unknown command", &[Rule::Formula], |d| back(d, "It is $\\nosuch x$ here.")),
    edit("empty formula", &[Rule::Formula], |d| back(d, "It is $$ $$ here.")),
    edit("formula in an option", &[Rule::Plain], |d| relu(d)["choice"]["options"][1]["text"] = json!("Its $b$ grows by a step")),
    edit("code in an explanation", &[Rule::Plain], |d| relu(d)["choice"]["explain"] = json!("The `slope` is zero.")),
    edit("line feed in an option", &[Rule::Plain], |d| relu(d)["choice"]["options"][1]["text"] = json!("Its bias\ngrows at each step")),
    edit("bold in a blank", &[Rule::Plain], |d| cloze(d)["cloze"]["blanks"][0]["answer"] = json!("**zero**")),
    // Lengths.
    edit("front of 301", &[Rule::FrontLength], |d| front(d, &"x".repeat(301))),
    edit("front of 151 pairs", &[Rule::FrontLength], |d| front(d, &"🚀".repeat(151))),
    edit("code front of 1501", &[Rule::FrontLength], |d| card(d, "code-stable-softmax")["front"] = json!("x".repeat(1501))),
    edit("back of 901", &[Rule::BackLength], |d| numeric(d)["back"] = json!("x".repeat(901))),
    edit("option of 101", &[Rule::OptionLength], |d| relu(d)["choice"]["options"][1]["text"] = json!("x".repeat(101))),
    edit("explanation of 201", &[Rule::ExplainLength], |d| choice(d)["choice"]["explain"] = json!("x".repeat(201))),
    edit("point of 121", &[Rule::FieldLength], |d| recall(d)["recall"]["points"][0] = json!("x".repeat(121))),
    edit("line of 201", &[Rule::FieldLength], |d| recall(d)["back"] = json!(["x".repeat(201)])),
    edit("verify of 301", &[Rule::FieldLength], |d| cloze(d)["verify"] = json!([format!("{}1 == 1", " ".repeat(300))])),
    edit("all texts together", &[Rule::TotalLength], |d| {
        let options: Vec<Value> = (0..5).map(|n| {
            let text = format!("{n} {}", "x".repeat(98));
            if n == 1 { json!({ "text": text, "correct": true, "why": "y".repeat(300) }) } else { json!({ "text": text, "why": "y".repeat(300) }) }
        }).collect();
        let card = choice(d);
        card["choice"]["options"] = json!(options);
        card["choice"]["explain"] = json!("z".repeat(200));
        card["front"] = json!("q".repeat(300));
        card["back"] = json!("b".repeat(900));
        card["source"] = json!([{ "title": "t".repeat(115) }]);
    }),
    // Options.
    edit("all of the above", &[Rule::OptionAbove], |d| choice(d)["choice"]["options"][3]["text"] = json!("All of the above are used by it")),
    edit("none of these", &[Rule::OptionAbove], |d| choice(d)["choice"]["options"][3]["text"] = json!("None of these")),
    edit("both A and B", &[Rule::OptionAbove], |d| choice(d)["choice"]["options"][3]["text"] = json!("Both A and B.")),
    edit("correct option too long", &[Rule::OptionTooLong], |d| relu(d)["choice"]["options"][0]["text"] = json!("Its weights stop changing from then on")),
    edit("correct option too short", &[Rule::OptionTooShort], |d| relu(d)["choice"]["options"][0]["text"] = json!("It is stuck")),
    edit("same options", &[Rule::OptionSame], |d| relu(d)["choice"]["options"][2]["text"] = json!("its Bias grows  at each step.")),
    edit("longest is mostly correct", &[Rule::OptionLongestShare], |d| {
        relu(d)["choice"]["options"][0]["text"] = json!("Its weights stop changing now");
        choice(d)["choice"]["options"][1]["text"] = json!("The running averages collected during its training");
    }),
    edit("always the first", &[Rule::OptionPositionShare], |d| {
        choice(d)["choice"]["options"].as_array_mut().expect("a list").swap(0, 1);
    }),
    edit("word of the question in the right option", &[Rule::LeakOption], |d| relu(d)["choice"]["options"][0]["text"] = json!("Its training is at an end")),
    edit("plural of the question's word", &[Rule::LeakOption], |d| relu(d)["choice"]["options"][0]["text"] = json!("Its trainings are at an end")),
    edit("answer in the front", &[Rule::LeakCloze], |d| cloze(d)["front"] = json!("From zero: it starts at {{1}}, too {{2}} at first.")),
    edit("accepted answer in the front", &[Rule::LeakCloze], |d| cloze(d)["front"] = json!("Neither low nor high: starts at {{1}}, too {{2}}.")),
    // One question.
    edit("two questions", &[Rule::OneQuestion], |d| front(d, "What goes wrong? How is it cured?")),
    edit("yes or no", &[Rule::YesNo], |d| front(d, "Is zero a good start for weights?")),
    edit("yes or no after a clause", &[Rule::YesNo], |d| front(d, "If all weights start at zero, does training work?")),
    edit("options yes and no", &[Rule::YesNo], |d| {
        relu(d)["choice"]["options"][0]["text"] = json!("Yes, its weights stay put");
        relu(d)["choice"]["options"][1]["text"] = json!("No, its bias moves a step");
    }),
    edit("list the", &[Rule::OpenAsk], |d| front(d, "List the ways to start the weights.")),
    edit("tell me about", &[Rule::OpenAsk], |d| front(d, "Tell me about weight initialisation.")),
    edit("front of 46 words", &[Rule::FrontWords], |d| front(d, &words(46))),
    edit("recall of 71 words", &[Rule::RecallWords], |d| recall(d)["back"] = json!([words(30), words(30), words(11)])),
    edit("five list items", &[Rule::RecallItems], |d| recall(d)["back"] = json!(["- a", "- b", "- c", "- d", "- e"])),
    edit("same front as another", &[Rule::NearDuplicate], |d| front(d, "A dense network has 784 inputs, one hidden layer of 128 units and 10 outputs, all with biases. How many trainable parameters does it have?")),
    edit("front of another week", &[Rule::NearDuplicate], |d| front(d, "Why should the features be scaled before gradient descent?")),
    // Claims.
    edit("claim without verify", &[Rule::ClaimUnproved], |d| back(d, "The first layer has $784 \\cdot 128 = 100352$ weights.")),
    edit("claim in prose", &[Rule::ClaimUnproved], |d| back(d, "That is 12 * 4 = 48 weights.")),
    edit("claim of a call", &[Rule::ClaimUnproved], |d| back(d, "At the start $\\sigma(0) = 0.5$ everywhere.")),
    edit("fraction without verify", &[Rule::ClaimUnproved], |d| back(d, "So $1 - \\frac{1}{4} = \\frac{3}{4}$ remains.")),
    edit("claim that no verify names", &[Rule::ClaimUnproved], |d| numeric(d)["back"] = json!("Together $100480 + 1290 = 101771$.")),
    edit("claim in a poll explanation", &[Rule::ClaimUnproved], |d| relu(d)["choice"]["explain"] = json!("The slope is 1 - 1 = 0 there.")),
    edit("claim in a why", &[Rule::ClaimUnproved], |d| relu(d)["choice"]["options"][2]["why"] = json!("Since $2^3 = 8$ is above zero.")),
];

type TextEdit = (&'static str, &'static [Rule], fn(&str) -> String);

/// Edits of the text of `week-06.json`.
pub const TEXT_EDITS: &[TextEdit] = &[
    ("cut off", &[Rule::Json], |text| text.get(..text.len() / 2).unwrap_or_default().to_owned()),
    ("empty", &[Rule::Json], |_| String::new()),
    ("a list", &[Rule::Json], |_| "[]".to_owned()),
    ("comma too many", &[Rule::Json], |text| text.replacen("\"cards\": [", "\"cards\": [,", 1)),
    ("field twice", &[Rule::Json], |text| text.replacen("\"day\": 4", "\"day\": 4, \"day\": 4", 1)),
    ("text after the end", &[Rule::Json], |text| format!("{text} x")),
];

type FileEdit = (&'static str, &'static [Rule], fn(Files) -> Files);

/// Edits of the other files.
#[rustfmt::skip]
pub const FILE_EDITS: &[FileEdit] = &[
    ("missing week", &[Rule::File], |files| files.without("week-11.json")),
    ("missing plan", &[Rule::File], |files| files.without("plan.json")),
    ("missing tags", &[Rule::File], |files| files.without("tags.json")),
    ("tags twice", &[Rule::Tags], |files| files.with("tags.json", tags().replace("{ \"tag\": \"git\"", "{ \"tag\": \"adam\", \"title\": \"A\" }, { \"tag\": \"git\""))),
    ("tag without a title", &[Rule::Tags], |files| files.with("tags.json", tags().replace("\"title\": \"Git\"", "\"title\": \"\""))),
    ("plan with an unknown field", &[Rule::Json], |files| files.with("plan.json", plan().replacen("\"intro\"", "\"introduction\"", 1))),
    ("plan of another format", &[Rule::PlanShape], |files| files.with("plan.json", plan().replacen("\"format\": 1", "\"format\": 2", 1))),
    ("plan with week 2 twice", &[Rule::PlanShape], |files| files.with("plan.json", plan().replacen("\"week\": 12", "\"week\": 2", 1))),
    ("plan with a day twice", &[Rule::PlanShape], |files| files.with("plan.json", plan().replacen("\"day\": 2", "\"day\": 1", 1))),
    ("plan with an empty task", &[Rule::PlanShape], |files| files.with("plan.json", plan().replacen("Study Bernoulli, Gaussian, CLT.", "", 1))),
    ("plan without goals", &[Rule::PlanShape], |files| {
        let mut plan: Value = serde_json::from_str(plan()).expect("the plan is JSON");
        plan["weeks"][4]["goals"] = json!([]);
        files.with("plan.json", plan.to_string())
    }),
];

fn plan() -> &'static str {
    include_str!("../../decks/plan.json")
}

fn tags() -> &'static str {
    include_str!("../../decks/tags.json")
}
