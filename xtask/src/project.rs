//! Where things are: the project's root, its build folders, the cache that outlives a clone, and the pinned versions.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// The checkout the task works on.
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The checkout this program was built from: the folder above `xtask/`.
    pub(crate) fn find() -> Outcome<Self> {
        // At run time cargo says where the package is; the compile-time value would be wrong after a move of the checkout.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        match manifest.parent() {
            Some(root) if root.join("xtask").is_dir() => Ok(Self { root: root.to_path_buf() }),
            _ => Err(Failure::new("cannot find the project's root folder")
                .advise("run the task as `cargo xtask <task>` inside the checkout")),
        }
    }

    /// The root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Where host builds put their output: `CARGO_TARGET_DIR`, or `target/`.
    pub(crate) fn host_target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.path("target"), |dir| self.root.join(dir))
    }

    /// The binary `docent` of a debug build.
    pub(crate) fn binary(&self) -> PathBuf {
        self.host_target().join("debug").join(format!("docent{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where wasm builds put theirs: apart, because another compiler may build them and would evict the host's artifacts.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.path("target/wasm")
    }

    /// Folder of the full output of every command that was run.
    pub(crate) fn log(&self) -> PathBuf {
        self.path("target/log")
    }

    /// A tool of the npm packages, by its command name.
    pub(crate) fn npm_bin(&self, name: &str) -> Outcome<PathBuf> {
        let path = self.root.join("node_modules/.bin").join(name);
        if path.exists() {
            Ok(path)
        } else {
            Err(Failure::new(format!("`{name}` is not installed (no {})", path.display()))
                .advise("run `cargo xtask setup`, which installs the npm packages"))
        }
    }

    /// The exact version of a crate in Cargo.lock. A crate that is locked twice is an error: there is no one answer.
    pub(crate) fn locked_version(&self, krate: &str) -> Outcome<String> {
        let path = self.path("Cargo.lock");
        let lock = read(&path)?;
        match locked_versions(&lock, krate).as_slice() {
            [version] => Ok((*version).to_owned()),
            [] => Err(Failure::new(format!("Cargo.lock has no crate `{krate}`"))
                .advise("run `cargo metadata` once so that cargo writes Cargo.lock")),
            several => Err(Failure::new(format!("Cargo.lock has `{krate}` in {} versions", several.len()))),
        }
    }

    /// The lowest Rust version the workspace promises to build with (`rust-version`).
    pub(crate) fn rust_version(&self) -> Outcome<String> {
        let manifest = read(&self.path("Cargo.toml"))?;
        quoted_after(&manifest, "rust-version = ")
            .ok_or_else(|| Failure::new("Cargo.toml names no `rust-version`"))
    }

    /// The lowest Node version the npm package promises to work with (`engines.node`).
    pub(crate) fn node_version(&self) -> Outcome<String> {
        let manifest = read(&self.path("package.json"))?;
        quoted_after(&manifest, "\"node\": ")
            .map(|range| range.trim_start_matches(">=").to_owned())
            .ok_or_else(|| Failure::new("package.json names no `engines.node`"))
    }
}

/// The folder for tools and artifacts that outlive one checkout: `$XDG_CACHE_HOME/docent`, or `~/.cache/docent`.
pub(crate) fn cache() -> Outcome<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME")
        .filter(|dir| dir.is_absolute())
        .or_else(|| set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".cache")))
        .map(|base| base.join("docent"))
        .ok_or_else(|| {
            Failure::new("neither XDG_CACHE_HOME nor HOME is set").advise("set HOME to a writable folder")
        })
}

/// A text file, or the reason it cannot be read.
pub(crate) fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))
}

/// Writes a file whole: first beside it, then renamed over it, so that nobody ever reads half.
pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> Outcome {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| Failure::file("create", parent, &error))?;
    }
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    fs::write(&beside, contents)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| Failure::file("write", path, &error))
}

/// Every version of a crate in the text of a Cargo.lock.
fn locked_versions<'a>(lock: &'a str, krate: &str) -> Vec<&'a str> {
    let name = format!("name = \"{krate}\"");
    let mut lines = lock.lines();
    let mut versions = Vec::new();
    while let Some(line) = lines.next() {
        if line == name
            && let Some(version) = lines.next().and_then(|next| next.strip_prefix("version = \""))
        {
            versions.push(version.trim_end_matches('"'));
        }
    }
    versions
}

/// The quoted text that follows a key.
fn quoted_after(text: &str, key: &str) -> Option<String> {
    let (_, rest) = text.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n";

    #[test]
    fn the_version_of_exactly_the_named_crate_is_read_from_the_lock_file() {
        assert_eq!(locked_versions(LOCK, "wasm-bindgen"), ["0.2.130"]);
        assert_eq!(locked_versions(LOCK, "wasm-bindgen-futures"), ["0.4.80"]);
        assert!(locked_versions(LOCK, "wasm").is_empty());
    }

    #[test]
    fn a_crate_locked_twice_gives_both_versions() {
        let twice = format!("{LOCK}\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.99\"\n");
        assert_eq!(locked_versions(&twice, "wasm-bindgen"), ["0.2.130", "0.2.99"]);
    }

    #[test]
    fn a_promised_version_is_read_from_a_manifest() {
        assert_eq!(quoted_after("rust-version = \"1.95\"\n", "rust-version = ").as_deref(), Some("1.95"));
        assert_eq!(quoted_after("{ \"node\": \">=20.19\" }", "\"node\": ").as_deref(), Some(">=20.19"));
        assert_eq!(quoted_after("nothing", "\"node\": "), None);
    }
}
