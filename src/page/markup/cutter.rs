//! Cuts markup into nodes, in one pass.

use super::{MAX_NODES, Markup, NOWHERE, Node, each_attribute};
use crate::page::lexicon::{ATTRIBUTE, CLASS, Lexicon, Mark, RAW, REL, ROLE, TAG, VOID, sum};
use crate::text::{find, part};

/// Cuts one text.
pub(super) struct Cutter<'a> {
    markup: Markup<'a>,
    lexicon: Lexicon,
    /// The elements that are open, and how many shadow trees were when they began.
    open: Vec<u32>,
    /// How many elements each open tree has so far: the page's own, then shadow trees in shadow trees.
    scopes: Vec<u32>,
    next_scope: u32,
    /// How many open `template`s there are: what is in them is in no tree.
    inert: u32,
    /// Whether what the text is a part of is private.
    is_private: bool,
}

impl<'a> Cutter<'a> {
    /// At the start of a text, which is a part of something private or not.
    pub(super) fn new(html: &'a str, is_private: bool) -> Self {
        Self {
            markup: Markup { html, nodes: Vec::with_capacity(html.len() / 16) },
            lexicon: Lexicon::default(),
            open: Vec::new(),
            scopes: vec![0],
            next_scope: 1,
            inert: 0,
            is_private,
        }
    }

