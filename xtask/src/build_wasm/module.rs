//! One wasm module of the package: compiled, bound to JavaScript, made small, checked, and once more as text.

use std::fs;
use std::path::{Path, PathBuf};

use super::fingerprint::{Fingerprint, Stamp};
use super::glue::Glue;
use super::inline;
use super::names;
use super::panics;
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::{self, Project};
use crate::tool::CargoTool;
use crate::toolchain::{TARGET, WasmToolchain};

/// A crate, or a part of one, that is shipped as wasm.
pub(super) struct Module {
    /// The cargo package.
    package: &'static str,
    /// The feature that holds this part of the package.
    feature: Option<&'static str>,
    /// Where cargo works, below the folder of all wasm builds. Two parts of one package are files of one name: in one
    /// folder cargo would take one for the other.
    folder: &'static str,
    /// The file name cargo gives the library.
    library: &'static str,
    /// The name in `pkg/`: `<name>.js`, `<name>_bg.wasm`, `<name>_inline.js`.
    pub(super) name: &'static str,
}

/// The modules of the package.
pub(super) const MODULES: &[Module] = &[
    Module { package: "docent", feature: Some("core"), folder: "", library: "docent", name: "docent_core" },
    Module {
        package: "docent",
        feature: Some("page"),
        folder: "page",
        library: "docent",
        name: "docent_page",
    },
    Module {
        package: "docent-element",
        feature: None,
        folder: "",
        library: "docent_element",
        name: "docent_element",
    },
];

/// The way a module is made from what the compiler wrote, flags included: whatever changes here makes another module.
const STEPS: &[&str] = &[
    include_str!("module.rs"),
    include_str!("glue.rs"),
    include_str!("inline.rs"),
    include_str!("names.rs"),
    include_str!("panics.rs"),
    include_str!("panics/words.rs"),
    include_str!("../wasm.rs"),
    include_str!("../wasm/border.rs"),
];

/// For size. The features are those the compiler uses: with `--all-features` wasm-opt writes files that browsers refuse.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--strip-producers",
    // Engines know what they support; this is for tools.
    "--strip-target-features",
    // The first kilobyte of memory is the far end of the stack: no value is there, so no address of one wraps around.
    "--low-memory-unused",
];

/// Before the others: control flow written anew, other than the compiler's and more alike.
const PARING: &[&str] = &["--flatten", "--rereloop", "-Oz"];

/// For the glue: an ES module that fetches nothing unless it is told from where; the types are written by hand in js/.
const WASM_BINDGEN: &[&str] = &["--target", "web", "--omit-default-module-path", "--no-typescript"];

impl Module {
    /// The folder, below the part's own, that holds what goes into `pkg/`.
    pub(super) const OUTPUT: &str = "out";

    /// Makes the module in a folder of its own; answers what was done.
    pub(super) fn build(&self, project: &Project, folder: &Path) -> Outcome<String> {
        let wasm_bindgen = CargoTool::wasm_bindgen(project)?;
        let bin = wasm_bindgen.require(project)?;
        let compiled = self.compile(project)?;

        let mut made_from = Fingerprint::default();
        made_from.file(&compiled)?;
        made_from.file(&project.path("package-lock.json"))?;
        made_from.text(&wasm_bindgen.version);
        STEPS.iter().for_each(|step| made_from.text(step));
        let made_from = made_from.finish();
        let stamp = Stamp::of(folder);
        let out = folder.join(Self::OUTPUT);
        let wasm = out.join(format!("{}_bg.wasm", self.name));
        if stamp.is(&made_from) && wasm.exists() {
            return Ok("up to date".to_owned());
        }

        let _absent = fs::remove_dir_all(folder);
        let bound = folder.join("bound");
        for folder in [&bound, &out] {
            fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
        }
        self.bind(project, &bin.join(wasm_bindgen.command), &compiled, &bound)?;
        let written = bound.join(format!("{}_bg.wasm", self.name));
        let optimised = self.optimise(project, &written)?;
        let glue = Glue::read(&project::read(&bound.join(format!("{}.js", self.name)))?)?;
        let (small, script) = names::shorten(&optimised, glue)?;
        project::write(&wasm, small)?;
        check(project, &wasm)?;
        self.minify(project, &script, &bound, &out)?;

        let bytes = fs::read(&wasm).map_err(|error| Failure::file("read", &wasm, &error))?;
        let script = inline::script(&format!("{}_bg.wasm", self.name), &bytes);
        project::write(&out.join(format!("{}_inline.js", self.name)), script)?;
        stamp.set(&made_from)?;
        Ok(format!("{:.1} KB of wasm", bytes.len() as f64 / 1024.0))
    }

