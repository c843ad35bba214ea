//! Messages of the reader: the first of a thread, another one, and one answered again.

use std::sync::Arc;

use docent_protocol::{
    Attachment, JsonObject, Page, RetryAfterItemParams, ThreadAddUserMessageParams, ThreadCreateParams,
    ThreadItem, ThreadMetadata, ThreadStatus, ThreadStreamEvent, UserMessageInput, UserMessageItem,
};
use futures_util::FutureExt;

use super::{Answer, DispatchError, Dispatcher, Opening};
use crate::id::IdKind;
use crate::turn::RequestContext;

impl Dispatcher {
    /// `threads.create`: thread and message are stored together, or not at all.
    pub(super) async fn create_thread(
        &self,
        mut context: RequestContext,
        params: ThreadCreateParams,
    ) -> Result<Answer, DispatchError> {
        self.check_running()?;
        let thread = ThreadMetadata {
            title: None,
            id: self.services.ids.generate(IdKind::Thread),
            created_at: self.services.clock.now(),
            status: ThreadStatus::Active,
            allowed_image_domains: None,
            metadata: JsonObject::new(),
        };
        let permit = self.begin_here(Self::key(&context, &thread.id)).await?;
        let message = self.take_message(&mut context, &thread.id, params.input).await?;
        let item = ThreadItem::from(message.clone());
        let created = thread.clone().into_client_thread(Page::default());
        let mut opening = self.opening(permit, context, thread.clone());
        opening.run.new_thread = Some(thread);
        opening.run.saved = vec![item.clone()];
        opening.run.attached = ids_of(&message.attachments);
        opening.preamble = vec![
            ThreadStreamEvent::ThreadCreated { thread: created },
            ThreadStreamEvent::ThreadItemDone { item },
        ];
        self.answer_message(opening, message).await
    }

    /// `threads.add_user_message`.
    pub(super) async fn add_user_message(
        &self,
        mut context: RequestContext,
        params: ThreadAddUserMessageParams,
    ) -> Result<Answer, DispatchError> {
        let ThreadAddUserMessageParams { thread_id, input } = params;
        let (permit, thread) = self.open_thread(&context, thread_id).await?;
        let message = self.take_message(&mut context, &thread.id, input).await?;
        let item = ThreadItem::from(message.clone());
        let mut opening = self.opening(permit, context, thread);
        opening.run.saved = vec![item.clone()];
        opening.run.attached = ids_of(&message.attachments);
        opening.preamble = vec![ThreadStreamEvent::ThreadItemDone { item }];
        self.answer_message(opening, message).await
    }

    /// `threads.retry_after_item`: what follows the message is set aside, and comes back if the new answer fails.
    pub(super) async fn retry_after_item(
        &self,
        context: RequestContext,
        params: RetryAfterItemParams,
    ) -> Result<Answer, DispatchError> {
        let RetryAfterItemParams { thread_id, item_id } = params;
        let (permit, thread) = self.open_thread(&context, thread_id).await?;
        let item = self.services.store.load_item(permit.key(), &item_id).await?;
        if item.is_hidden() {
            return Err(DispatchError::NotFound);
        }
        let ThreadItem::UserMessage(message) = item else {
            return Err(DispatchError::Invalid("Only a message of the reader can be answered again.".into()));
        };
        let mut opening = self.opening(permit, context, thread);
        opening.run.set_aside_after = Some(item_id);
        self.answer_message(opening, message).await
    }

    async fn answer_message(
        &self,
        opening: Opening,
        message: UserMessageItem,
    ) -> Result<Answer, DispatchError> {
        let handler = Arc::clone(&self.handler);
        self.start(opening, move |mut turn| {
            async move { handler.respond(&mut turn, Some(&message)).await }.boxed()
        })
        .await
    }

    /// The item that a message on its way in becomes; its metadata goes to the context.
    async fn take_message(
        &self,
        context: &mut RequestContext,
        thread_id: &str,
        input: UserMessageInput,
    ) -> Result<UserMessageItem, DispatchError> {
        let UserMessageInput { content, attachments, quoted_text, inference_options, metadata } = input;
        let attachments = self.take_attachments(context, thread_id, attachments).await?;
        context.add_metadata(metadata.unwrap_or_default());
        Ok(UserMessageItem {
            id: self.services.ids.generate(IdKind::Message),
            thread_id: thread_id.to_owned(),
            created_at: self.services.clock.now(),
            content,
            attachments,
            quoted_text,
            inference_options,
        })
    }
}

fn ids_of(attachments: &[Attachment]) -> Vec<String> {
    attachments.iter().map(|attachment| attachment.id().to_owned()).collect()
}
