//! What is handed over, and what is kept from it.

use js_sys::{Array, JSON};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    BAR, Fixture, PARAGRAPHS, get, is, is_shown, number, pause, pointer, press_button, run, select,
    select_inside, settle, text,
};

#[wasm_bindgen_test]
async fn s10_the_payload_says_what_where_and_around_what() {
    let page = Fixture::new(PARAGRAPHS, "contextChars: 4");
    select(("#one", 4), ("#one", 20));
    settle().await;
    press_button(0);
    let asked = page.last();
    assert_eq!(text(&asked, "text"), "quick brown fox");
    assert_eq!((get(&asked, "truncated"), get(&asked, "charCount")), (false.into(), 15.into()));
    assert_eq!((text(&asked, "prefix"), text(&asked, "suffix")), ("The ".into(), " jum".into()));
    assert_eq!((text(&asked, "lang"), text(&asked, "dir")), ("en".into(), "ltr".into()));
    assert_eq!((text(&asked, "block"), text(&asked, "action")), ("paragraph".into(), "ask".into()));
    let heading = get(&asked, "heading");
    assert_eq!((text(&heading, "id"), text(&heading, "text")), ("start".into(), "Start here".into()));
    assert_eq!(get(&heading, "level"), 2);
    assert_eq!(String::from(get(&heading, "path").unchecked_into::<Array>().join(">")), "Guide>Start here");
    assert!(text(&asked, "url").ends_with("/#:~:text=quick%20brown%20fox"), "{}", text(&asked, "url"));
    assert!(get(&get(&asked, "rect"), "width").as_f64().unwrap() > 50.0);
}

#[wasm_bindgen_test]
async fn s10_the_address_names_whole_words_even_of_half_selected_ones() {
    let page = Fixture::new(PARAGRAPHS, "contextChars: 0");
    select(("#one", 6), ("#one", 18));
    settle().await;
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "ick brown fo");
    let url = text(&page.last(), "url");
    assert!(url.ends_with("#:~:text=quick%20brown%20fox"), "{url}");
}

#[wasm_bindgen_test]
async fn s10_the_address_has_no_secrets_and_a_hash_only_where_it_names_an_element() {
    let page = Fixture::new(PARAGRAPHS, "");
    let before = run("return location.href").as_string().unwrap();
    for (hash, kept) in [("#start", "#start"), ("#access_token=abc", "#")] {
        run(&format!("history.replaceState(null, '', '?v=2&token=abc&utm_source=x{hash}')"));
        select(("#one", 4), ("#one", 9));
        assert_eq!(page.call("ask"), true);
        let url = text(&page.last(), "url");
        assert!(url.ends_with(&format!("?v=2{kept}:~:text=quick")), "{url}");
    }
    run(&format!("history.replaceState(null, '', '{before}')"));
}

#[wasm_bindgen_test]
async fn s6_pressing_keeps_the_selection_and_hides_the_bar() {
    let page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    let is_cancelled = is(&format!(
        "!{BAR}.firstChild.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true, composed: true, cancelable: true }}))
         && !{BAR}.firstChild.dispatchEvent(new MouseEvent('mousedown', {{ bubbles: true, composed: true, cancelable: true }}))"
    ));
    assert!(is_cancelled);
    run(&format!("{BAR}.firstChild.click()"));
    assert_eq!(page.asked.length(), 1);
    assert!(!is_shown() && is("getSelection().toString() === 'quick brown fox'"));
    settle().await;
    assert!(!is_shown(), "the same selection does not bring it back");
}

#[wasm_bindgen_test]
async fn s6_a_selection_lost_between_press_and_click_is_asked_about_all_the_same() {
    let page = Fixture::new(PARAGRAPHS, "");
    select(("#one", 4), ("#one", 19));
    settle().await;
    let button = format!("{BAR}.firstChild");
    pointer("pointerdown", &button);
    run("getSelection().removeAllRanges()");
    pause(60).await;
    pointer("pointerup", &button);
    run(&format!("{button}.click()"));
    assert_eq!(text(&page.last(), "text"), "quick brown fox");
}

