//! Everything that can happen to the element.

use crate::json::Json;

use super::composer::{Draft, File, Menu};
use super::effect::Call;
use super::failure::Failure;
use super::item::{Attachment, Part};
use super::option::{Header, Options};

/// The number of a method call of the page, which waits for its answer.
pub type Ticket = u32;

/// One happening.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The page set its options. The first time makes the element ready.
    SetOptions(Box<Options>),
    /// The page sends a message.
    Send(Box<Draft>, Ticket),
    /// The page fills the composer.
    FillComposer(Box<ComposerPatch>),
    /// The page changes the thread.
    SetThread(Option<String>, Ticket),
    /// The page asks for what is new on the server.
    FetchUpdates(Ticket),
    /// The page sends an action, perhaps on behalf of a widget.
    SendAction(Json, Option<String>, Ticket),
    /// The element is on the page, for the first time or again.
    Attached,
    /// The element has left the page.
    Detached,

    /// The reader typed.
    Input(String),
    /// The reader sends what is in the composer.
    Submit,
    /// The reader stops the answer.
    Stop,
    /// The reader tries again what failed.
    TryAgain,
    /// The reader chose a starter prompt.
    UsePrompt(usize),
    /// The reader starts a new conversation.
    NewThread,
    /// The reader takes the quoted passage out.
    RemoveQuote,
    /// The reader takes a file out.
    RemoveFile(u32),
    /// Files were chosen, dropped or pasted.
    AddFiles(Vec<File>),
    /// How an upload went.
    Uploaded(u32, Result<Attachment, Failure>),
    /// The reader opens or closes a menu of the composer.
    ToggleMenu(Menu),
    /// The reader chose a tool, or none.
    PickTool(Option<String>),
    /// The reader chose a model.
    PickModel(String),
    /// The page answered a search for things to mention.
    TagsFound(String, Vec<Json>),
    /// The reader chose what to mention.
    PickTag(Json),
    /// The reader moves up or down in a list of things to mention.
    MoveTag(bool),

    /// The reader asks for the history, or the page does.
    OpenHistory,
    /// The reader leaves the history, or the page does.
    CloseHistory,
    /// The reader opens a thread.
    OpenThread(String),
    /// More threads are wanted.
    MoreThreads,
    /// The list of threads is wanted again.
    ReloadHistory,
    /// The reader wants to delete a thread and is asked.
    AskDelete(String),
    /// The reader does not want to delete it.
    CancelDelete,
    /// The reader wants to delete it.
    Delete(String),
    /// The reader renames a thread.
    StartRename(String),
    /// The new title as typed.
    RenameInput(String),
    /// The new title is right.
    Rename,
    /// It is not.
    CancelRename,

    /// Older items are wanted.
    LoadOlder,
    /// The thread is wanted again.
    ReloadThread,
    /// The reader judges an answer.
    Feedback(Vec<String>, bool),
    /// The reader wants another answer to this message.
    RetryAfter(String),
    /// The reader copies an answer.
    CopyAnswer(Vec<String>),
    /// The reader pressed a link into the page's own app.
    FollowDeeplink(Json),
    /// The reader pressed an entity.
    FollowEntity(Json),
    /// The reader pressed one of the page's header buttons; `true` is the left one.
    HeaderAction(bool),
    /// A widget's control was used: the item, the action's configuration, the form's values.
    WidgetAction(String, Json, Json),
    /// Answers to questions: the item, the values by question, `None` when skipped.
    AnswerQuestions(String, Option<Json>),
    /// The reader puts a notice away.
    DismissNotice(String),
    /// Whether the end of the conversation is out of view.
    ScrolledAway(bool),
    /// The reader wants to see the end.
    JumpToEnd,

    /// One event of a turn's stream, as it came.
    Arrived(u32, String),
    /// A turn's stream ended as it should.
    Ended(u32),
    /// A turn's stream failed.
    Failed(u32, Failure),
    /// The page's tool answered.
    ToolAnswered(u32, Json),
    /// A call was answered.
    Answered(Box<Call>, Result<Json, Failure>),
}

impl Msg {
    /// The message with the values of the form it was sent from.
    #[must_use]
    pub fn with_values(self, values: Json) -> Self {
        match self {
            Msg::WidgetAction(item_id, action, _) => Msg::WidgetAction(item_id, action, values),
            Msg::AnswerQuestions(item_id, Some(_)) => Msg::AnswerQuestions(item_id, Some(values)),
            other => other,
        }
    }
}

/// What the page changes in the composer; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComposerPatch {
    /// Text and tags.
    pub content: Option<Vec<Part>>,
    /// The quoted passage.
    pub quote: Option<String>,
    /// Files that are already on the server.
    pub attachments: Option<Vec<Attachment>>,
    /// The tool, or none.
    pub tool: Option<Option<String>>,
    /// The model.
    pub model: Option<String>,
}

impl Header {
    /// The icon of the page's button on that side.
    pub fn icon(&self, is_left: bool) -> Option<&str> {
        if is_left { self.left.as_deref() } else { self.right.as_deref() }
    }
}
