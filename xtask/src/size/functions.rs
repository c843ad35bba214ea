//! The largest functions of a wasm module, by name: where to look when an entry has grown.
//!
//! Read from the module as wasm-bindgen left it, which still has its names; wasm-opt makes each somewhat smaller later.

use std::collections::BTreeMap;
use std::fs;

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::Project;
use crate::wasm;

/// How many functions are listed.
const LISTED: usize = 60;

/// Prints a module's code by crate and its largest functions.
pub(super) fn list(project: &Project, module: &str) -> Outcome {
    let path = project.path(&format!("target/wasm-package/{module}/bound/{module}_bg.wasm"));
    let bytes = fs::read(&path).map_err(|error| {
        Failure::file("read", &path, &error)
            .advise("run `cargo xtask build-wasm`; modules are docent_core, docent_page and docent_element")
    })?;
    let functions = wasm::functions(&bytes)
        .map(largest_first)
        .ok_or_else(|| Failure::new(format!("{} is no wasm this task can read", path.display())))?;
    let total: usize = functions.iter().map(|function| function.body.len()).sum();
    console::line(&format!(
        "{module}: {} functions, {total} bytes of code before wasm-opt\n\n  by crate",
        functions.len()
    ));
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for function in &functions {
        *crates.entry(krate(&function.name)).or_default() += function.body.len();
    }
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    for (krate, size) in crates.iter().take(12) {
        console::line(&format!("  {size:>8}  {krate}"));
    }
    console::line("\n  largest");
    for function in functions.iter().take(LISTED) {
        console::line(&format!("  {:>8}  {}", function.body.len(), function.name));
    }
    Ok(())
}

fn largest_first(mut functions: Vec<wasm::Function<'_>>) -> Vec<wasm::Function<'_>> {
    functions
        .sort_by(|one, other| other.body.len().cmp(&one.body.len()).then_with(|| one.name.cmp(&other.name)));
    functions
}

/// The crate a function's name begins with, without signs and hashes.
fn krate(name: &str) -> &str {
    let start = name.find(|c: char| c.is_ascii_alphabetic() || c == '_').unwrap_or(0);
    let rest = &name[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_found_in_every_form_of_name() {
        for (name, expected) in [
            ("docent::json::Scanner::object::h6967", "docent"),
            ("<core[12f8]::str::StrSearcher>::new", "core"),
            ("<&u64 as core[12f8]::fmt::Debug>::fmt", "u64"),
            ("whenElementReady", "whenElementReady"),
        ] {
            assert_eq!(krate(name), expected);
        }
    }
}
