//! How the form of the content is kept: code, tables, links, what is folded away.

use super::*;

#[test]
fn c11_code_is_fenced_with_its_language_and_title_and_without_numbers_and_signs() {
    let docusaurus = "<div class=\"language-js codeBlockContainer_x theme-code-block\"><div class=\"codeBlockTitle_x\">src/a.js</div>\
        <div><pre class=\"prism-code language-js\"><code><span class=\"token-line\"><span class=\"line-number\">1</span>let a;<br></span>\
        <span class=\"token-line\">  b();<br></span></code></pre><div><button>Copy</button></div></div></div>";
    let docusaurus = docusaurus.replace("</span>        <span", "</span><span");
    assert_eq!(text(&docusaurus), "```js title=\"src/a.js\"\nlet a;\n  b();\n```");
    let starlight = "<div class=\"expressive-code\"><figure class=\"frame\"><figcaption class=\"header\"><span class=\"title\">a.js</span></figcaption>\
        <pre data-language=\"js\"><code><div class=\"ec-line\"><div class=\"code\">a</div></div><div class=\"ec-line\"><div class=\"code\">\n</div></div>\
        <div class=\"ec-line\"><div class=\"code\">b</div></div></code></pre></figure></div>";
    let starlight = starlight.replace("</div></div>        <div", "</div></div><div");
    assert_eq!(text(&starlight), "```js title=\"a.js\"\na\n\nb\n```");
    assert_eq!(
        text(
            "<div class=\"language-js vp-adaptive-theme\"><button>c</button><span class=\"lang\">js</span><pre><code>a</code></pre></div>"
        ),
        "```js\na\n```"
    );
    assert_eq!(
        text(
            "<div class=\"highlight-python notranslate\"><div class=\"highlight\"><pre><span></span>a</pre></div></div>"
        ),
        "```python\na\n```"
    );
    let diff =
        "<pre class=\"language-diff-js\"><code><span class=\"token prefix inserted\">+</span>a</code></pre>";
    assert_eq!(text(diff), "```js\na\n```");
    assert_eq!(text("<pre><code class=\"language-diff\">+a\n-b</code></pre>"), "```diff\n+a\n-b\n```");
}

#[test]
fn c11_a_block_of_code_is_taken_whole_or_not_at_all() {
    let html = page("", &format!("<p>before</p><pre>{}</pre><p>behind</p>", "code\n".repeat(100)));
    assert_eq!(read_with(&html, 50, |_| ())["text"], "before\n\n[…]\n\nbehind");
    let huge = page("", &format!("<p>a</p><pre>{}</pre>", "x".repeat(20_000)));
    let read = read_with(&huge, 100_000, |_| ());
    assert_eq!((&read["text"], &read["truncated"]), (&json!("a\n\n[…]"), &json!(true)));
}

#[test]
fn c12_tables_lists_links_images_and_formulas_keep_their_form() {
    assert_eq!(
        text(
            "<table><thead><tr><th>Key</th><th>Value</th></tr></thead><tbody><tr><td>a</td><td>1</td></tr></tbody></table>\
            <ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul><ol start=\"3\"><li>three</li><li>four</li></ol>\
            <p>See <a href=\"../guide?utm_source=x\">the guide</a>, <a href=\"/guide\">again</a>, <a href=\"mailto:a@b.example\">mail</a>.</p>\
            <p><img alt=\"A diagram\" src=\"x\"><img src=\"y\"></p>\
            <p>So <span class=\"katex\"><span class=\"katex-mathml\"><math><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x^2</annotation></semantics></math></span>\
            <span class=\"katex-html\" aria-hidden=\"true\">x2</span></span>.</p>\
            <math display=\"block\"><semantics><mi>y</mi><annotation encoding=\"application/x-tex\">y</annotation></semantics></math>"
        ),
        "| Key | Value |\n| --- | --- |\n| a | 1 |\n\n- one\n  - deep\n- two\n3. three\n4. four\n\n\
        See [the guide](https://x.example/guide), again, mail.\n\n![A diagram]\n\nSo $x^2$.\n\n$$y$$"
    );
}

#[test]
fn c12_what_is_folded_away_is_read_and_flagged() {
    assert_eq!(
        text(
            "<details><summary>More</summary><div class=\"hidden\">folded</div></details><details open=\"\"><summary>Open</summary><p>shown</p></details>"
        ),
        "▸ More\n\nfolded\n\n▾ Open\n\nshown"
    );
}

#[test]
fn c11_a_class_like_that_of_code_around_text_makes_no_code_of_it_and_numbers_of_lines_are_none() {
    let main = "<div class=\"language-en\"><p>Before</p><pre>one\nx</pre><p>After</p></div>";
    assert_eq!(text(main), "Before\n\n```en\none\nx\n```\n\nAfter");
    let main = "<div class=\"highlight\"><table><tr><td><pre><span class=\"lnt\">1\n2</span></pre></td><td><pre class=\"language-go\">a\nb</pre></td></tr></table></div>";
    assert_eq!(text(main), "```go\na\nb\n```");
}

#[test]
fn c03_a_private_key_of_which_each_line_is_a_block_is_masked_to_its_end() {
    let main = "<p>Key<br>-----BEGIN PRIVATE KEY-----<br>MIIE<br>-----END PRIVATE KEY-----<br>after</p>";
    assert_eq!(text(main), "Key\n\n[redacted]\n\n[redacted]\n\n[redacted]\n\nafter");
}

#[test]
fn c12_a_formula_without_tex_stays_on_its_line() {
    assert_eq!(text("<p>So <math><mi>E</mi><mo>=</mo><mi>m</mi></math> holds</p>"), "So E = m holds");
}

#[test]
fn c04_every_rule_for_robots_is_heard_whatever_the_case_of_its_name() {
    let head = "<meta name=\"robots\" content=\"index\"><meta name=\"ROBOTS\" content=\"noindex, NoAI\">";
    assert_eq!(read_with(&page(head, "<p>a</p>"), 100, |_| ())["noai"], true);
}
