//! The binary format of wasm, as far as the tasks need it: the functions of a module, their names and their bodies.

mod border;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub(crate) use border::{Name, rename};

/// Section ids of the wasm format.
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;

/// A function of a module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    /// Its number: those of imported functions come before.
    pub(crate) index: usize,
    /// Its name, or `function` and its number.
    pub(crate) name: String,
    /// Its locals and its code.
    pub(crate) body: &'a [u8],
}

/// Every function that a module defines, in its order; `None` when the bytes are not a module.
pub(crate) fn functions(bytes: &[u8]) -> Option<Vec<Function<'_>>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names: BTreeMap<usize, String> = BTreeMap::new();
    for (id, section) in sections(bytes)? {
        let mut section = Reader(section);
        match id {
            IMPORT => imported = section.imported_functions()?,
            CODE => {
                for _ in 0..section.number()? {
                    bodies.push(section.bytes()?);
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
    let named = |(index, body)| {
        let index = imported + index;
        Function { index, name: names.remove(&index).unwrap_or_else(|| format!("function {index}")), body }
    };
    Some(bodies.into_iter().enumerate().map(named).collect())
}

/// The numbers of the functions that a module exports; `None` when the bytes are not a module.
pub(crate) fn exported_functions(bytes: &[u8]) -> Option<BTreeSet<usize>> {
    let mut exported = BTreeSet::new();
    for (_, section) in sections(bytes)?.into_iter().filter(|(id, _)| *id == EXPORT) {
        let mut section = Reader(section);
        for _ in 0..section.number()? {
            section.bytes()?;
            let is_function = section.byte()? == 0;
            let index = section.number()?;
            if is_function {
                exported.insert(index);
            }
        }
    }
    Some(exported)
}

/// Bytes that are put into the memory at the start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Their address in the memory.
    pub(crate) address: usize,
    /// Where they are in the module.
    pub(crate) range: Range<usize>,
}

/// Every segment with an address that is known; `None` when the bytes are not a module, or have data of another kind.
pub(crate) fn segments(bytes: &[u8]) -> Option<Vec<Segment>> {
    const I32_CONST: u8 = 0x41;
    const END: u8 = 0x0b;
    let mut segments = Vec::new();
    for (_, section) in sections(bytes)?.into_iter().filter(|(id, _)| *id == DATA) {
        let mut section = Reader(section);
        for _ in 0..section.number()? {
            // 0: active, in the first memory.
            (section.byte()? == 0 && section.byte()? == I32_CONST).then_some(())?;
            // Addresses are positive, so their signed form reads as the unsigned one.
            let address = section.number()?;
            (section.byte()? == END).then_some(())?;
            let data = section.bytes()?;
            let start = data.as_ptr().addr() - bytes.as_ptr().addr();
            segments.push(Segment { address, range: start..start + data.len() });
        }
    }
    Some(segments)
}

/// Whether a body has the bytes of a call to one of these functions. They may stand for something else: `true` is no
/// proof, `false` is.
pub(crate) fn may_call(body: &[u8], functions: &BTreeSet<usize>) -> bool {
    const CALL: u8 = 0x10;
    const RETURN_CALL: u8 = 0x12;
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        let is_call = [CALL, RETURN_CALL].contains(first);
        if is_call && Reader(after).number().is_some_and(|index| functions.contains(&index)) {
            return true;
        }
        rest = after;
    }
    false
}

/// Whether a body has the bytes of an address in this range, as a constant or as the offset of a load. They may stand for
/// something else: `true` is no proof, `false` is one for data that is addressed by nothing but its place.
pub(crate) fn may_address(body: &[u8], addresses: &Range<usize>) -> bool {
    const I32_CONST: u8 = 0x41;
    const LOADS: std::ops::RangeInclusive<u8> = 0x28..=0x35;
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        // A load has its alignment before its offset.
        let number = match (first, after) {
            (&I32_CONST, after) => Reader(after).number(),
            (load, [_, offset @ ..]) if LOADS.contains(load) => Reader(offset).number(),
            _ => None,
        };
        if number.is_some_and(|number| addresses.contains(&number)) {
            return true;
        }
        rest = after;
    }
    false
}

