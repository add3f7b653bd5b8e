//! Words of a text, for the rules that count or compare them.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Short words and words of questions that say nothing about the subject.
const COMMON: &str = " about above after again all also always among and another any are because been before being below \
between both but can cannot common compared correct could describe describes did different does doing done down during each \
either else ever every example explain few first following for from gets give given gives goes good had has have having here \
holds how into its itself just kind known last least less let like made main make makes many may mean meaning means meant might \
model more most much must name need needs neither never next nor not now one only option order other others over own part same \
say says second set should show shows since some sort statement still such take takes tell than that the their them then there \
these they thing this those three through too true two under until upon use used uses using usually very want was well went were \
what when where whether which while who whose why will with within without would you your ";

/// A text as a reader sees it: without marks, a fence left out, a formula as its source or as one placeholder.
#[must_use]
pub fn prose(markdown: &str, formulas: bool) -> String {
    let mut out = String::new();
    let mut in_block = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_MATH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) if !in_block => out.push_str(&text),
            Event::Code(text) => out.push_str(&text),
            Event::InlineMath(math) | Event::DisplayMath(math) => {
                out.push_str(if formulas { &math } else { "∎" });
            }
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => out.push('\n'),
            _ => {}
        }
    }
    out
}

/// How many words a reader reads: a formula is one, code in a line counts as it stands, a fence counts none.
#[must_use]
pub fn count(markdown: &str) -> usize {
    prose(markdown, false)
        .split_whitespace()
        .filter(|word| word.chars().any(|c| c.is_alphanumeric() || c == '∎'))
        .count()
}

/// Lower-case words and numbers of a text, in order.
#[must_use]
pub fn all(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Words of at least four letters that say something about the subject, without a plural's `s`.
#[must_use]
pub fn content(text: &str) -> Vec<String> {
    all(text)
        .into_iter()
        .filter(|word| word.chars().count() >= 4 && word.chars().all(char::is_alphabetic) && !is_common(word))
        .map(|word| stem(&word).to_owned())
        .collect()
}

/// Whether a word says nothing about the subject.
#[must_use]
pub fn is_common(word: &str) -> bool {
    COMMON.contains(&format!(" {word} "))
}

/// A word without a plural's or verb's ending, so that `weights` and `weight` are one.
fn stem(word: &str) -> &str {
    let keep = |stem: &&str| stem.chars().count() >= 4;
    if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        return word;
    }
    word.strip_suffix("s").filter(keep).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_one_word_and_a_fence_none() {
        assert_eq!(count("The sum $a + b + c$ is `x y`.\n\n```python\nprint(1)\n```"), 6);
    }

    #[test]
    fn content_words_leave_out_the_talk() {
        assert_eq!(content("Which of the weights does this bias change?"), ["weight", "bias", "change"]);
    }
}
