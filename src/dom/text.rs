//! Long strings of JavaScript: read only where they must be, and put together where they are. What crosses over is
//! converted, which for a body takes longer than everything else that happens to it.

use std::cell::{OnceCell, RefCell};

use js_sys::JsString;
use wasm_bindgen::prelude::*;

use crate::splice::{Addition, Edit, Value};

#[wasm_bindgen]
extern "C" {
    type TextEncoder;
    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;
    /// `encode` would make an array first, for which the browser takes four times as long.
    #[wasm_bindgen(method, js_name = encodeInto)]
    fn encode_into(this: &TextEncoder, text: &JsString, into: &mut [u8]) -> Encoded;

    /// A string that is searched for one that is there already.
    type Text;
    #[wasm_bindgen(method)]
    fn includes(this: &Text, piece: &JsString) -> bool;
    #[wasm_bindgen(method, js_name = startsWith)]
    fn starts_with(this: &Text, piece: &JsString) -> bool;

    type Encoded;
    #[wasm_bindgen(method, getter)]
    fn read(this: &Encoded) -> u32;
    #[wasm_bindgen(method, getter)]
    fn written(this: &Encoded) -> u32;
}

thread_local! {
    static ENCODER: OnceCell<TextEncoder> = const { OnceCell::new() };
    /// Syntax that went to JavaScript before: there are a dozen pieces of it, and each costs half a microsecond.
    static SYNTAX: RefCell<Vec<(String, JsString)>> = const { RefCell::new(Vec::new()) };
}

/// The most bytes of UTF-8 that a unit of UTF-16 becomes.
pub(crate) const UNIT_BYTES: usize = 3;

/// The text of a string as UTF-8, without the detour over single letters that a long one would take otherwise.
pub(crate) fn utf8_of(string: &JsString) -> Vec<u8> {
    let units = string.length();
    let mut bytes = vec![0; units as usize];
    ENCODER.with(|encoder| {
        let encoder = encoder.get_or_init(TextEncoder::new);
        // Only ASCII has as many bytes as units.
        if encoder.encode_into(string, &mut bytes).read() < units {
            bytes.resize(units as usize * UNIT_BYTES, 0);
            let written = encoder.encode_into(string, &mut bytes).written();
            bytes.truncate(written as usize);
        }
    });
    bytes
}

/// A piece of syntax as a string of JavaScript.
fn syntax_of(syntax: &str) -> JsString {
    SYNTAX.with_borrow_mut(|known| {
        if let Some((_, piece)) = known.iter().find(|(text, _)| text == syntax) {
            return piece.clone();
        }
        let piece = JsString::from(syntax);
        known.push((syntax.to_owned(), piece.clone()));
        piece
    })
}

/// Whether `string` begins so.
pub(crate) fn begins_with(string: &JsString, start: &JsString) -> bool {
    string.unchecked_ref::<Text>().starts_with(start)
}

/// Whether a piece of syntax is somewhere in `string`.
pub(crate) fn has_syntax(string: &JsString, syntax: &str) -> bool {
    string.unchecked_ref::<Text>().includes(&syntax_of(syntax))
}

/// `string` with these changes, for which `json` gives the values. `text` is its text, or the start of it that all
/// changes are in.
pub(crate) fn edited(
    string: &JsString,
    text: &[u8],
    edits: &[Edit],
    json: &dyn Fn(Value) -> JsString,
) -> JsString {
    let (mut bytes, mut units) = (0, 0);
    let mut unit_at = |byte: usize| {
        let between = text.get(bytes..byte).unwrap_or_default();
        // One unit for each character, and one more for those of four bytes.
        units += between
            .iter()
            .map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(*byte >= 0xF0))
            .sum::<usize>();
        bytes = byte;
        units as u32
    };
    let mut last: Option<(&Addition, JsString)> = None;
    let mut whole = string.slice(0, 0);
    let mut copied = 0;
    for edit in edits {
        whole = whole.concat(&string.slice(copied, unit_at(edit.range.start)));
        copied = unit_at(edit.range.end);
        // Both places get the same, mostly.
        let new = match last.take() {
            Some((addition, new)) if *addition == edit.new => new,
            _ => {
                let mut new = string.slice(0, 0);
                edit.new.pieces(&mut |syntax, value| {
                    new = new.concat(&syntax_of(syntax));
                    if let Some(value) = value {
                        new = new.concat(&json(value));
                    }
                });
                new
            }
        };
        whole = whole.concat(&new);
        last = Some((&edit.new, new));
    }
    whole.concat(&string.slice(copied, string.length()))
}