#[wasm_bindgen_test]
async fn s3_a_triple_click_overshoot_is_neither_in_the_text_nor_under_the_bar() {
    let page = Fixture::new("<p id=one>Only this line.</p><h2 id=next>Not this one</h2>", "");
    run("const range = document.createRange(); range.setStart(document.querySelector('#one').firstChild, 0);
         range.setEnd(document.querySelector('#next'), 0); getSelection().removeAllRanges(); getSelection().addRange(range)");
    settle().await;
    assert!(is_shown());
    let line_bottom = number("document.querySelector('#one').getBoundingClientRect().bottom");
    let bar_top = number(&format!("{BAR}.getBoundingClientRect().top"));
    assert!(bar_top < line_bottom, "one line: above it ({bar_top}, {line_bottom})");
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "Only this line.");
}

#[wasm_bindgen_test]
async fn s2_private_text_inside_a_wide_selection_is_left_out_of_text_and_context() {
    let page = Fixture::new(
        "<p id=one>Before it.</p><p data-private>IBAN DE00</p><p><button>Copy</button></p><p>Two  parts\n of one</p>
         <p id=two>After <b data-private>PIN 1234</b>it.</p>",
        "",
    );
    select(("#one", 0), ("#two", 3));
    settle().await;
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "Before it.\n\nTwo parts of one\n\nAft");
    assert_eq!(text(&page.last(), "suffix"), "er it.");
}

#[wasm_bindgen_test]
async fn s13_code_keeps_its_lines_without_line_numbers_and_says_its_language() {
    let page = Fixture::new(
        "<pre><code id=code class='language-rust'><span id=first style='user-select:none;-webkit-user-select:none'>1 </span><span>fn main() {\n    run();\n}</span></code></pre>",
        "",
    );
    run("const range = document.createRange(); range.selectNodeContents(document.querySelector('#code'));
         getSelection().removeAllRanges(); getSelection().addRange(range)");
    settle().await;
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "fn main() {\n    run();\n}");
    assert_eq!(
        (text(&page.last(), "block"), text(&page.last(), "codeLanguage")),
        ("code".into(), "rust".into())
    );
}

#[wasm_bindgen_test]
async fn s10_a_long_passage_is_cut_in_the_middle() {
    let long = "word ".repeat(400);
    let page = Fixture::new(&format!("<p id=one>{long}</p>"), "maxChars: 200");
    run("getSelection().selectAllChildren(document.querySelector('#one'))");
    assert_eq!(page.call("ask"), true);
    let asked = page.last();
    assert_eq!((get(&asked, "truncated"), get(&asked, "charCount")), (true.into(), 1999.into()));
    assert!(text(&asked, "text").chars().count() < 220);
}

