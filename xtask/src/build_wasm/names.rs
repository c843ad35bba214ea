//! Short names between the wasm and its glue.
//!
//! wasm-bindgen names each import after its origin and a hash, some three hundred of them, once in the wasm and once in the
//! glue. Nobody reads them there, and hashes do not compress: the wasm asks for its imports by number, in the order of the
//! glue's list, and its exports have a letter each.

use std::collections::BTreeMap;

use super::glue::Glue;
use crate::failure::{Failure, Outcome};
use crate::wasm::{Name, rename};

/// The one module that everything is imported from.
const MODULE: &str = "a";

/// The wasm and the script of its glue, in short names. What the wasm does not import, the glue does not keep.
pub(super) fn shorten(wasm: &[u8], mut glue: Glue) -> Outcome<(Vec<u8>, String)> {
    let unreadable = || Failure::new("the optimised module is no wasm this task can read");
    let mut modules = Vec::new();
    let mut imports = Vec::new();
    let mut exports = BTreeMap::new();
    rename(wasm, |kind, name| {
        match kind {
            Name::Module if modules.iter().all(|known| known != name) => modules.push(name.to_owned()),
            Name::Module => {}
            Name::Import => imports.push(name.to_owned()),
            Name::Export => drop(exports.insert(name.to_owned(), letters(exports.len()))),
        }
        name.to_owned()
    })
    .ok_or_else(unreadable)?;
    if let [_, other, ..] = &modules[..] {
        return Err(Failure::new(format!("the wasm imports from {other} besides the glue")).advise(
            "use no `module = ..` or `inline_js` in #[wasm_bindgen]: the package's files are fixed",
        ));
    }
    glue.functions.retain(|function| imports.contains(&function.name));
    let numbers: BTreeMap<&str, String> = glue
        .functions
        .iter()
        .zip(0..)
        .map(|(function, number)| (&*function.name, number.to_string()))
        .collect();
    if let Some(missing) = imports.iter().find(|name| !numbers.contains_key(name.as_str())) {
        return Err(Failure::new(format!("the glue has no `{missing}`"))
            .advise("wasm-bindgen changed what it writes: adapt xtask/src/build_wasm/glue.rs"));
    }
    let wasm = rename(wasm, |kind, name| match kind {
        Name::Module => MODULE.to_owned(),
        Name::Import => numbers.get(name).cloned().unwrap_or_default(),
        Name::Export => exports.get(name).cloned().unwrap_or_default(),
    })
    .ok_or_else(unreadable)?;
    let mut script = with_exports(&glue.script(), &exports);
    if let Some(module) = modules.first() {
        script = script.replace(&format!("\"{module}\": import0"), &format!("\"{MODULE}\": import0"));
    }
    Ok((wasm, script))
}

/// `a` to `z`, then `aa` and on.
fn letters(number: usize) -> String {
    let last = char::from(b'a' + (number % 26) as u8);
    let before = if number < 26 { String::new() } else { letters(number / 26 - 1) };
    before + &String::from(last)
}

/// A script in which every `wasm.name` has the new name.
fn with_exports(script: &str, exports: &BTreeMap<String, String>) -> String {
    let mut parts = script.split("wasm.");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !is_name_part(c)).unwrap_or(part.len());
        let (name, after) = part.split_at(end);
        text.extend(["wasm.", exports.get(name).map_or(name, String::as_str), after]);
    }
    text
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::super::glue::tests::written;
    use super::*;

    const FUNCTIONS: &str = "        __wbg_log_1: function(arg0) {\n            arg0.log();\n        },\n        \
        __wbg_call_2: function(arg0) {\n            wasm.createFetch(arg0, wasm.memory.buffer, wasm.other);\n        },\n        \
        __wbg_add_3: function(arg0) {\n            arg0.add();\n        },\n";

    /// A module that imports these functions and exports `memory` and `createFetch`.
    fn module(imports: &[(&str, &str)]) -> Vec<u8> {
        let named = |name: &str| [&[name.len() as u8], name.as_bytes()].concat();
        let section = |id: u8, count: usize, entries: Vec<u8>| {
            [&[id, entries.len() as u8 + 1, count as u8], entries.as_slice()].concat()
        };
        let imported =
            imports.iter().flat_map(|(module, name)| [named(module), named(name), vec![0, 0]].concat());
        let exported = [named("memory"), vec![2, 0], named("createFetch"), vec![0, 0]].concat();
        [b"\0asm\x01\0\0\0".to_vec(), section(2, imports.len(), imported.collect()), section(7, 2, exported)]
            .concat()
    }

    fn names_of(wasm: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        rename(wasm, |_, name| {
            names.push(name.to_owned());
            name.to_owned()
        })
        .unwrap();
        names
    }

    #[test]
    fn the_wasm_asks_by_number_and_the_list_has_what_it_asks_for() {
        let wasm = module(&[("./x_bg.js", "__wbg_log_1"), ("./x_bg.js", "__wbg_call_2")]);
        let (wasm, script) = shorten(&wasm, Glue::read(&written(FUNCTIONS)).unwrap()).unwrap();
        assert_eq!(names_of(&wasm), ["a", "0", "a", "1", "a", "b"]);
        assert!(script.contains("[\n(arg0) => {\n            arg0.log();\n        },\n(arg0) => {\n            wasm.b(arg0, wasm.a.buffer, wasm.other);\n        },\n    ];"), "{script}");
        assert!(script.contains("return { \"a\": import0 };"), "{script}");
    }

    #[test]
    fn a_glue_that_does_not_fit_is_refused() {
        let wasm = module(&[("./x_bg.js", "__wbg_other_4")]);
        let failure = shorten(&wasm, Glue::read(&written(FUNCTIONS)).unwrap()).unwrap_err().to_string();
        assert!(failure.contains("no `__wbg_other_4`"), "{failure}");
    }

    #[test]
    fn a_second_module_to_import_from_is_refused() {
        let wasm = module(&[("./x_bg.js", "__wbg_log_1"), ("./snippets/y.js", "g")]);
        let failure = shorten(&wasm, Glue::read(&written(FUNCTIONS)).unwrap()).unwrap_err().to_string();
        assert!(failure.contains("./snippets/y.js"), "{failure}");
    }

    #[test]
    fn every_number_has_letters_of_its_own() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["a", "z", "aa", "az", "ba", "zz", "aaa"]);
    }
}
