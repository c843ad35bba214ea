//! The wasm32 target without rustup's server: Debian's own compiler, and a std built once from Debian's source.
//!
//! The result is a toolchain named `docent-wasm` that plain cargo can use. The built std is kept as a
//! tarball in the cache: putting it back takes seconds where building it takes a processor minute.

use std::fs;
use std::path::{Path, PathBuf};

use super::packages;
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process::{self, Running};
use crate::project::{self, Project};
use crate::tool;
use crate::toolchain::{LINKED, TARGET, WasmToolchain};

/// Debian's newer compiler (it follows the browsers' needs), its cargo, and the source of std with vendored crates.
pub(super) const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const RUSTLIB: &str = "/usr/lib/rustlib";
const VENDORED: &str = "/usr/lib/rustlib/src/rust/library/vendor";

/// Whether Debian's packages are there, with a std source that can be built offline.
pub(super) fn is_installed() -> bool {
    [RUSTC, CARGO, VENDORED].iter().all(|path| Path::new(path).exists())
}

/// Makes the toolchain `docent-wasm`: std from the cache or built, a linker, a name.
pub(super) fn provide(project: &Project) -> Outcome<String> {
    if !is_installed() {
        return Err(Failure::new(format!("no Rust toolchain here can link {TARGET}")).advise(format!(
            "run `rustup target add {TARGET}` where rustup's server can be reached; on Debian or Ubuntu, \
             `apt-get install {}` and run setup again",
            PACKAGES.join(" ")
        )));
    }
    let tarball = tarball(project)?;
    let how = if tarball.exists() {
        "put back from the cache"
    } else {
        build(project, &tarball)?;
        "built from Debian's source"
    };
    install(project, &tarball)?;
    provide_linker(project)?;
    if !tool::on_path("rustup").is_empty() {
        let mut link = process::command(project, "rustup");
        link.args(["toolchain", "link", LINKED, "/usr"]);
        process::capture(link)?;
    }
    match WasmToolchain::find(project) {
        Some(toolchain) => Ok(format!("{how}; {} links {TARGET}", toolchain.label())),
        None => Err(Failure::new(format!("the std is in place, but {RUSTC} still does not link {TARGET}"))
            .advise(format!("delete {} and run setup again", tarball.display()))),
    }
}

/// Keeps the std that is in place for later, if the cache has none for this compiler; the answer is for the step's line.
pub(super) fn keep(project: &Project) -> Outcome<String> {
    let tarball = tarball(project)?;
    if tarball.exists() || !Path::new(RUSTLIB).join(TARGET).is_dir() {
        return Ok(String::new());
    }
    pack(project, Path::new(RUSTLIB), &tarball)?;
    Ok("; its std is now kept in the cache".to_owned())
}

/// The tarball for the compiler that is installed: the package's own version, since a std fits exactly one compiler.
fn tarball(project: &Project) -> Outcome<PathBuf> {
    let mut query = process::command(project, "dpkg-query");
    query.args(["--show", "--showformat", "${Version}-${Architecture}", PACKAGES[0]]);
    let version: String = process::capture(query)?
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-~+".contains(c) { c } else { '_' })
        .collect();
    Ok(project::cache()?.join(format!("wasm32-std-{version}.tar.gz")))
}

/// Builds std from Debian's source in an empty crate and packs it.
fn build(project: &Project, tarball: &Path) -> Outcome {
    console::line("    building the wasm32 std from Debian's source (about a minute, once per machine)");
    let folder = project.path("target/wasm-std");
    let _absent = fs::remove_dir_all(&folder);
    project::write(
        &folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[lib]\n\n[workspace]\n",
    )?;
    project::write(&folder.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = process::command(project, CARGO);
    cargo
        .current_dir(&folder)
        .args(["build", "--release", "--target", TARGET])
        // `test` is needed by the browser tests' harness.
        .arg("-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test")
        .args(["--config", "source.crates-io.replace-with=\"vendored\""])
        .args(["--config", &format!("source.vendored.directory=\"{VENDORED}\"")])
        .env("RUSTC", RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // Bitcode lets the shipped build optimise across std and our code.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTUP_TOOLCHAIN");
    Running::start(project, "setup-wasm32-std", cargo)?.wait().map_err(|failure| {
        failure.advise(format!("check that {} are installed in one version", PACKAGES.join(", ")))
    })?;

    let staged = folder.join("staged");
    let lib = staged.join(TARGET).join("lib");
    fs::create_dir_all(&lib).map_err(|error| Failure::file("create", &lib, &error))?;
    let built = folder.join("target").join(TARGET).join("release/deps");
    let entries = fs::read_dir(&built).map_err(|error| Failure::file("read", &built, &error))?;
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        let is_std = path.extension().is_some_and(|extension| extension == "rlib")
            && path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with("libempty"));
        if let Some(name) = path.file_name().filter(|_| is_std) {
            fs::copy(&path, lib.join(name)).map_err(|error| Failure::file("copy", &path, &error))?;
        }
    }
    pack(project, &staged, tarball)?;
    fs::remove_dir_all(&folder).map_err(|error| Failure::file("remove", &folder, &error))
}

