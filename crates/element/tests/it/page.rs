//! A page with an element in it: sends messages to the model and remembers what it asked for.

use docent_element::json::{Json, parse};
use docent_element::model::{Call, Draft, Effect, Item, Msg, Options, Part, State, read_options, update};
use docent_element::tree::Node;
use docent_element::view::{Cache, Env, view};

/// The state and everything it asked for.
pub(crate) struct Page {
    pub(crate) state: State,
    pub(crate) effects: Vec<Effect>,
    cache: Cache,
}

/// Options with an address and what else is given, as JSON members.
pub(crate) fn options(more: &str, functions: &[&str]) -> Options {
    let text = format!(r#"{{"api":{{"url":"/chatkit","domainKey":"x"}}{more}}}"#);
    let functions: Vec<String> = functions.iter().map(|name| (*name).to_owned()).collect();
    read_options(&parse(&text).unwrap(), &functions).0
}

impl Page {
    pub(crate) fn new() -> Self {
        Self::with(options("", &[]))
    }

    pub(crate) fn with(options: Options) -> Self {
        let mut page = Self { state: State::new(), effects: Vec::new(), cache: Cache::default() };
        page.send(Msg::SetOptions(Box::new(options)));
        page
    }

    /// Applies a message; answers what it asked for.
    pub(crate) fn send(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = update(&mut self.state, msg);
        self.effects.extend(effects.iter().cloned());
        effects
    }

    /// The reader types and presses Enter. Answers the turn's number.
    pub(crate) fn ask(&mut self, text: &str) -> u32 {
        self.send(Msg::Input(text.to_owned()));
        self.send(Msg::Submit);
        self.turn()
    }

    /// The number of the turn under way.
    pub(crate) fn turn(&self) -> u32 {
        self.state.run.as_ref().expect("a turn is under way").turn
    }

    /// Events of the turn under way, one JSON each.
    pub(crate) fn stream(&mut self, events: &[&str]) -> Vec<Effect> {
        let turn = self.turn();
        events.iter().flat_map(|event| self.send(Msg::Arrived(turn, (*event).to_owned()))).collect()
    }

    /// The stream of the turn under way ends.
    pub(crate) fn end(&mut self) -> Vec<Effect> {
        let turn = self.turn();
        self.send(Msg::Ended(turn))
    }

    /// A whole turn: the question is stored, an answer of that text comes.
    pub(crate) fn exchange(&mut self, question: &str, answer: &str) {
        let number = self.state.thread.entries.len();
        self.ask(question);
        let created = r#"{"type":"thread.created","thread":{"id":"thr_1","created_at":"2026-01-01T00:00:00Z","status":{"type":"active"},"metadata":{},"items":{"data":[],"has_more":false}}}"#;
        if self.state.thread.id.is_none() {
            self.stream(&[created]);
        }
        self.stream(&[
            &stored_question(&format!("msg_q{number}"), question),
            &stored_answer(&format!("msg_a{number}"), answer),
        ]);
        self.end();
    }

    /// The bodies posted as streams, oldest first.
    pub(crate) fn posted(&self) -> Vec<Json> {
        let bodies = self.effects.iter().filter_map(|effect| match effect {
            Effect::Stream(_, body) => parse(body),
            _ => None,
        });
        bodies.collect()
    }

    /// The call made last, and its body.
    pub(crate) fn called(&self) -> (Call, Json) {
        let calls = self.effects.iter().rev().filter_map(|effect| match effect {
            Effect::Call(call, body) => Some(((**call).clone(), parse(body).unwrap())),
            _ => None,
        });
        calls.into_iter().next().expect("a call was made")
    }

    /// Answers the call made last.
    pub(crate) fn answer(&mut self, json: &str) -> Vec<Effect> {
        let (call, _) = self.called();
        self.send(Msg::Answered(Box::new(call), Ok(parse(json).unwrap())))
    }

    /// The names of the events emitted so far.
    pub(crate) fn events(&self) -> Vec<&'static str> {
        let names = self.effects.iter().filter_map(|effect| match effect {
            Effect::Emit(name, _) => Some(*name),
            Effect::EmitError(_) => Some("error"),
            _ => None,
        });
        names.collect()
    }

    /// What the reader sees.
    pub(crate) fn view(&mut self) -> Node {
        let env = Env { origin: "https://docs.example".to_owned(), age_days: |_| Some(0) };
        view(&self.state, &mut self.cache, &env).into()
    }

    /// All text the reader sees.
    pub(crate) fn text(&mut self) -> String {
        self.view().plain()
    }

    /// The texts of the conversation, the reader's with a leading `>`.
    pub(crate) fn said(&self) -> Vec<String> {
        let texts = self.state.thread.entries.iter().filter_map(|entry| match &entry.item {
            Item::User(message) => Some(format!("> {}", message.plain())),
            Item::Assistant(_) => entry.answer(),
            _ => None,
        });
        texts.collect()
    }
}

/// A message the page sends.
pub(crate) fn draft(text: &str) -> Box<Draft> {
    Box::new(Draft { content: vec![Part::plain(text)], ..Draft::default() })
}

/// The event that stores a question.
pub(crate) fn stored_question(id: &str, text: &str) -> String {
    format!(
        r#"{{"type":"thread.item.done","item":{{"id":"{id}","thread_id":"thr_1","created_at":"2026-01-01T00:00:00Z","type":"user_message","content":[{{"type":"input_text","text":"{text}"}}],"attachments":[],"inference_options":{{}}}}}}"#
    )
}

/// The event that stores an answer.
pub(crate) fn stored_answer(id: &str, text: &str) -> String {
    format!(r#"{{"type":"thread.item.done","item":{}}}"#, answer(id, text))
}

/// An answer as an item.
pub(crate) fn answer(id: &str, text: &str) -> String {
    format!(
        r#"{{"id":"{id}","thread_id":"thr_1","created_at":"2026-01-01T00:00:00Z","type":"assistant_message","content":[{{"type":"output_text","text":"{text}","annotations":[]}}]}}"#
    )
}

/// Every element below a node that has the class.
pub(crate) fn find<'a>(node: &'a Node, class: &str) -> Vec<&'a docent_element::tree::Element> {
    let Some(element) = node.element() else { return Vec::new() };
    let has = |value: &str| value.split(' ').any(|word| word == class);
    let is_it = element.attrs.iter().any(|(name, value)| *name == "class" && has(value));
    let below = element.children.iter().flat_map(|child| find(child, class));
    is_it.then_some(element).into_iter().chain(below).collect()
}
