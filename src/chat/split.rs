//! Splitting a screen into parts that fit: between blocks where possible, else between lines, words,
//! characters. It works on the blocks, before any rendering, so no tag, entity or formula can be torn.

use std::collections::VecDeque;

use unicode_normalization::char::is_combining_mark;

use super::formula;
use super::screen::{Block, Item, Rich, Span};

/// Formulas longer than this become text when their block does not fit: a formula cannot be cut.
const LONG_FORMULA: usize = 500;

/// How good a place for a cut is; higher is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Inside a character that is made of several, or before the first of a block.
    Never,
    Character,
    Word,
    Line,
    Block,
}

/// The blocks in parts that each fit. Nothing is dropped; a part that cannot be made to fit (a limit of a
/// few characters) stays as it is.
pub(super) fn parts(blocks: &[Block], fits: &dyn Fn(&[Block]) -> bool) -> Vec<Vec<Block>> {
    if blocks.is_empty() || fits(blocks) {
        return if blocks.is_empty() { Vec::new() } else { vec![blocks.to_vec()] };
    }
    let mut waiting: VecDeque<Block> = blocks.iter().cloned().collect();
    let mut out = Vec::new();
    let mut part = Vec::new();
    while let Some(block) = waiting.pop_front() {
        part.push(block);
        if fits(&part) {
            continue;
        }
        if part.len() > 1 {
            // The last one opens the next part; a heading must not stay behind alone.
            let mut next: Vec<Block> = part.pop().into_iter().collect();
            if part.len() > 1 && matches!(part.last(), Some(Block::Heading(_))) {
                next.splice(0..0, part.pop());
            }
            out.push(std::mem::take(&mut part));
            next.into_iter().rev().for_each(|block| waiting.push_front(block));
            continue;
        }
        let whole: Vec<Block> = std::mem::take(&mut part).into_iter().map(soften).collect();
        match cut(&whole, fits) {
            Some((head, tail)) => {
                out.push(head);
                tail.into_iter().rev().for_each(|block| waiting.push_front(block));
            }
            None => out.push(whole),
        }
    }
    if !part.is_empty() {
        out.push(part);
    }
    out
}

/// The longest head that fits, ended at the best place in its second half.
fn cut(blocks: &[Block], fits: &dyn Fn(&[Block]) -> bool) -> Option<(Vec<Block>, Vec<Block>)> {
    let mut places = Vec::new();
    measure(blocks, &mut places);
    let (mut low, mut high) = (0, places.len().saturating_sub(1));
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(&divide(blocks, middle).0) { low = middle } else { high = middle - 1 }
    }
    let window = low / 2 + 1..low + 1;
    let good = window.clone().map(|at| places[at]).filter(|place| *place >= Place::Word).max();
    let best = good
        .and_then(|good| window.clone().rfind(|at| places[*at] == good))
        .or_else(|| (1..=low).rfind(|at| places[*at] >= Place::Character))
        .or((low > 0).then_some(low))?;
    Some(divide(blocks, best))
}

/// One place for each atom: the place before it. A block and an item are atoms, and so is each character
/// and each formula in a line.
fn measure(blocks: &[Block], places: &mut Vec<Place>) {
    for block in blocks {
        places.push(Place::Block);
        let mut before = None;
        match block {
            Block::Heading(rich) | Block::Paragraph(rich) | Block::Footer(rich) => {
                measure_rich(rich, &mut before, places);
            }
            Block::Code { text, .. } => measure_text(text, &mut before, places),
            Block::List { items, .. } => {
                for (at, item) in items.iter().enumerate() {
                    places.push(if at == 0 { Place::Never } else { Place::Block });
                    measure_inner(&item.blocks, places);
                }
            }
            Block::Details { summary, blocks } => {
                measure_rich(summary, &mut before, places);
                measure_inner(blocks, places);
            }
            Block::Quote(blocks) => measure_inner(blocks, places),
            Block::Formula(_) | Block::Divider => {}
        }
    }
}

