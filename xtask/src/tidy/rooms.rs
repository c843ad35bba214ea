//! What a folder never mentions: the arrows inside a crate, which Cargo.toml cannot see.

use super::source::{Finding, Source, has_word};

/// A folder or file and the names that never occur in its code.
struct Wall {
    /// Which files it holds for.
    holds_for: fn(&str) -> bool,
    /// The names. One that ends in `::` is looked for as it is, any other as a whole identifier.
    never: &'static [&'static str],
    /// Where such code belongs.
    advice: &'static str,
}

/// Every wall inside a crate.
const WALLS: &[Wall] = &[
    Wall {
        holds_for: |path| in_server(path, "turn") || in_server(path, "dispatch"),
        never: &["axum", "sqlx", "rusqlite", "tower_http"],
        advice: "turn and dispatch know neither HTTP nor SQL: put it in http/ or store/",
    },
    Wall {
        holds_for: |path| in_server(path, "http"),
        never: &["sqlx", "rusqlite"],
        advice: "http/ asks the Store trait",
    },
    Wall {
        holds_for: |path| in_server(path, "store"),
        never: &["axum", "crate::http", "http::", "tower_http"],
        advice: "a store knows no HTTP: return a StoreError and let http/ answer",
    },
    Wall {
        holds_for: |path| path.starts_with("crates/server/src/") && !in_server(path, "store"),
        never: &["sqlx", "rusqlite"],
        advice: "SQL lives in store/ alone",
    },
    Wall {
        holds_for: |path| in_server(path, "store") && !in_store(path, "sqlite"),
        never: &["rusqlite"],
        advice: "the driver of SQLite lives in store/sqlite alone: hand plain values to what the stores share",
    },
    Wall {
        holds_for: |path| in_store(path, "sqlite"),
        never: &["sqlx"],
        advice: "the embedded store has a driver of its own, and is built without Postgres, too",
    },
    Wall {
        holds_for: |path| path.starts_with("crates/element/src/model"),
        never: &["web_sys", "js_sys", "wasm_bindgen"],
        advice: "the model is a pure reducer tested on the host: put browser code in view/, dom/ or bindings/",
    },
    Wall {
        holds_for: |path| path.starts_with("src/") && !in_core(path, &["dom", "bindings"]),
        never: &["web_sys", "js_sys"],
        advice: "the page is touched in dom/ and bindings/ only; hand plain values to the logic",
    },
    Wall {
        holds_for: |path| path.starts_with("src/") && !in_core(path, &["bindings"]),
        never: &["#[wasm_bindgen"],
        advice: "what JavaScript sees is declared in bindings/ only",
    },
    Wall {
        holds_for: |path| is_script(path) && path.starts_with("js/") && !path.starts_with("js/react"),
        never: &[
            "\"react\"",
            "\"react-dom\"",
            "\"@openai/chatkit-react\"",
            "'react'",
            "\"react/jsx-runtime\"",
        ],
        advice: "only js/react* knows React: the other entries load without it",
    },
    Wall {
        holds_for: |path| is_script(path) && path.starts_with("demo/"),
        never: &[
            "/js/index",
            "/js/url",
            "/js/react",
            "/js/element",
            "/pkg/index",
            "/pkg/react",
            "/pkg/element",
        ],
        advice: "import the package by its name (`docent`, `docent/element`), as a site does",
    },
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.is(&["rs"]) || is_script(&source.path)) {
        let imports = imports(source);
        for wall in WALLS.iter().filter(|wall| (wall.holds_for)(&source.path)) {
            for (number, line) in source.code().filter(|(number, _)| !imports.contains(number)) {
                if let Some(name) = wall.never.iter().find(|name| mentions(line, name)) {
                    findings.push(source.finding(
                        number,
                        format!("mentions `{name}`, which this room never does"),
                        wall.advice,
                    ));
                }
            }
        }
    }
    findings
}

/// The lines of `#[wasm_bindgen] extern "C" { … }` in the core's dom/: functions of the browser that web-sys lacks or makes
/// dear. They show JavaScript nothing, which is what the wall around `#[wasm_bindgen]` is about.
fn imports(source: &Source) -> Vec<usize> {
    let mut found = Vec::new();
    if !in_core(&source.path, &["dom"]) {
        return found;
    }
    let mut attribute = None;
    let mut is_inside = false;
    for (number, line) in source.lines() {
        if is_inside || line.starts_with("extern \"C\"") {
            found.extend(attribute.take());
            found.push(number);
            is_inside = !line.starts_with('}');
        } else {
            attribute = line.starts_with("#[wasm_bindgen").then_some(number);
        }
    }
    found
}

