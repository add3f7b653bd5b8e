//! What vertical bars mean.

use super::tree::{Class, Node};

/// Bars in pairs enclose (`|x|`), an odd one divides (`P(A | B)`). Each pair of parentheses is a place of
/// its own.
pub(super) fn settle_bars(nodes: &mut [Node]) {
    let mut levels: Vec<Vec<usize>> = vec![Vec::new()];
    let mut done: Vec<Vec<usize>> = Vec::new();
    for (at, node) in nodes.iter().enumerate() {
        match atom_class(node) {
            Some(Class::Open) => levels.push(Vec::new()),
            Some(Class::Close) if levels.len() > 1 => done.extend(levels.pop()),
            Some(Class::Bar) => {
                if let Some(level) = levels.last_mut() {
                    level.push(at);
                }
            }
            _ => {}
        }
    }
    done.extend(levels);
    for bars in done {
        for sign in ["|", "‖", ""] {
            let same: Vec<usize> = bars
                .iter()
                .copied()
                .filter(|at| {
                    let text = atom_text(&nodes[*at]);
                    text == sign || sign.is_empty() && !matches!(text, "|" | "‖")
                })
                .collect();
            let paired = same.len().is_multiple_of(2) && !sign.is_empty();
            for (turn, at) in same.into_iter().enumerate() {
                let class = match (paired, turn % 2) {
                    (false, _) => Class::Rel,
                    (true, 0) => Class::Open,
                    (true, _) => Class::Close,
                };
                set_class(&mut nodes[at], class);
            }
        }
    }
}

/// The atom itself, or the one that carries scripts.
fn atom_class(node: &Node) -> Option<Class> {
    match node {
        Node::Atom { class, .. } => Some(*class),
        Node::Script { base, .. } => atom_class(base),
        _ => None,
    }
}

fn atom_text(node: &Node) -> &str {
    match node {
        Node::Atom { text, .. } => text,
        Node::Script { base, .. } => atom_text(base),
        _ => "",
    }
}

fn set_class(node: &mut Node, to: Class) {
    match node {
        Node::Atom { class, .. } => *class = to,
        Node::Script { base, .. } => set_class(base, to),
        _ => {}
    }
}
