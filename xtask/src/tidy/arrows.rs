//! Which crate may depend on which: the arrows of ARCHITECTURE.md, read from each Cargo.toml.

use super::source::{Finding, Source};

/// What a crate may depend on.
struct Room {
    /// The manifest.
    manifest: &'static str,
    /// The project's own crates it may use.
    ours: &'static [&'static str],
    /// When given, the only other crates it may use at all.
    others: Option<&'static [&'static str]>,
}

/// Every crate of the workspace. Only `cli` joins the server's side.
const ROOMS: &[Room] = &[
    Room { manifest: "Cargo.toml", ours: &["docent-protocol"], others: None },
    Room {
        manifest: "crates/protocol/Cargo.toml",
        ours: &[],
        others: Some(&["serde", "serde_json", "time"]),
    },
    Room { manifest: "crates/server/Cargo.toml", ours: &["docent-protocol"], others: None },
    Room { manifest: "crates/agent/Cargo.toml", ours: &["docent-server", "docent-protocol"], others: None },
    Room { manifest: "crates/retrieval/Cargo.toml", ours: &["docent-protocol"], others: None },
    Room { manifest: "crates/mcp/Cargo.toml", ours: &["docent-protocol"], others: None },
    Room { manifest: "crates/element/Cargo.toml", ours: &["docent-protocol"], others: None },
    Room {
        manifest: "crates/cli/Cargo.toml",
        ours: &["docent-server", "docent-protocol", "docent-retrieval", "docent-agent", "docent-mcp"],
        others: None,
    },
    // Never shipped: a user of the library, and the load.
    Room {
        manifest: "crates/bench/Cargo.toml",
        ours: &["docent-server", "docent-protocol"],
        others: Some(&["anyhow", "async-trait", "clap", "memchr", "tokio"]),
    },
    Room { manifest: "xtask/Cargo.toml", ours: &[], others: None },
];

/// Crates that live in some rooms alone, so that they can be exchanged there.
const LIVES_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["crates/server/Cargo.toml"]),
    ("rusqlite", &["crates/server/Cargo.toml"]),
    ("tantivy", &["crates/retrieval/Cargo.toml"]),
    ("rmcp", &["crates/mcp/Cargo.toml"]),
    ("axum", &["crates/server/Cargo.toml", "crates/cli/Cargo.toml"]),
    ("web-sys", &["Cargo.toml", "crates/element/Cargo.toml"]),
    ("wasm-bindgen", &["Cargo.toml", "crates/element/Cargo.toml"]),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        let Some(room) = ROOMS.iter().find(|room| room.manifest == source.path) else {
            let advice = "say in xtask/src/tidy/arrows.rs, and in ARCHITECTURE.md, what it may depend on";
            findings.push(source.finding(1, "is a crate no rule knows", advice));
            continue;
        };
        for (line, krate) in dependencies(&source.text) {
            let is_ours = krate == "docent" || krate.starts_with("docent-");
            let is_allowed = match (is_ours, room.others) {
                (true, _) => room.ours.contains(&krate),
                (false, Some(others)) => others.contains(&krate),
                (false, None) => true,
            };
            if !is_allowed {
                let what = format!("depends on {krate}, an arrow that is not allowed");
                findings.push(source.finding(
                    line,
                    what,
                    "move the code to the crate that may, or join both in crates/cli",
                ));
            }
            let home = LIVES_IN.iter().find(|(lodger, _)| *lodger == krate);
            if let Some((_, homes)) = home.filter(|(_, homes)| !homes.contains(&source.path.as_str())) {
                let what = format!("depends on {krate}, which lives in {} alone", homes.join(", "));
                findings.push(source.finding(line, what, "use the trait that room offers"));
            }
        }
    }
    findings
}

/// The crates a manifest depends on for what it ships, with their lines. What only tests use is free.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_inside = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            let is_shipped = |name: &str| name == "dependencies" || name == "build-dependencies";
            let last = section.rsplit('.').next().unwrap_or(section);
            is_inside = is_shipped(last) && !section.starts_with("workspace");
            // `[dependencies.serde]` is a dependency by itself.
            if let Some((before, krate)) = section.rsplit_once('.')
                && is_shipped(before.rsplit('.').next().unwrap_or(before))
                && !before.starts_with("workspace")
            {
                found.push((index + 1, krate));
            }
        } else if is_inside && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default().trim_matches('"');
            if !name.is_empty() && line.contains('=') {
                found.push((index + 1, name));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    fn found(manifest: &str, dependencies: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"x\"\n\n[dependencies]\n{dependencies}");
        check(&[source(manifest, &text)]).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn every_way_to_write_a_dependency_is_read() {
        let text = "[dependencies]\nserde.workspace = true\ntime = { workspace = true }\n# sqlx = \"1\"\n\
                    [dependencies.uuid]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n\
                    [dev-dependencies]\naxum = \"1\"\n[workspace.dependencies]\nreqwest = \"1\"\n";
        let names: Vec<&str> = dependencies(text).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["serde", "time", "uuid", "libc"]);
    }

    #[test]
    fn the_protocol_depends_on_serde_and_little_else() {
        assert!(found("crates/protocol/Cargo.toml", "serde.workspace = true\n").is_empty());
        assert_eq!(found("crates/protocol/Cargo.toml", "tokio.workspace = true\n").len(), 1);
    }

    #[test]
    fn an_arrow_that_only_the_cli_may_have_is_found_elsewhere() {
        let both = "docent-server.workspace = true\ndocent-retrieval.workspace = true\n";
        assert!(found("crates/cli/Cargo.toml", both).is_empty());
        assert_eq!(found("crates/agent/Cargo.toml", both).len(), 1);
        assert_eq!(found("crates/element/Cargo.toml", both).len(), 2);
        assert_eq!(found("Cargo.toml", both).len(), 2);
    }

    #[test]
    fn a_crate_that_lives_in_one_room_is_found_in_another() {
        assert!(found("crates/server/Cargo.toml", "sqlx.workspace = true\n").is_empty());
        assert_eq!(found("crates/cli/Cargo.toml", "sqlx.workspace = true\n").len(), 1);
        assert_eq!(found("crates/cli/Cargo.toml", "rusqlite.workspace = true\n").len(), 1);
        assert_eq!(found("crates/agent/Cargo.toml", "tantivy = \"0.27\"\n").len(), 1);
    }

    #[test]
    fn a_crate_no_rule_knows_is_found() {
        assert_eq!(found("crates/new/Cargo.toml", "").len(), 1);
    }
}
