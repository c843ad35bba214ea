//! Form controls of widgets: the browser's own, which everyone can use.

use crate::json::Json;
use crate::tree::{Element, Trigger, div, el};

use super::Widget;

impl Widget<'_> {
    pub(super) fn control(self, value: &Json) -> Element {
        let name = value.text("name");
        let base = |element: Element| {
            element
                .attr("name", name.clone())
                .attr("id", self.id(&name))
                .flag("disabled", value.is("disabled"))
                .flag("required", value.is("required"))
                .maybe("placeholder", value.filled("placeholder"))
                .maybe("aria-label", value.filled("placeholder").or_else(|| value.filled("ariaLabel")))
        };
        let change = |element: Element| self.sends(element, Trigger::Change, value.get("onChangeAction"));
        let given = value.text("defaultValue");
        match value.str("type").unwrap_or_default() {
            "Input" => {
                let kind = match value.str("inputType") {
                    Some("number") => "number",
                    Some("email") => "email",
                    Some("password") => "password",
                    Some("tel") => "tel",
                    Some("url") => "url",
                    _ => "text",
                };
                base(el("input"))
                    .attr("type", kind)
                    .maybe("pattern", value.filled("pattern"))
                    .attr("initial", given)
            }
            "Textarea" => {
                let rows = value.get("rows").as_index().unwrap_or(3).clamp(1, 20);
                base(el("textarea")).attr("rows", rows.to_string()).attr("initial", given)
            }
            "DatePicker" => {
                let day =
                    |name: &str| value.filled(name).map(|time| time.get(..10).unwrap_or(&time).to_owned());
                change(base(el("input")))
                    .attr("type", "date")
                    .maybe("min", day("min"))
                    .maybe("max", day("max"))
                    .attr("initial", day("defaultValue").unwrap_or_default())
            }
            "Select" => {
                let first = el("option").attr("value", "").text(value.text("placeholder"));
                let options = value.list("options").iter().map(|option| {
                    let is_chosen = option.str("value") == Some(given.as_str());
                    el("option")
                        .attr("value", option.text("value"))
                        .flag("selected", is_chosen)
                        .text(option.text("label"))
                });
                change(base(el("select"))).child(first).children(options)
            }
            "Checkbox" => {
                let input = change(base(el("input")))
                    .attr("type", "checkbox")
                    .flag("checked", value.is("defaultChecked"));
                el("label").class("choice").child(input).child(el("span").text(value.text("label")))
            }
            "RadioGroup" => {
                let options = value.list("options").iter().map(|option| {
                    let input = change(el("input"))
                        .attr("type", "radio")
                        .attr("name", name.clone())
                        .attr("value", option.text("value"))
                        .flag("checked", option.str("value") == Some(given.as_str()))
                        .flag("disabled", value.is("disabled") || option.is("disabled"));
                    el("label").class("choice").child(input).child(el("span").text(option.text("label")))
                });
                div("w-radio")
                    .attr("role", "radiogroup")
                    .maybe("aria-label", value.filled("ariaLabel"))
                    .children(options)
            }
            _ => el("label")
                .class("w-label")
                .attr("for", self.id(&value.text("fieldName")))
                .text(value.text("value")),
        }
    }

    fn id(self, name: &str) -> String {
        ["f_", self.item_id, "_", name].concat()
    }
}
