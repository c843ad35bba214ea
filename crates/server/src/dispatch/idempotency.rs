//! A request that is sent again is not done again: it gets the run it had begun.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use docent_protocol::ChatKitRequest;
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use super::{Answer, DispatchError, Dispatcher};
use crate::store::Idempotency;
use crate::turn::RequestContext;

impl Dispatcher {
    /// Answers a streaming request that its sender gave a name: the first time by a new run, then by the same.
    pub(super) async fn dispatch_once(
        &self,
        request: ChatKitRequest,
        mut context: RequestContext,
        key: String,
    ) -> Result<Answer, DispatchError> {
        let idempotency = Idempotency { fingerprint: fingerprint(&request)?, key };
        // Until the run is stored, a second request of the key waits here instead of failing on the first one's thread.
        let _only = self.in_flight.enter(&context.user_id, &idempotency.key).await;
        let known = self.services.store.load_run_by_key(&context.user_id, &idempotency.key).await?;
        match known {
            Some(run) if run.idempotency.as_ref() == Some(&idempotency) => {
                self.repeat_run(&context, run).await
            }
            Some(_) => Err(DispatchError::KeyReused),
            None => {
                context.idempotency = Some(idempotency.clone());
                let asker = context.clone();
                match self.dispatch(request, context).await {
                    // Of a shared store: it may have been sent to another process too, which was faster.
                    Err(error @ (DispatchError::Busy | DispatchError::Internal(_))) => {
                        match self.services.store.load_run_by_key(&asker.user_id, &idempotency.key).await {
                            Ok(Some(run)) if run.idempotency.as_ref() == Some(&idempotency) => {
                                self.repeat_run(&asker, run).await
                            }
                            _ => Err(error),
                        }
                    }
                    answer => answer,
                }
            }
        }
    }
}

/// What a request asks for, as a hash. Metadata is left out: what a page says of itself holds the time, and a request
/// sent again a second later is still the same.
fn fingerprint(request: &ChatKitRequest) -> Result<String, DispatchError> {
    let mut body = request.to_value().map_err(DispatchError::internal)?;
    if let Some(body) = body.as_object_mut() {
        body.remove("metadata");
    }
    if let Some(input) = body.pointer_mut("/params/input").and_then(|input| input.as_object_mut()) {
        input.remove("metadata");
    }
    Ok(Sha256::digest(body.to_string()).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The keys of requests that have no run yet.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    keys: Mutex<HashSet<(String, String)>>,
    left: Notify,
}

impl InFlight {
    /// Waits until nobody else is here with this key of this user.
    async fn enter(self: &Arc<Self>, user_id: &str, key: &str) -> Entered {
        let name = (user_id.to_owned(), key.to_owned());
        loop {
            let left = self.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            if self.lock().insert(name.clone()) {
                return Entered { name, in_flight: Arc::clone(self) };
            }
            left.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<(String, String)>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves when dropped.
struct Entered {
    name: (String, String),
    in_flight: Arc<InFlight>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.in_flight.lock().remove(&self.name);
        self.in_flight.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(body: Value) -> String {
        let request = ChatKitRequest::from_slice(body.to_string().as_bytes()).expect("a request");
        fingerprint(&request).expect("a fingerprint")
    }

    fn message(text: &str, at: u64) -> Value {
        json!({
            "type": "threads.create", "metadata": {"pageContext": {"timestamp": at}},
            "params": {"input": {"content": [{"type": "input_text", "text": text}], "attachments": [],
                "inference_options": {}, "metadata": {"timestamp": at}}},
        })
    }

    #[test]
    fn the_same_request_a_moment_later_is_the_same_and_another_text_is_another() {
        assert_eq!(of(message("a", 1)), of(message("a", 2)));
        assert_ne!(of(message("a", 1)), of(message("b", 1)));
        let retry = |item: &str| json!({"type": "threads.retry_after_item", "params": {"thread_id": "t", "item_id": item}});
        assert_ne!(of(retry("a")), of(retry("b")));
    }
}
