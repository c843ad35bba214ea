//! All terms of the documents: how many chunks hold each, and which are near a term that none holds.

use std::collections::HashMap;

/// A term of the documents.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) stem: String,
    /// The shortest word of this stem in the documents, to show it to a reader.
    pub(super) surface: String,
    /// How many chunks hold the term.
    pub(super) chunk_count: u32,
}

/// The terms, each with a number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: HashMap<String, u32>,
    entries: Vec<Entry>,
    chunk_count: u32,
}

impl Vocabulary {
    pub(super) fn number(&self, stem: &str) -> Option<u32> {
        self.numbers.get(stem).copied()
    }

    pub(super) fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    /// The number of a term, which is new or known.
    pub(super) fn intern(&mut self, stem: &str, surface: &str) -> u32 {
        if let Some(number) = self.number(stem) {
            // The shortest form reads best: `configure` rather than `configurations`.
            let entry = &mut self.entries[number as usize];
            if surface.len() < entry.surface.len() {
                entry.surface = surface.to_lowercase();
            }
            return number;
        }
        let number = self.entries.len() as u32;
        self.numbers.insert(stem.to_owned(), number);
        self.entries.push(Entry { stem: stem.to_owned(), surface: surface.to_lowercase(), chunk_count: 0 });
        number
    }

    /// Counts a chunk that holds these terms, each given once.
    pub(super) fn count_chunk(&mut self, numbers: &[u32]) {
        self.chunk_count += 1;
        for number in numbers {
            self.entries[*number as usize].chunk_count += 1;
        }
    }

    /// How much a term tells: rare terms much, frequent ones little. A term of no chunk is as rare as can be.
    pub(super) fn weight(&self, number: Option<u32>) -> f32 {
        let held = number.map_or(0.0, |number| self.entry(number).chunk_count as f32);
        let all = self.chunk_count as f32;
        (1.0 + (all - held + 0.5) / (held + 0.5)).ln()
    }

    /// The terms that a reader may have meant by a word no document has, nearest first, with a weight below 1.
    ///
    /// Near is: two letters swapped, one slip in five to seven letters, two in eight or more, or the beginning of a
    /// longer word. Words are compared as they are written too, since a slip may change what is taken for an ending.
    pub(super) fn near(&self, word: &str, stem: &str) -> Vec<(u32, f32)> {
        let word: Vec<char> = word.to_lowercase().chars().collect();
        let stem: Vec<char> = stem.chars().collect();
        if stem.len() < 4 || stem.iter().any(char::is_ascii_digit) {
            return Vec::new();
        }
        let mut near: Vec<(u32, f32)> = Vec::new();
        for (number, entry) in self.entries.iter().enumerate() {
            let other: Vec<char> = entry.stem.chars().collect();
            let weight = if other.len() > stem.len() && other.starts_with(&stem) {
                0.8 - 0.02 * (other.len() - stem.len()).min(15) as f32
            } else {
                let surface: Vec<char> = entry.surface.chars().collect();
                let distances = [slips(&word, &surface), slips(&stem, &other)];
                let Some(distance) = distances.into_iter().flatten().min() else { continue };
                // People rarely get the first letter wrong; a word that differs there is mostly another word.
                let first = if stem[0] == other[0] { 0.0 } else { 0.25 };
                0.9 - 0.15 * distance as f32 - first
            };
            near.push((number as u32, weight));
        }
        near.sort_by(|(left, left_weight), (right, right_weight)| {
            let by_weight = right_weight.total_cmp(left_weight);
            let by_count = self.entry(*right).chunk_count.cmp(&self.entry(*left).chunk_count);
            by_weight.then(by_count).then_with(|| self.entry(*left).stem.cmp(&self.entry(*right).stem))
        });
        near.retain(|(_, weight)| *weight >= 0.5);
        near.truncate(3);
        near
    }
}

/// How many slips part two words, if one may be the other misspelt.
fn slips(asked: &[char], other: &[char]) -> Option<usize> {
    let limit = match asked.len() {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    if other.len() < 4 || other.len().abs_diff(asked.len()) > limit {
        return None;
    }
    // Words of four letters are each other's slips (`cook` and `cool`), unless two letters are swapped.
    let distance = distance_within(asked, other, limit)?;
    (asked.len() > 4 || is_swap(asked, other)).then_some(distance)
}

fn is_swap(left: &[char], right: &[char]) -> bool {
    let sorted = |word: &[char]| {
        let mut letters = word.to_vec();
        letters.sort_unstable();
        letters
    };
    left.len() == right.len() && sorted(left) == sorted(right)
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words, if within `limit`.
fn distance_within(left: &[char], right: &[char], limit: usize) -> Option<usize> {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let is_swap = row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other;
            if is_swap {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        if current.iter().all(|distance| *distance > limit) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(stems: &[&str]) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for stem in stems {
            let number = vocabulary.intern(stem, stem);
            vocabulary.count_chunk(&[number]);
        }
        vocabulary
    }

    #[test]
    fn slips_swaps_and_beginnings_find_the_word_that_was_meant() {
        let vocabulary = vocabulary(&["deploy", "configur", "authent", "cat", "databas"]);
        let nearest = |stem: &str| {
            vocabulary.near(stem, stem).first().map(|(number, _)| vocabulary.entry(*number).stem.clone())
        };
        assert_eq!(nearest("depoly").as_deref(), Some("deploy"));
        assert_eq!(nearest("confgur").as_deref(), Some("configur"));
        assert_eq!(nearest("auth").as_deref(), Some("authent"));
        assert_eq!(nearest("cut"), None);
        assert_eq!(nearest("cats"), None);
        assert_eq!(nearest("zebra"), None);
    }

    #[test]
    fn a_rarer_term_weighs_more_and_an_unknown_one_most() {
        let mut vocabulary = vocabulary(&["rare"]);
        let common = vocabulary.intern("common", "common");
        for _ in 0..9 {
            vocabulary.count_chunk(&[common]);
        }
        let rare = vocabulary.number("rare");
        assert!(vocabulary.weight(rare) > vocabulary.weight(Some(common)));
        assert!(vocabulary.weight(None) > vocabulary.weight(rare));
    }
}
