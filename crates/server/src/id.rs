//! Names for new things: the protocol's prefixes in front of a UUID of version 7.
//!
//! The reference uses 32 random bits, which a busy server exhausts and an attacker can guess. These ids have the full
//! width and sort by time. Clients treat them as opaque, so the longer form is compatible.

use std::sync::atomic::{AtomicU64, Ordering};

/// What an id is for; it decides the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// A thread: `thr`.
    Thread,
    /// A message, and everything shown like one (widgets, images, structured inputs, hidden context): `msg`.
    Message,
    /// A call of a client tool: `tc`.
    ToolCall,
    /// A workflow: `wf`.
    Workflow,
    /// A task: `tsk`.
    Task,
    /// An attachment: `atc`.
    Attachment,
    /// A marker the server itself leaves for the model: `shcx`.
    SdkHiddenContext,
    /// One turn, as named by the header `x-docent-run-id`: `run`.
    Run,
}

impl IdKind {
    /// The prefix on the wire, without the underscore.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Thread => "thr",
            Self::Message => "msg",
            Self::ToolCall => "tc",
            Self::Workflow => "wf",
            Self::Task => "tsk",
            Self::Attachment => "atc",
            Self::SdkHiddenContext => "shcx",
            Self::Run => "run",
        }
    }
}

/// Where a server takes new ids from. An implementation never gives the same id twice.
pub trait IdGenerator: Send + Sync + 'static {
    /// A new id of this kind.
    fn generate(&self, kind: IdKind) -> String;
}

/// Ids as `<prefix>_<32 hexadecimal digits>` of a UUID of version 7.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidGenerator;

impl IdGenerator for UuidGenerator {
    fn generate(&self, kind: IdKind) -> String {
        format!("{}_{}", kind.prefix(), uuid::Uuid::now_v7().simple())
    }
}

/// Ids that count up from one, for tests and for golden transcripts: `thr_1`, `msg_2`, `msg_3`.
#[derive(Debug, Default)]
pub struct CountingGenerator(AtomicU64);

impl IdGenerator for CountingGenerator {
    fn generate(&self, kind: IdKind) -> String {
        format!("{}_{}", kind.prefix(), self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_the_prefix_and_the_full_width_of_a_uuid() {
        let id = UuidGenerator.generate(IdKind::Thread);
        let (prefix, rest) = id.split_once('_').expect("an id has a prefix");
        assert_eq!(prefix, "thr");
        assert_eq!(rest.len(), 32);
        assert!(rest.chars().all(|digit| digit.is_ascii_hexdigit() && !digit.is_ascii_uppercase()));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<String> = (0..100).map(|_| UuidGenerator.generate(IdKind::Message)).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        assert_eq!(ids, sorted);
    }
}
