//! Short names between the wasm and its glue.
//!
//! wasm-bindgen names each import after its origin and a hash, some three hundred of them, once in the wasm and once in the
//! glue. Nobody reads them there, and hashes do not compress: wasm-opt renames them, and the glue has to follow.

use crate::failure::{Failure, Outcome};

/// What wasm-opt renamed, as it prints it: `["module", "old", "new"]` for imports, `["old", "new"]` for exports.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Renames {
    module: Option<String>,
    imports: Vec<(String, String)>,
    exports: Vec<(String, String)>,
}

/// What wasm-opt calls the one module that everything is imported from.
const SHORT_MODULE: &str = "a";

impl Renames {
    /// Reads what wasm-opt printed.
    pub(super) fn read(said: &str) -> Outcome<Self> {
        let mut renames = Self::default();
        for line in said.lines().map(str::trim).filter(|line| line.starts_with("[\"")) {
            let words: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            match words[..] {
                [module, old, new] => {
                    if renames.module.as_deref().is_some_and(|known| known != module) {
                        return Err(Failure::new(format!("the wasm imports from {module} besides the glue"))
                            .advise("use no `module = ..` or `inline_js` in #[wasm_bindgen]: the package's files are fixed"));
                    }
                    renames.module = Some(module.to_owned());
                    renames.imports.push((old.to_owned(), new.to_owned()));
                }
                [old, new] => renames.exports.push((old.to_owned(), new.to_owned())),
                _ => {
                    return Err(Failure::new(format!(
                        "wasm-opt printed a renaming nobody understands: {line}"
                    )));
                }
            }
        }
        Ok(renames)
    }

    /// The glue with the new names. Every import must be declared there exactly once, or the two would not fit.
    pub(super) fn apply(&self, glue: &str) -> Outcome<String> {
        let mut text = String::with_capacity(glue.len());
        let mut renamed = 0;
        let mut rest = glue;
        while let Some(start) = rest.find(is_name_start) {
            let (before, name_on) = rest.split_at(start);
            let end = name_on.find(|c: char| !is_name_part(c)).unwrap_or(name_on.len());
            let (name, after) = name_on.split_at(end);
            text.push_str(before);
            let is_export = text.ends_with("wasm.");
            let table = if is_export { &self.exports } else { &self.imports };
            match table.iter().find(|(old, _)| old == name) {
                Some((_, new)) => {
                    renamed += usize::from(!is_export);
                    text.push_str(new);
                }
                None => text.push_str(name),
            }
            rest = after;
        }
        text.push_str(rest);
        if renamed != self.imports.len() {
            return Err(Failure::new(format!(
                "the glue declares {renamed} of {} imports",
                self.imports.len()
            ))
            .advise("wasm-bindgen changed its glue: adapt xtask/src/build_wasm/names.rs"));
        }
        match &self.module {
            Some(module) => {
                Ok(text.replace(&format!("\"{module}\": import0"), &format!("\"{SHORT_MODULE}\": import0")))
            }
            None => Ok(text),
        }
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || c == '$'
}

fn is_name_part(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "{\n \"imports\": [\n  [\"./x_bg.js\", \"__wbg_log_0a1b\", \"$\"],\n  [\"./x_bg.js\", \"__wbg_log_0a1b2\", \"$a\"]\n ],\n\"exports\": [\n  [\"memory\", \"b\"],\n  [\"createFetch\", \"c\"]\n ]\n}\n";

    const GLUE: &str = "export function createFetch(o) {\n    return wasm.createFetch(o, wasm.memory.buffer);\n}\n\
        const import0 = {\n    __wbg_log_0a1b: function(memory) {},\n    __wbg_log_0a1b2: function() {},\n};\n\
        return { \"./x_bg.js\": import0 };\n";

    #[test]
    fn the_glue_follows_and_what_the_user_calls_keeps_its_name() {
        let glue = Renames::read(SAID).unwrap().apply(GLUE).unwrap();
        assert_eq!(
            glue,
            "export function createFetch(o) {\n    return wasm.c(o, wasm.b.buffer);\n}\n\
             const import0 = {\n    $: function(memory) {},\n    $a: function() {},\n};\n\
             return { \"a\": import0 };\n"
        );
    }

    #[test]
    fn a_glue_that_does_not_fit_is_refused() {
        let failure = Renames::read(SAID).unwrap().apply("const import0 = {};").unwrap_err().to_string();
        assert!(failure.contains("0 of 2 imports"), "{failure}");
    }

    #[test]
    fn a_second_module_to_import_from_is_refused() {
        let said = " [\"./x_bg.js\", \"f\", \"a\"],\n [\"./snippets/y.js\", \"g\", \"b\"]\n";
        assert!(Renames::read(said).unwrap_err().to_string().contains("./snippets/y.js"));
    }

    #[test]
    fn nothing_renamed_changes_nothing() {
        assert_eq!(Renames::read("").unwrap().apply(GLUE).unwrap(), GLUE);
    }
}
