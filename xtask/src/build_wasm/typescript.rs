//! The TypeScript of the package: `js/` compiled side by side with the wasm, its hand-written declarations beside it.

use std::fs;
use std::path::Path;

use super::fingerprint::{Fingerprint, Stamp};
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::{self, Project};
use crate::tree;

/// The folder, below the part's own, that holds what goes into `pkg/`.
pub(super) const OUTPUT: &str = "out";

/// Entries that a page loads without a bundler. They get what they have in common written into them: as a file of its own
/// the browser would learn of it only from the entry, and of the wasm only from it, each after one more wait.
const WHOLE: &[&str] = &["index.js", "url.js"];

/// Changes with what is done to what the compiler wrote.
const STEPS: &str = "whole entries";

/// Compiles js/ into a folder of its own; answers what was done.
pub(super) fn compile(project: &Project, folder: &Path) -> Outcome<String> {
    let sources = tree::files(&project.path("js"))?;
    if sources.is_empty() {
        return Err(
            Failure::new("js/ has no files").advise("restore js/ from git: the package's entries live there")
        );
    }
    let mut made_from = Fingerprint::default();
    for path in &sources {
        made_from.text(&path.to_string_lossy());
        made_from.file(path)?;
    }
    made_from.file(&project.path("tsconfig.json"))?;
    made_from.file(&project.path("package-lock.json"))?;
    made_from.text(STEPS);
    let made_from = made_from.finish();
    let stamp = Stamp::of(folder);
    if stamp.is(&made_from) {
        return Ok("up to date".to_owned());
    }

    let _absent = fs::remove_dir_all(folder);
    let out = folder.join(OUTPUT);
    fs::create_dir_all(&out).map_err(|error| Failure::file("create", &out, &error))?;
    let mut tsc = process::command(project, project.npm_bin("tsc")?);
    tsc.args(["--project", "tsconfig.json", "--outDir"]).arg(&out);
    process::run(project, "build-typescript", tsc)?;
    for name in WHOLE {
        make_whole(project, &out.join(name))?;
    }
    // The compiler writes declarations for what it compiles; those that describe generated files are copied.
    let mut written_by_hand = 0;
    for path in sources.iter().filter(|path| path.to_string_lossy().ends_with(".d.ts")) {
        let name = path.file_name().ok_or_else(|| Failure::new(format!("{} has no name", path.display())))?;
        fs::copy(path, out.join(name)).map_err(|error| Failure::file("copy", path, &error))?;
        written_by_hand += 1;
    }
    stamp.set(&made_from)?;
    Ok(format!("{} files compiled, {written_by_hand} copied", sources.len() - written_by_hand))
}

/// Writes what an entry imports from js/ into it; what is generated stays beside it and is loaded when it is used.
fn make_whole(project: &Project, entry: &Path) -> Outcome {
    let written = project::read(entry)?;
    let header = written.lines().next().unwrap_or_default();
    let mut esbuild = process::command(project, project.npm_bin("esbuild")?);
    esbuild.arg(entry).args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ]);
    esbuild.arg("--external:./docent_*");
    let whole = process::capture(esbuild)?;
    project::write(entry, format!("{header}\n{whole}\n"))
}
