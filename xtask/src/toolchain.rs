//! Which toolchain builds wasm. Every task that builds wasm asks here, so that there is one answer.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::{self, Project};

/// The compile target of everything that runs in a page.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The toolchain `setup` links where the active one has no wasm32 std and rustup may not fetch it.
pub(crate) const LINKED: &str = "docent-wasm";

/// A toolchain that was seen to link a wasm32 library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmToolchain {
    /// The one that builds everything else, too.
    Active,
    /// The one that `setup` linked under the name `docent-wasm`.
    Linked,
}

impl WasmToolchain {
    /// The toolchain wasm builds use on this machine: the active one if it can, else the linked one.
    ///
    /// Decided by linking a library, not by listing targets: a listed target can have no linker, and a distribution's
    /// compiler can have one that rustup does not list. The answer holds for the life of the process.
    pub(crate) fn find(project: &Project) -> Option<Self> {
        static FOUND: OnceLock<WasmToolchain> = OnceLock::new();
        if let Some(found) = FOUND.get() {
            return Some(*found);
        }
        let found = [Self::Active, Self::Linked].into_iter().find(|candidate| candidate.links(project))?;
        Some(*FOUND.get_or_init(|| found))
    }

    /// As [`WasmToolchain::find`], for a task that cannot go on without one.
    pub(crate) fn require(project: &Project) -> Outcome<Self> {
        Self::find(project).ok_or_else(|| {
            Failure::new(format!("no Rust toolchain here can link {TARGET}"))
                .advise("run `cargo xtask setup`, which installs that target")
        })
    }

    /// Makes a cargo or rustc command use this toolchain.
    pub(crate) fn apply(self, command: &mut Command) {
        if self == Self::Linked {
            command.env("RUSTUP_TOOLCHAIN", LINKED);
        }
    }

    /// What to call it in a message.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Active => "the active toolchain",
            Self::Linked => "toolchain `docent-wasm`",
        }
    }

    /// Links a small library that uses std, really.
    fn links(self, project: &Project) -> bool {
        let folder = project.path(&format!("target/wasm-probe/{}", std::process::id()));
        let source = folder.join("probe.rs");
        let probe = "pub fn probe() -> String { format!(\"{:?}\", std::env::args()) }\n";
        if project::write(&source, probe).is_err() {
            return false;
        }
        let mut rustc = process::command(project, "rustc");
        rustc.args(["--target", TARGET, "--crate-type", "cdylib", "--edition", "2024", "-o"]);
        rustc.arg(folder.join("probe.wasm")).arg(&source);
        self.apply(&mut rustc);
        let is_linked = process::succeeds(rustc);
        let _best_effort = fs::remove_dir_all(&folder);
        is_linked
    }
}
