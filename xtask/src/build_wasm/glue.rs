//! The glue that wasm-bindgen writes, with less of it to say the same.
//!
//! What the wasm imports is some hundred and sixty functions of a line or two, by names with hashes. Here they become a list
//! of arrow functions, which the wasm asks for by number: what is alike stands together, and nothing has a name. What they all
//! do in the same words is in a function of its own, and what is never reached is left out.

use crate::failure::{Failure, Outcome};

/// The glue of one module, in parts.
#[derive(Debug)]
pub(super) struct Glue {
    before: String,
    /// Those that the wasm imports, alike ones beside each other.
    pub(super) functions: Vec<Import>,
    after: String,
}

/// A function that the wasm imports.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// What the wasm calls it.
    pub(super) name: String,
    /// The function itself.
    text: String,
}

/// What stands in the place of what is written. Nobody loads without waiting, nor by anything but `module_or_path`; every
/// browser that knows the wasm's reference types knows these functions, and no string is passed without a way to make room
/// for it. esbuild drops what nothing leads to then.
const REPLACED: &[(&str, &str)] = &[
    ("typeof FinalizationRegistry === 'undefined'", "false"),
    ("!('encodeInto' in cachedTextEncoder)", "false"),
    ("typeof WebAssembly.instantiateStreaming === 'function'", "true"),
    ("realloc === undefined", "false"),
    ("wasmInstance = instance;", ""),
    ("wasmModule = module;", ""),
    ("export { initSync, ", "export { "),
    (
        "console.warn('using deprecated parameters for the initialization function; pass a single object instead')",
        "throw new TypeError('module_or_path')",
    ),
    (
        "\"`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\\n\"",
        "\"docent: serve .wasm as `application/wasm`; otherwise it is compiled later.\"",
    ),
    (HANDLE_ERROR, CATCHING),
];

/// Hands what a function throws to the wasm; called with the function and its arguments each time.
const HANDLE_ERROR: &str = "function handleError(f, args) {
    try {
        return f.apply(this, args);
    } catch (e) {
        const idx = addToExternrefTable0(e);
        wasm.__wbindgen_exn_store(idx);
    }
}
";

/// The same, called once with the function; and what all functions do that give a string, or something that may be missing.
const CATCHING: &str = "function handleError(f) {
    return (...args) => {
        try {
            return f(...args);
        } catch (e) {
            wasm.__wbindgen_exn_store(addToExternrefTable0(e));
        }
    };
}
function returnText(to, text) {
    const ptr = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const view = getDataViewMemory0();
    view.setInt32((to >>> 0) + 4, WASM_VECTOR_LEN, true);
    view.setInt32(to >>> 0, ptr, true);
}
function returnTextIfAny(to, text) {
    if (isLikeNone(text)) getDataViewMemory0().setInt32(to >>> 0, 0, true);
    else returnText(to, text);
}
function returnIfAny(value) {
    return isLikeNone(value) ? 0 : addToExternrefTable0(value);
}
";

/// How a string is given.
const TEXT: &str =
    "            const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            const len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
";

/// How a string is given that may be missing.
const TEXT_IF_ANY: &str = "            var ptr1 = isLikeNone(ret) ? 0 : passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            var len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
";

/// How something else is given that may be missing.
const IF_ANY: &str = "            return isLikeNone(ret) ? 0 : addToExternrefTable0(ret);
";

/// What each of these becomes, after the value and before the end of the line.
const GIVEN: &[(&str, &str)] =
    &[(TEXT, "returnText(arg0, "), (TEXT_IF_ANY, "returnTextIfAny(arg0, "), (IF_ANY, "return returnIfAny(")];

/// Where the functions begin and end, and the indentation of each one's first and last line.
const START: &str = "    const import0 = {\n        __proto__: null,\n";
const END: &str = "    };\n";
const INDENT: &str = "        ";

impl Glue {
    /// Reads what wasm-bindgen wrote; an error says what of it is new.
    pub(super) fn read(written: &str) -> Outcome<Self> {
        let mut needed = written.to_owned();
        for (part, instead) in REPLACED {
            if !needed.contains(part) {
                return Err(unknown(part));
            }
            needed = needed.replace(part, instead);
        }
        let (before, rest) = needed.split_once(START).ok_or_else(|| unknown(START))?;
        let (list, after) = rest.split_once(&["\n", END].concat()).ok_or_else(|| unknown(END))?;
        let mut functions = Vec::new();
        let mut lines = list.lines();
        while let Some(line) = lines.next() {
            functions.push(Import::read(line, &mut lines).ok_or_else(|| unknown(line))?);
        }
        functions.sort_by(|one, other| one.text.cmp(&other.text).then_with(|| one.name.cmp(&other.name)));
        Ok(Self { before: before.to_owned(), functions, after: after.to_owned() })
    }