/// The first block inside another one is no place for a cut: the outer one would stay behind empty.
fn measure_inner(blocks: &[Block], places: &mut Vec<Place>) {
    let first = places.len();
    measure(blocks, places);
    if let Some(place) = places.get_mut(first) {
        *place = Place::Never;
    }
}

fn measure_rich(rich: &Rich, before: &mut Option<char>, places: &mut Vec<Place>) {
    for span in &rich.0 {
        match span {
            Span::Text(text) | Span::Code(text) => measure_text(text, before, places),
            Span::Math(_) => {
                places.push(place(*before, 'x'));
                *before = Some('x');
            }
            Span::Bold(inner) | Span::Italic(inner) | Span::Strike(inner) => {
                measure_rich(inner, before, places);
            }
            Span::Link { text, .. } => measure_rich(text, before, places),
        }
    }
}

fn measure_text(text: &str, before: &mut Option<char>, places: &mut Vec<Place>) {
    for c in text.chars() {
        places.push(place(*before, c));
        *before = Some(c);
    }
}

fn place(before: Option<char>, c: char) -> Place {
    match before {
        None => Place::Never,
        Some('\n') => Place::Line,
        Some(before) if extends(before, c) => Place::Never,
        Some(before) if before.is_whitespace() && !c.is_whitespace() => Place::Word,
        Some(_) => Place::Character,
    }
}

/// Whether the reader sees both as one character: marks, joiners, skin tones, flags, a line feed after CR.
fn extends(before: char, c: char) -> bool {
    let flag = |c: char| ('\u{1F1E6}'..='\u{1F1FF}').contains(&c);
    is_combining_mark(c)
        || matches!(c, '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
        || before == '\u{200D}'
        || flag(before) && flag(c)
        || before == '\r' && c == '\n'
}

/// The first `n` atoms, and the rest.
fn divide(blocks: &[Block], n: usize) -> (Vec<Block>, Vec<Block>) {
    let mut left = n;
    divide_blocks(blocks, &mut left)
}

fn divide_blocks(blocks: &[Block], left: &mut usize) -> (Vec<Block>, Vec<Block>) {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for block in blocks {
        if *left == 0 {
            tail.push(block.clone());
            continue;
        }
        *left -= 1;
        divide_block(block, left, &mut head, &mut tail);
    }
    (head, tail)
}

fn divide_block(block: &Block, left: &mut usize, head: &mut Vec<Block>, tail: &mut Vec<Block>) {
    let mut leaf = |rich: &Rich, wrap: fn(Rich) -> Block| {
        let (first, rest) = divide_rich(rich, left);
        head.push(wrap(first));
        tail.extend((!rest.0.is_empty()).then(|| wrap(rest)));
    };
    match block {
        Block::Heading(rich) => leaf(rich, Block::Heading),
        Block::Paragraph(rich) => leaf(rich, Block::Paragraph),
        Block::Footer(rich) => leaf(rich, Block::Footer),
        Block::Code { language, text } => {
            let (first, rest) = divide_text(text, left);
            // The cut between two messages stands for the line feed.
            let first = if rest.is_empty() { first } else { first.strip_suffix('\n').unwrap_or(first) };
            let code = |text: &str| Block::Code { language: language.clone(), text: text.to_owned() };
            head.push(code(first));
            tail.extend((!rest.is_empty()).then(|| code(rest)));
        }
        Block::List { ordered, items } => divide_list(*ordered, items, left, head, tail),
        Block::Details { summary, blocks } => {
            let (summary, rest) = divide_rich(summary, left);
            let (first, last) = divide_blocks(blocks, left);
            head.push(Block::Details { summary, blocks: first });
            if !rest.0.is_empty() || !last.is_empty() {
                let summary = if rest.0.is_empty() { Rich::from("…") } else { rest };
                tail.push(Block::Details { summary, blocks: last });
            }
        }
        Block::Quote(blocks) => {
            let (first, last) = divide_blocks(blocks, left);
            head.push(Block::Quote(first));
            tail.extend((!last.is_empty()).then_some(Block::Quote(last)));
        }
        Block::Formula(_) | Block::Divider => head.push(block.clone()),
    }
}

/// The rest of a cut item goes on without a marker; later numbers are written out, since a list counts
/// from one.
fn divide_list(
    ordered: bool,
    items: &[Item],
    left: &mut usize,
    head: &mut Vec<Block>,
    tail: &mut Vec<Block>,
) {
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        if *left == 0 {
            if ordered {
                tail.extend(item.clone().marked(&format!("{}.", at + 1)));
            } else {
                last.push(item.clone());
            }
            continue;
        }
        *left -= 1;
        let (blocks, rest) = divide_blocks(&item.blocks, left);
        first.push(Item { blocks, checked: item.checked });
        tail.extend(rest);
    }
    head.push(Block::List { ordered, items: first });
    if !last.is_empty() {
        tail.push(Block::List { ordered, items: last });
    }
}

