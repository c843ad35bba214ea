//! The headings of a page: which is below which, and what the title is.

/// One heading.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The id that a link to it uses; empty where there is none.
    pub id: String,
    /// Its text, on one line.
    pub text: String,
}

/// The texts of the headings above `headings[index]`, outermost first, and its own: a heading is below the nearest one
/// before it whose level is smaller. Empty if there is no such heading.
#[must_use]
pub fn path(headings: &[Heading], index: usize) -> Vec<&str> {
    let Some(own) = headings.get(index) else { return Vec::new() };
    let mut path = vec![own.text.as_str()];
    let mut level = own.level;
    for above in headings[..index].iter().rev() {
        if above.level < level {
            level = above.level;
            path.push(&above.text);
        }
    }
    path.reverse();
    path
}

/// The title of a document without the name of its site.
///
/// `site` is what the page itself calls its site, `h1` its main heading. The name is taken off either end; where the
/// page does not name its site, what follows the main heading is the name. Returns the title and, if it was found
/// that way, the name.
#[must_use]
pub fn split_title<'a>(title: &'a str, h1: &'a str, site: &str) -> (&'a str, Option<&'a str>) {
    if !site.is_empty() {
        let without = title
            .strip_suffix(site)
            .and_then(without_separator_behind)
            .or_else(|| title.strip_prefix(site).and_then(without_separator_before));
        if let Some(without) = without {
            return (without, None);
        }
    } else if let Some(rest) = title.strip_prefix(h1).filter(|_| !h1.is_empty())
        && let Some(name) = without_separator_before(rest)
    {
        return (h1, Some(name));
    }
    (if title.is_empty() { h1 } else { title }, None)
}

const SEPARATORS: [&str; 9] = ["|", "-", "–", "—", "·", "•", ":", "::", "»"];

fn without_separator_behind(text: &str) -> Option<&str> {
    let text = text.strip_suffix(' ')?;
    let rest = SEPARATORS.iter().find_map(|separator| text.strip_suffix(separator))?.trim_end();
    (!rest.is_empty()).then_some(rest)
}

fn without_separator_before(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let rest = SEPARATORS.iter().find_map(|separator| text.strip_prefix(separator))?;
    let rest = rest.strip_prefix(' ')?.trim_start();
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(levels: &[u8]) -> Vec<Heading> {
        let heading = |(index, level): (usize, &u8)| Heading {
            level: *level,
            id: String::new(),
            text: index.to_string(),
        };
        levels.iter().enumerate().map(heading).collect()
    }

    #[test]
    fn a_path_leads_from_the_outermost_heading_to_the_heading() {
        let page = headings(&[1, 2, 3, 3, 2, 4]);
        assert_eq!(path(&page, 0), ["0"]);
        assert_eq!(path(&page, 3), ["0", "1", "3"]);
        assert_eq!(path(&page, 5), ["0", "4", "5"]);
        assert!(path(&page, 6).is_empty());
    }

    #[test]
    fn headings_that_skip_levels_or_begin_low_still_have_a_path() {
        let page = headings(&[3, 2, 1, 4, 2]);
        assert_eq!(path(&page, 1), ["1"]);
        assert_eq!(path(&page, 3), ["2", "3"]);
        assert_eq!(path(&page, 4), ["2", "4"]);
    }

    #[test]
    fn the_site_is_taken_off_either_end_of_the_title() {
        assert_eq!(split_title("Install | Acme Docs", "Install", "Acme Docs"), ("Install", None));
        assert_eq!(split_title("Acme Docs - Install", "", "Acme Docs"), ("Install", None));
        assert_eq!(split_title("Install – a guide — Acme", "x", "Acme"), ("Install – a guide", None));
        assert_eq!(split_title("Acme", "Welcome", "Acme"), ("Acme", None));
        assert_eq!(split_title("Pacme", "", "acme"), ("Pacme", None));
    }

    #[test]
    fn a_site_that_the_page_does_not_name_is_what_follows_the_heading() {
        assert_eq!(split_title("Install | Acme Docs", "Install", ""), ("Install", Some("Acme Docs")));
        assert_eq!(split_title("Installation | Acme", "Install", ""), ("Installation | Acme", None));
        assert_eq!(split_title("A - B - C", "A - B", ""), ("A - B", Some("C")));
        assert_eq!(split_title("Install", "Install", ""), ("Install", None));
        assert_eq!(split_title("", "Install", ""), ("Install", None));
        assert_eq!(split_title("Hi", "", ""), ("Hi", None));
    }
}
