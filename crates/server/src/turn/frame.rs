//! An event as it stands on the wire, which is a server-sent event: `data: <JSON>` and an empty line.
//!
//! Compact JSON holds no raw line break, so an event is always one line.

const BEFORE: &str = "data: ";
const AFTER: &str = "\n\n";

/// How many bytes an event takes.
pub(super) fn len(json: &str) -> usize {
    BEFORE.len() + json.len() + AFTER.len()
}

/// Adds an event.
pub(super) fn push(block: &mut String, json: &str) {
    block.reserve(len(json));
    block.push_str(BEFORE);
    block.push_str(json);
    block.push_str(AFTER);
}

/// One event, and its number in its run where the client is to hear it, to go on from there.
pub(super) fn of(json: &str, seq: Option<u64>) -> String {
    match seq {
        Some(seq) => format!("{BEFORE}{json}\nid: {seq}{AFTER}"),
        None => [BEFORE, json, AFTER].concat(),
    }
}
