//! The largest functions of a wasm module, by name: where to look when an entry has grown.
//!
//! Read from the module as wasm-bindgen left it, which still has its names; wasm-opt makes each somewhat smaller later.

use std::collections::BTreeMap;
use std::fs;

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::project::Project;

/// How many functions are listed.
const LISTED: usize = 60;

/// Section ids of the wasm format.
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;

/// Prints a module's code by crate and its largest functions.
pub(super) fn list(project: &Project, module: &str) -> Outcome {
    let path = project.path(&format!("target/wasm-package/{module}/bound/{module}_bg.wasm"));
    let bytes = fs::read(&path).map_err(|error| {
        Failure::file("read", &path, &error)
            .advise("run `cargo xtask build-wasm`; modules are docent_core, docent_page and docent_element")
    })?;
    let functions = read(&bytes)
        .ok_or_else(|| Failure::new(format!("{} is no wasm this task can read", path.display())))?;
    let total: usize = functions.iter().map(|function| function.size).sum();
    console::line(&format!(
        "{module}: {} functions, {total} bytes of code before wasm-opt\n\n  by crate",
        functions.len()
    ));
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for function in &functions {
        *crates.entry(krate(&function.name)).or_default() += function.size;
    }
    let mut crates: Vec<_> = crates.into_iter().collect();
    crates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    for (krate, size) in crates.iter().take(12) {
        console::line(&format!("  {size:>8}  {krate}"));
    }
    console::line("\n  largest");
    for function in functions.iter().take(LISTED) {
        console::line(&format!("  {:>8}  {}", function.size, function.name));
    }
    Ok(())
}

/// A function with the bytes of its body.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    size: usize,
}

/// Every function of a module, largest first; `None` when the bytes are not a module.
fn read(bytes: &[u8]) -> Option<Vec<Function>> {
    let mut module = Reader(bytes.strip_prefix(b"\0asm\x01\0\0\0")?);
    let mut imported = 0;
    let mut sizes = Vec::new();
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    while !module.0.is_empty() {
        let id = module.byte()?;
        let mut section = Reader(module.bytes()?);
        match id {
            IMPORT => imported = section.imported_functions()?,
            CODE => {
                for _ in 0..section.number()? {
                    sizes.push(section.bytes()?.len());
                }
            }
            CUSTOM if section.bytes()? == b"name" => {
                while !section.0.is_empty() {
                    let kind = section.byte()?;
                    let mut entries = Reader(section.bytes()?);
                    // Kind 1 maps function numbers to names.
                    for _ in 0..if kind == 1 { entries.number()? } else { 0 } {
                        let index = entries.number()?;
                        names.insert(index, String::from_utf8_lossy(entries.bytes()?).into_owned());
                    }
                }
            }
            _ => {}
        }
    }
    let named = |(index, size): (usize, usize)| {
        let index = imported + index;
        Function { name: names.get(&index).cloned().unwrap_or_else(|| format!("function {index}")), size }
    };
    let mut functions: Vec<Function> = sizes.into_iter().enumerate().map(named).collect();
    functions.sort_by(|one, other| other.size.cmp(&one.size).then_with(|| one.name.cmp(&other.name)));
    Some(functions)
}

/// The crate a function's name begins with, without signs and hashes.
fn krate(name: &str) -> &str {
    let start = name.find(|c: char| c.is_ascii_alphabetic() || c == '_').unwrap_or(0);
    let rest = &name[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

/// Reads the binary format from the front.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned LEB128 number.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        let mut shift = 0_u32;
        loop {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
    }

    /// As many bytes as the number before them says.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn limits(&mut self) -> Option<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Some(())
    }

    /// How many of an import section's entries are functions.
    fn imported_functions(&mut self) -> Option<usize> {
        let mut functions = 0;
        for _ in 0..self.number()? {
            self.bytes()?;
            self.bytes()?;
            match self.byte()? {
                0 => {
                    self.number()?;
                    functions += 1;
                }
                1 => {
                    self.byte()?;
                    self.limits()?;
                }
                2 => self.limits()?,
                3 => {
                    self.byte()?;
                    self.byte()?;
                }
                4 => {
                    self.byte()?;
                    self.number()?;
                }
                _ => return None,
            }
        }
        Some(functions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported function and two own ones, of four and two bytes, the first with a name.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x07\x01\x01a\x01b\x00\x00\
        \x03\x03\x02\0\0\
        \x0a\x09\x02\x04\0\x01\x01\x0b\x02\0\x0b\
        \0\x0b\x04name\x01\x04\x01\x01\x01f";

    #[test]
    fn functions_are_read_with_their_names_largest_first() {
        let functions = read(MODULE).unwrap();
        assert_eq!(
            functions,
            [Function { name: "f".to_owned(), size: 4 }, Function { name: "function 2".to_owned(), size: 2 }]
        );
    }

    #[test]
    fn what_is_cut_short_or_no_wasm_is_refused() {
        assert!(read(b"GIF89a").is_none());
        assert!(read(&MODULE[..MODULE.len() - 3]).is_none());
    }

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
