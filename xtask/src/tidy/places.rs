//! Nothing names the machine it was written on, or the server a package came from.

use super::source::{Finding, Source};

/// Folders that exist on one person's machine only.
const MACHINE_PATHS: &[&str] = &["/work/", "/root/", "/home/", "/Users/"];

/// Servers of packages: which one is used is the user's setting, not the project's.
const REGISTRIES: &[&str] = &[
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "registry.npmmirror.com",
    "index.crates.io",
    "static.crates.io",
    "deb.debian.org",
    "files.pythonhosted.org",
];

/// This file names what it forbids.
const EXCEPTION: &str = "xtask/src/tidy/places.rs";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.path != EXCEPTION) {
        for (number, line) in source.lines() {
            if let Some(path) = MACHINE_PATHS.iter().find(|path| has_path(line, path)) {
                let advice = "use a path below the project, or an example such as `/srv/docs`";
                findings.push(source.finding(
                    number,
                    format!("names a folder of one machine (`{path}`)"),
                    advice,
                ));
            }
            if let Some(host) = REGISTRIES.iter().find(|host| line.contains(**host)) {
                let advice = "leave the server out; for a lock file, `npm config set omit-lockfile-registry-resolved true`";
                findings.push(source.finding(number, format!("names a package server ({host})"), advice));
            }
            if source.path.ends_with("package-lock.json")
                && line.trim_start().starts_with("\"resolved\": \"http")
            {
                let advice = "run `npm install --omit-lockfile-registry-resolved` and commit the result";
                findings.push(source.finding(number, "pins the server a package came from", advice));
            }
        }
    }
    findings
}

/// Whether a line has the path at the start of a path, and not in the middle of an address.
fn has_path(line: &str, path: &str) -> bool {
    line.match_indices(path)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || "._-~}])>*/".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::super::source::tests::source;
    use super::*;

    #[test]
    fn a_folder_of_one_machine_is_found() {
        for text in ["cd /work/some", "\"/root/some\"", "(/home/someone/x)", "path=/Users/someone"] {
            assert_eq!(check(&[source("README.md", text)]).len(), 1, "{text}");
        }
        for text in ["https://example.com/home/page", "crates/work/src", "./root/x", "~/work/x"] {
            assert!(check(&[source("README.md", text)]).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_package_server_is_found_also_in_a_lock_file() {
        assert_eq!(check(&[source("a.toml", "url = \"https://index.crates.io/\"")]).len(), 1);
        let lock = "      \"resolved\": \"https://npm.example.com/a.tgz\",\n";
        assert_eq!(check(&[source("package-lock.json", lock)]).len(), 1);
        assert!(check(&[source("package-lock.json", "      \"version\": \"1.0.0\",\n")]).is_empty());
    }
}