    /// Compiles the crate; cargo itself knows whether there is anything to do.
    fn compile(&self, project: &Project) -> Outcome<PathBuf> {
        let mut cargo = process::command(project, "cargo");
        // The crate type is named because `cdylib` beside `rlib` in the manifest silently switches link-time optimisation off.
        cargo.args(["rustc", "--package", self.package, "--lib", "--profile", "wasm", "--target", TARGET]);
        cargo.args(["--crate-type", "cdylib"]);
        let target = project.wasm_target().join(self.folder);
        if let Some(feature) = self.feature {
            cargo.args(["--no-default-features", "--features", feature]);
        }
        WasmToolchain::require(project)?.apply(&mut cargo);
        cargo.env("CARGO_TARGET_DIR", &target);
        cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths(project));
        process::run(project, &format!("build-{}", self.name), cargo)?;
        Ok(target.join(TARGET).join("wasm").join(format!("{}.wasm", self.library)))
    }

    fn bind(&self, project: &Project, wasm_bindgen: &Path, compiled: &Path, folder: &Path) -> Outcome {
        let mut command = process::command(project, wasm_bindgen);
        command.arg(compiled).args(WASM_BINDGEN).args(["--out-name", self.name, "--out-dir"]).arg(folder);
        process::run(project, &format!("bind-{}", self.name), command).map(drop).map_err(|failure| {
            failure.advise("crate and command must be one version: run `cargo xtask setup`")
        })
    }

    /// The module that wasm-bindgen wrote to `from`, made small.
    fn optimise(&self, project: &Project, from: &Path) -> Outcome<Vec<u8>> {
        let bytes = fs::read(from).map_err(|error| Failure::file("read", from, &error))?;
        let bytes = panics::cut_short(&bytes)
            .ok_or_else(|| Failure::new(format!("{} is no wasm this task can read", from.display())))?;
        let cut = from.with_file_name(format!("{}_cut.wasm", self.name));
        project::write(&cut, bytes)?;
        let to = from.with_file_name(format!("{}_small.wasm", self.name));
        // Through the npm package: the versions distributions carry cannot parse what today's compiler writes.
        let mut command = process::command(project, project.npm_bin("wasm-opt")?);
        command.arg(cut).args(PARING).args(WASM_OPT).arg("-o").arg(&to);
        process::run(project, &format!("optimise-{}", self.name), command)?;
        fs::read(&to).map_err(|error| Failure::file("read", &to, &error))
    }

    /// The script of the glue without its comments and long names: a page without a bundler loads it as it is.
    fn minify(&self, project: &Project, script: &str, bound: &Path, out: &Path) -> Outcome {
        let renamed = bound.join(format!("{}_renamed.js", self.name));
        project::write(&renamed, script)?;
        let mut esbuild = process::command(project, project.npm_bin("esbuild")?);
        esbuild.arg(&renamed).args([
            "--minify",
            "--tree-shaking=true",
            "--format=esm",
            "--target=es2022",
            "--log-level=warning",
        ]);
        let minified = process::capture(esbuild)?;
        let header =
            format!("// Generated from the crate `{}`; its types are in {}.d.ts.", self.package, self.name);
        project::write(&out.join(format!("{}.js", self.name)), format!("{header}\n{minified}\n"))
    }
}

/// wasm-opt can write a file that engines refuse and report no error: let V8 compile it.
fn check(project: &Project, wasm: &Path) -> Outcome {
    let mut node = process::command(project, "node");
    node.args(["--eval", "new WebAssembly.Module(require('node:fs').readFileSync(process.argv[1]))"])
        .arg(wasm);
    process::capture(node).map(drop).map_err(|failure| {
        failure.advise(
            "an engine refuses the optimised wasm: compare the --enable flags with the compiler's features",
        )
    })
}

/// Flags that replace this machine's folders in panic messages: they tell a page's visitors nothing and cost bytes.
fn remapped_paths(project: &Project) -> String {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
    // Each source of crates has a folder of its own, named after its server.
    let sources = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok()).into_iter().flatten();
    let sources = sources.filter_map(Result::ok).map(|entry| (entry.path(), "crates"));
    // Later flags win, so the folder that may contain the others comes first.
    std::iter::once((project.root().to_path_buf(), "docent"))
        .chain(sources)
        .map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()))
        .collect::<Vec<_>>()
        .join("\u{1f}")
}
