//! What the names in a page's markup mean: tags, classes, roles and attributes.
//!
//! One table of hashes, filled when a page is read, in place of hundreds of comparisons for each element: that is less
//! code and several times faster.

/// What a name means to a reader of the page. Of several names of one element the first that has a meaning counts.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Mark {
    /// Nothing: of tags, a block like any other.
    Other,
    /// A run of text, not an element.
    Text,
    /// No content: beside it, not text, pressed or typed into.
    Skip,
    /// What a reader typed, or a site calls private: not even looked at for facts.
    Private,
    /// Stands within a line.
    Inline,
    /// `h1` to `h6`.
    Heading(u8),
    /// `br`, `hr`.
    Break,
    /// `pre`.
    Pre,
    /// Code within a line.
    Code,
    /// `img`.
    Image,
    /// `math`.
    Math,
    /// `ul`.
    List,
    /// `ol`.
    NumberedList,
    /// `li`.
    Item,
    /// `blockquote`.
    Quote,
    /// `table`.
    Table,
    /// `tr`.
    Row,
    /// `td`, `th`.
    Cell,
    /// `details`.
    Details,
    /// `summary`.
    Summary,
    /// `a`.
    Link,
    /// `p`, `dt` and the like: a block that holds text and is never laid out apart.
    Paragraph,
    /// `meta`.
    Meta,
    /// `link`.
    HeadLink,
    /// `title`.
    Title,
    /// `script`.
    Script,
    /// `template`, which has elements of its own unless it stands for a shadow root.
    Template,
    /// `slot`.
    Slot,
    /// `time`.
    Time,
    /// `label`.
    Label,
    /// `aside`, which some generators use for admonitions.
    Aside,
    /// `nav`.
    Nav,
    /// `main`.
    Main,
    /// `article`.
    Article,
    /// `body`.
    Body,
    /// By its class the part that a documentation generator writes the content into.
    Content,
    /// A box around code: its title, its buttons, its `pre`.
    CodeBox,
    /// Tabs whose state is in radio buttons and styles.
    Tabs,
    /// A note, a warning and the like.
    Admonition,
    /// Its title.
    AdmonitionTitle,
    /// A sign before a line of code that says whether it was added or taken away.
    DiffSign,
    /// The trail of pages that lead to this one.
    Breadcrumbs,
    /// The page's own entry in the navigation.
    Current,
    /// The title in a link to the page before or behind.
    LinkTitle,
    /// The link to the page before.
    Previous,
    /// The link to the page behind.
    Next,
    /// The link to the page's source.
    Edit,
    /// The link to the page's own address.
    Canonical,
    /// The version of the documentation, in words.
    Version,
    /// When the page was changed.
    Updated,
    /// One of several tabs.
    Tab,
    /// An entry of the navigation and what is below it.
    Entry,
}

/// What kind of name a word is; part of its hash.
pub const TAG: u8 = b'<';
/// A class.
pub const CLASS: u8 = b'.';
/// A value of `role`.
pub const ROLE: u8 = b'@';
/// A word of `rel`.
pub const REL: u8 = b'=';
/// An attribute whose presence alone says it.
pub const ATTRIBUTE: u8 = b'[';

/// A tag that has no end, and one that holds nothing but text: any mark says so.
pub const VOID: u8 = b'v';
/// See there.
pub const RAW: u8 = b'r';

