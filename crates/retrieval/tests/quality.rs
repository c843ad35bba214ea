//! Questions that readers ask of a documentation site, and the headings that answer them.

use std::path::Path;

use docent_retrieval::{Block, Found, Intent, Library, Question, Search, SearchIndex, Source};

/// Question, and the address that answers it.
const QUESTIONS: [(&str, &str); 36] = [
    ("How do I install it on a Mac?", "/guide/install#install-on-macos"),
    ("install on linux", "/guide/install#install-on-linux"),
    ("winget", "/guide/install#install-on-windows"),
    ("which node version is required?", "/guide/install#requirements"),
    ("command not found after installing", "/guide/install#verify"),
    ("How can I upgrade to a new version?", "/guide/install#upgrade"),
    ("how to remove lantern from my computer", "/guide/install#uninstall"),
    ("Where do the settings live?", "/guide/settings"),
    ("change the logo in the header", "/guide/settings#site-settings"),
    ("What is base_url?", "/guide/settings#site-settings"),
    ("How do I change the order of the sidebar?", "/guide/settings#sidebar"),
    ("hide a page from the side bar", "/guide/settings#sidebar"),
    ("turn on dark mode by default", "/guide/settings#dark-mode"),
    ("disable the search box", "/guide/settings#search"),
    ("override a setting with an env variable", "/guide/settings#environment-variables"),
    ("LANTERN_BASE_URL", "/guide/settings#environment-variables"),
    ("what can I put into front matter?", "/guide/writing#front-matter"),
    ("the build fails because of a broken link", "/guide/writing#links"),
    ("where do images go", "/guide/writing#images"),
    ("How do I write a tip or a warning?", "/guide/writing#admonitions"),
    ("highlight lines in a code block", "/guide/writing#code-blocks"),
    ("port 4000 is already in use", "/guide/troubleshooting#port-already-in-use"),
    ("my site is blank after I deployed it", "/guide/troubleshooting#the-page-is-blank-after-deployment"),
    ("out of memory", "/guide/troubleshooting#out-of-memory-on-large-sites"),
    ("hot reload does not work in a container", "/guide/troubleshooting#changes-do-not-show-up"),
    ("How do I deploy to GitHub Pages?", "/docs/deploy/#github-pages"),
    ("custom domain", "/docs/deploy/#github-pages"),
    ("netlify publish directory", "/docs/deploy/#netlify"),
    ("run it with docker", "/docs/deploy/#docker"),
    ("how long may assets be cached?", "/docs/deploy/#caching"),
    ("write the build to another folder", "/docs/cli.html#build"),
    ("what does exit code 2 mean", "/docs/cli.html#exit-codes"),
    ("export everything as a PDF", "/docs/cli.html#export-pdf"),
    ("createSearchIndex stop words", "/docs/cli.html#api"),
    ("Wie lege ich eine Übersetzung an?", "/guide/sprachen#übersetzungen-anlegen"),
    ("怎么启动预览服务器", "/guide/cjk#启动预览服务器"),
];

fn index() -> SearchIndex {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let sources = [
        Source::new(corpus.join("guide"), Some("/guide")).expect("a source"),
        Source::new(corpus.join("site"), Some("/docs")).expect("a source"),
    ];
    SearchIndex::build(Library::load(&sources).expect("documents")).expect("an index")
}

