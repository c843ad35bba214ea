//! Reading options: every key is looked at, what is not understood is noted, nothing is refused.

use crate::json::Json;
use crate::model::item::Part;

use super::{Composer, Files, Header, History, Model, Options, Prompt, Tool, Upload, theme};

/// What there is to say about the options, one sentence each.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    pub(super) fn add(&mut self, path: &str, what: &str) {
        let mut note = path.to_owned();
        note.push(' ');
        note.push_str(what);
        self.0.push(note);
    }

    /// Notes the keys of an object that are none of `known`.
    pub(super) fn keys(&mut self, path: &str, value: &Json, known: &[&str]) {
        for (key, _) in value.members() {
            if !known.contains(&key.as_str()) {
                let path = if path.is_empty() { key.clone() } else { [path, key].join(".") };
                self.add(&path, "is not an option of this element and has no effect");
            }
        }
    }

    pub(super) fn choice(&mut self, path: &str, value: &Json, known: &[&str]) -> Option<String> {
        match value.as_str() {
            Some(text) if known.contains(&text) => Some(text.to_owned()),
            None if value.is_null() => None,
            _ => {
                let mut what = "is none of ".to_owned();
                what.push_str(&known.join(", "));
                self.add(path, &what);
                None
            }
        }
    }
}

/// Reads the options from their JSON form. `functions` are the paths of the functions among them, such as
/// `header.leftAction.onClick`. Answers the options and one sentence for each thing that was not understood.
pub fn read(value: &Json, functions: &[String]) -> (Options, Vec<String>) {
    let mut notes = Notes::default();
    let has = |path: &str| functions.iter().any(|function| function == path);
    let known = [
        "api",
        "locale",
        "theme",
        "frameTitle",
        "initialThread",
        "onClientTool",
        "header",
        "history",
        "startScreen",
        "threadItemActions",
        "composer",
        "disclaimer",
        "entities",
        "commands",
        "widgets",
        "thread",
    ];
    notes.keys("", value, &known);

    let api = value.get("api");
    notes.keys("api", api, &["url", "domainKey", "uploadStrategy", "fetch", "getClientSecret"]);
    let header = value.get("header");
    notes.keys("header", header, &["enabled", "title", "leftAction", "rightAction"]);
    let history = value.get("history");
    notes.keys("history", history, &["enabled", "showDelete", "showRename"]);
    let start = value.get("startScreen");
    notes.keys("startScreen", start, &["greeting", "prompts"]);
    let actions = value.get("threadItemActions");
    notes.keys("threadItemActions", actions, &["feedback", "retry"]);
    let disclaimer = value.get("disclaimer");
    notes.keys("disclaimer", disclaimer, &["text", "highContrast"]);

    let action = |side: &str| {
        let icon = header.get(side).filled("icon").unwrap_or_else(|| "dots-horizontal".to_owned());
        has(&["header.", side, ".onClick"].concat()).then_some(icon)
    };
    let options = Options {
        api_url: api_url(api, has("api.getClientSecret"), &mut notes),
        upload: upload(api.get("uploadStrategy"), &mut notes),
        locale: value.filled("locale"),
        theme: theme::read(value.get("theme"), &mut notes),
        title: value.filled("frameTitle"),
        initial_thread: value.filled("initialThread"),
        has_client_tools: has("onClientTool"),
        header: Header {
            is_enabled: header.bool("enabled").unwrap_or(true),
            has_title: header.get("title").bool("enabled").unwrap_or(true),
            title: header.get("title").filled("text"),
            left: action("leftAction"),
            right: action("rightAction"),
        },
        history: History {
            is_enabled: history.bool("enabled").unwrap_or(true),
            can_delete: history.bool("showDelete").unwrap_or(true),
            can_rename: history.bool("showRename").unwrap_or(true),
        },
        greeting: start.str("greeting").map(str::to_owned),
        prompts: prompts(start, &mut notes),
        has_feedback: actions.is("feedback"),
        has_retry: actions.is("retry"),
        is_following: value.get("thread").is("autoScroll"),
        composer: composer(value.get("composer"), &mut notes),
        disclaimer: disclaimer.filled("text").map(|text| (text, disclaimer.is("highContrast"))),
        has_widget_actions: has("widgets.onAction"),
        has_tag_search: has("entities.onTagSearch"),
        has_entity_clicks: has("entities.onClick"),
    };
    (options, notes.0)
}

fn api_url(api: &Json, is_hosted: bool, notes: &mut Notes) -> Option<String> {
    let url = api.filled("url");
    match (&url, is_hosted) {
        (None, true) => {
            notes.add("api.getClientSecret", "is for the hosted service; give this element api.url instead")
        }
        (None, false) => notes.add("api.url", "is missing; it is the address of your ChatKit server"),
        _ => {}
    }
    url
}

fn upload(value: &Json, notes: &mut Notes) -> Option<Upload> {
    match (value.str("type"), value.filled("uploadUrl")) {
        (Some("two_phase"), _) => Some(Upload::TwoPhase),
        (Some("direct"), Some(url)) => Some(Upload::Direct(url)),
        (Some("direct"), None) => {
            notes.add("api.uploadStrategy.uploadUrl", "is missing; files cannot be sent without it");
            None
        }
        _ => {
            if !value.is_null() {
                notes.add("api.uploadStrategy.type", "is neither 'two_phase' nor 'direct'");
            }
            None
        }
    }
}

