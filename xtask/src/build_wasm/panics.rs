//! Panics without their words.
//!
//! The shipped wasm has no console and no panic hook: a panic there ends in the instruction `unreachable`, and what it
//! would have said is said to nobody. The functions that put it together are replaced by that instruction, and wasm-opt
//! then drops what only they used. What they call through a table it cannot see: the functions that format values are
//! replaced, too, in a module that formats nothing else.

use std::collections::BTreeSet;

use crate::wasm;

/// No locals, `unreachable`, `end`.
const TRAP: &[u8] = b"\0\0\x0b";

/// The module with its panics cut short; `None` when the bytes are not a module.
pub(super) fn cut_short(module: &[u8]) -> Option<Vec<u8>> {
    let functions = wasm::functions(module)?;
    let formatters: BTreeSet<usize> = functions
        .iter()
        .filter(|function| is_formatter(&function.name))
        .map(|function| function.index)
        .collect();
    let formats = functions
        .iter()
        .filter(|function| !is_panic(&function.name) && !is_formatter(&function.name))
        .any(|function| wasm::may_call(function.body, &formatters));
    wasm::with_bodies(module, |function| {
        (is_panic(&function.name) || (!formats && is_formatter(&function.name))).then_some(TRAP)
    })
}

/// Whether a function of this name formats values. What is called of these are the first ones, by name: a module whose
/// other functions call none formats nothing.
fn is_formatter(name: &str) -> bool {
    without_hashes(name).contains("core::fmt::")
}

/// Whether a function of this name belongs to the standard library's way of panicking and never returns, or is called
/// by such functions alone.
fn is_panic(name: &str) -> bool {
    let plain = without_hashes(name);
    let name = plain.trim_start_matches('<');
    ["core::panicking::", "std::panicking::", "__rustc::rust_begin_unwind", "__rustc::rust_panic"]
        .iter()
        .any(|start| name.starts_with(start))
        || [
            "core::slice::index::slice_index_fail",
            "core::option::unwrap_failed",
            "core::option::expect_failed",
            "core::result::unwrap_failed",
            "core::str::slice_error_fail",
            "core::cell::panic_already_borrowed",
            "core::cell::panic_already_mutably_borrowed",
            "alloc::raw_vec::handle_error",
            "alloc::raw_vec::capacity_overflow",
            "alloc::alloc::handle_alloc_error",
        ]
        .contains(&name)
}

/// A name without the hashes of its crates: `core[12f8]::cell` is `core::cell`.
fn without_hashes(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut is_hash = false;
    for character in name.chars() {
        match character {
            '[' => is_hash = true,
            ']' if is_hash => is_hash = false,
            _ if is_hash => {}
            _ => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panics_of_the_standard_library_are_known() {
        for name in [
            "core[12f89f2d8a73214f]::panicking::panic_fmt",
            "core[12f89f2d8a73214f]::slice::index::slice_index_fail",
            "<std[465afff93ac137a0]::panicking::panic_handler::FormatStringPayload as core[12f8]::fmt::Display>::fmt",
            "__rustc[b1da763420d39311]::rust_begin_unwind",
            "alloc[48ead055df97ea0b]::raw_vec::handle_error",
        ] {
            assert!(is_panic(name), "{name}");
        }
    }

    #[test]
    fn formatters_are_cut_where_nothing_but_panics_calls_them() {
        // No imports; two functions, `core::fmt::write` and `f`, the second of which calls the first or does nothing.
        let module = |body: &[u8]| {
            let code = [&[2, 4, 0, 1, 1, 0x0b, body.len() as u8], body].concat();
            let names = b"\0\x1d\x04name\x01\x16\x02\0\x10core::fmt::write\x01\x01f";
            [b"\0asm\x01\0\0\0\x0a".as_slice(), &[code.len() as u8], &code, names].concat()
        };
        let first_body = |module: Vec<u8>| wasm::functions(&module).unwrap()[0].body.to_vec();
        assert_eq!(first_body(cut_short(&module(&[0, 0x0b])).unwrap()), TRAP);
        assert_ne!(first_body(cut_short(&module(&[0, 0x10, 0, 0x0b])).unwrap()), TRAP);
    }

    #[test]
    fn what_returns_is_left_alone() {
        for name in [
            "core[12f89f2d8a73214f]::fmt::write",
            "docent::load_failure::describe::h98f37b30551f237e",
            "<usize as core[12f8]::fmt::Display>::fmt",
            "alloc[48ead055df97ea0b]::raw_vec::finish_grow",
            "__rustc[b1da763420d39311]::__rust_realloc",
        ] {
            assert!(!is_panic(name), "{name}");
        }
    }
}
