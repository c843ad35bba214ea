//! A keyboard shortcut as a site writes it (`"Alt+Shift+Q"`): read once, compared with every key that goes down.

use crate::text::parted;

/// A key and exactly the modifiers that must be held.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub struct Shortcut {
    alt: bool,
    control: bool,
    meta: bool,
    shift: bool,
    key: String,
}

/// What a `keydown` event says.
#[derive(Clone, Copy)]
pub struct Press<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// `KeyboardEvent.code`.
    pub code: &'a str,
    /// `KeyboardEvent.altKey`.
    pub alt: bool,
    /// `KeyboardEvent.ctrlKey`.
    pub control: bool,
    /// `KeyboardEvent.metaKey`.
    pub meta: bool,
    /// `KeyboardEvent.shiftKey`.
    pub shift: bool,
}

impl Shortcut {
    /// Reads modifiers and one key, joined by `+`: `Alt` (`Option`), `Control` (`Ctrl`), `Meta` (`Cmd`), `Shift`, and
    /// `Mod`, which is Meta on a Mac and Control elsewhere. `None` if there is no key, an unknown modifier, or
    /// nothing but Shift with a letter: that would fire while somebody types.
    #[must_use]
    pub fn parse(text: &str, is_mac: bool) -> Option<Self> {
        let mut shortcut = Self { alt: false, control: false, meta: false, shift: false, key: String::new() };
        let mut key = "";
        for part in parted(text, b"+") {
            // One more part came, so the last one was a modifier.
            let is = |name: &str| key.eq_ignore_ascii_case(name);
            if is("alt") || is("option") {
                shortcut.alt = true;
            } else if is("control") || is("ctrl") || (is("mod") && !is_mac) {
                shortcut.control = true;
            } else if is("meta") || is("cmd") || is("command") || is("mod") {
                shortcut.meta = true;
            } else if is("shift") {
                shortcut.shift = true;
            } else if !key.is_empty() {
                return None;
            }
            key = part.trim();
        }
        shortcut.key = key.to_owned();
        let types_text = key.chars().nth(1).is_none() && !(shortcut.alt || shortcut.control || shortcut.meta);
        (!key.is_empty() && !types_text).then_some(shortcut)
    }

    /// Whether this key press is the shortcut.
    ///
    /// The letter on the key decides, so the shortcut moves with the keyboard's layout. Where the letter is none of
    /// the Latin alphabet (Option on a Mac makes `œ` of q, a Cyrillic layout `й`), the key's position decides.
    #[must_use]
    pub fn matches(&self, press: &Press<'_>) -> bool {
        let modifiers = [
            (self.alt, press.alt),
            (self.control, press.control),
            (self.meta, press.meta),
            (self.shift, press.shift),
        ];
        if modifiers.iter().any(|(wanted, held)| wanted != held) {
            return false;
        }
        if press.key.is_ascii() {
            return press.key.eq_ignore_ascii_case(&self.key);
        }
        let position = press.code.strip_prefix("Key").or_else(|| press.code.strip_prefix("Digit"));
        position.is_some_and(|position| position.eq_ignore_ascii_case(&self.key))
    }

    /// The text for `aria-keyshortcuts`.
    #[must_use]
    pub fn aria(&self) -> String {
        let mut keys = String::new();
        for (is_held, name) in
            [(self.alt, "Alt+"), (self.control, "Control+"), (self.meta, "Meta+"), (self.shift, "Shift+")]
        {
            keys.push_str(if is_held { name } else { "" });
        }
        keys.push_str(&self.key);
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press<'a>(key: &'a str, code: &'a str) -> Press<'a> {
        Press { key, code, alt: true, control: false, meta: false, shift: true }
    }

    #[test]
    fn s8_a_shortcut_is_read_whatever_its_spelling() {
        let shortcut = Shortcut::parse("shift + Option+Q", false).unwrap();
        assert_eq!(shortcut.aria(), "Alt+Shift+Q");
        assert_eq!(Shortcut::parse("Mod+k", true).unwrap().aria(), "Meta+k");
        assert_eq!(Shortcut::parse("Mod+k", false).unwrap().aria(), "Control+k");
        assert_eq!(Shortcut::parse("F8", false).unwrap().aria(), "F8");
    }

    #[test]
    fn s8_what_would_fire_while_typing_or_means_nothing_is_refused() {
        for text in ["", "q", "Shift+Q", "Alt+", "Hyper+Q"] {
            assert!(Shortcut::parse(text, false).is_none(), "{text}");
        }
    }

    #[test]
    fn s8_the_letter_decides_and_the_position_where_there_is_no_latin_letter() {
        let shortcut = Shortcut::parse("Alt+Shift+Q", false).unwrap();
        assert!(shortcut.matches(&press("Q", "KeyQ")));
        assert!(shortcut.matches(&press("q", "KeyA")), "a French keyboard has q where others have a");
        assert!(!shortcut.matches(&press("A", "KeyQ")));
        assert!(shortcut.matches(&press("\u{152}", "KeyQ")), "Option on a Mac");
        assert!(shortcut.matches(&press("\u{419}", "KeyQ")), "a Cyrillic layout");
    }

    #[test]
    fn s8_one_modifier_more_or_less_is_another_shortcut() {
        let shortcut = Shortcut::parse("Alt+Shift+Q", false).unwrap();
        assert!(!shortcut.matches(&Press { shift: false, ..press("q", "KeyQ") }));
        assert!(!shortcut.matches(&Press { control: true, ..press("Q", "KeyQ") }));
    }
}
