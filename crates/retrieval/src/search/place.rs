//! The reader's place in the documents: the page they are on and the chunk that holds what they selected.

use crate::analysis::words;
use crate::library::Page;
use crate::route::bare;

use super::vocabulary::Vocabulary;

/// The page at a path or URL: the same path, or the only page whose path ends the reader's path (a site served below
/// a folder that the program was not told of) or is ended by it.
pub(super) fn page_at(path: &str, pages: &[Page]) -> Option<usize> {
    let path = bare(path);
    if let Some(page) = pages.iter().position(|page| page.bare_path == path) {
        return Some(page);
    }
    let is_end = |long: &str, short: &str| short.len() > 1 && long.ends_with(short);
    let mut ends = pages
        .iter()
        .enumerate()
        .filter(|(_, page)| is_end(&path, &page.bare_path) || is_end(&page.bare_path, &path));
    let first = ends.next().map(|(page, _)| page);
    first.filter(|_| ends.next().is_none())
}

/// How much of a selection stands in a chunk, word after word: 0 to 1.
///
/// The words of a selection are those of the page, but its first and last may be cut, its blocks run together, and it
/// may reach over the end of the chunk; so runs of three words are compared.
pub(super) fn share_of_selection(selection: &[u32], chunk: &[u32]) -> f32 {
    if selection.is_empty() {
        return 0.0;
    }
    let run = selection.len().min(3);
    let runs: Vec<_> = selection.windows(run).collect();
    let held = runs.iter().filter(|run| chunk.windows(run.len()).any(|window| window == **run)).count();
    held as f32 / runs.len() as f32
}

/// The words of a selection as numbers; a word no document has can not be in a chunk and gets a number of none.
pub(super) fn selection_numbers(selection: &str, vocabulary: &Vocabulary) -> Vec<u32> {
    words(selection).take(400).map(|stem| vocabulary.number(&stem).unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str) -> Page {
        Page {
            title: String::new(),
            description: None,
            url: path.to_owned(),
            lang: None,
            site_name: None,
            bare_path: bare(path),
        }
    }

    #[test]
    fn a_page_is_found_by_any_spelling_and_below_an_unknown_folder() {
        let pages = [page("/docs/intro"), page("/docs/deploy/"), page("/")];
        assert_eq!(page_at("/docs/intro/", &pages), Some(0));
        assert_eq!(page_at("https://x.example/preview/docs/deploy/index.html", &pages), Some(1));
        assert_eq!(page_at("/deploy", &pages), Some(1));
        assert_eq!(page_at("/blog/other", &pages), None);
        assert_eq!(page_at("/", &pages), Some(2));
    }

    #[test]
    fn a_selection_may_be_cut_at_its_ends() {
        let chunk = [1, 2, 3, 4, 5, 6];
        assert_eq!(share_of_selection(&[2, 3, 4], &chunk), 1.0);
        assert_eq!(share_of_selection(&[9, 3, 4, 5, 6], &chunk), 2.0 / 3.0);
        assert_eq!(share_of_selection(&[4, 2], &chunk), 0.0);
        assert_eq!(share_of_selection(&[], &chunk), 0.0);
    }
}
