//! Puts the markup that one element has now in the place of what it was: the rest of the page is neither written again
//! nor cut again.

use super::cutter::Cutter;
use super::{MAX_NODES, Node};
use crate::text::part;

/// What a page and its nodes become when the element of this number in the document's own tree is written as `now`, which
/// are so many elements. `None` where the page has no such element, `now` has not as many, or the page too many nodes then.
#[must_use]
#[inline(never)]
pub fn renewed(
    html: &str,
    nodes: &[Node],
    element: u32,
    now: &str,
    elements: u32,
) -> Option<(String, Vec<Node>)> {
    let at = nodes.iter().position(|node| node.scope == 0 && node.element == element)?;
    let old = nodes.get(at)?;
    let (before, rest) = nodes.split_at_checked(at)?;
    let (was, behind) = rest.split_at_checked(old.end as usize - at)?;
    let is_private = before.get(old.parent as usize).is_some_and(|parent| parent.is_private);
    let cut = Cutter::new(now, is_private).run().nodes;

    // How far nodes, places in the text and numbers of elements move: those of the element, and those behind it. Modulo
    // 2^32, so that they can move forward, too.
    let start = old.start - 1;
    let own = [at as u32, start, element];
    let moved = [
        (cut.len() as u32).wrapping_sub(was.len() as u32),
        (now.len() as u32).wrapping_sub(old.behind - start),
        elements.wrapping_sub(count(was)),
    ];
    let own_end = at + cut.len();
    let mut all = [before, &cut, behind].concat();
    for (index, node) in all.iter_mut().enumerate() {
        let is_own = index < own_end;
        let [by_nodes, by_bytes, by_elements] = if is_own && index >= at { own } else { moved };
        // Before it, only what it is in reaches behind it.
        if index >= at || node.end as usize > at {
            node.end = node.end.wrapping_add(by_nodes);
            node.behind = node.behind.wrapping_add(by_bytes);
        }
        if index >= at {
            if is_own || node.parent as usize > at {
                node.parent = node.parent.wrapping_add(by_nodes);
            }
            for place in [&mut node.start, &mut node.stop, &mut node.attributes] {
                *place = place.wrapping_add(by_bytes);
            }
            if is_counted(node) {
                node.element = node.element.wrapping_add(by_elements);
            }
        }
    }
    all.get_mut(at)?.parent = old.parent;
    let rest = part(html, old.behind as usize..html.len());
    let html = [part(html, 0..start as usize), now, rest].concat();
    (all.len() < MAX_NODES && count(&cut) == elements).then_some((html, all))
}

/// How many elements the document's own tree has.
#[must_use]
#[inline(never)]
pub fn count(nodes: &[Node]) -> u32 {
    nodes.iter().filter(|node| is_counted(node)).count() as u32
}

fn is_counted(node: &Node) -> bool {
    node.scope == 0 && node.element != u32::MAX
}