/// Packs the target's folder below `parent`; the tarball appears whole or not at all.
fn pack(project: &Project, parent: &Path, tarball: &Path) -> Outcome {
    let folder = project::cache()?;
    fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    let beside = tarball.with_extension(format!("new-{}", std::process::id()));
    let mut tar = process::command(project, "tar");
    tar.args(["--use-compress-program", "gzip -1", "--create", "--file"])
        .arg(&beside)
        .arg("--directory")
        .arg(parent)
        .arg(TARGET);
    process::run(project, "setup-wasm32-std-pack", tar)?;
    fs::rename(&beside, tarball).map_err(|error| Failure::file("write", tarball, &error))
}

/// Swaps the whole folder in, so that two versions of std never lie side by side.
fn install(project: &Project, tarball: &Path) -> Outcome {
    let staging = format!("{RUSTLIB}/.docent-{}", std::process::id());
    let script = format!(
        "set -e; mkdir '{staging}'; trap \"rm -rf '{staging}'\" EXIT; \
         tar --extract --gzip --no-same-owner --file \"$1\" --directory '{staging}'; \
         rm -rf '{RUSTLIB}/{TARGET}'; mv '{staging}/{TARGET}' '{RUSTLIB}/{TARGET}'"
    );
    let mut sh = packages::privileged(project, "sh").map_err(|failure| {
        failure.advise("run setup once as root: it writes the wasm32 std below /usr/lib/rustlib")
    })?;
    sh.args(["-c", &script, "sh"]).arg(tarball);
    process::run(project, "setup-wasm32-std-install", sh).map(drop)
}

/// Gives Debian's compiler the linker it looks for under the name `rust-lld`: the active toolchain's own, else Debian's lld.
fn provide_linker(project: &Project) -> Outcome {
    let mut ask = process::command(project, RUSTC);
    ask.arg("-vV").env_remove("RUSTUP_TOOLCHAIN");
    let said = process::capture(ask)?;
    let host =
        said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or("x86_64-unknown-linux-gnu");
    let wanted = Path::new(RUSTLIB).join(host).join("bin/rust-lld");
    if wanted.exists() {
        return Ok(());
    }
    let mut ask = process::command(project, "rustc");
    ask.args(["--print", "sysroot"]);
    let own = PathBuf::from(process::capture(ask)?).join("lib/rustlib").join(host).join("bin/rust-lld");
    let linker = if own.exists() { own } else { debian_linker(project)? };
    let mut sh = packages::privileged(project, "sh")?;
    sh.args(["-c", "mkdir -p \"$(dirname \"$2\")\" && ln -sfn \"$1\" \"$2\"", "sh"]).arg(linker).arg(wanted);
    process::run(project, "setup-linker", sh).map(drop)
}

/// Debian's lld in its newest installed version; installs version 19 if there is none.
fn debian_linker(project: &Project) -> Outcome<PathBuf> {
    let installed =
        || (14..=30).rev().map(|n| PathBuf::from(format!("/usr/bin/lld-{n}"))).find(|path| path.exists());
    if let Some(path) = installed() {
        return Ok(path);
    }
    if let Some(running) = packages::start(project, &["lld-19"])? {
        packages::finish(running)?;
    }
    installed().ok_or_else(|| Failure::new("lld-19 was installed but /usr/bin/lld-19 is not there"))
}
