//! What a model is told about the site: the trait behind which passages are found.

use async_trait::async_trait;
use docent_protocol::{ThreadItem, UserMessageItem};
use docent_server::RequestContext;

/// Finds what a model should know to answer a message.
#[async_trait]
pub trait Knowledge: Send + Sync + 'static {
    /// What is known about a message. `history` is the thread, oldest first, the message included.
    async fn brief(
        &self,
        context: &RequestContext,
        message: &UserMessageItem,
        history: &[ThreadItem],
    ) -> Briefing;
}

/// What is known about one message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Briefing {
    /// A title for a thread that begins with the message.
    pub title: Option<String>,
    /// The passages that may answer it, best first. The model cites them by their place in this list, from 1.
    pub passages: Vec<KnownPassage>,
}

/// A passage of the site's documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownPassage {
    /// The page and heading it stands under.
    pub title: String,
    /// The address of the exact heading.
    pub url: String,
    /// The passage, in Markdown.
    pub text: String,
    /// One sentence of it, shown with the citation.
    pub description: Option<String>,
    /// The site's name.
    pub site_name: Option<String>,
    /// Whether the reader is on its page.
    pub is_on_current_page: bool,
}
