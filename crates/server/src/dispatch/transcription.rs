//! Speech to text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use docent_protocol::TranscribeParams;
use serde_json::json;

use super::{Answer, DispatchError, Dispatcher};
use crate::handler::AudioInput;
use crate::turn::RequestContext;

impl Dispatcher {
    /// `input.transcribe`: the handler gets the bytes.
    pub(super) async fn transcribe(
        &self,
        context: &RequestContext,
        params: TranscribeParams,
    ) -> Result<Answer, DispatchError> {
        let TranscribeParams { audio_base64, mime_type } = params;
        let data = STANDARD
            .decode(audio_base64)
            .map_err(|error| DispatchError::Invalid(format!("`audio_base64` is not Base64: {error}")))?;
        let text = self.handler.transcribe(context, &AudioInput { data, mime_type }).await?;
        Answer::json(&json!({ "text": text }))
    }
}
