//! Answers from the documents, as a client of ChatKit gets them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use docent_cli::DocumentsHandler;
use docent_retrieval::{Library, SearchIndex};
use docent_server::{AuthRequest, ChatServer, Identity, SqliteStore};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::documents::{answer, create, events, folder, source};

async fn router() -> Router {
    let folder = folder();
    let index =
        SearchIndex::build(Library::load(&[source(folder.path())]).expect("documents")).expect("an index");
    let server = ChatServer::builder()
        .handler(DocumentsHandler::new(Arc::new(index)).with_pace(Duration::ZERO))
        .store(SqliteStore::in_memory().await.expect("a store"))
        .authenticator(|_: &AuthRequest<'_>| Ok(Identity::new("ada")))
        .build();
    server.expect("a server").router()
}

async fn post(router: &Router, body: &Value, language: &str) -> String {
    let request = Request::post("/chatkit").header("content-type", "application/json");
    let request = request.header("accept-language", language).body(Body::from(body.to_string()));
    let response = router.clone().oneshot(request.expect("a request")).await.expect("an answer");
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

async fn ask(question: &str, selection: Option<&str>, page: Option<&str>) -> Vec<Value> {
    events(&post(&router().await, &create(question, selection, page), "en").await)
}

#[tokio::test]
async fn an_answer_streams_in_pieces_after_progress_and_cites_the_heading() {
    let events = ask("How do I deploy?", None, Some("/")).await;
    let of = |kind: &str| events.iter().position(|event| event["type"] == kind);
    assert!(of("progress_update").is_some() && of("progress_update") < of("thread.item.added"));
    let deltas =
        events.iter().filter(|event| event["update"]["type"] == "assistant_message.content_part.text_delta");
    let streamed: Vec<&str> = deltas.filter_map(|event| event["update"]["delta"].as_str()).collect();
    let content = answer(&events);
    let text = content["text"].as_str().expect("text");
    assert!(streamed.len() > 3 && streamed.concat() == text);
    assert!(text.contains("**[Guide › Deploy](https://lantern.example/guide/#deploy)**"), "{text}");
    assert!(text.contains(r"It uploads only \*changed\* files."), "{text}");
    assert!(text.contains("```bash\nlantern deploy --prod\n```"), "{text}");
    let annotation = &content["annotations"][0];
    assert_eq!(annotation["source"]["type"], "url");
    assert_eq!(annotation["source"]["url"], "https://lantern.example/guide/#deploy");
    assert_eq!(annotation["source"]["title"], "Guide › Deploy");
    assert_eq!(annotation["source"]["attribution"], "Lantern");
    let index = annotation["index"].as_u64().expect("an index") as usize;
    let before: String = text.chars().take(index).collect();
    assert!(before.ends_with("lantern deploy --prod\n```"), "{before}");
    let titled = events.iter().any(|event| event["thread"]["title"] == "How do I deploy?");
    assert!(titled, "{events:?}");
}

#[tokio::test]
async fn a_question_about_a_selection_begins_with_the_place_it_stands_in() {
    let events = ask("What does this mean?", Some("pages for one hour"), Some("/guide/")).await;
    let text = answer(&events)["text"].as_str().expect("text");
    assert!(
        text.starts_with("Your selection is from **[Cache](https://lantern.example/guide/#cache)**."),
        "{text}"
    );
    assert!(text.contains("The cache holds pages for one hour. Clear it with `lantern clear`."), "{text}");
}

#[tokio::test]
async fn the_readers_page_is_named_as_such() {
    let events = ask("How long does the cache hold?", None, Some("/guide/")).await;
    let text = answer(&events)["text"].as_str().expect("text");
    assert!(text.starts_with("On this page, under **[Cache]"), "{text}");
}

#[tokio::test]
async fn nothing_found_is_said_and_pages_are_offered() {
    let events = ask("Who won the world cup?", None, None).await;
    let content = answer(&events);
    let text = content["text"].as_str().expect("text");
    assert!(text.starts_with("I found nothing about this in the documentation."), "{text}");
    assert!(text.contains("\n- ["), "{text}");
    assert_eq!(content["annotations"], json!([]));
}

#[tokio::test]
async fn a_greeting_is_greeted_and_a_misspelling_named() {
    let events = ask("Hello!", None, None).await;
    assert!(answer(&events)["text"].as_str().is_some_and(|text| text.starts_with("Hello!")));
    let events = ask("depoly command", None, None).await;
    let text = answer(&events)["text"].as_str().expect("text");
    assert!(text.starts_with("*No page mentions “depoly”, so this is about “deploy”.*"), "{text}");
}

#[tokio::test]
async fn our_own_words_are_in_the_readers_language() {
    let router = router().await;
    let stream = post(&router, &create("Who won the world cup?", None, None), "de-CH,de;q=0.9").await;
    let events = events(&stream);
    let text = answer(&events)["text"].as_str().expect("text");
    assert!(text.starts_with("Dazu steht nichts in der Dokumentation."), "{text}");
}

#[tokio::test]
async fn a_follow_up_leans_on_the_question_before() {
    let router = router().await;
    let first = events(&post(&router, &create("How do I clear the cache?", None, None), "en").await);
    let thread_id = first[0]["thread"]["id"].as_str().expect("a thread");
    let input = create("and how long?", None, None)["params"]["input"].clone();
    let next =
        json!({"type": "threads.add_user_message", "params": {"thread_id": thread_id, "input": input}});
    let next = events(&post(&router, &next, "en").await);
    assert!(answer(&next)["text"].as_str().is_some_and(|text| text.contains("/guide/#cache")), "{next:?}");
    let titles = next.iter().filter(|event| event["type"] == "thread.updated").count();
    assert_eq!(titles, 0, "the first question's title stays");
}
