//! A few things under way, each under its number: a list, because there are never many.

pub(super) struct Keyed<T>(Vec<(u32, T)>);

impl<T> Keyed<T> {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn insert(&mut self, key: u32, value: T) {
        self.0.push((key, value));
    }

    pub(super) fn get(&self, key: u32) -> Option<&T> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, key: u32) -> Option<T> {
        let at = self.0.iter().position(|(known, _)| *known == key)?;
        Some(self.0.swap_remove(at).1)
    }
}
