//! What panics would have said: their places in the source, their messages, the digits of their numbers.
//!
//! wasm-opt drops functions that nothing calls, and keeps all data, since anything may be read. Nothing reads what only a
//! panic would have printed, so it becomes zeros, which a compressor makes nothing of.

use std::ops::Range;

use crate::wasm;

/// What the standard library says in its panics, as far as it is seen in our modules.
const MESSAGES: &[&str] = &[
    "AccessError",
    "Attempted to initialize thread-local while it is being dropped",
    "LazyCell instance has previously been poisoned",
    "RefCell already borrowed",
    "RefCell already mutably borrowed",
    "Tried to shrink to a larger capacity",
    "assertion failed: self.is_char_boundary(new_len)",
    "attempt to join into collection with len > usize::MAX",
    "called `Option::unwrap()` on a `None` value",
    "cannot access a Thread Local Storage value during or after destruction: ",
    "capacity overflow",
    "internal error: entered unreachable code",
    "mid > len",
    "reentrant init",
    "rwlock has not been locked for reading",
    "rwlock overflowed read locks",
    // Parts of messages with numbers in them.
    " but the index is ",
    " does not match destination slice length (",
    "index out of bounds: the len is ",
    " out of range for slice of length ",
    "copy_from_slice: source slice length (",
    "range end index ",
    "range start index ",
    "slice index starts at ",
];

/// The numbers from 00 to 99, by which numbers are written.
const DIGITS_START: &[u8] = b"0001020304050607";
const DIGITS_BYTES: usize = 200;

/// The most bytes of a path in the source; more is no path.
const PATH_BYTES: usize = 200;

/// The addresses of the digits by which numbers are written.
pub(super) fn digits(module: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    for segment in wasm::segments(module)? {
        let starts = positions(&module[segment.range], DIGITS_START);
        found.extend(starts.map(|at| segment.address + at..segment.address + at + DIGITS_BYTES));
    }
    Some(found)
}

/// Puts zeros in the place of the words of panics; of digits, too, in a module where nothing else reads them. `None` when the
/// bytes are not a module.
pub(super) fn blank(module: &mut [u8], with_digits: bool) -> Option<()> {
    let segments = wasm::segments(module)?;
    let place = |address: usize, len: usize| {
        let segment = segments.iter().find(|segment| {
            address >= segment.address && address + len <= segment.address + segment.range.len()
        })?;
        let start = segment.range.start + (address - segment.address);
        Some(start..start + len)
    };
    let mut blanks = Vec::new();
    for segment in &segments {
        let data = &module[segment.range.clone()];
        let mut add = |at: usize, len: usize| {
            let start = segment.range.start + at;
            blanks.push(start..start + len);
        };
        for message in MESSAGES {
            positions(data, message.as_bytes()).for_each(|at| add(at, message.len()));
        }
        if with_digits {
            positions(data, DIGITS_START).for_each(|at| add(at, DIGITS_BYTES));
        }
        // A place in the source is four numbers: the address and the length of its path, the line, the column.
        let word = |at: usize| Some(u32::from_le_bytes(*data.get(at..at + 4)?.first_chunk()?) as usize);
        let first = segment.address.wrapping_neg() % 4;
        for at in (first..data.len()).step_by(4) {
            let (Some(address), Some(len), Some(_line), Some(_column)) =
                (word(at), word(at + 4), word(at + 8), word(at + 12))
            else {
                break;
            };
            let path = if len <= PATH_BYTES { place(address, len) } else { None };
            if let Some(path) = path.filter(|path| module[path.clone()].ends_with(b".rs")) {
                blanks.extend([path, segment.range.start + at..segment.range.start + at + 16]);
            }
        }
    }
    for range in blanks {
        if let Some(bytes) = module.get_mut(range) {
            bytes.fill(0);
        }
    }
    Some(())
}

/// Where `wanted` is in `data`.
fn positions<'a>(data: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    data.windows(wanted.len()).enumerate().filter(move |(_, window)| *window == wanted).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module whose memory begins, at 1024, with these bytes.
    fn module(data: &[u8]) -> Vec<u8> {
        let head = [&[1, 0, 0x41, 0x80, 0x08, 0x0b, data.len() as u8], data].concat();
        [b"\0asm\x01\0\0\0\x0b".as_slice(), &[head.len() as u8], &head].concat()
    }

    fn blanked(data: &[u8], with_digits: bool) -> Vec<u8> {
        let mut module = module(data);
        blank(&mut module, with_digits).unwrap();
        module[module.len() - data.len()..].to_vec()
    }

    #[test]
    fn messages_and_places_become_zeros_and_all_else_stays() {
        let place = |address: u32| {
            [address.to_le_bytes(), 8_u32.to_le_bytes(), 7_u32.to_le_bytes(), 9_u32.to_le_bytes()].concat()
        };
        let data = [b"src/a.rsmid > lenour own".as_slice(), &place(1024), &place(1033), b"rest"].concat();
        let expected = [[0; 17].as_slice(), b"our own", &[0; 16], &place(1033), b"rest"].concat();
        assert_eq!(blanked(&data, false), expected);
    }

    #[test]
    fn digits_stay_where_numbers_are_written() {
        let digits: Vec<u8> = (0..100).flat_map(|number| format!("{number:02}").into_bytes()).collect();
        let data = &digits[..100];
        assert_eq!(blanked(data, false), data);
        // What seems to reach beyond the data is none.
        assert_eq!(blanked(data, true), data);
    }
}
