//! What a page of documentation says about its place: who generated it, which version it describes, what leads to it, what
//! comes before and behind it, and where its source is.

mod trail;

use super::lexicon::Mark;
use super::markup::Markup;
use super::reader::tab_blocks;
use super::{Cleaner, View};
use crate::address::resolve;
use crate::json_writer::JsonWriter;
use crate::text::{behind_last, find, parted, until};
use trail::{is_entry, is_ink, trail, way_to};

/// Entries of a list that are told.
const MAX_ENTRIES: usize = 20;

/// A link to a page beside this one.
struct Neighbour {
    title: String,
    url: String,
}

/// The facts, empty where the page does not tell them.
#[derive(Default)]
pub(super) struct Docs {
    generator: String,
    framework: &'static str,
    framework_version: String,
    version: String,
    version_label: String,
    tag: String,
    locale: String,
    doc_id: String,
    breadcrumbs: Vec<String>,
    sidebar: Vec<String>,
    previous: Option<Neighbour>,
    next: Option<Neighbour>,
    edit_url: Option<String>,
    tabs: Vec<String>,
    /// When the page was changed, as the page writes it.
    pub(super) modified: String,
}

impl Docs {
    /// Reads the facts of a page at `url` whose content is in `root`.
    pub(super) fn read(
        markup: &Markup<'_>,
        url: &str,
        root: usize,
        view: &dyn View,
        cleaner: &mut Cleaner<'_>,
    ) -> Self {
        let own = without_query(url);
        let mut docs = Self::default();
        let mut current = None;
        let mut is_next = false;
        let mut is_sphinx = markup.has(0, "data-content_root");
        let mut is_nextra = false;
        let mut is_mkdocs = false;
        let class = markup.word(0, "class");
        let id = class.split_ascii_whitespace().find_map(|word| word.strip_prefix("docs-doc-id-"));
        docs.doc_id = cleaner.line(id.unwrap_or_default());
        let content = markup.below(root);
        for index in 0..markup.nodes.len() {
            let node = markup.node(index);
            if node.is_private || node.tag == Mark::Text {
                continue;
            }
            match node.tag {
                Mark::Meta => docs.meta(markup, index, cleaner),
                Mark::Script => {
                    let source = markup.word(index, "src");
                    is_next |= find(source, "/_next/").is_some();
                    is_sphinx |= find(source, "documentation_options.js").is_some();
                }
                Mark::Title => docs.sphinx_version(&markup.text(index + 1)),
                Mark::HeadLink => docs.link(markup, index, true, cleaner),
                Mark::Link if !content.contains(&index) => {
                    let href = markup.attribute(index, "href");
                    // Both say so at their foot.
                    is_mkdocs |= find(&href, "www.mkdocs.org").is_some();
                    is_sphinx |= find(&href, "www.sphinx-doc.org").is_some();
                    docs.link(markup, index, false, cleaner);
                    docs.entry(markup, index, own, cleaner, &mut current);
                }
                Mark::Link => docs.link(markup, index, true, cleaner),
                _ => {}
            }
            match node.class {
                Mark::Entry => docs.entry(markup, index, own, cleaner, &mut current),
                Mark::Breadcrumbs if docs.breadcrumbs.is_empty() => {
                    docs.breadcrumbs = trail(markup, index, cleaner);
                    is_nextra |= find(markup.word(index, "class"), "nextra").is_some();
                }
                Mark::CodeBox => is_nextra |= find(markup.word(index, "class"), "nextra").is_some(),
                Mark::Version if docs.version_label.is_empty() && !content.contains(&index) => {
                    docs.version_label = cleaner.line(&markup.line(index));
                }
                Mark::Updated if docs.modified.is_empty() => {
                    let time = markup.find(markup.below(index), &|_, node| node.tag == Mark::Time);
                    docs.modified =
                        time.map(|at| cleaner.line(markup.word(at, "datetime"))).unwrap_or_default();
                }
                Mark::Tab if content.contains(&index) && markup.word(index, "aria-selected") == "true" => {
                    docs.tabs.push(cleaner.line(&markup.line(index)));
                }
                Mark::Tabs if content.contains(&index) => docs.styled_tab(markup, index, view, cleaner),
                _ => {}
            }
        }
        if let Some((index, _)) = current {
            docs.sidebar = way_to(markup, index, cleaner);
        }
        for neighbour in [&mut docs.previous, &mut docs.next].into_iter().flatten() {
            neighbour.name_by_others(markup, cleaner);
        }
        docs.name_framework([
            (is_nextra, "Nextra"),
            (is_sphinx, "Sphinx"),
            (is_mkdocs, "MkDocs"),
            (is_next, "Next"),
        ]);
        docs
    }

