//! The conversation as data: one state, one message type, one `update` that answers what to do next.
//!
//! Nothing here knows a browser. What the page, the reader and the server do arrives as [`Msg`]; what must happen
//! outside (a request, an event for the page, a move of the focus) leaves as [`Effect`]. So every path is tested on the
//! host with scripts of messages.

mod composer;
mod effect;
mod failure;
mod history;
mod item;
mod msg;
mod option;
mod state;
mod stream;
mod task;
mod thread;
mod turn;
mod update;
mod upload;

pub use composer::{Composer, Draft, File, FileState, Menu};
pub use effect::{Call, Effect, FocusTarget, Hook};
pub use failure::{Failure, FailureKind};
pub use history::{History, Row};
pub use item::{
    Annotation, Attachment, Content, Entry, Item, Part, Question, Questions, Source, UserMessage,
};
pub use msg::{ComposerPatch, Msg, Ticket};
pub use option::{
    ColorScheme, Composer as ComposerOptions, Files, Font, Grayscale, Header, History as HistoryOptions,
    Model, Options, Prompt, Theme, Tool, Upload, read as read_options,
};
pub use state::{Load, Run, State, Thread, Trouble, Way};
pub use task::{Summary, Task, TaskKind, Workflow};
pub use update::update;
