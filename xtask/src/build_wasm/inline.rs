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

/// A module whose default export gives the bytes.
pub(super) fn script(file: &str, bytes: &[u8]) -> String {
    let alphabet = alphabet(bytes);
    let text: String = bytes.iter().map(|byte| alphabet[usize::from(*byte)]).collect();
    let alphabet: String = alphabet.iter().collect();
    let length = bytes.len();
    format!(
        "// Generated: the bytes of {file}, one letter each; letter n of the alphabet is byte n.\n\
         const alphabet = \"{alphabet}\";\n\
         const text = \"{text}\";\n\
         export default function bytes() {{\n\
         \x20 if (alphabet.length !== 256 || text.length !== {length}) {{\n\
         \x20   throw new Error(\"The script was not read as UTF-8. Serve scripts with `charset=utf-8`.\");\n\
         \x20 }}\n\
         \x20 const values = new Uint8Array(512);\n\
         \x20 for (let value = 0; value < 256; value++) values[alphabet.charCodeAt(value)] = value;\n\
         \x20 const bytes = new Uint8Array({length});\n\
         \x20 for (let at = 0; at < {length}; at++) bytes[at] = values[text.charCodeAt(at)];\n\
         \x20 return bytes;\n\
         }}\n"
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