    fn meta(&mut self, markup: &Markup<'_>, index: usize, cleaner: &mut Cleaner<'_>) {
        let name = markup.word(index, "name");
        let place = match name {
            // Starlight stands beside Astro, which built it.
            "generator" => {
                let generator = cleaner.line(&markup.attribute(index, "content"));
                if self.generator.is_empty() || generator.starts_with("Starlight") {
                    self.generator = generator;
                }
                return;
            }
            "docsearch:version" | "docusaurus_version" => &mut self.version,
            "docusaurus_tag" | "docsearch:docusaurus_tag" => &mut self.tag,
            "docusaurus_locale" | "docsearch:language" => &mut self.locale,
            _ => return,
        };
        if place.is_empty() {
            *place = cleaner.line(&markup.attribute(index, "content"));
        }
    }

    /// Sphinx writes `Page — Project 1.2 documentation`.
    fn sphinx_version(&mut self, title: &str) {
        let version = title.trim().strip_suffix(" documentation").map(|rest| behind_last(rest, b' '));
        if let Some(version) = version.filter(|version| is_version(version)) {
            self.version = version.to_owned();
        }
    }

    fn link(&mut self, markup: &Markup<'_>, index: usize, is_in_content: bool, cleaner: &mut Cleaner<'_>) {
        let mut class = markup.node(index).class;
        if is_in_content && !matches!(class, Mark::Previous | Mark::Next | Mark::Edit) {
            return;
        }
        let href = markup.attribute(index, "href");
        if find(&href, "/edit/").is_some()
            || (find(&href, "/blob/").is_some() && markup.line(index).starts_with("Edit "))
        {
            class = Mark::Edit;
        } else if let Some(is_behind) = arrow(markup, index) {
            class = if is_behind { Mark::Next } else { Mark::Previous };
        }
        let is_previous = class == Mark::Previous;
        let is_next = class == Mark::Next;
        let is_edit = class == Mark::Edit;
        if is_edit && self.edit_url.is_none() {
            self.edit_url = cleaner.address(&href);
        } else if is_previous || is_next {
            let place = if is_previous { &mut self.previous } else { &mut self.next };
            let label = markup.find(markup.below(index), &|_, node| node.class == Mark::LinkTitle);
            let mut title = markup.line(label.unwrap_or(index));
            if title.is_empty() {
                title = markup.attribute(index, "title");
            }
            // A link that readers see has the better title than one in the head.
            let is_better = place.as_ref().is_none_or(|known| known.title.is_empty());
            if let Some(url) = cleaner.address(&href).filter(|_| is_better) {
                *place = Some(Neighbour { title: cleaner.line(&title), url });
            }
        }
    }

    /// Whether an entry of the navigation is the page's own: the first that says so, else the deepest that looks so,
    /// else one that leads to it.
    fn entry(
        &mut self,
        markup: &Markup<'_>,
        index: usize,
        own: &str,
        cleaner: &mut Cleaner<'_>,
        current: &mut Option<(usize, usize)>,
    ) {
        let node = markup.node(index);
        let is_said = markup.word(index, "aria-current") == "page";
        let class = markup.word(index, "class");
        let looks_so = node.class == Mark::Current
            || (node.class == Mark::Entry && class.split_ascii_whitespace().any(|word| word == "is-active"));
        let href = markup.attribute(index, "href");
        if href.len() > 1 && href.starts_with('#') {
            return;
        }
        let depth = markup.count_up(index, &|at, _| is_entry(markup, at));
        let weight = match (is_said, looks_so) {
            (true, _) => 2_000 + depth,
            (_, true) => 1_000 + depth,
            _ => depth,
        };
        if depth == 0 || current.is_some_and(|(_, best)| weight <= best) {
            return;
        }
        let leads_here = || {
            !href.is_empty()
                && may_lead_to(&href, own)
                && resolve(cleaner.base, &href).is_some_and(|address| without_query(&address) == own)
        };
        let is_in_trail = markup.count_up(index, &|_, node| node.class == Mark::Breadcrumbs) > 0;
        if !is_in_trail && (weight >= 1_000 || leads_here()) {
            *current = Some((index, weight));
        }
    }

    /// The tab that is in sight, where radio buttons and styles say which.
    fn styled_tab(&mut self, markup: &Markup<'_>, index: usize, view: &dyn View, cleaner: &mut Cleaner<'_>) {
        let is_seen = |at: &usize| {
            let node = markup.node(*at);
            view.is_visible(node.scope, node.element)
        };
        let blocks = tab_blocks(markup, index);
        let Some(number) = blocks.iter().position(is_seen) else { return };
        let label = markup.below(index).filter(|at| markup.node(*at).tag == Mark::Label).nth(number);
        if let Some(label) = label {
            self.tabs.push(cleaner.line(&markup.line(label)));
        }
    }

