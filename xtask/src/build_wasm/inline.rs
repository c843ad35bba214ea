//! The wasm as a script, for the entries that need no second request.
//!
//! Base64 spreads three bytes over four letters, so a compressor no longer sees what repeats: the core compressed to 82 KB
//! that way, and to 64 KB as a file. Here each byte is one letter, the most frequent ones letters of one byte: 66 KB.

/// Letters of one byte in UTF-8 that mean nothing in a string, a template, a comment or HTML.
fn short_letters() -> impl Iterator<Item = char> {
    (' '..='~').filter(|letter| !"\"'`\\$<#/".contains(*letter))
}

/// Letters of two bytes. They stay as they are under Unicode's normal form C; the soft hyphen, which is invisible, is left out.
fn long_letters() -> impl Iterator<Item = char> {
    ('\u{a1}'..='\u{17f}').filter(|letter| *letter != '\u{ad}')
}

/// Turns letters back into bytes: a few hundred thousand turns of a loop, which a browser would interpret in JavaScript
/// for as long as it takes to compile what they make.
///
/// `(memory (export "m") 1) (func (export "d") (param $at i32) (param $end i32) (param $to i32) (local $letter i32) …)`: reads
/// UTF-8 from `$at` to `$end`, of which no letter has more than two bytes, and writes to `$to` what stands at each letter's
/// number. It never writes more than it has read, so both may be one place.
#[rustfmt::skip]
const DECODER: &[u8] = &[
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    // The type of the function, the function, the memory, both exports.
    0x01, 0x07, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00,
    0x03, 0x02, 0x01, 0x00,
    0x05, 0x03, 0x01, 0x00, 0x01,
    0x07, 0x09, 0x02, 0x01, b'm', 0x02, 0x00, 0x01, b'd', 0x00, 0x00,
    // The code: one function with one local of its own, and a loop.
    0x0a, 0x4c, 0x01, 0x4a, 0x01, 0x01, 0x7f, 0x03, 0x40,
    // letter = memory[at]; if letter > 127
    0x20, 0x00, 0x2d, 0x00, 0x00, 0x22, 0x03, 0x41, 0xff, 0x00, 0x4b, 0x04, 0x40,
    // letter = (letter & 31) << 6 | memory[++at] & 63
    0x20, 0x03, 0x41, 0x1f, 0x71, 0x41, 0x06, 0x74,
    0x20, 0x00, 0x41, 0x01, 0x6a, 0x22, 0x00, 0x2d, 0x00, 0x00, 0x41, 0x3f, 0x71, 0x72, 0x21, 0x03, 0x0b,
    // memory[to++] = memory[letter]
    0x20, 0x02, 0x20, 0x03, 0x2d, 0x00, 0x00, 0x3a, 0x00, 0x00, 0x20, 0x02, 0x41, 0x01, 0x6a, 0x21, 0x02,
    // Again while ++at < end.
    0x20, 0x00, 0x41, 0x01, 0x6a, 0x22, 0x00, 0x20, 0x01, 0x49, 0x0d, 0x00, 0x0b, 0x0b,
];

/// A module whose default export gives the bytes.
pub(super) fn script(file: &str, bytes: &[u8]) -> String {
    let alphabet = alphabet(bytes);
    let letters = |bytes: &[u8]| bytes.iter().map(|byte| alphabet[usize::from(*byte)]).collect::<String>();
    let (text, decoder) = (letters(bytes), letters(DECODER));
    let alphabet: String = alphabet.iter().collect();
    let length = bytes.len();
    // The table of letters, and the text behind it.
    let pages = (512 + text.len()).div_ceil(0x1_0000) - 1;
    format!(
        "// Generated: the bytes of {file}, one letter each; letter n of the alphabet is byte n.\n\
         const alphabet = \"{alphabet}\";\n\
         const text = \"{text}\";\n\
         // Wasm, too, of a function that makes bytes of letters: d(at, end, to), all three in the memory m.\n\
         const decoder = \"{decoder}\";\n\
         export default function bytes() {{\n\
         \x20 if (alphabet.length !== 256 || text.length !== {length}) {{\n\
         \x20   throw new Error(\"The script was not read as UTF-8. Serve scripts with `charset=utf-8`.\");\n\
         \x20 }}\n\
         \x20 const wasm = Uint8Array.from(decoder, (letter) => alphabet.indexOf(letter));\n\
         \x20 const {{ m, d }} = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;\n\
         \x20 m.grow({pages});\n\
         \x20 const memory = new Uint8Array(m.buffer);\n\
         \x20 for (let value = 0; value < 256; value++) memory[alphabet.charCodeAt(value)] = value;\n\
         \x20 d(512, 512 + new TextEncoder().encodeInto(text, memory.subarray(512)).written, 512);\n\
         \x20 return memory.subarray(512, {});\n\
         }}\n",
        512 + length
    )
}

/// A letter for each byte, the shorter the more frequent the byte is.
fn alphabet(bytes: &[u8]) -> Vec<char> {
    let mut counts = [0_usize; 256];
    for byte in bytes {
        counts[usize::from(*byte)] += 1;
    }
    let mut by_frequency: Vec<usize> = (0..256).collect();
    by_frequency.sort_by_key(|byte| (std::cmp::Reverse(counts[*byte]), *byte));
    let mut alphabet = vec!['\0'; 256];
    for (byte, letter) in by_frequency.into_iter().zip(short_letters().chain(long_letters())) {
        alphabet[byte] = letter;
    }
    alphabet
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process;
    use crate::project::{self, Project};

    #[test]
    fn every_byte_has_a_letter_of_its_own_that_needs_no_escape() {
        let mut letters = alphabet(b"aab");
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 256);
        assert!(letters.iter().all(|letter| !letter.is_control() && !"\"\\<`".contains(*letter)));
        assert!(letters.iter().all(|letter| u32::from(*letter) < 512));
    }

    #[test]
    fn the_script_gives_back_the_bytes_in_node() {
        let project = Project::find().unwrap();
        let bytes: Vec<u8> = (0..=255).rev().chain(0..=255).chain([0, 0, 0, 97]).collect();
        let path = project.path("target/xtask-tests/inline.mjs");
        project::write(&path, script("x.wasm", &bytes)).unwrap();
        let mut node = process::command(&project, "node");
        node.args([
            "--input-type=module",
            "--eval",
            "import b from './target/xtask-tests/inline.mjs'; console.log(b().join())",
        ]);
        let expected: Vec<String> = bytes.iter().map(u8::to_string).collect();
        assert_eq!(process::capture(node).unwrap(), expected.join(","));
    }

    #[test]
    fn a_script_read_in_another_encoding_says_so() {
        let project = Project::find().unwrap();
        let path = project.path("target/xtask-tests/inline-latin1.mjs");
        // What a browser sees that takes UTF-8 for Latin-1.
        let misread: String = script("x.wasm", &[1, 2, 3]).bytes().map(char::from).collect();
        project::write(&path, misread).unwrap();
        let mut node = process::command(&project, "node");
        node.args([
            "--input-type=module",
            "--eval",
            "import b from './target/xtask-tests/inline-latin1.mjs'; b()",
        ]);
        assert!(
            process::capture(node).unwrap_err().to_string().contains("Serve scripts with `charset=utf-8`")
        );
    }
}
