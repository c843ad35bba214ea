//! Panics without their words.
//!
//! The shipped wasm has no console and no panic hook: a panic there ends in the instruction `unreachable`, and what it
//! would have said is said to nobody. The functions that put it together are replaced by that instruction, and wasm-opt
//! then drops what only they used. What they call through a table it cannot see: the functions that format values are
//! replaced, too, in a module that formats nothing else. So are other functions that nothing but the table holds, and the
//! words themselves become zeros.

mod words;

use std::collections::BTreeSet;

use crate::wasm;

/// No locals, `unreachable`, `end`.
const TRAP: &[u8] = b"\0\0\x0b";

/// The module with its panics cut short, and with what else nothing leads to; `None` when the bytes are not a module.
pub(super) fn cut_short(module: &[u8]) -> Option<Vec<u8>> {
    let functions = wasm::functions(module)?;
    let unused = unused_closure_calls(module, &functions)?;
    let formats = is_called(&functions, is_formatter);
    let suspends = is_called(&functions, is_suspension);
    let mut cut = wasm::with_bodies(module, |function| {
        let name = &function.name;
        (is_panic(name)
            || (!formats && is_formatter(name))
            || (!suspends && is_suspension(name))
            || unused.contains(&function.index))
        .then_some(TRAP)
    })?;
    let digits = words::digits(&cut)?;
    let writes_numbers = wasm::functions(&cut)?
        .iter()
        .any(|function| digits.iter().any(|digits| wasm::may_address(function.body, digits)));
    words::blank(&mut cut, !writes_numbers)?;
    Some(cut)
}

/// Whether any function but those of panics calls one of a `kind` that it is not of itself.
fn is_called(functions: &[wasm::Function<'_>], kind: fn(&str) -> bool) -> bool {
    let of_kind: BTreeSet<usize> =
        functions.iter().filter(|function| kind(&function.name)).map(|function| function.index).collect();
    functions
        .iter()
        .filter(|function| !is_panic(&function.name) && !kind(&function.name))
        .any(|function| wasm::may_call(function.body, &of_kind))
}

/// Whether a function of this name belongs to js-sys's tasks that can be suspended, which a module without futures has
/// in its table all the same.
fn is_suspension(name: &str) -> bool {
    without_hashes(name).contains("js_sys::futures::jspi::")
}

/// What JavaScript would call for closures of one type. wasm-bindgen finds them by the table, exports those that are used,
/// itself or by a function that calls it, and leaves the others in the table.
fn unused_closure_calls(module: &[u8], functions: &[wasm::Function<'_>]) -> Option<BTreeSet<usize>> {
    let exported = wasm::exported_functions(module)?;
    let mut unused: BTreeSet<usize> = functions
        .iter()
        .filter(|function| function.name.starts_with("wasm_bindgen::convert::closures::_::invoke::"))
        .map(|function| function.index)
        .filter(|index| !exported.contains(index))
        .collect();
    unused.retain(|index| {
        let one = BTreeSet::from([*index]);
        !functions.iter().any(|function| wasm::may_call(function.body, &one))
    });
    Some(unused)
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
    fn calls_of_closures_are_cut_where_nothing_leads_to_them() {
        // Two functions, `wasm_bindgen::convert::closures::_::invoke::h1` and `f`, the second of which calls the first or does
        // nothing.
        let name = b"wasm_bindgen::convert::closures::_::invoke::h1";
        let module = |export: &[u8], body: &[u8]| {
            let code = [&[2, 2, 0, 0x0b, body.len() as u8], body].concat();
            let functions = [&[2, 0, name.len() as u8], name.as_slice(), b"\x01\x01f"].concat();
            let names = [b"\x04name\x01", [functions.len() as u8].as_slice(), &functions].concat();
            let section = |id: u8, content: &[u8]| [&[id, content.len() as u8], content].concat();
            [b"\0asm\x01\0\0\0".as_slice(), &section(7, export), &section(10, &code), &section(0, &names)]
                .concat()
        };
        let is_cut = |module: Vec<u8>| {
            let cut = cut_short(&module).unwrap();
            wasm::functions(&cut).unwrap()[0].body == TRAP
        };
        let (nothing, calls) = ([0, 0x0b].as_slice(), [0, 0x10, 0, 0x0b].as_slice());
        assert!(is_cut(module(&[0], nothing)));
        assert!(!is_cut(module(&[0], calls)), "what wasm-bindgen exports may call it");
        assert!(!is_cut(module(&[1, 1, b'a', 0, 0], nothing)), "it may be exported itself");
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
