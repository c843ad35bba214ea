//! Finds the element that holds a page's own text.

use scraper::ElementRef;

/// The main part of the page: its `main`, narrowed to a single `article` in it; else a single `article`; else what
/// builders name the content; else the element with most paragraph text; else the body.
pub(super) fn find(root: ElementRef<'_>) -> ElementRef<'_> {
    let is_main = |element: &ElementRef<'_>| {
        element.value().name() == "main" || element.attr("role").is_some_and(|role| role == "main")
    };
    let main = root.descendent_elements().find(is_main);
    if let Some(article) = only_article(main.unwrap_or(root)) {
        return article;
    }
    let named = || {
        root.descendent_elements().find(|element| {
            element.attr("id").is_some_and(|id| ["content", "main-content", "main"].contains(&id))
                || element
                    .value()
                    .classes()
                    .any(|class| ["markdown-body", "theme-doc-markdown"].contains(&class))
        })
    };
    main.or_else(named).or_else(|| densest(root)).unwrap_or(root)
}

fn only_article(within: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut articles = within.descendent_elements().filter(|element| element.value().name() == "article");
    let first = articles.next()?;
    // An article inside the article (a comment, a card) does not make it two.
    let is_alone = articles.all(|other| other.ancestors().any(|ancestor| ancestor.id() == first.id()));
    is_alone.then_some(first)
}

/// The parent whose own paragraphs hold most text, or its parent when there are headings beside it.
fn densest(root: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut best: Option<(usize, ElementRef<'_>)> = None;
    for element in root.descendent_elements() {
        if !matches!(element.value().name(), "div" | "section" | "td" | "body") {
            continue;
        }
        let own: usize = element
            .child_elements()
            .filter(|child| {
                matches!(child.value().name(), "p" | "h1" | "h2" | "h3" | "ul" | "ol" | "pre" | "table")
            })
            .map(|child| child.text().map(|text| text.trim().len()).sum::<usize>())
            .sum();
        if own > best.map_or(200, |(most, _)| most) {
            best = Some((own, element));
        }
    }
    let (_, element) = best?;
    let body = root.descendent_elements().find(|element| element.value().name() == "body");
    // Sections under one parent: the text is spread over siblings of the densest one.
    let parent = element.parent().and_then(ElementRef::wrap);
    match (element.value().name(), parent) {
        ("section", Some(parent)) => Some(parent),
        _ => Some(element).or(body),
    }
}