/// Whether code mentions a name: an identifier as a whole word, a path or a quoted name as it is.
fn mentions(code: &str, name: &str) -> bool {
    if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return has_word(code, name);
    }
    code.match_indices(name)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

/// Whether a path is the server's module of that name: the file or the folder.
fn in_server(path: &str, module: &str) -> bool {
    path.strip_prefix("crates/server/src/").is_some_and(|below| is_module(below, module))
}

/// Whether a path is the server's store of that name.
fn in_store(path: &str, name: &str) -> bool {
    path.strip_prefix("crates/server/src/store/").is_some_and(|below| is_module(below, name))
}

/// Whether a path is one of these modules of the core.
fn in_core(path: &str, modules: &[&str]) -> bool {
    path.strip_prefix("src/").is_some_and(|below| modules.iter().any(|module| is_module(below, module)))
}

fn is_module(below: &str, module: &str) -> bool {
    below.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn is_script(path: &str) -> bool {
    [".ts", ".tsx", ".js", ".jsx", ".mjs"].iter().any(|extension| path.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    #[test]
    fn each_wall_is_seen_when_it_is_broken() {
        for (path, text) in [
            ("crates/server/src/turn.rs", "use axum::Json;"),
            ("crates/server/src/dispatch/thread.rs", "sqlx::query(\"\")"),
            ("crates/server/src/http/error.rs", "use sqlx::Error;"),
            ("crates/server/src/turn/run.rs", "use rusqlite::Connection;"),
            ("crates/server/src/http/chatkit.rs", "rusqlite::Error"),
            ("crates/server/src/store/row.rs", "use rusqlite::Row;"),
            ("crates/server/src/store/postgres.rs", "use rusqlite::Row;"),
            ("crates/server/src/store/sqlite/run.rs", "use sqlx::Row;"),
            ("crates/server/src/store/sqlite.rs", "use axum::http::StatusCode;"),
            ("crates/server/src/store/sqlite.rs", "use http::StatusCode;"),
            ("crates/server/src/store.rs", "use crate::http::Reply;"),
            ("crates/element/src/model/thread.rs", "use web_sys::Element;"),
            ("src/splice.rs", "fn f(v: js_sys::Object) {}"),
            ("src/splice/scan.rs", "use web_sys::Window;"),
            ("src/dom/page.rs", "    #[wasm_bindgen(js_name = x)]"),
            ("js/index.ts", "import { useState } from \"react\";"),
            ("demo/src/main.ts", "import { pageContext } from \"../../pkg/index.js\";"),
        ] {
            assert!(!check(&[source(path, text)]).is_empty(), "{path}: {text}");
        }
        let outside = check(&[source("crates/server/src/auth.rs", "use sqlx::Row;")]);
        assert_eq!(outside.len(), 1);
    }

    #[test]
    fn a_browser_function_may_be_imported_in_dom_and_nothing_exported() {
        let import = "#[wasm_bindgen]\nextern \"C\" {\n    #[wasm_bindgen(method)]\n    fn f(this: &X);\n}\n";
        assert!(check(&[source("src/dom/page.rs", import)]).is_empty());
        assert_eq!(check(&[source("src/splice.rs", import)]).len(), 2);
        let export = format!("{import}\n#[wasm_bindgen]\npub fn g() {{}}\n");
        assert_eq!(check(&[source("src/dom/page.rs", &export)]).len(), 1);
    }

    #[test]
    fn code_in_its_own_room_and_words_in_comments_are_free() {
        for (path, text) in [
            ("crates/server/src/http/router.rs", "use axum::Router;"),
            ("crates/server/src/store/sqlite.rs", "use rusqlite::Row;"),
            ("crates/server/src/store/postgres/run.rs", "use sqlx::Row;"),
            ("crates/server/src/store/sqlite.rs", "let url = \"http://example.com\";"),
            ("crates/server/src/turn.rs", "//! Knows neither axum nor sqlx."),
            ("src/dom/page.rs", "use web_sys::Window;"),
            ("src/bindings/fetch.rs", "#[wasm_bindgen(js_name = createFetch)]"),
            ("js/react.tsx", "import { useState } from \"react\";"),
        ] {
            assert!(check(&[source(path, text)]).is_empty(), "{path}: {text}");
        }
    }
}
