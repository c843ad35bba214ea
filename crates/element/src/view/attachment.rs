//! Files: in the composer and in a sent message.

use crate::model::{Attachment, File, FileState, Msg, State};
use crate::tree::{Element, div, el};

use super::header::tool;
use super::icon::{Icon, icon};

/// A file that was sent.
pub(super) fn sent(attachment: &Attachment) -> Element {
    match attachment.preview_url.as_deref().filter(|url| is_image_address(url)) {
        Some(url) => {
            let image = el("img")
                .attr("src", url.to_owned())
                .attr("alt", attachment.name.clone())
                .attr("loading", "lazy");
            div("file picture").child(image)
        }
        None => div("file")
            .child(icon(Icon::Document))
            .child(el("span").class("name").text(attachment.name.as_str())),
    }
}

/// A file on its way into a message.
pub(super) fn pending(state: &State, file: &File) -> Element {
    let text = state.text;
    let class = match file.state {
        FileState::Pending => "file is-pending",
        FileState::Ready(_) => "file",
        FileState::Failed => "file is-failed",
    };
    let waiting = (file.state == FileState::Pending)
        .then(|| el("span").class("spinner").attr("role", "img").label(text.pending_upload));
    let shape = if file.mime_type.starts_with("image/") { Icon::Image } else { Icon::Document };
    div(class)
        .key(file.key.to_string())
        .child(icon(shape))
        .child(el("span").class("name").attr("title", file.name.clone()).text(file.name.as_str()))
        .children(waiting)
        .child(
            tool("tool small", text.remove.replace("{}", &file.name), Msg::RemoveFile(file.key))
                .child(icon(Icon::Close)),
        )
}

/// Whether an address may be shown as an image.
pub(super) fn is_image_address(url: &str) -> bool {
    ["https://", "http://", "data:image/", "blob:", "/"].iter().any(|start| url.starts_with(start))
        && !url.starts_with("//")
}
