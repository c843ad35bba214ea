//! The ids that GitHub, Docusaurus and most site builders give to headings.

use std::collections::HashMap;

/// Gives each heading of one page its id; a repeated heading gets `-1`, `-2`, and so on.
#[derive(Debug, Default)]
pub(super) struct Slugger {
    seen: HashMap<String, usize>,
}

impl Slugger {
    pub(super) fn slug(&mut self, heading: &str) -> String {
        let mut slug = String::with_capacity(heading.len());
        for character in heading.trim().chars().flat_map(char::to_lowercase) {
            if character.is_alphanumeric() || matches!(character, '-' | '_') {
                slug.push(character);
            } else if character == ' ' {
                slug.push('-');
            }
        }
        let mut unique = slug.clone();
        while self.seen.contains_key(&unique) {
            let count = self.seen.entry(slug.clone()).or_default();
            *count += 1;
            unique = format!("{slug}-{count}");
        }
        self.seen.insert(unique.clone(), 0);
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_the_ids_github_gives_them() {
        let mut slugger = Slugger::default();
        assert_eq!(slugger.slug("Hello, World! & more"), "hello-world--more");
        assert_eq!(slugger.slug("Größe in 你好"), "größe-in-你好");
        assert_eq!(slugger.slug("`--addr`"), "--addr");
        assert_eq!(slugger.slug("Install"), "install");
        assert_eq!(slugger.slug("Install"), "install-1");
        assert_eq!(slugger.slug("Install 1"), "install-1-1");
        assert_eq!(slugger.slug("Install"), "install-2");
    }
}
