//! Everything the element does outside itself.

use crate::json::Json;

use super::failure::Failure;
use super::msg::Ticket;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Post this body and send each event back as `Msg::Arrived` under this turn.
    Stream(u32, String),
    /// Break off a turn's request: the reader stopped the answer.
    Abort(u32),
    /// Read no more of a turn's answer, which the server goes on writing.
    Leave(u32),
    /// Post this body and send the answer back as `Msg::Answered`.
    Call(Box<Call>, String),
    /// Upload this file (already held by the caller under this key).
    Upload(u32),
    /// Let go of a file.
    Forget(u32),
    /// Dispatch an event with this detail (`Null` for none).
    Emit(&'static str, Json),
    /// Dispatch `chatkit.error`.
    EmitError(Failure),
    /// Call one of the page's functions.
    CallHook(Hook),
    /// Answer a method call.
    Settle(Ticket, Result<(), Failure>),
    /// Reject a method call because the element is busy.
    RejectBusy(Ticket),
    /// Move the focus once the view is up to date.
    Focus(FocusTarget),
    /// Bring the end of the conversation, or what was just sent, into view.
    ScrollToEnd,
    /// Put this on the clipboard.
    Copy(String),
    /// Tell a screen reader.
    Announce(String),
}

/// The page's functions.
#[derive(Clone, Debug, PartialEq)]
pub enum Hook {
    /// `onClientTool`, for a turn: the answer comes back as `Msg::ToolAnswered`.
    ClientTool(u32, Json),
    /// `header.leftAction.onClick`, or the right one.
    Header(bool),
    /// `widgets.onAction(action, item)`.
    Widget(Json, Json),
    /// `entities.onClick(entity)`.
    Entity(Json),
    /// `entities.onTagSearch(query)`: the answer comes back as `Msg::TagsFound`.
    TagSearch(String),
}

/// Where the focus goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FocusTarget {
    /// The composer.
    Composer,
    /// The history panel.
    History,
    /// The button that opens the history.
    HistoryButton,
    /// The field of a thread's new title.
    Rename,
    /// The button that confirms a deletion.
    Confirm,
}

/// A request that is answered once.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// A thread with its first items, and who waits for it.
    Thread(String, Option<Ticket>),
    /// The newest items of a thread that has more than its first page.
    Newest(String, Option<Ticket>),
    /// Items older than the ones shown.
    Older(String),
    /// What a thread is now.
    Refresh(String, Ticket),
    /// A page of the history; `true` when it continues the list.
    Threads(bool),
    /// A new title.
    Rename(String),
    /// A deletion.
    Delete(String),
    /// A judgement.
    Feedback,
    /// An action answered without a stream.
    SyncAction(Option<Ticket>),
    /// The removal of a file.
    DeleteFile,
}
