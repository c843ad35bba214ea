//! What a part was made from, as one number kept beside the part: equal number, nothing to do.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::project;

/// A digest of inputs in the making. It guards against stale parts, not against an adversary.
#[derive(Default)]
pub(super) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    /// Takes in a text: a flag, a version.
    pub(super) fn text(&mut self, text: &str) {
        text.hash(&mut self.0);
    }

    /// Takes in a file's bytes, not its name.
    pub(super) fn file(&mut self, path: &Path) -> Outcome {
        let bytes = fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
        bytes.hash(&mut self.0);
        Ok(())
    }

    /// The number, as text.
    pub(super) fn finish(&self) -> String {
        format!("{:016x}\n", self.0.finish())
    }
}

/// The note beside a part that says what it was made from.
pub(super) struct Stamp(PathBuf);

impl Stamp {
    /// The stamp of the part in a folder.
    pub(super) fn of(folder: &Path) -> Self {
        Self(folder.join("made-from"))
    }

    /// Whether the part was made from exactly this.
    pub(super) fn is(&self, fingerprint: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|made_from| made_from == fingerprint)
    }

    /// Notes what the part was made from; called last, so that a broken build leaves no stamp.
    pub(super) fn set(&self, fingerprint: &str) -> Outcome {
        project::write(&self.0, fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_inputs_give_another_fingerprint() {
        let of = |texts: &[&str]| {
            let mut fingerprint = Fingerprint::default();
            texts.iter().for_each(|text| fingerprint.text(text));
            fingerprint.finish()
        };
        assert_eq!(of(&["-Oz", "1"]), of(&["-Oz", "1"]));
        assert_ne!(of(&["-Oz", "1"]), of(&["-Oz", "2"]));
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
    }
}