    /// By what the page says generated it, else by the first of the signs that it has.
    fn name_framework(&mut self, signs: [(bool, &'static str); 4]) {
        const NAMES: [(&str, &str); 6] = [
            ("Docusaurus", "Docusaurus"),
            ("VitePress", "VitePress"),
            ("Starlight", "Starlight"),
            ("mkdocs", "MkDocs"),
            ("Docutils", "Sphinx"),
            ("Sphinx", "Sphinx"),
        ];
        let found = NAMES.iter().find(|(said, _)| self.generator.starts_with(said));
        self.framework = match found {
            Some((_, name)) => name,
            None => match signs.iter().find(|(is_there, _)| *is_there) {
                Some((_, name)) => name,
                None => return,
            },
        };
        // Docutils has versions of its own.
        if self.framework != "Sphinx" || self.generator.starts_with("Sphinx") {
            let word = parted(&self.generator, b" ,").into_iter().find_map(|word| {
                let version = word.strip_prefix("mkdocs-").unwrap_or(word);
                let version = version.strip_prefix('v').unwrap_or(version);
                is_version(version).then_some(version)
            });
            self.framework_version = word.unwrap_or_default().to_owned();
        }
    }

    /// Writes the facts as `docs`, unless there are none.
    pub(super) fn write(&self, json: &mut JsonWriter) {
        let before = json.len();
        json.key("docs");
        json.open('{');
        let open = json.len();
        let texts = [
            ("generator", &*self.generator),
            ("framework", self.framework),
            ("frameworkVersion", &self.framework_version),
            ("version", &self.version),
            ("versionLabel", &self.version_label),
            ("tag", &self.tag),
            ("locale", &self.locale),
            ("docId", &self.doc_id),
            ("editUrl", self.edit_url.as_deref().unwrap_or_default()),
        ];
        for (key, text) in texts {
            json.member_if(key, text);
        }
        for (key, neighbour) in [("previous", &self.previous), ("next", &self.next)] {
            if let Some(Neighbour { title, url }) = neighbour {
                json.key(key);
                json.open('{');
                json.member("title", title);
                json.member("url", url);
                json.close('}');
            }
        }
        for (key, list) in
            [("breadcrumbs", &self.breadcrumbs), ("sidebar", &self.sidebar), ("tabs", &self.tabs)]
        {
            if !list.is_empty() {
                json.key(key);
                json.texts(list.iter().take(MAX_ENTRIES).map(String::as_str));
            }
        }
        if json.len() == open {
            json.take_back(before);
        } else {
            json.close('}');
        }
    }
}

impl Neighbour {
    /// Where the link only says `Next`, the name is that of another link to the same page.
    fn name_by_others(&mut self, markup: &Markup<'_>, cleaner: &mut Cleaner<'_>) {
        let is_plain = |title: &str| {
            let title = title.trim_matches(|character: char| !is_ink(character));
            ["", "next", "previous", "prev"].iter().any(|plain| title.eq_ignore_ascii_case(plain))
        };
        if !is_plain(&self.title) {
            return;
        }
        let name = (0..markup.nodes.len()).filter(|at| markup.node(*at).tag == Mark::Link).find_map(|at| {
            let line = markup.line(at);
            let is_it = !is_plain(&line)
                && cleaner.address(&markup.attribute(at, "href")).as_ref() == Some(&self.url);
            is_it.then_some(line)
        });
        if let Some(name) = name {
            self.title = cleaner.line(&name);
        }
    }
}

/// Nextra gives its links to the neighbours a title that repeats their text and an arrow, before it or (`true`) behind.
fn arrow(markup: &Markup<'_>, index: usize) -> Option<bool> {
    let title = markup.attribute(index, "title");
    if title.is_empty() {
        return None;
    }
    let is_arrow = |at: usize| markup.name(at) == "svg";
    let children = markup.children(index);
    let (first, last) = (*children.first()?, *children.last()?);
    if is_arrow(first) == is_arrow(last) || markup.line(index) != title {
        return None;
    }
    Some(is_arrow(last))
}

fn without_query(url: &str) -> &str {
    let mut path = until(url, b"?#");
    while let Some(shorter) = path.strip_suffix("/") {
        path = shorter;
    }
    path
}

/// Whether both end alike, as far as that can be told by looking: most entries of a navigation lead elsewhere.
fn may_lead_to(href: &str, own: &str) -> bool {
    let name = behind_last(without_query(href.trim()), b'/');
    name.starts_with('.') || own.ends_with(name)
}

fn is_version(word: &str) -> bool {
    let word = word.strip_prefix('v').unwrap_or(word);
    word.starts_with(|first: char| first.is_ascii_digit())
}
