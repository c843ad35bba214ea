//! `input.transcribe`.

use serde_json::json;

use crate::harness::site;

#[tokio::test]
async fn the_handler_gets_the_bytes_and_the_media_type() {
    let site = site().await;
    let params = json!({"audio_base64": "AAECAw==", "mime_type": "audio/webm;codecs=opus"});
    assert_eq!(
        site.post("ada", "input.transcribe", params).await.ok(),
        json!({"text": "audio/webm 4 bytes"})
    );
    let params = json!({"audio_base64": "AAA", "mime_type": "audio/webm"});
    assert_eq!(site.post("ada", "input.transcribe", params).await.error(400), "invalid_request");
}
