//! Speech to text.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use docent_protocol::TranscribeParams;
use serde_json::json;

use super::{Answer, DispatchError, Dispatcher};
use crate::handler::AudioInput;
use crate::turn::RequestContext;

/// Digits without padding; the bits that fill up the last one may be anything.
const DIGITS: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

impl Dispatcher {
    /// `input.transcribe`: the handler gets the bytes.
    pub(super) async fn transcribe(
        &self,
        context: &RequestContext,
        params: TranscribeParams,
    ) -> Result<Answer, DispatchError> {
        let TranscribeParams { audio_base64, mime_type } = params;
        let data = decode(&audio_base64).ok_or_else(|| {
            DispatchError::Invalid("`audio_base64` is not Base64: its padding is wrong.".into())
        })?;
        let text = self.handler.transcribe(context, &AudioInput { data, mime_type }).await?;
        Answer::json(&json!({ "text": text }))
    }
}

/// Base64 as the reference reads it: characters outside the alphabet, such as line breaks, are passed over, and so is
/// all that follows complete padding. `None`: the padding is wrong, or a character is not ASCII.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut digits: Vec<u8> = Vec::with_capacity(text.len());
    let (mut padding, mut is_complete) = (0, false);
    for byte in text.bytes() {
        match byte {
            b'=' => {
                padding += 1;
                if digits.len() % 4 >= 2 && digits.len() % 4 + padding >= 4 {
                    is_complete = true;
                    break;
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                padding = 0;
                digits.push(byte);
            }
            _ => {}
        }
    }
    if !text.is_ascii() || (!is_complete && !digits.len().is_multiple_of(4)) {
        return None;
    }
    DIGITS.decode(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn base64_is_read_as_the_reference_reads_it() {
        for (text, bytes) in [
            ("", 0),
            ("%%%", 0),
            ("AAAA", 3),
            ("AA==", 1),
            ("AB==", 1),
            ("AA=A=", 2),
            ("AA==AAAA", 1),
            ("=AAAA", 3),
            ("A=AAA", 3),
            ("AA\r\nA=", 2),
            ("AAAA==", 3),
            ("_-", 0),
        ] {
            assert_eq!(decode(text).map(|bytes| bytes.len()), Some(bytes), "{text:?}");
        }
        for text in ["A", "AAA", "AA=", "A===", "AAAAA", "\u{fc}"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        assert_eq!(decode("aGk=").as_deref(), Some(b"hi".as_slice()));
    }
}