#[wasm_bindgen_test]
async fn s10_private_headings_and_private_words_in_a_heading_are_not_handed_over() {
    let page = Fixture::new(
        "<h1>Account <b data-private>of Ms Lovelace</b></h1><section data-private><h2>Invoice 17</h2></section>
         <h2 contenteditable>typed</h2><p id=one>Some words that follow.</p>",
        "",
    );
    select(("#one", 0), ("#one", 10));
    assert_eq!(page.call("ask"), true);
    let heading = get(&page.last(), "heading");
    assert_eq!(
        JSON::stringify(&get(&heading, "path")).unwrap().as_string().as_deref(),
        Some(r#"["Account"]"#)
    );
}

#[wasm_bindgen_test]
async fn s3_white_space_and_what_cannot_be_seen_are_trimmed_and_letters_stay_as_they_are() {
    let page = Fixture::new(
        "<p id=zero>Before</p><p id=one>  \u{feff}Cafe\u{301} in\u{ad}stall\u{200b} it  </p><p id=two>Another line, much longer than the first</p>",
        "",
    );
    // From the end of the block before to the beginning of the one after.
    select(("#zero", 6), ("#two", 0));
    settle().await;
    assert!(is_shown());
    assert!(
        crate::edge(BAR, "bottom") <= crate::edge("document.querySelector('#one')", "top") + 1.0,
        "one line, so above it"
    );
    press_button(0);
    assert_eq!(text(&page.last(), "text"), "Cafe\u{301} install it");
    assert_eq!(get(&page.last(), "charCount"), 16);
}

#[wasm_bindgen_test]
async fn s13_code_has_neither_numbers_of_lines_nor_buttons_and_a_table_keeps_its_cells() {
    let page = Fixture::new(
        "<table id=lines><tr><td class=linenos>1</td><td><pre>let a = 1;</pre></td></tr></table>
         <pre id=code><code data-language=js><span class=lineno>1</span>if (a) {\n<span class=lineno>2</span>  b();\n}</code><button>Copy</button></pre>
         <table id=table><tr><th>Name</th><th>Size</th></tr><tr><td>one</td><td>2 KB</td></tr></table>",
        "",
    );
    for (selector, expected) in
        [("#code", "if (a) {\n  b();\n}"), ("#table", "Name\tSize\none\t2 KB"), ("#lines", "let a = 1;")]
    {
        crate::select_inside(&format!("document.querySelector('{selector}')"));
        assert_eq!(page.call("ask"), true);
        assert_eq!(text(&page.last(), "text"), expected);
    }
}

#[wasm_bindgen_test]
async fn s10_what_comes_before_a_passage_in_a_long_block_is_read_from_near_it() {
    let page = Fixture::new(
        &format!(
            "<div id=all>{}<p id=one>x</p>right before <i id=it>the passage</i> and after</div>",
            "<b>bold</b> words ".repeat(300)
        ),
        "contextChars: 20",
    );
    select(("#it", 0), ("#it", 11));
    assert_eq!(page.call("ask"), true);
    assert_eq!(text(&page.last(), "prefix"), "words x right before ".chars().skip(1).collect::<String>());
    assert_eq!(text(&page.last(), "suffix"), " and after");
}

#[wasm_bindgen_test]
async fn s13_a_table_keeps_empty_cells_and_the_rows_of_cells_that_hold_paragraphs() {
    let page = Fixture::new(
        "<table id=table><tr><th>Plan</th><th>Free</th><th>Pro</th></tr><tr><td>Seats</td><td></td><td>5</td></tr>
         <tr> <td>\n<p>Help</p>\n</td> <td><p>no</p></td> <td><p>yes</p></td> </tr><tr><td></td><td>a</td><td>b</td></tr></table>
         <p id=after>After it.</p>",
        "",
    );
    run(
        "getSelection().setBaseAndExtent(document.querySelector('#table'), 0, document.querySelector('#after'), 1)",
    );
    assert_eq!(page.call("ask"), true);
    assert_eq!(text(&page.last(), "text"), "Plan\tFree\tPro\nSeats\t\t5\nHelp\tno\tyes\n\ta\tb\n\nAfter it.");
}

#[wasm_bindgen_test]
async fn s10_the_button_that_opens_a_section_names_it_and_what_does_not_show_names_nothing() {
    let page = Fixture::new(
        "<h1>Questions</h1><h3><button aria-expanded=true>How do I start?</button><button>Copy link</button></h3>
         <div hidden><h4>Another tab</h4></div><p id=one>Some words that follow.</p>",
        "",
    );
    select(("#one", 0), ("#one", 10));
    assert_eq!(page.call("ask"), true);
    let path = get(&get(&page.last(), "heading"), "path");
    assert_eq!(
        JSON::stringify(&path).unwrap().as_string().as_deref(),
        Some(r#"["Questions","How do I start?"]"#)
    );
}

#[wasm_bindgen_test]
async fn s13_words_with_their_reading_stay_on_their_line() {
    let page = Fixture::new("<p id=one>One can read <ruby>\u{6f22}<rt>kan</rt></ruby> so.</p>", "");
    select_inside("document.querySelector('#one')");
    assert_eq!(page.call("ask"), true);
    assert_eq!(text(&page.last(), "text"), "One can read \u{6f22}kan so.");
}