/// The module with other bodies for some functions: `change` gets each and gives the new one, or `None` to keep it.
pub(crate) fn with_bodies(
    bytes: &[u8],
    change: impl Fn(&Function<'_>) -> Option<&'static [u8]>,
) -> Option<Vec<u8>> {
    let functions = functions(bytes)?;
    let mut module = HEADER.to_vec();
    for (id, section) in sections(bytes)? {
        module.push(id);
        if id != CODE {
            write_bytes(&mut module, section);
            continue;
        }
        let mut code = Vec::new();
        write_number(&mut code, functions.len());
        for function in &functions {
            write_bytes(&mut code, change(function).unwrap_or(function.body));
        }
        write_bytes(&mut module, &code);
    }
    Some(module)
}

/// What every module begins with: its mark and the version of the format.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The sections of a module, each with its id.
fn sections(bytes: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut module = Reader(bytes.strip_prefix(HEADER)?);
    let mut sections = Vec::new();
    while !module.0.is_empty() {
        sections.push((module.byte()?, module.bytes()?));
    }
    Some(sections)
}

fn write_bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    write_number(to, bytes.len());
    to.extend_from_slice(bytes);
}

/// As unsigned LEB128.
fn write_number(to: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        to.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
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
    fn functions_are_read_with_their_names() {
        assert_eq!(
            functions(MODULE).unwrap(),
            [
                Function { index: 1, name: "f".to_owned(), body: b"\0\x01\x01\x0b" },
                Function { index: 2, name: "function 2".to_owned(), body: b"\0\x0b" },
            ]
        );
    }

    #[test]
    fn a_body_is_replaced_and_all_else_stays() {
        assert_eq!(with_bodies(MODULE, |_| None).unwrap(), MODULE);
        let changed = with_bodies(MODULE, |function| (function.name == "f").then_some(b"\0\0\x0b")).unwrap();
        assert_eq!(changed.len(), MODULE.len() - 1);
        let bodies: Vec<usize> =
            functions(&changed).unwrap().iter().map(|function| function.body.len()).collect();
        assert_eq!(bodies, [3, 2]);
    }

    #[test]
    fn addresses_are_found_in_constants_and_in_loads() {
        let digits = 1024..1224;
        // 1030 as a constant, 1025 as the offset of a load of one byte.
        assert!(may_address(b"\0\x41\x86\x08\x0b", &digits));
        assert!(may_address(b"\0\x20\0\x2d\0\x81\x08\x0b", &digits));
        for body in [b"\0\x41\xff\x07\x0b".as_slice(), b"\0\x41\xc9\x09\x0b", b"\0\x10\x86\x08\x0b"] {
            assert!(!may_address(body, &digits));
        }
    }

    #[test]
    fn long_numbers_are_written_as_they_are_read() {
        for number in [0, 1, 127, 128, 300, 70_000, 1 << 21] {
            let mut bytes = Vec::new();
            write_number(&mut bytes, number);
            assert_eq!(Reader(&bytes).number(), Some(number));
        }
    }

    #[test]
    fn exports_and_data_are_found() {
        let module = b"\0asm\x01\0\0\0\x07\x09\x02\x01f\0\x05\x01m\x02\0\x0b\x09\x01\0\x41\x80\x08\x0b\x02hi";
        assert_eq!(exported_functions(module).unwrap(), BTreeSet::from([5]));
        let segments = segments(module).unwrap();
        assert_eq!(segments, [Segment { address: 1024, range: module.len() - 2..module.len() }]);
        let passive = b"\0asm\x01\0\0\0\x0b\x05\x01\x01\x02hi";
        assert!(super::segments(passive).is_none());
    }

    #[test]
    fn what_is_cut_short_or_no_wasm_is_refused() {
        assert!(functions(b"GIF89a").is_none());
        assert!(functions(&MODULE[..MODULE.len() - 3]).is_none());
    }
}
