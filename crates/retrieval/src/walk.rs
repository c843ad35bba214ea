//! Finds the documents below a path, in a fixed order, and says what it left aside and why.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::RetrievalError;
use crate::library::{Warning, WarningReason};

/// Larger files are left aside: a page of this size is a dump, and one such file would slow every start.
pub(crate) const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;
/// More files than this in one source mean that the path is wrong (a home folder, a root).
const MAX_FILES: usize = 50_000;
const MAX_DEPTH: usize = 32;

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Markdown,
    Html,
}

impl Kind {
    fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "md" | "mdx" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }
}

/// One document file: its place on the disk, its place below the source's root, and its kind.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) segments: Vec<String>,
    pub(crate) kind: Kind,
}

/// The document files of a source, sorted by path. A single file is its own root.
pub(crate) fn find_documents(root: &Path, warnings: &mut Vec<Warning>) -> Result<Vec<Found>, RetrievalError> {
    let unreadable = |cause| RetrievalError::UnreadablePath { path: root.to_owned(), cause };
    let metadata = fs::metadata(root).map_err(unreadable)?;
    if metadata.is_file() {
        let kind = Kind::of(root).ok_or_else(|| RetrievalError::UnknownKind { path: root.to_owned() })?;
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if metadata.len() > MAX_FILE_BYTES {
            warnings.push(Warning { path: root.to_owned(), reason: WarningReason::TooLarge });
            return Ok(Vec::new());
        }
        return Ok(vec![Found { path: root.to_owned(), segments: vec![name], kind }]);
    }
    fs::read_dir(root).map_err(unreadable)?;
    let mut found = Vec::new();
    descend(root, &mut Vec::new(), &mut found, warnings);
    Ok(found)
}

fn descend(
    directory: &Path,
    segments: &mut Vec<String>,
    found: &mut Vec<Found>,
    warnings: &mut Vec<Warning>,
) {
    let mut warn = |path: &Path, reason| warnings.push(Warning { path: path.to_owned(), reason });
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(_) => return warn(directory, WarningReason::Unreadable),
    };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut directories = Vec::new();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(file_type) = entry.file_type() else {
            warn(&path, WarningReason::Unreadable);
            continue;
        };
        let is_aside = name.starts_with('.') || name == "node_modules";
        if file_type.is_symlink() {
            // A link may leave the folder the owner named, or lead back into it for ever.
            let leads_to_document = fs::metadata(&path)
                .is_ok_and(|target| target.is_dir() || target.is_file() && Kind::of(&path).is_some());
            if leads_to_document && !is_aside {
                warn(&path, WarningReason::SymbolicLink);
            }
        } else if file_type.is_dir() {
            match is_aside {
                true => {}
                false if segments.len() >= MAX_DEPTH => warn(&path, WarningReason::TooDeep),
                false => directories.push((path, name)),
            }
        } else if let Some(kind) = Kind::of(&path).filter(|_| file_type.is_file() && !is_aside) {
            if found.len() >= MAX_FILES {
                return warn(directory, WarningReason::TooMany);
            }
            match entry.metadata() {
                Ok(metadata) if metadata.len() > MAX_FILE_BYTES => warn(&path, WarningReason::TooLarge),
                Ok(_) => {
                    let segments = segments.iter().cloned().chain([name]).collect();
                    found.push(Found { path, segments, kind });
                }
                Err(_) => warn(&path, WarningReason::Unreadable),
            }
        }
    }
    for (path, name) in directories {
        segments.push(name);
        descend(&path, segments, found, warnings);
        segments.pop();
    }
}
