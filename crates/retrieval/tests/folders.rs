//! Folders as they are on real disks.

use std::fs;
use std::path::Path;

use docent_retrieval::{Library, RetrievalError, Source, WarningReason};

fn load(path: &Path) -> Result<Library, RetrievalError> {
    Library::load(&[Source::new(path, Some("https://example.com/docs"))?])
}

#[test]
fn what_cannot_be_used_is_a_warning_and_the_rest_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("sub/node_modules/x")).expect("folders");
    fs::create_dir_all(root.join(".git")).expect("folders");
    fs::write(root.join("good.md"), "# Good\n\nText.").expect("a file");
    fs::write(root.join("sub/Größe & co.md"), "\u{feff}# Other\r\n\r\nText.").expect("a file");
    fs::write(root.join("sub/node_modules/x/readme.md"), "# Hidden\n\ntext").expect("a file");
    fs::write(root.join(".git/x.md"), "# Hidden\n\ntext").expect("a file");
    fs::write(root.join("binary.md"), [0x89, 0x50, 0, 0xff]).expect("a file");
    fs::write(root.join("nul.html"), "<p>a\0b</p>").expect("a file");
    fs::write(root.join("huge.html"), vec![b'x'; 5 * 1024 * 1024]).expect("a file");
    fs::write(root.join("empty.md"), "---\ntitle: Empty\n---\n").expect("a file");
    fs::write(root.join("photo.png"), [0x89]).expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc", root.join("link")).expect("a link");

    let library = load(root).expect("documents");
    let urls: Vec<_> = library.pages().iter().map(|page| page.url.as_str()).collect();
    let expected = ["https://example.com/docs/good", "https://example.com/docs/sub/Gr%C3%B6%C3%9Fe%20&%20co"];
    assert_eq!(urls, expected);
    assert_eq!(library.pages()[0].site_name.as_deref(), Some("example.com"));
    let reason = |name: &str| {
        library.warnings().iter().find(|warning| warning.path.ends_with(name)).map(|warning| warning.reason)
    };
    assert_eq!(reason("binary.md"), Some(WarningReason::NotText));
    assert_eq!(reason("nul.html"), Some(WarningReason::NotText));
    assert_eq!(reason("huge.html"), Some(WarningReason::TooLarge));
    assert_eq!(reason("empty.md"), Some(WarningReason::Empty));
    #[cfg(unix)]
    assert_eq!(reason("link"), Some(WarningReason::SymbolicLink));
    assert_eq!(reason("photo.png"), None);
}

#[test]
fn a_path_without_documents_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = load(folder.path()).expect_err("nothing there").to_string();
    assert!(error.contains("no documents found") && error.contains(".md"), "{error}");
    let error = load(&folder.path().join("missing")).expect_err("nothing there").to_string();
    assert!(error.contains("missing") && error.contains("check the path"), "{error}");
    let file = folder.path().join("notes.txt");
    fs::write(&file, "text").expect("a file");
    assert!(matches!(load(&file), Err(RetrievalError::UnknownKind { .. })));
}

#[test]
fn a_single_file_is_a_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("faq.md");
    fs::write(&file, "# FAQ\n\n## Why?\n\nBecause.").expect("a file");
    let library = load(&file).expect("documents");
    assert_eq!(library.pages()[0].url, "https://example.com/docs/faq");
    assert_eq!(library.chunks()[0].anchor.as_deref(), Some("why"));
}

#[test]
fn the_sites_name_is_taken_off_titles_that_all_end_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["Install", "Deploy", "Well - known"] {
        let page = format!("<title>{name} - Handbook</title><main><h2 id=\"x\">Part</h2><p>Text.</p></main>");
        fs::write(folder.path().join(format!("{name}.html")), page).expect("a file");
    }
    let library = load(folder.path()).expect("documents");
    let titles: Vec<_> = library.pages().iter().map(|page| page.title.as_str()).collect();
    assert_eq!(titles, ["Deploy", "Install", "Well - known"]);
    assert!(library.pages().iter().all(|page| page.site_name.as_deref() == Some("Handbook")));
}

#[test]
fn hostile_nesting_is_survived() {
    let folder = tempfile::tempdir().expect("a folder");
    let deep = format!("<main><p>Top.</p>{}deep{}</main>", "<div>".repeat(2_000), "</div>".repeat(2_000));
    fs::write(folder.path().join("deep.html"), deep).expect("a file");
    fs::write(folder.path().join("quotes.md"), format!("Top.\n\n{} deep", ">".repeat(2_000)))
        .expect("a file");
    assert_eq!(load(folder.path()).expect("documents").pages().len(), 2);
}
