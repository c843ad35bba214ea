//! The composer's menus: tools and files, models, things to mention.

use crate::model::{Menu, Msg, State};
use crate::tree::{Element, Handler, Trigger, button, div, el};

use super::header::tool;
use super::icon::{Icon, icon, named};

/// The plus button with its menu, when there is anything in it.
pub(super) fn tools(state: &State) -> Option<Element> {
    let options = &state.options.composer;
    let has_files = options.files.is_some() && state.options.upload.is_some();
    let listed: Vec<_> = options.tools.iter().filter(|tool| !tool.is_pinned).collect();
    if listed.is_empty() {
        return has_files.then(|| div("menu-anchor").child(file_button(state)));
    }
    let is_open = state.composer.menu == Some(Menu::Tools);
    let opener = opener("tool", state.text.tools, Menu::Tools, is_open).child(icon(Icon::Plus));
    let items = listed.into_iter().map(|tool| {
        let is_chosen = state.composer.tool.as_deref() == Some(tool.id.as_str());
        let next = (!is_chosen).then(|| tool.id.clone());
        let shape = named(tool.icon.as_deref().unwrap_or("settings-slider"));
        item(Msg::PickTool(next), is_chosen)
            .child(shape)
            .child(el("span").class("name").text(tool.label.as_str()))
    });
    let menu = is_open.then(|| {
        let files = has_files.then(|| file_button(state));
        list(state.text.tools).children(files).children(items)
    });
    Some(
        div("menu-anchor")
            .on(Trigger::KeyDown, Handler::Key("Escape", Msg::RemoveQuote))
            .child(opener)
            .children(menu),
    )
}

/// The pinned tools and the one that is chosen.
pub(super) fn chosen(state: &State) -> Vec<Element> {
    let tools = state.options.composer.tools.iter();
    let is_chosen = |id: &str| state.composer.tool.as_deref() == Some(id);
    tools
        .filter(|tool| tool.is_pinned || is_chosen(&tool.id))
        .map(|tool| {
            let is_on = is_chosen(&tool.id);
            let label = tool.short_label.as_deref().unwrap_or(&tool.label);
            button("pill", Msg::PickTool((!is_on).then(|| tool.id.clone())))
                .key(tool.id.as_str())
                .attr("aria-pressed", if is_on { "true" } else { "false" })
                .attr("title", tool.label.clone())
                .child(named(tool.icon.as_deref().unwrap_or("settings-slider")))
                .child(el("span").class("name").text(label))
        })
        .collect()
}

/// The model's name with the list of models.
pub(super) fn models(state: &State) -> Option<Element> {
    let models = &state.options.composer.models;
    let current = state.chosen_model()?;
    let is_open = state.composer.menu == Some(Menu::Models);
    let name = [state.text.model, ": ", &current.label].concat();
    let opener = opener("pill plain", name, Menu::Models, is_open)
        .child(el("span").class("name").text(current.label.as_str()))
        .child(icon(Icon::ChevronDown));
    let items = models.iter().map(|model| {
        let is_chosen = model.id == current.id;
        let words = div("words")
            .child(el("span").class("name").text(model.label.as_str()))
            .children(model.description.as_deref().map(|line| el("span").class("place").text(line)));
        item(Msg::PickModel(model.id.clone()), is_chosen)
            .flag("disabled", model.is_disabled)
            .child(words)
            .children(is_chosen.then(|| icon(Icon::Check)))
    });
    let menu = is_open.then(|| list(state.text.model).class("menu at-end").children(items));
    Some(
        div("menu-anchor")
            .on(Trigger::KeyDown, Handler::Key("Escape", Msg::RemoveQuote))
            .child(opener)
            .children(menu),
    )
}

/// What can be mentioned for the word being typed.
pub(super) fn mentions(state: &State) -> Option<Element> {
    let composer = &state.composer;
    if composer.found.is_empty() {
        return None;
    }
    let items = composer.found.iter().enumerate().map(|(index, entity)| {
        let is_marked = index == composer.marked;
        let group = entity.filled("group").map(|group| el("span").class("place").text(group));
        let words = div("words").child(el("span").class("name").text(entity.text("title"))).children(group);
        let shape = named(entity.str("icon").unwrap_or("document"));
        button("menu-item", Msg::PickTag(entity.clone()))
            .attr("role", "option")
            .attr("id", ["tag_", &index.to_string()].concat())
            .attr("tabindex", "-1")
            .attr("aria-selected", if is_marked { "true" } else { "false" })
            .child(shape)
            .child(words)
    });
    Some(
        div("menu mentions")
            .attr("role", "listbox")
            .attr("id", "tags")
            .label(state.text.suggestions)
            .children(items),
    )
}

fn opener(
    class: &'static str,
    label: impl Into<std::borrow::Cow<'static, str>>,
    menu: Menu,
    is_open: bool,
) -> Element {
    tool(class, label, Msg::ToggleMenu(menu))
        .attr("aria-haspopup", "true")
        .attr("aria-expanded", if is_open { "true" } else { "false" })
}

fn list(label: &'static str) -> Element {
    div("menu").attr("role", "group").label(label)
}

fn item(msg: Msg, is_chosen: bool) -> Element {
    button("menu-item", msg).attr("aria-pressed", if is_chosen { "true" } else { "false" })
}

/// The file field, dressed as a button.
fn file_button(state: &State) -> Element {
    let files = state.options.composer.files.as_ref();
    let is_in_menu = state.composer.menu == Some(Menu::Tools);
    let field = el("input")
        .attr("type", "file")
        .class("sr")
        .flag("multiple", files.is_none_or(|files| files.max_count > 1))
        .maybe("accept", files.map(|files| files.accept.clone()).filter(|accept| !accept.is_empty()))
        .label(state.text.attach)
        .on(Trigger::Change, Handler::Files);
    let label =
        el("label").class(if is_in_menu { "menu-item" } else { "tool" }).attr("title", state.text.attach);
    let label = label.child(field).child(icon(Icon::Clip));
    if is_in_menu { label.child(el("span").class("name").text(state.text.attach)) } else { label }
}