fn divide_rich(rich: &Rich, left: &mut usize) -> (Rich, Rich) {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for span in &rich.0 {
        if *left == 0 {
            tail.push(span.clone());
            continue;
        }
        let mut both = |first: Option<Span>, rest: Option<Span>| {
            head.extend(first);
            tail.extend(rest);
        };
        let mut text = |text: &str, left: &mut usize, wrap: fn(String) -> Span| {
            let (first, rest) = divide_text(text, left);
            both(
                (!first.is_empty()).then(|| wrap(first.to_owned())),
                (!rest.is_empty()).then(|| wrap(rest.to_owned())),
            );
        };
        match span {
            Span::Text(inner) => text(inner, left, Span::Text),
            Span::Code(inner) => text(inner, left, Span::Code),
            Span::Math(_) => {
                *left -= 1;
                head.push(span.clone());
            }
            Span::Bold(inner)
            | Span::Italic(inner)
            | Span::Strike(inner)
            | Span::Link { text: inner, .. } => {
                let (first, rest) = divide_rich(inner, left);
                let wrap = |inner: Rich| match span {
                    Span::Bold(_) => Span::Bold(inner),
                    Span::Italic(_) => Span::Italic(inner),
                    Span::Link { url, .. } => Span::Link { text: inner, url: url.clone() },
                    _ => Span::Strike(inner),
                };
                let some = |inner: Rich| (!inner.0.is_empty()).then(|| wrap(inner));
                head.extend(some(first));
                tail.extend(some(rest));
            }
        }
    }
    (Rich(head), Rich(tail))
}

fn divide_text<'t>(text: &'t str, left: &mut usize) -> (&'t str, &'t str) {
    for (at, _) in text.char_indices() {
        if *left == 0 {
            return text.split_at(at);
        }
        *left -= 1;
    }
    (text, "")
}

/// Long formulas as text.
fn soften(block: Block) -> Block {
    let many = |blocks: Vec<Block>| blocks.into_iter().map(soften).collect();
    match block {
        Block::Formula(latex) if latex.len() > LONG_FORMULA => {
            Block::Paragraph(Rich::from(formula::readable(&latex)))
        }
        Block::Heading(rich) => Block::Heading(soften_rich(rich)),
        Block::Paragraph(rich) => Block::Paragraph(soften_rich(rich)),
        Block::Footer(rich) => Block::Footer(soften_rich(rich)),
        Block::List { ordered, items } => {
            let item = |item: Item| Item { blocks: many(item.blocks), checked: item.checked };
            Block::List { ordered, items: items.into_iter().map(item).collect() }
        }
        Block::Details { summary, blocks } => {
            Block::Details { summary: soften_rich(summary), blocks: many(blocks) }
        }
        Block::Quote(blocks) => Block::Quote(many(blocks)),
        other => other,
    }
}

fn soften_rich(rich: Rich) -> Rich {
    let soft = |span| match span {
        Span::Math(latex) if latex.len() > LONG_FORMULA => Span::Text(formula::readable(&latex)),
        Span::Bold(inner) => Span::Bold(soften_rich(inner)),
        Span::Italic(inner) => Span::Italic(soften_rich(inner)),
        Span::Strike(inner) => Span::Strike(soften_rich(inner)),
        Span::Link { text, url } => Span::Link { text: soften_rich(text), url },
        other => other,
    };
    Rich(rich.0.into_iter().map(soft).collect())
}