    /// The script, with the functions as a list.
    pub(super) fn script(&self) -> String {
        let list: String = self.functions.iter().map(|function| [&function.text, ",\n"].concat()).collect();
        [&self.before, "    const import0 = [\n", &list, "    ];\n", &self.after].concat()
    }
}

impl Import {
    /// The function that begins on `first` and ends before the next one of `lines`; `None` if it is of no known form.
    fn read<'a>(first: &str, lines: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let (name, function) = first.strip_prefix(INDENT)?.split_once(": function(")?;
        let caught = function.strip_prefix(") { return handleError(function (");
        let parameters = caught.unwrap_or(function).strip_suffix(") {")?;
        let last = if caught.is_some() { "        }, arguments); }," } else { "        }," };
        let mut body = String::new();
        loop {
            match lines.next()? {
                line if line == last => break,
                line => body.extend([line, "\n"]),
            }
        }
        for (given, instead) in GIVEN {
            let Some(start) = body.strip_suffix(given) else { continue };
            // The value is the line before.
            let (start, value) = start.rsplit_once("            const ret = ")?;
            let value = value.strip_suffix(";\n")?;
            body = [start, instead, value, ");\n"].concat();
        }
        let arrow = ["(", parameters, ") => {\n", &body, INDENT, "}"].concat();
        let text = if caught.is_some() { ["handleError(", &arrow, ")"].concat() } else { arrow };
        Some(Self { name: name.to_owned(), text })
    }
}

fn unknown(part: &str) -> Failure {
    Failure::new(format!("the glue is not as it was at `{}`", part.trim()))
        .advise("wasm-bindgen changed what it writes: adapt xtask/src/build_wasm/glue.rs")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Glue of these functions, with all that is replaced in it.
    pub(in super::super) fn written(functions: &str) -> String {
        let parts: Vec<&str> = REPLACED.iter().map(|(part, _)| *part).collect();
        [START, functions, END, "    return { \"./x_bg.js\": import0 };\n", &parts.join("\n")].concat()
    }

    #[test]
    fn functions_become_a_list_of_arrows_with_alike_ones_together() {
        let glue = Glue::read(&written(
            "        __wbg_b_1: function(arg0) {\n            const ret = arg0.hidden;\n            return ret;\n        },\n        \
             __wbg_a_2: function() { return handleError(function (arg0, arg1) {\n            arg0.b(arg1);\n        }, arguments); },\n        \
             __wbg_c_3: function(arg0) {\n            const ret = arg0.even;\n            return ret;\n        },\n",
        ))
        .unwrap();
        let names: Vec<&str> = glue.functions.iter().map(|function| function.name.as_str()).collect();
        assert_eq!(names, ["__wbg_c_3", "__wbg_b_1", "__wbg_a_2"]);
        let script = glue.script();
        assert!(
            script.contains("    const import0 = [\n(arg0) => {\n            const ret = arg0.even;\n"),
            "{script}"
        );
        assert!(
            script
                .contains("handleError((arg0, arg1) => {\n            arg0.b(arg1);\n        }),\n    ];\n"),
            "{script}"
        );
        assert!(script.contains("function handleError(f) {") && !script.contains("f.apply"), "{script}");
    }

    #[test]
    fn what_many_functions_do_is_called_by_its_name() {
        for (given, called) in [
            (TEXT, "{\nreturnText(arg0, arg1.href);\n        }"),
            (TEXT_IF_ANY, "{\nreturnTextIfAny(arg0, arg1.href);\n        }"),
            (IF_ANY, "{\nreturn returnIfAny(arg1.href);\n        }"),
        ] {
            let function =
                "        __wbg_href_1: function(arg0, arg1) {\n            const ret = arg1.href;\n";
            let glue = Glue::read(&written(&[function, given, "        },\n"].concat())).unwrap();
            assert!(glue.script().contains(called), "{}", glue.script());
        }
    }

    #[test]
    fn glue_of_another_form_is_refused() {
        let failure = Glue::read("const import0 = {};").unwrap_err().to_string();
        assert!(failure.contains("FinalizationRegistry"), "{failure}");
        let failure = Glue::read(&written("        __wbg_a_1: (arg0) => arg0.b,\n")).unwrap_err().to_string();
        assert!(failure.contains("(arg0) => arg0.b"), "{failure}");
        let open = "        __wbg_a_1: function(arg0) {\n            arg0.b();\n";
        assert!(Glue::read(&written(open)).unwrap_err().to_string().contains("__wbg_a_1"));
    }
}