const WORDS: [(u8, Mark, &str); 66] = [
    (
        VOID,
        Mark::Skip,
        "area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr",
    ),
    (RAW, Mark::Skip, "script style xmp iframe noembed noframes noscript plaintext"),
    (
        TAG,
        Mark::Skip,
        "footer style noscript svg canvas video audio iframe object embed dialog menu button input \
        textarea select option datalist output meter progress docent-chat openai-chatkit head",
    ),
    (
        TAG,
        Mark::Inline,
        "abbr b bdi bdo cite data del dfn em font i ins mark picture q rp rt ruby s small span strong sub sup u var wbr",
    ),
    (TAG, Mark::Heading(1), "h1"),
    (TAG, Mark::Heading(2), "h2"),
    (TAG, Mark::Heading(3), "h3"),
    (TAG, Mark::Heading(4), "h4"),
    (TAG, Mark::Heading(5), "h5"),
    (TAG, Mark::Heading(6), "h6"),
    (TAG, Mark::Break, "br hr"),
    (TAG, Mark::Pre, "pre"),
    (TAG, Mark::Code, "code kbd samp"),
    (TAG, Mark::Image, "img"),
    (TAG, Mark::Math, "math"),
    (TAG, Mark::List, "ul"),
    (TAG, Mark::NumberedList, "ol"),
    (TAG, Mark::Item, "li"),
    (TAG, Mark::Quote, "blockquote"),
    (TAG, Mark::Table, "table"),
    (TAG, Mark::Row, "tr"),
    (TAG, Mark::Cell, "td th"),
    (TAG, Mark::Details, "details"),
    (TAG, Mark::Summary, "summary"),
    (TAG, Mark::Link, "a"),
    (TAG, Mark::Paragraph, "p dt dd figcaption caption thead tbody tfoot"),
    (TAG, Mark::Meta, "meta"),
    (TAG, Mark::HeadLink, "link"),
    (TAG, Mark::Title, "title"),
    (TAG, Mark::Script, "script"),
    (TAG, Mark::Template, "template"),
    (TAG, Mark::Slot, "slot"),
    (TAG, Mark::Time, "time"),
    (TAG, Mark::Label, "label"),
    (TAG, Mark::Aside, "aside"),
    (TAG, Mark::Nav, "nav"),
    (TAG, Mark::Main, "main"),
    (TAG, Mark::Article, "article"),
    (TAG, Mark::Body, "body"),
    (ATTRIBUTE, Mark::Skip, "hidden data-docent inert"),
    (ATTRIBUTE, Mark::Private, "data-private"),
    (CLASS, Mark::Private, "sr-mask"),
    (
        ROLE,
        Mark::Skip,
        "navigation complementary contentinfo search dialog alertdialog menu menubar toolbar tablist button",
    ),
    (ROLE, Mark::Private, "textbox searchbox combobox"),
    (ROLE, Mark::Main, "main"),
    (ROLE, Mark::Tab, "tab"),
    (CLASS, Mark::Entry, "VPSidebarItem"),
    (
        CLASS,
        Mark::Skip,
        "hash-link headerlink header-anchor anchor-link sl-anchor-link linenos lineno lnt ln line-number line-numbers \
        line-numbers-rows line-numbers-wrapper wy-breadcrumbs-aside VPBadge",
    ),
    (CLASS, Mark::Content, "markdown vp-doc sl-markdown-content"),
    (CLASS, Mark::CodeBox, "theme-code-block expressive-code nextra-code literal-block-wrapper highlight"),
    (CLASS, Mark::Tabs, "tabbed-set vp-code-group"),
    (CLASS, Mark::Admonition, "theme-admonition admonition custom-block starlight-aside nextra-callout"),
    (CLASS, Mark::AdmonitionTitle, "admonition-title custom-block-title starlight-aside__title"),
    (CLASS, Mark::DiffSign, "diff-marker blob-code-marker prefix"),
    (
        CLASS,
        Mark::Breadcrumbs,
        "theme-doc-breadcrumbs breadcrumbs breadcrumb wy-breadcrumbs bd-breadcrumbs md-path nextra-breadcrumb sl-breadcrumbs",
    ),
    (CLASS, Mark::Current, "is-active current md-nav__link--active menu__link--active active"),
    (CLASS, Mark::LinkTitle, "pagination-nav__label link-title title md-ellipsis"),
    (CLASS, Mark::Previous, "pagination-nav__link--prev md-footer__link--prev prev"),
    (CLASS, Mark::Next, "pagination-nav__link--next md-footer__link--next next"),
    (REL, Mark::Previous, "prev previous"),
    (REL, Mark::Next, "next"),
    (REL, Mark::Edit, "edit"),
    (REL, Mark::Canonical, "canonical"),
    (CLASS, Mark::Edit, "theme-edit-this-page edit-link-button"),
    (CLASS, Mark::Version, "theme-doc-version-badge md-version__current version"),
    (CLASS, Mark::Updated, "theme-last-updated VPLastUpdated last-update last-updated"),
];

/// The table: open addressing in a power of two of places.
pub struct Lexicon(Vec<(u32, Mark)>);

const PLACES: usize = 1024;

impl Default for Lexicon {
    fn default() -> Self {
        let mut table = vec![(0, Mark::Other); PLACES];
        for (kind, mark, words) in WORDS {
            for word in words.split_ascii_whitespace() {
                let hash = hash(kind, word);
                let mut place = hash as usize % PLACES;
                while table[place].0 != 0 {
                    place = (place + 1) % PLACES;
                }
                table[place] = (hash, mark);
            }
        }
        Self(table)
    }
}

impl Lexicon {
    /// What a word of this kind means.
    #[must_use]
    pub fn mark(&self, kind: u8, word: &str) -> Mark {
        self.mark_of(kind, sum(word))
    }

    /// The same for the [`sum`] of a word that is asked about in several ways.
    #[must_use]
    #[inline(never)]
    pub fn mark_of(&self, kind: u8, sum: u32) -> Mark {
        let hash = with_kind(kind, sum);
        let mut place = hash as usize % PLACES;
        loop {
            match self.0[place] {
                (found, mark) if found == hash => return mark,
                (0, _) => return Mark::Other,
                _ => place = (place + 1) % PLACES,
            }
        }
    }
}

/// FNV-1a; never 0, which marks an empty place.
#[must_use]
pub fn hash(kind: u8, word: &str) -> u32 {
    with_kind(kind, sum(word))
}

/// What a word's hash is made of, whatever kind of name it is.
#[must_use]
#[inline(never)]
pub fn sum(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn with_kind(kind: u8, sum: u32) -> u32 {
    (sum ^ u32::from(kind)).wrapping_mul(0x0100_0193) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_own_meaning_and_a_stranger_has_none() {
        let lexicon = Lexicon::default();
        let mut hashes = Vec::new();
        for (kind, mark, words) in WORDS {
            for word in words.split_ascii_whitespace() {
                assert_eq!(lexicon.mark(kind, word), mark, "{word}");
                hashes.push(hash(kind, word));
            }
        }
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
        assert!(count < PLACES / 2);
        for (kind, word) in [(TAG, "div"), (TAG, "x-card"), (CLASS, "nav"), (ROLE, "note"), (TAG, "")] {
            assert_eq!(lexicon.mark(kind, word), Mark::Other, "{word}");
        }
    }
}
