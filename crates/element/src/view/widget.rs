//! Widgets: components a server composes. A component this version does not know shows the text and the children it has.

mod control;
mod layout;

use crate::json::Json;
use crate::markdown::{Context, render};
use crate::model::{Entry, Msg};
use crate::tree::{Element, Handler, Trigger, div, el};

use super::attachment::is_image_address;
use super::icon::named;

/// Deeper nesting than any design has; a server must not be able to overflow the stack.
const MAX_DEPTH: u32 = 32;

/// What the components of one widget share.
#[derive(Clone, Copy)]
struct Widget<'a> {
    item_id: &'a str,
    context: &'a Context,
}

pub(super) fn view(entry: &Entry, root: &Json, context: &Context) -> Element {
    let widget = Widget { item_id: &entry.id, context };
    el("article").class("turn widget").child(widget.component(root, 0))
}

impl Widget<'_> {
    fn component(self, value: &Json, depth: u32) -> Element {
        if depth > MAX_DEPTH {
            return div("");
        }
        let element = match value.str("type").unwrap_or_default() {
            "Card" => self.card(value, depth),
            "ListView" => self.list(value, depth),
            "ListViewItem" => self.list_item(value, depth),
            "Row" => layout::boxed(div("w-row"), value).children(self.inside(value, depth)),
            "Col" | "Box" | "Basic" | "Form" => {
                let class = if value.str("direction") == Some("row") { "w-row" } else { "w-col" };
                let element = layout::boxed(
                    if value.str("type") == Some("Form") { el("form").class(class) } else { div(class) },
                    value,
                );
                self.submits(element, value.get("onSubmitAction")).children(self.inside(value, depth))
            }
            "Title" => layout::text(el("h4").class("w-title"), value).text(value.text("value")),
            "Caption" => layout::text(el("p").class("w-caption"), value).text(value.text("value")),
            "Text" => self.text(value),
            "Markdown" => {
                let nodes = render(value.str("value").unwrap_or_default(), &[], self.context, true);
                div("prose").attr("dir", "auto").children(nodes.into_iter().map(|(_, node)| node))
            }
            "Badge" => {
                el("span").class("w-badge").attr("data-color", value.text("color")).text(value.text("label"))
            }
            "Icon" => named(value.str("name").unwrap_or_default()),
            "Image" => image(value),
            "Divider" => el("hr"),
            "Spacer" => div("w-spacer"),
            "Button" => self.button(value),
            "Table" => {
                let rows = self.inside(value, depth);
                div("prose").child(
                    div("table")
                        .attr("role", "region")
                        .attr("tabindex", "0")
                        .label(self.context.table_label)
                        .child(el("table").child(el("tbody").children(rows))),
                )
            }
            "Table.Row" => {
                let is_head = value.is("header");
                let cells = value.list("children").iter().map(|cell| {
                    let element = if is_head { el("th").attr("scope", "col") } else { el("td") };
                    let span = |name: &str| {
                        cell.get(name).as_index().filter(|span| *span > 1).map(|span| span.to_string())
                    };
                    element
                        .maybe("colspan", span("colSpan"))
                        .maybe("rowspan", span("rowSpan"))
                        .maybe("style:text-align", layout::side(cell.str("align")))
                        .children(self.inside(cell, depth))
                });
                el("tr").children(cells)
            }
            "Input" | "Textarea" | "Select" | "DatePicker" | "Checkbox" | "RadioGroup" | "Label" => {
                self.control(value)
            }
            "Chart" => chart(value),
            _ => div("w-col").children(own_text(value)).children(self.inside(value, depth)),
        };
        match value.filled("key").or_else(|| value.filled("id")) {
            Some(key) => element.key(key),
            None => element,
        }
    }

    fn inside(self, value: &Json, depth: u32) -> Vec<Element> {
        match value.get("children") {
            Json::List(children) => children.iter().map(|child| self.component(child, depth + 1)).collect(),
            Json::Null => Vec::new(),
            child => vec![self.component(child, depth + 1)],
        }
    }

    fn card(self, value: &Json, depth: u32) -> Element {
        let actions: Vec<Element> = [("cancel", "button"), ("confirm", "button primary")]
            .into_iter()
            .filter_map(|(name, class)| {
                let action = value.get(name);
                let label = action.filled("label")?;
                Some(
                    self.acts(el("button").attr("type", "button").class(class), action.get("action"))
                        .text(label),
                )
            })
            .collect();
        let foot = (!actions.is_empty()).then(|| div("w-foot").children(actions));
        let is_form = value.is("asForm");
        let card = if is_form { el("form") } else { el("div") }.class("w-card").attr("data-form", "card");
        let card = layout::themed(card, value).attr("data-size", value.text("size"));
        let card = if is_form { self.submits(card, value.get("confirm").get("action")) } else { card };
        let body = if value.is("collapsed") { Vec::new() } else { self.inside(value, depth) };
        card.children(status(value)).child(layout::padded(div("w-body"), value).children(body)).children(foot)
    }

    fn list(self, value: &Json, depth: u32) -> Element {
        let items = self.inside(value, depth);
        let limit = value.get("limit").as_index().unwrap_or(usize::MAX);
        let list = layout::themed(div("w-card w-list").attr("role", "list"), value).children(status(value));
        let mut items = items.into_iter();
        let list = list.children(items.by_ref().take(limit));
        let rest: Vec<Element> = items.collect();
        if rest.is_empty() {
            return list;
        }
        let more = el("summary").class("quiet").text(["+", &rest.len().to_string()].concat());
        list.child(el("details").child(more).children(rest))
    }

    fn list_item(self, value: &Json, depth: u32) -> Element {
        let children = self.inside(value, depth);
        let action = value.get("onClickAction");
        let inner = if action.is_null() {
            div("w-row")
        } else {
            self.acts(el("button").attr("type", "button").class("w-row w-press"), action)
        };
        div("w-item").attr("role", "listitem").child(inner.children(children))
    }

    fn text(self, value: &Json) -> Element {
        let editable = value.get("editable");
        if !editable.is_null() && editable.bool("name") != Some(false) && editable.str("name").is_some() {
            return el("input")
                .attr("type", "text")
                .attr("name", editable.text("name"))
                .attr("value", value.text("value"))
                .maybe("placeholder", editable.filled("placeholder"))
                .label(editable.filled("placeholder").unwrap_or_else(|| editable.text("name")));
        }
        let class = match (value.is("italic"), value.is("lineThrough")) {
            (false, false) => "w-text",
            (true, false) => "w-text italic",
            (false, true) => "w-text struck",
            (true, true) => "w-text italic struck",
        };
        layout::text(el("p").class(class), value).attr("dir", "auto").text(value.text("value"))
    }

    fn button(self, value: &Json) -> Element {
        let is_primary = value.str("style") == Some("primary")
            || value.str("color") == Some("primary")
            || value.is("submit");
        let class = match (is_primary, value.is("block")) {
            (true, true) => "button primary block",
            (true, false) => "button primary",
            (false, true) => "button block",
            (false, false) => "button",
        };
        let is_submit = value.is("submit");
        let element = el("button")
            .attr("type", if is_submit { "submit" } else { "button" })
            .class(class)
            .attr("data-color", value.text("color"))
            .flag("disabled", value.is("disabled"));
        let element = if is_submit { element } else { self.acts(element, value.get("onClickAction")) };
        let shape = |name: &str| value.str(name).map(named);
        element.children(shape("iconStart")).text(value.text("label")).children(shape("iconEnd"))
    }

    /// Sends an action on a click.
    fn acts(self, element: Element, action: &Json) -> Element {
        self.sends(element, Trigger::Click, action)
    }

    /// Sends an action when the form is submitted.
    fn submits(self, element: Element, action: &Json) -> Element {
        if action.is_null() {
            element
        } else {
            self.sends(element.attr("data-form", "form"), Trigger::Submit, action)
        }
    }

    fn sends(self, element: Element, trigger: Trigger, action: &Json) -> Element {
        if action.is_null() {
            return element;
        }
        element.on(
            trigger,
            Handler::Form(Msg::WidgetAction(self.item_id.to_owned(), action.clone(), Json::Null)),
        )
    }
}

