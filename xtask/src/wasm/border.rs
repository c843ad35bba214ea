//! The names that a module is known by from outside.

use super::{EXPORT, HEADER, IMPORT, Reader, sections, write_bytes, write_number};

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// Where a function is imported from: before each one's own name.
    Module,
    /// An imported function.
    Import,
    /// Anything that is exported.
    Export,
}

/// The module with other names for what it imports and exports: `change` gets each and gives the new one. `None` when the
/// bytes are not a module, or when it imports anything but functions.
pub(crate) fn rename(bytes: &[u8], mut change: impl FnMut(Name, &str) -> String) -> Option<Vec<u8>> {
    let mut module = HEADER.to_vec();
    for (id, section) in sections(bytes)? {
        module.push(id);
        if id != IMPORT && id != EXPORT {
            write_bytes(&mut module, section);
            continue;
        }
        let mut section = Reader(section);
        let count = section.number()?;
        let mut names = Vec::new();
        write_number(&mut names, count);
        let kinds: &[Name] = if id == IMPORT { &[Name::Module, Name::Import] } else { &[Name::Export] };
        for _ in 0..count {
            for kind in kinds {
                let name = change(*kind, str::from_utf8(section.bytes()?).ok()?);
                write_bytes(&mut names, name.as_bytes());
            }
            let sort = section.byte()?;
            if id == IMPORT && sort != 0 {
                return None;
            }
            names.push(sort);
            write_number(&mut names, section.number()?);
        }
        write_bytes(&mut module, &names);
    }
    Some(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Imports the function `b` of `a`; exports the memory `m`.
    const MODULE: &[u8] =
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x07\x01\x01a\x01b\0\0\x05\x03\x01\0\x01\x07\x05\x01\x01m\x02\0";

    #[test]
    fn names_are_changed_and_all_else_stays() {
        let mut seen = Vec::new();
        let same = rename(MODULE, |kind, name| {
            seen.push((kind, name.to_owned()));
            name.to_owned()
        });
        assert_eq!(same.unwrap(), MODULE);
        let named = |kind, name: &str| (kind, name.to_owned());
        assert_eq!(seen, [named(Name::Module, "a"), named(Name::Import, "b"), named(Name::Export, "m")]);
        let longer = rename(MODULE, |_, name| name.repeat(100)).unwrap();
        assert_eq!(rename(&longer, |_, name| name[..1].to_owned()).unwrap(), MODULE);
    }

    #[test]
    fn imports_of_another_kind_and_what_is_no_wasm_are_refused() {
        let memory = b"\0asm\x01\0\0\0\x02\x08\x01\x01a\x01b\x02\0\x01";
        assert!(rename(memory, |_, name| name.to_owned()).is_none());
        assert!(rename(b"GIF89a", |_, name| name.to_owned()).is_none());
    }
}