    /// To its end.
    pub(super) fn run(mut self) -> Markup<'a> {
        let html = self.markup.html;
        let bytes = html.as_bytes();
        let mut at = 0;
        while at < bytes.len() && self.markup.nodes.len() < MAX_NODES {
            // By single bytes, because this is met for every node: a browser runs new code slowly, calls above all.
            let end = to(bytes, at, b'<');
            if end > at {
                self.push_text(at, end);
                at = end;
                continue;
            }
            at = match bytes.get(at + 1) {
                Some(b'/') => {
                    let end = to(bytes, at, b'>');
                    // In SVG a name that has no end in HTML has one (`</link>`): it is not that of what is open.
                    let open = self.open.last().map_or("", |index| self.markup.name(*index as usize));
                    if open == part(html, at + 2..end) {
                        self.close(end + 1);
                    }
                    end + 1
                }
                Some(b'!') if bytes.get(at + 2) == Some(&b'-') => {
                    find(part(html, at..html.len()), "-->").map_or(html.len(), |end| at + end + 3)
                }
                Some(b'!' | b'?') => to(bytes, at, b'>') + 1,
                _ => at + self.element(at),
            };
        }
        while !self.open.is_empty() {
            self.close(html.len());
        }
        self.markup
    }

    /// Of the element that is open: whether it is private, and its tree.
    fn parent(&self) -> (bool, u32) {
        self.open.last().map_or((self.is_private, 0), |index| {
            let node = self.markup.node(*index as usize);
            (node.is_private, node.scope)
        })
    }

    fn push_text(&mut self, start: usize, stop: usize) {
        let (is_private, scope) = self.parent();
        let next = self.markup.nodes.len() as u32 + 1;
        self.markup.nodes.push(Node {
            is_left_out: false,
            is_private,
            end: next,
            parent: self.open.last().copied().unwrap_or(0),
            scope,
            start: start as u32,
            stop: stop as u32,
            attributes: stop as u32,
            behind: stop as u32,
            ..NOWHERE
        });
    }

    /// Takes in a start tag, and what follows it where that is raw text. Gives how long it is.
    fn element(&mut self, at: usize) -> usize {
        let html = self.markup.html;
        let rest = part(html, at + 1..html.len());
        let is_end = |byte: u8| matches!(byte, b' ' | b'>' | b'/' | b'\n' | b'\t');
        let name_length = rest.bytes().position(is_end).unwrap_or(rest.len());
        let name = part(rest, 0..name_length);
        let (is_private, scope) = self.parent();
        let sum = sum(name);
        let tag = self.lexicon.mark_of(TAG, sum);
        let mut node = Node {
            tag,
            class: Mark::Other,
            is_left_out: matches!(
                tag,
                Mark::Skip | Mark::Nav | Mark::Aside | Mark::Script | Mark::Template | Mark::Title
            ),
            is_private,
            end: 0,
            parent: self.open.last().copied().unwrap_or(0),
            scope,
            element: u32::MAX,
            start: at as u32 + 1,
            stop: 0,
            attributes: (at + 1 + name_length) as u32,
            behind: 0,
        };
        let mut shadow = false;
        // Values may hold `>`: a tag ends where its attributes do.
        let length = name_length
            + each_attribute(part(rest, name_length..rest.len()), &mut |key, value| {
                self.describe(&mut node, key, value, &mut shadow)
            });
        node.stop = (at + 1 + length) as u32;
        node.behind = node.stop + 1;
        let is_empty = length > 0 && rest.as_bytes().get(length - 1) == Some(&b'/');
        if node.class == Mark::Admonition && tag == Mark::Aside {
            node.is_left_out = false;
        }
        // A template is an element of its tree, one that stands for a shadow tree is none.
        if self.inert == 0
            && !shadow
            && let Some(count) = self.scopes.last_mut()
        {
            node.element = *count;
            *count += 1;
        }
        let index = self.markup.nodes.len() as u32;
        self.markup.nodes.push(node);
        if is_empty || self.lexicon.mark_of(VOID, sum) != Mark::Other {
            self.markup.nodes[index as usize].end = index + 1;
            return length + 2;
        }
        self.open.push(index);
        if tag == Mark::Template {
            if shadow && self.inert == 0 {
                self.scopes.push(0);
                self.markup.nodes[index as usize].scope = self.next_scope;
                self.markup.nodes[index as usize].is_left_out = false;
                self.next_scope += 1;
            } else {
                self.inert += 1;
            }
        }
        if self.lexicon.mark_of(RAW, sum) != Mark::Other {
            let start = at + 2 + length;
            let raw = part(html, start..html.len());
            let end = find(raw, &["</", name].concat()).unwrap_or(raw.len());
            if end > 0 {
                self.push_text(start, start + end);
            }
            return length + 2 + end;
        }
        length + 2
    }

    fn describe(&self, node: &mut Node, key: &str, value: &str, shadow: &mut bool) {
        match key {
            "class" => {
                for word in value.split_ascii_whitespace() {
                    self.mark(node, self.class(word));
                    if is_cookie_notice(word) {
                        node.is_left_out = true;
                    }
                }
            }
            "rel" => {
                for word in value.split_ascii_whitespace() {
                    let mark = self.lexicon.mark(REL, word);
                    if mark != Mark::Other {
                        node.class = mark;
                    }
                }
            }
            "role" => {
                let mark = self.lexicon.mark(ROLE, value);
                if mark == Mark::Main && node.tag == Mark::Other {
                    node.tag = Mark::Main;
                } else {
                    self.mark(node, mark);
                }
            }
            "id" if is_cookie_notice(value) => node.is_left_out = true,
            "aria-hidden" if value == "true" => node.is_left_out = true,
            "contenteditable" if value != "false" => node.is_private = true,
            "itemprop" if value == "articleBody" => self.mark(node, Mark::Content),
            "shadowrootmode" => *shadow = node.tag == Mark::Template,
            _ => self.mark(node, self.lexicon.mark(ATTRIBUTE, key)),
        }
    }

    /// Classes of a documentation generator end in a hash of their own, or in the kind of an admonition.
    fn class(&self, word: &str) -> Mark {
        if word.starts_with("admonitionHeading") {
            Mark::AdmonitionTitle
        } else if word.starts_with("language-") || word.starts_with("highlight-") {
            Mark::CodeBox
        } else {
            self.lexicon.mark(CLASS, word)
        }
    }

    fn mark(&self, node: &mut Node, mark: Mark) {
        match mark {
            Mark::Other => {}
            Mark::Skip => node.is_left_out = true,
            Mark::Private => node.is_private = true,
            _ if node.class == Mark::Other => node.class = mark,
            _ => {}
        }
    }

    fn close(&mut self, behind: usize) {
        let Some(index) = self.open.pop() else { return };
        let end = self.markup.nodes.len() as u32;
        let node = &mut self.markup.nodes[index as usize];
        node.end = end;
        node.behind = behind as u32;
        if node.tag == Mark::Template {
            // Only templates that stand for a shadow tree are not left out.
            if node.is_left_out {
                self.inert = self.inert.saturating_sub(1);
                // What is in it is no part of the page, and nobody is told when it changes.
                node.end = index + 1;
                self.markup.nodes.truncate(index as usize + 1);
            } else {
                self.scopes.pop();
            }
        }
    }
}

/// Where the next such byte is; at the end if there is none.
fn to(bytes: &[u8], from: usize, wanted: u8) -> usize {
    let mut at = from;
    while bytes.get(at).is_some_and(|byte| *byte != wanted) {
        at += 1;
    }
    at
}

/// Cookie banners have many names, all of which begin like this and say what they are.
fn is_cookie_notice(name: &str) -> bool {
    if !matches!(name.as_bytes().first(), Some(b'c' | b'o' | b'C')) {
        return false;
    }
    let begins = ["cookie", "onetrust", "CybotCookiebot"].iter().any(|start| name.starts_with(start));
    begins && ["banner", "consent", "notice", "Dialog"].iter().any(|word| find(name, word).is_some())
}
