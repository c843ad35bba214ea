//! `build-wasm`: the npm package, from both wasm crates and `js/` to `pkg/`.
//!
//! Each part is made in `target/wasm-package/` and made again only when its inputs changed; `pkg/` is swapped whole at the
//! end, so a build that fails leaves the package as it was.

mod fingerprint;
mod glue;
mod inline;
mod module;
mod names;
mod panics;
mod typescript;

use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::tree;
use module::{MODULES, Module};

/// Builds what is out of date and swaps `pkg/`. Arguments choose among the modules (`docent_core`, `docent_page`,
/// `docent_element`): the others keep their last build, for work on one while another does not compile.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    if let Some(unknown) = arguments.iter().find(|name| !MODULES.iter().any(|module| module.name == **name)) {
        return Err(Failure::new(format!("there is no module `{unknown}`"))
            .advise("name docent_core, docent_page or docent_element, or nothing for all"));
    }
    console::line("build-wasm");
    let started = Instant::now();
    let _lock = lock(project)?;

    let parts = project.path("target/wasm-package");
    for module in MODULES
        .iter()
        .filter(|module| arguments.is_empty() || arguments.iter().any(|name| name == module.name))
    {
        timed(module.name, || module.build(project, &parts.join(module.name)))?;
    }
    timed("typescript", || typescript::compile(project, &parts.join("js")))?;

    let stage = project.path("target/pkg-next");
    let _absent = fs::remove_dir_all(&stage);
    fs::create_dir_all(&stage).map_err(|error| Failure::file("create", &stage, &error))?;
    for module in MODULES {
        copy_files(&parts.join(module.name).join(Module::OUTPUT), &stage)?;
    }
    copy_files(&parts.join("js").join(typescript::OUTPUT), &stage)?;
    let has_changed = swap(&stage, &project.path("pkg"))?;
    console::line(&format!(
        "pkg/ {} in {}\n",
        if has_changed { "is new" } else { "was up to date" },
        console::seconds(started.elapsed())
    ));
    Ok(())
}

/// Runs one part and says what came of it.
fn timed(name: &str, work: impl FnOnce() -> Outcome<String>) -> Outcome {
    let started = Instant::now();
    let result = work()?;
    console::step(name, &result, started.elapsed());
    Ok(())
}

/// Two builds at once would mix their parts: the second waits for the first. The lock ends with the file handle.
fn lock(project: &Project) -> Outcome<File> {
    let path = project.path("target/wasm-package.lock");
    fs::create_dir_all(project.path("target")).map_err(|error| Failure::file("create", &path, &error))?;
    let file = File::create(&path).map_err(|error| Failure::file("create", &path, &error))?;
    if file.try_lock().is_err() {
        console::line("    waiting for another build-wasm to finish");
        file.lock().map_err(|error| Failure::file("lock", &path, &error))?;
    }
    Ok(file)
}

/// Copies the files of one flat folder into another; a name that is there already is a mistake of the build.
fn copy_files(from: &Path, to: &Path) -> Outcome {
    for path in tree::files(from)? {
        let name =
            path.strip_prefix(from).map_err(|_| Failure::new(format!("{} is misplaced", path.display())))?;
        let target = to.join(name);
        if target.exists() {
            return Err(Failure::new(format!("two parts of the package make {}", name.display())).advise(
                "rename the one in js/: generated files are named docent_core*, docent_page* and docent_element*",
            ));
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
        }
        fs::copy(&path, &target).map_err(|error| Failure::file("copy", &path, &error))?;
    }
    Ok(())
}

/// Puts the staged folder in the place of the old one. Leaves the old one untouched, times and all, when nothing differs;
/// answers whether anything did.
fn swap(stage: &Path, place: &Path) -> Outcome<bool> {
    if are_same(stage, place)? {
        fs::remove_dir_all(stage).map_err(|error| Failure::file("remove", stage, &error))?;
        return Ok(false);
    }
    let old = stage.with_file_name("pkg-old");
    let _absent = fs::remove_dir_all(&old);
    if place.exists() {
        fs::rename(place, &old).map_err(|error| Failure::file("move", place, &error))?;
    }
    if let Err(error) = fs::rename(stage, place) {
        let _restored = fs::rename(&old, place);
        return Err(Failure::file("move", stage, &error)
            .advise("target/ and pkg/ must be on the same disk: remove the link or mount that parts them"));
    }
    let _absent = fs::remove_dir_all(&old);
    Ok(true)
}

/// Whether two folders hold the same files with the same bytes.
fn are_same(one: &Path, other: &Path) -> Outcome<bool> {
    let names = |folder: &Path| -> Outcome<Vec<_>> {
        Ok(tree::files(folder)?
            .into_iter()
            .filter_map(|path| path.strip_prefix(folder).map(Path::to_path_buf).ok())
            .collect())
    };
    let ours = names(one)?;
    if ours != names(other)? {
        return Ok(false);
    }
    let read = |path: &Path| fs::read(path).map_err(|error| Failure::file("read", path, &error));
    for name in ours {
        if read(&one.join(&name))? != read(&other.join(&name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A folder of its own below target/, empty.
    fn folder(name: &str) -> PathBuf {
        let path = Project::find().unwrap().path(&format!("target/xtask-tests/{name}"));
        let _absent = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn a_new_package_takes_the_place_of_the_old_one_whole() {
        let base = folder("swap-new");
        let (stage, place) = (base.join("next"), base.join("pkg"));
        fs::create_dir_all(&stage).unwrap();
        fs::create_dir_all(&place).unwrap();
        fs::write(stage.join("index.js"), "new").unwrap();
        fs::write(place.join("gone.js"), "old").unwrap();
        assert!(swap(&stage, &place).unwrap());
        assert_eq!(fs::read_to_string(place.join("index.js")).unwrap(), "new");
        assert!(!place.join("gone.js").exists());
        assert!(!stage.exists());
    }

    #[test]
    fn an_equal_package_is_left_untouched() {
        let base = folder("swap-same");
        let (stage, place) = (base.join("next"), base.join("pkg"));
        for dir in [&stage, &place] {
            fs::create_dir_all(dir).unwrap();
            fs::write(dir.join("index.js"), "same").unwrap();
        }
        let before = fs::metadata(place.join("index.js")).unwrap().modified().unwrap();
        assert!(!swap(&stage, &place).unwrap());
        assert_eq!(fs::metadata(place.join("index.js")).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn two_parts_that_make_the_same_file_are_refused() {
        let base = folder("copy-twice");
        let (from, to) = (base.join("from"), base.join("to"));
        fs::create_dir_all(&from).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("index.js"), "").unwrap();
        copy_files(&from, &to).unwrap();
        let failure = copy_files(&from, &to).unwrap_err().to_string();
        assert!(failure.contains("two parts of the package make index.js"), "{failure}");
    }
}