fn prompts(start: &Json, notes: &mut Notes) -> Vec<Prompt> {
    let mut prompts = Vec::new();
    for prompt in start.list("prompts") {
        let content = match prompt.get("prompt") {
            Json::Text(text) if !text.trim().is_empty() => vec![Part::plain(text)],
            Json::List(parts) => parts.iter().map(Part::read).collect(),
            _ => Vec::new(),
        };
        match prompt.filled("label") {
            Some(label) if !content.is_empty() => {
                prompts.push(Prompt { label, content, icon: prompt.filled("icon") })
            }
            _ => notes.add(
                "startScreen.prompts",
                "has an entry without a label or without a prompt; it is left out",
            ),
        }
    }
    prompts
}

fn composer(value: &Json, notes: &mut Notes) -> Composer {
    notes.keys("composer", value, &["placeholder", "attachments", "tools", "models", "dictation"]);
    if value.get("dictation").is("enabled") {
        notes.add("composer.dictation", "is not there yet; the microphone is not shown");
    }
    Composer {
        placeholder: value.filled("placeholder"),
        files: files(value.get("attachments")),
        tools: value
            .list("tools")
            .iter()
            .filter_map(|tool| {
                let id = tool.filled("id")?;
                Some(Tool {
                    label: tool.filled("label").unwrap_or_else(|| id.clone()),
                    id,
                    short_label: tool.filled("shortLabel"),
                    icon: tool.filled("icon"),
                    placeholder: tool.filled("placeholderOverride"),
                    is_pinned: tool.is("pinned"),
                    is_persistent: tool.is("persistent"),
                })
            })
            .collect(),
        models: value
            .list("models")
            .iter()
            .filter_map(|model| {
                let id = model.filled("id")?;
                Some(Model {
                    label: model.filled("label").unwrap_or_else(|| id.clone()),
                    id,
                    description: model.filled("description"),
                    is_disabled: model.is("disabled"),
                    is_default: model.is("default"),
                })
            })
            .collect(),
    }
}

fn files(value: &Json) -> Option<Files> {
    const DEFAULT_MAX_BYTES: usize = 100 * 1024 * 1024;
    if !value.is("enabled") {
        return None;
    }
    let mut accept = Vec::new();
    for (mime, extensions) in value.get("accept").members() {
        accept.push(mime.clone());
        accept.extend(extensions.items().iter().filter_map(Json::as_str).map(str::to_owned));
    }
    let max = value.get("maxSize");
    let mut max_bytes: Vec<_> =
        max.members().iter().filter_map(|(mime, bytes)| Some((mime.clone(), bytes.as_index()?))).collect();
    for fallback in &mut max_bytes {
        if fallback.0.is_empty() {
            "*".clone_into(&mut fallback.0);
        }
    }
    if !max_bytes.iter().any(|(mime, _)| mime == "*") {
        max_bytes.push(("*".to_owned(), max.as_index().unwrap_or(DEFAULT_MAX_BYTES)));
    }
    Some(Files {
        accept: accept.join(","),
        max_count: value.get("maxCount").as_index().unwrap_or(10),
        max_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{ColorScheme, Options};
    use super::*;
    use crate::json::parse;

    fn options(text: &str) -> (Options, Vec<String>) {
        read(&parse(text).unwrap(), &["header.leftAction.onClick".to_owned()])
    }

    #[test]
    fn defaults_are_the_official_ones() {
        let (options, notes) = options(r#"{"api":{"url":"/chatkit","domainKey":"local"}}"#);
        assert_eq!(options.theme.scheme, ColorScheme::Light);
        assert!(options.header.is_enabled && options.history.is_enabled && options.header.has_title);
        assert!(!options.has_feedback && !options.has_retry && !options.is_following);
        assert_eq!(notes, [] as [String; 0]);
    }

    #[test]
    fn unknown_and_wrong_options_are_noted_and_the_rest_is_used() {
        let (options, notes) = options(
            r#"{"api":{"url":"/c"},"colour":1,"theme":{"radius":"wavy","colorScheme":"dim","extra":1},
               "startScreen":{"prompts":[{"label":"A","prompt":"a"},{"label":"B"}]}}"#,
        );
        assert_eq!(options.prompts.len(), 1);
        assert_eq!(notes.len(), 5, "{notes:?}");
        assert!(notes.iter().any(|note| note.starts_with("colour is not an option")));
    }

    #[test]
    fn a_missing_address_is_said_with_what_to_do() {
        assert!(options("{}").1[0].contains("api.url is missing"));
        let (_, notes) = read(&parse(r#"{"api":{}}"#).unwrap(), &["api.getClientSecret".to_owned()]);
        assert!(notes[0].contains("give this element api.url"));
    }

    #[test]
    fn a_header_action_exists_when_it_has_a_function() {
        let (options, _) = options(
            r#"{"api":{"url":"/"},"header":{"leftAction":{"icon":"menu"},"rightAction":{"icon":"close"}}}"#,
        );
        assert_eq!(options.header.left.as_deref(), Some("menu"));
        assert_eq!(options.header.right, None);
    }

    #[test]
    fn file_limits_read_a_number_and_a_record() {
        let files = |text: &str| files(&parse(text).unwrap());
        assert_eq!(files(r#"{"enabled":false}"#), None);
        assert_eq!(files(r#"{"enabled":true,"maxSize":5}"#).unwrap().max_bytes, [("*".to_owned(), 5)]);
        let record =
            files(r#"{"enabled":true,"maxSize":{"image/*":7,"":9},"accept":{"image/png":[".png"]}}"#)
                .unwrap();
        assert_eq!(record.max_bytes, [("image/*".to_owned(), 7), ("*".to_owned(), 9)]);
        assert_eq!(record.accept, "image/png,.png");
    }
}