fn status(value: &Json) -> Option<Element> {
    let status = value.get("status");
    let words = status.filled("text")?;
    Some(div("w-status").children(status.str("icon").map(named)).child(el("span").text(words)))
}

fn image(value: &Json) -> Element {
    let alt = value.text("alt");
    match value.filled("src").filter(|src| is_image_address(src)) {
        Some(src) => layout::sized(el("img").class("w-image"), value)
            .attr("src", src)
            .attr("alt", alt)
            .attr("loading", "lazy")
            .attr("referrerpolicy", "no-referrer")
            .maybe("style:object-fit", value.filled("fit")),
        None => el("span").class("w-caption").text(alt),
    }
}

/// A chart as the table it is drawn from: every value can be read, by everyone.
fn chart(value: &Json) -> Element {
    let x = value.get("xAxis");
    let x_key = x.str("dataKey").or(x.as_str()).unwrap_or_default();
    let series = value.list("series");
    let name = |one: &Json| one.filled("label").unwrap_or_else(|| one.text("dataKey"));
    let head = el("tr")
        .child(el("th").attr("scope", "col").text(x_key))
        .children(series.iter().map(|one| el("th").attr("scope", "col").text(name(one))));
    let plain = |cell: &Json| match cell {
        Json::Text(text) | Json::Number(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_json(),
    };
    let rows = value.list("data").iter().map(|row| {
        el("tr").child(el("th").attr("scope", "row").text(plain(row.get(x_key)))).children(
            series.iter().map(|one| el("td").text(plain(row.get(one.str("dataKey").unwrap_or_default())))),
        )
    });
    let table = el("table").child(el("thead").child(head)).child(el("tbody").children(rows));
    div("prose").child(div("table").attr("tabindex", "0").child(table))
}

/// The words of a component that is not known.
fn own_text(value: &Json) -> Option<Element> {
    let words = ["value", "label", "text", "title"].iter().find_map(|name| value.filled(name))?;
    Some(el("p").class("w-text").attr("dir", "auto").text(words))
}
