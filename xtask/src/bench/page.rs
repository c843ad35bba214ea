//! The page that keeps the table: everything between two marks is written anew.

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::{self, Project};

const PAGE: &str = "docs/BENCHMARKS.md";
const BEGIN: &str = "<!-- cargo xtask bench server --write: from here -->";
const END: &str = "<!-- to here -->";

/// Puts the result into the page.
pub(super) fn write(project: &Project, result: &str) -> Outcome {
    let path = project.path(PAGE);
    let text = project::read(&path)?;
    let text = replaced(&text, result).ok_or_else(|| {
        Failure::new(format!("{PAGE} has no place for the table"))
            .advise(format!("restore the lines `{BEGIN}` and `{END}`"))
    })?;
    project::write(&path, text)?;
    console::line(&format!("{PAGE} is written; read what it says around the table"));
    Ok(())
}

fn replaced(page: &str, result: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", result.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_written_anew() {
        let page = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let expected = format!("a\n{BEGIN}\n\nnew\n\n{END}\nb\n");
        assert_eq!(replaced(&page, "\nnew\n"), Some(expected.clone()));
        assert_eq!(replaced(&expected, "new"), Some(expected));
        assert_eq!(replaced("a page without marks", "new"), None);
    }
}
