//! Answers to the questions of a structured input.

use docent_protocol::{
    InputAnswer, StructuredInput, StructuredInputAnswers, StructuredInputItem, StructuredInputStatus,
    StructuredInputSubmission, ThreadAddStructuredInputParams, ThreadItem, ThreadStreamEvent,
};

use super::{Answer, DispatchError, Dispatcher};
use crate::turn::RequestContext;

impl Dispatcher {
    /// `threads.add_structured_input`: the item with its answers is stored if it still waits for them, and goes out as
    /// the turn's first event.
    pub(super) async fn add_structured_input(
        &self,
        context: RequestContext,
        params: ThreadAddStructuredInputParams,
    ) -> Result<Answer, DispatchError> {
        let ThreadAddStructuredInputParams { thread_id, item_id, input } = params;
        let (permit, thread) = self.open_thread(&context, thread_id).await?;
        let item = self.services.store.load_item(permit.key(), &item_id).await?;
        if item.is_hidden() {
            return Err(DispatchError::NotFound);
        }
        let ThreadItem::StructuredInput(mut item) = item else {
            return Err(DispatchError::Invalid("This item asks no questions.".into()));
        };
        if item.status != StructuredInputStatus::Pending {
            return Err(DispatchError::NotPending("These questions are answered already."));
        }
        let mut opening = self.opening(permit, context, thread);
        opening.run.unchanged = vec![item.clone().into()];
        answer(&mut item, input);
        let item = ThreadItem::from(item);
        opening.run.saved = vec![item.clone()];
        self.continue_thread(opening, Some(ThreadStreamEvent::ThreadItemReplaced { item })).await
    }
}

/// Writes the answers in. A question is skipped if it has no answer; one that takes a single choice keeps the first;
/// answers to unknown questions are ignored.
fn answer(item: &mut StructuredInputItem, submission: StructuredInputAnswers) {
    let StructuredInputAnswers { status, mut answers } = submission;
    let is_skipped = status == StructuredInputSubmission::Skipped;
    for input in &mut item.inputs {
        let given = answers
            .remove(input.id())
            .filter(|given| !is_skipped && !given.skipped && !given.values.is_empty());
        let mut answer = given.unwrap_or(InputAnswer { values: Vec::new(), skipped: true });
        match input {
            StructuredInput::MultipleChoice(question) => {
                if !question.multiple {
                    answer.values.truncate(1);
                }
                question.answer = Some(answer);
            }
            StructuredInput::Freeform(question) => question.answer = Some(answer),
        }
    }
    item.status = if is_skipped { StructuredInputStatus::Skipped } else { StructuredInputStatus::Answered };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn answered(submission: Value) -> Value {
        let mut item: StructuredInputItem = serde_json::from_value(json!({
            "id": "msg_1", "thread_id": "thr_1", "created_at": "2026-01-01T00:00:00Z",
            "inputs": [
                {"type": "multiple_choice", "id": "one", "question": "?", "options": [{"value": "a"}]},
                {"type": "multiple_choice", "id": "many", "question": "?", "options": [], "multiple": true},
                {"type": "freeform", "id": "free", "question": "?"},
            ],
        }))
        .expect("an item");
        answer(&mut item, serde_json::from_value(submission).expect("a submission"));
        let answers: Vec<Value> = item
            .inputs
            .iter()
            .map(|input| serde_json::to_value(input).expect("serialisable")["answer"].clone())
            .collect();
        json!({"status": item.status, "answers": answers})
    }

    #[test]
    fn answers_find_their_questions_and_a_single_choice_keeps_the_first() {
        let after = answered(json!({"answers": {
            "one": {"values": ["a", "b"]}, "many": {"values": ["a", "b"]}, "unknown": {"values": ["x"]},
        }}));
        assert_eq!(
            after,
            json!({"status": "answered", "answers": [
                {"values": ["a"], "skipped": false},
                {"values": ["a", "b"], "skipped": false},
                {"values": [], "skipped": true},
            ]})
        );
    }

    #[test]
    fn a_skipped_submission_skips_every_question() {
        let after = answered(json!({"status": "skipped", "answers": {"free": {"values": ["x"]}}}));
        assert_eq!(after["status"], "skipped");
        for answer in after["answers"].as_array().expect("a list") {
            assert_eq!(answer, &json!({"values": [], "skipped": true}));
        }
    }
}
