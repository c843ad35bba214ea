//! The list of sources below an answer.

use crate::markdown::{Context, Target, resolve};
use crate::model::{Msg, Source, State};
use crate::tree::{Element, button, div, el};

/// How many sources are shown before the rest is folded away.
const SHOWN: usize = 4;

pub(super) fn list(state: &State, sources: &[&Source], context: &Context) -> Element {
    let text = state.text;
    let rows: Vec<Element> =
        sources.iter().enumerate().map(|(index, source)| row(state, index + 1, source, context)).collect();
    let mut rows = rows.into_iter();
    let first = el("ol").attr("role", "list").children(rows.by_ref().take(SHOWN));
    let rest: Vec<Element> = rows.collect();
    let more = (!rest.is_empty()).then(|| {
        let label = [text.more, " (", &rest.len().to_string(), ")"].concat();
        el("details")
            .child(el("summary").class("quiet").text(label))
            .child(el("ol").attr("role", "list").children(rest))
    });
    el("section")
        .class("sources")
        .label(text.sources)
        .child(div("sources-head").attr("aria-hidden", "true").text(text.sources))
        .child(first)
        .children(more)
}

fn row(state: &State, number: usize, source: &Source, context: &Context) -> Element {
    let title = if source.title.is_empty() {
        state.text.source.replace("{}", &number.to_string())
    } else {
        source.title.clone()
    };
    let place = source
        .attribution
        .clone()
        .or_else(|| source.url.as_deref().and_then(|url| place(url, &context.origin)));
    let fill = |element: Element| {
        let words = div("words").child(el("span").class("name").attr("dir", "auto").text(title.as_str()));
        element
            .child(el("span").class("number").attr("aria-hidden", "true").text(number.to_string()))
            .child(words.children(place.as_deref().map(|place| el("span").class("place").text(place))))
    };
    let target = source.url.as_deref().and_then(|url| resolve(url, &context.origin));
    let inner = match (target, &source.entity) {
        (Some((href, Target::Same)), _) => fill(el("a").class("source").attr("href", href)),
        (Some((href, Target::New)), _) => {
            let link = el("a")
                .class("source")
                .attr("href", href)
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer");
            fill(link).child(el("span").class("sr").text(context.new_tab_label))
        }
        (None, Some(entity)) if state.options.has_entity_clicks => {
            fill(button("source", Msg::FollowEntity(entity.clone())))
        }
        _ => fill(div("source")),
    };
    el("li").maybe("title", source.description.clone()).child(inner)
}

/// What a reader needs of an address: the host, or the path on the page's own site.
fn place(url: &str, origin: &str) -> Option<String> {
    if let Some(path) = url.strip_prefix(origin).filter(|path| path.starts_with('/') && !origin.is_empty()) {
        return Some(path.split('?').next().unwrap_or(path).to_owned());
    }
    match url.split_once("://") {
        Some((_, rest)) => {
            // To a browser a backslash is a slash here.
            let host = rest.split(['/', '\\', '?', '#']).next()?;
            let host = host.rsplit('@').next()?;
            Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
        }
        None => Some(url.split('?').next()?.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn an_address_is_shown_by_its_host_and_the_own_site_by_its_path() {
        let at = |url| place(url, "https://docs.example");
        assert_eq!(at("https://docs.example/a/b?x=1#y").as_deref(), Some("/a/b"));
        assert_eq!(at("https://www.other.example/a").as_deref(), Some("other.example"));
        assert_eq!(at("https://docs.example@evil.test/a").as_deref(), Some("evil.test"));
        assert_eq!(at("https://evil.test\\@docs.example/a").as_deref(), Some("evil.test"));
        assert_eq!(at("/guide").as_deref(), Some("/guide"));
    }
}