fn decoded(url: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = url.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%' {
            let hex = std::str::from_utf8(&rest[..2]).expect("hex");
            bytes.push(u8::from_str_radix(hex, 16).expect("hex"));
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn urls(found: &Found) -> Vec<String> {
    found.passages.iter().map(|passage| decoded(&passage.url)).collect()
}

#[test]
fn readers_questions_find_the_heading_that_answers() {
    let index = index();
    let (mut first, mut third) = (0, 0);
    let mut missed = Vec::new();
    for (question, answer) in QUESTIONS {
        let urls = urls(&index.search(&Question::new(question)));
        let place = urls.iter().position(|url| url == answer);
        first += usize::from(place == Some(0));
        third += usize::from(place.is_some_and(|place| place < 3));
        if place != Some(0) {
            missed.push(format!("{question} -> {place:?} {urls:?}"));
        }
    }
    let report = format!("recall@1 {first}/36, recall@3 {third}/36\n{}", missed.join("\n"));
    println!("{report}");
    assert!(third >= 36 && first >= 33, "{report}");
}

#[test]
fn misspelt_and_partial_words_find_what_was_meant_and_say_so() {
    let index = index();
    let found = index.search(&Question::new("depoly to github paegs"));
    assert_eq!(urls(&found)[0], "/docs/deploy/#github-pages");
    assert!(
        found
            .corrections
            .iter()
            .any(|correction| correction.asked == "depoly" && correction.used == "deploy")
    );
    assert_eq!(urls(&index.search(&Question::new("admonit")))[0], "/guide/writing#admonitions");
}

#[test]
fn a_question_the_documents_do_not_answer_finds_nothing() {
    let index = index();
    for question in [
        "What is the capital of France?",
        "purple monkey dishwasher",
        "How do I cook rice?",
        "asdf qwer zxcv",
        "Who won the world cup in 1998?",
        "kubernetes helm chart values",
        "zeppelin",
        "swordfish",
        "unicorn account",
        "mastodon",
        "!!! ???",
    ] {
        let found = index.search(&Question::new(question));
        assert!(found.passages.is_empty(), "{question}: {:?}", urls(&found));
        assert!(!found.nearest_pages.is_empty());
    }
}

#[test]
fn a_selected_passage_comes_first_when_the_question_points_at_it() {
    let index = index();
    for question in ["What does this mean?", "Explain this", "Was bedeutet das?", ""] {
        let question = Question {
            selection: Some("uses a quarter of the memory".into()),
            page_path: Some("/guide/troubleshooting/".into()),
            ..Question::new(question)
        };
        let found = index.search(&question);
        assert_eq!(found.intent, Intent::Explain);
        assert_eq!(urls(&found)[0], "/guide/troubleshooting#out-of-memory-on-large-sites");
        assert!(found.passages[0].holds_selection && found.passages[0].is_on_current_page);
    }
}

#[test]
fn a_selection_steers_a_question_that_has_a_subject_of_its_own() {
    let index = index();
    let question = Question {
        selection: Some("The action builds the site and publishes it to the gh-pages branch.".into()),
        ..Question::new("Can I use my own domain with this?")
    };
    assert_eq!(urls(&index.search(&question))[0], "/docs/deploy/#github-pages");
}

#[test]
fn the_readers_page_comes_first_among_equals() {
    let index = index();
    let on = |path: &str| {
        let question = Question { page_path: Some(path.into()), ..Question::new("poll for changes") };
        urls(&index.search(&question))[0].clone()
    };
    assert_eq!(on("/docs/cli"), "/docs/cli.html#dev");
    assert_eq!(on("/guide/troubleshooting"), "/guide/troubleshooting#changes-do-not-show-up");
}

#[test]
fn a_question_about_the_page_gives_its_parts_in_order() {
    let question =
        Question { page_path: Some("/docs/deploy".into()), ..Question::new("Summarize this page") };
    let found = index().search(&question);
    assert_eq!(found.intent, Intent::Overview);
    let expected =
        ["/docs/deploy/", "/docs/deploy/#github-pages", "/docs/deploy/#netlify", "/docs/deploy/#docker"];
    assert_eq!(urls(&found)[..4], expected);
}

#[test]
fn a_short_follow_up_leans_on_the_question_before() {
    let question =
        Question { previous: Some("How do I install it?".into()), ..Question::new("and on Windows?") };
    assert_eq!(urls(&index().search(&question))[0], "/guide/install#install-on-windows");
}

#[test]
fn an_excerpt_has_the_sentence_and_the_command_that_answer() {
    let index = index();
    let found = index.search(&Question::new("How do I install it on a Mac?"));
    let expected_code =
        |block: &Block| matches!(block, Block::Code { text, .. } if text == "brew install lantern");
    assert!(found.passages[0].excerpt.iter().any(expected_code), "{:?}", found.passages[0].excerpt);
    let found = index.search(&Question::new("can readers switch dark mode themselves?"));
    let text: String = found.passages[0].excerpt.iter().map(Block::plain_text).collect();
    assert!(text.contains("theme.switch = false"), "{text}");
    let found = index.search(&Question::new("which option opens the browser?"));
    let rows = found.passages[0].excerpt.iter().filter(|block| matches!(block, Block::Row { .. })).count();
    assert!(rows >= 2, "{:?}", found.passages[0].excerpt);
}

#[test]
fn what_is_withheld_or_around_the_text_is_nowhere() {
    let index = index();
    let all: String = index.library().chunks().iter().map(|chunk| chunk.text.as_str()).collect();
    for word in [
        "swordfish",
        "zeppelin",
        "unicorn",
        "Mastodon",
        "Community",
        "On this page",
        "Copy",
        "\u{200b}",
        "Moved",
    ] {
        assert!(!all.contains(word), "{word}");
    }
    assert_eq!(index.library().withheld(), 3);
    assert!(
        index
            .library()
            .chunks()
            .iter()
            .all(|chunk| chunk.headings.last().is_none_or(|last| !last.contains('\u{200b}')))
    );
}

#[test]
fn the_same_question_gives_the_same_answer_from_a_new_index() {
    for (question, _) in QUESTIONS {
        let question = Question::new(question);
        assert_eq!(
            index_shared().search(&question).passages,
            index_shared_again().search(&question).passages
        );
    }
}

fn index_shared() -> &'static SearchIndex {
    static INDEX: std::sync::LazyLock<SearchIndex> = std::sync::LazyLock::new(index);
    &INDEX
}

fn index_shared_again() -> &'static SearchIndex {
    static INDEX: std::sync::LazyLock<SearchIndex> = std::sync::LazyLock::new(index);
    &INDEX
}
