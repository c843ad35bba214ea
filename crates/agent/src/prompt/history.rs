//! Earlier messages of a thread, as many of the newest as fit.

use docent_protocol::ThreadItem;

use super::fence::Fence;
use crate::client::{ChatMessage, Role};
use crate::redaction::{Strictness, redact_head};

/// One earlier message takes at most this share of the budget: a pasted log must not push out the conversation.
const LARGEST_SHARE: usize = 4;
/// And what was selected then at most so many characters.
const SELECTION: usize = 500;

/// The messages before `newest_id`, oldest first, of at most `budget` characters in all.
///
/// The first of them is always a reader's: an answer without its question misleads, and some servers refuse it.
pub(super) fn messages(
    history: &[ThreadItem],
    newest_id: &str,
    budget: usize,
    fence: &Fence,
) -> Vec<ChatMessage> {
    let mut left = budget;
    let mut messages = Vec::new();
    for item in history.iter().rev().skip_while(|item| item.id() != newest_id).skip(1) {
        let largest = budget / LARGEST_SHARE;
        let Some(mut message) = message(item, fence, largest) else { continue };
        if message.content.chars().count() > largest {
            message.content = message.content.chars().take(largest).chain("\n[cut]".chars()).collect();
        }
        let Some(rest) = left.checked_sub(message.content.chars().count()) else { break };
        left = rest;
        messages.push(message);
    }
    messages.reverse();
    let first = messages.iter().position(|message| message.role == Role::User).unwrap_or(messages.len());
    messages.drain(..first);
    messages
}

/// What an item says, of which `largest` characters will be told: looking for secrets in more would be work for nothing.
fn message(item: &ThreadItem, fence: &Fence, largest: usize) -> Option<ChatMessage> {
    let (role, text) = match item {
        ThreadItem::UserMessage(message) => {
            let mut text = message.plain_text();
            if let Some(selection) = message.quoted_text.as_deref().filter(|text| !text.trim().is_empty()) {
                let labels = [("kind", "selection"), ("from", "the page; the reader selected it then")];
                let selection = redact_head(selection, 2 * SELECTION, Strictness::Private);
                text = format!("{}\n\n{text}", fence.block(&labels, &selection, SELECTION));
            }
            (Role::User, text)
        }
        ThreadItem::AssistantMessage(message) => (Role::Assistant, message.plain_text()),
        // The server's own words on how the answer above ended: the reader stopped it, or it was interrupted.
        ThreadItem::SdkHiddenContext(marker) => (Role::User, format!("({})", marker.content)),
        // What else a thread may hold was not said by anybody and tells nothing a passage would not.
        _ => return None,
    };
    let text = redact_head(text.trim(), 2 * largest, Strictness::Private).into_owned();
    (!text.is_empty()).then(|| ChatMessage::new(role, text))
}
