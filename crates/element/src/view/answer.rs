//! An answer: its text with citations, and the sources below it.

use crate::markdown::{Citation, Context, Document};
use crate::model::{Annotation, Content, Entry, Source, State};
use crate::tree::{Element, Node, div, el};

use super::attachment::is_image_address;
use super::icon::{Icon, icon};
use super::source;

pub(super) fn view(
    state: &State,
    entry: &Entry,
    contents: &[Content],
    context: &Context,
    documents: &mut Vec<Document>,
) -> Element {
    let sources = numbered(contents);
    documents.resize_with(contents.len(), Document::default);
    let last = contents.len().saturating_sub(1);
    let mut text = div("prose").attr("dir", "auto");
    for (index, (content, document)) in contents.iter().zip(documents).enumerate() {
        let is_open = entry.is_open && index == last;
        let citations = citations(content, &sources);
        let nodes: Vec<Node> = document.update(&content.text, &citations, context, is_open);
        text = text.children(nodes);
    }
    // While the text grows, a list below it would be pushed along with every line.
    let list = (!sources.is_empty() && !entry.is_open).then(|| source::list(state, &sources, context));
    el("article")
        .class("turn")
        .child(el("span").class("sr").text(state.text.assistant))
        .child(text)
        .children(list)
}

/// The sources in the order of their numbers. The same address gets the same number wherever it is cited.
fn numbered(contents: &[Content]) -> Vec<&Source> {
    let mut sources: Vec<&Source> = Vec::new();
    for content in contents {
        let place = |annotation: &Annotation| annotation.index.unwrap_or(usize::MAX);
        let mut annotations: Vec<&Annotation> = Vec::new();
        for annotation in &content.annotations {
            let at = annotations.partition_point(|known| place(known) <= place(annotation));
            annotations.insert(at, annotation);
        }
        for annotation in annotations {
            if !sources.iter().any(|known| is_same(known, &annotation.source)) {
                sources.push(&annotation.source);
            }
        }
    }
    sources
}

fn is_same(one: &Source, other: &Source) -> bool {
    match (&one.url, &other.url) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.title == other.title && one.entity == other.entity,
        _ => false,
    }
}

/// Where each citation stands. The wire counts characters, the text is bytes.
fn citations(content: &Content, sources: &[&Source]) -> Vec<Citation> {
    let mut citations: Vec<Citation> = Vec::new();
    for annotation in &content.annotations {
        // A source of the whole answer stands in the list only.
        let Some(index) = annotation.index else { continue };
        let at = content.text.char_indices().nth(index).map_or(content.text.len(), |(at, _)| at);
        // A position beyond what has arrived waits until it is there.
        let at = if index > content.text.chars().count() { usize::MAX } else { at };
        let Some(number) = sources.iter().position(|source| is_same(source, &annotation.source)) else {
            continue;
        };
        let citation = Citation {
            at,
            number: number + 1,
            href: annotation.source.url.clone(),
            title: annotation.source.title.clone(),
        };
        if !citations.contains(&citation) {
            let place = citations.partition_point(|known| known.at <= at);
            citations.insert(place, citation);
        }
    }
    citations
}

/// An image that is made, or being made.
pub(super) fn image(state: &State, url: Option<&str>, percent: Option<u32>) -> Element {
    let frame = el("figure").class("turn image");
    match url.filter(|url| is_image_address(url)) {
        Some(url) => {
            let image =
                el("img").attr("src", url.to_owned()).attr("alt", state.text.image).attr("loading", "lazy");
            match percent.filter(|percent| *percent < 100) {
                Some(_) => frame.child(image.class("is-partial")),
                None => frame.child(image),
            }
        }
        None => frame.child(
            div("placeholder")
                .child(icon(Icon::Image))
                .child(el("span").class("shimmer").text(state.text.loading)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cite(index: usize, url: &str) -> Annotation {
        let source = Source { title: url.to_owned(), url: Some(url.to_owned()), ..Source::default() };
        Annotation { index: Some(index), source }
    }

    #[test]
    fn positions_are_counted_in_characters_and_numbers_by_first_appearance() {
        let text = "Äö😀 b. c.".to_owned();
        let content = Content {
            text,
            annotations: vec![cite(9, "https://z"), cite(3, "https://a"), cite(6, "https://z")],
        };
        let contents = [content];
        let sources = numbered(&contents);
        assert_eq!(
            sources.iter().map(|source| source.title.as_str()).collect::<Vec<_>>(),
            ["https://a", "https://z"]
        );
        let places: Vec<_> =
            citations(&contents[0], &sources).iter().map(|citation| (citation.at, citation.number)).collect();
        assert_eq!(places, [("Äö😀".len(), 1), ("Äö😀 b.".len(), 2), ("Äö😀 b. c.".len(), 2)]);
    }

    #[test]
    fn the_same_citation_at_the_same_place_is_shown_once() {
        let contents =
            [Content { text: "abc".into(), annotations: vec![cite(3, "https://a"), cite(3, "https://a")] }];
        assert_eq!(citations(&contents[0], &numbered(&contents)).len(), 1);
    }
}
