//! All pages and chunks of all sources, with what was left aside.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::chunk::{Chunk, cut};
use crate::document::Document;
use crate::error::RetrievalError;
use crate::html::read_html;
use crate::markdown::read_markdown;
use crate::route;
use crate::source::Source;
use crate::walk::{Kind, find_documents};

/// One page of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The page's title.
    pub title: String,
    /// The page's own one-sentence summary, when it has one.
    pub description: Option<String>,
    /// The page's address: absolute, or a path on the site.
    pub url: String,
    /// BCP 47 language, when the page says so.
    pub lang: Option<String>,
    /// The site's name, when the page says so, else the host of an absolute base URL.
    pub site_name: Option<String>,
    /// One spelling of the page's path, to compare it with the reader's.
    pub(crate) bare_path: String,
}

/// A file that is not searched although it looks like a document, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The file or folder.
    pub path: PathBuf,
    /// The cause.
    pub reason: WarningReason,
}

/// Why a file was left aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningReason {
    /// It cannot be read.
    Unreadable,
    /// It is a symbolic link, which may lead out of the folder.
    SymbolicLink,
    /// It is larger than 4 MiB.
    TooLarge,
    /// It lies more than 32 folders deep.
    TooDeep,
    /// The folder holds more than 50,000 documents.
    TooMany,
    /// It is not UTF-8 text.
    NotText,
    /// It has no words in it.
    Empty,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let reason = match self.reason {
            WarningReason::Unreadable => "it cannot be read; check its permissions",
            WarningReason::SymbolicLink => "it is a symbolic link; name its target as a source of its own",
            WarningReason::TooLarge => "it is larger than 4 MiB; split it",
            WarningReason::TooDeep => "it lies more than 32 folders deep; name it as a source of its own",
            WarningReason::TooMany => "there are more than 50,000 documents; name a smaller folder",
            WarningReason::NotText => "it is not UTF-8 text",
            WarningReason::Empty => "it has no text in its main part",
        };
        write!(formatter, "{} is left out: {reason}", self.path.display())
    }
}

/// The documents of a site, read and cut, ready to be indexed.
#[derive(Debug, Default)]
pub struct Library {
    pub(crate) pages: Vec<Page>,
    pub(crate) chunks: Vec<Chunk>,
    warnings: Vec<Warning>,
    withheld: usize,
    elapsed: Duration,
}

impl Library {
    /// Reads all sources. Files that cannot be used become warnings; no usable file at all is an error.
    pub fn load(sources: &[Source]) -> Result<Self, RetrievalError> {
        let start = Instant::now();
        let mut library = Self::default();
        let mut seen = HashSet::new();
        for source in sources {
            for found in find_documents(&source.path, &mut library.warnings)? {
                let text = match read_text(&found.path) {
                    Ok(text) => text,
                    Err(reason) => {
                        library.warnings.push(Warning { path: found.path, reason });
                        continue;
                    }
                };
                let document = match found.kind {
                    Kind::Markdown => read_markdown(&text),
                    Kind::Html => read_html(&text),
                };
                // The page asked not to be used, only leads to another page, or stands for pages that are missing.
                let Some(mut document) = document.filter(|_| !is_error_page(&found.segments)) else {
                    library.withheld += 1;
                    continue;
                };
                let mut route = route::route_of_file(&found.segments);
                if let Some(stated) = &document.stated_route {
                    route = route::stated_route(&route, stated);
                }
                if document.title.is_empty() {
                    document.title = title_from_route(&route, &found.segments);
                }
                let url = format!("{}{route}", source.base_url);
                if seen.insert(url.clone()) && !library.add(document, url) {
                    library.warnings.push(Warning { path: found.path, reason: WarningReason::Empty });
                }
            }
        }
        if library.chunks.is_empty() {
            let paths: Vec<_> = sources.iter().map(|source| source.path.display().to_string()).collect();
            return Err(RetrievalError::NoDocuments { paths: paths.join(", ") });
        }
        library.take_site_name_from_titles();
        library.elapsed = start.elapsed();
        Ok(library)
    }

    /// Adds one document under its address. Answers whether it had any text.
    pub fn add(&mut self, document: Document, url: String) -> bool {
        let chunks = cut(&document, self.pages.len());
        if chunks.is_empty() {
            return false;
        }
        self.chunks.extend(chunks);
        let host = url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).map(str::to_owned);
        self.pages.push(Page {
            bare_path: route::bare(&url),
            title: document.title,
            description: document.description,
            lang: document.lang,
            site_name: document.site_name.or(host),
            url,
        });
        true
    }

    /// Builders end every title with the site's name, as in `Install - Handbook`: what many pages share is no page's.
    fn take_site_name_from_titles(&mut self) {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (_, site) in self.pages.iter().filter_map(|page| page.title.rsplit_once(" - ")) {
            *counts.entry(site.to_owned()).or_default() += 1;
        }
        let least = (self.pages.len() / 4).max(3);
        for page in &mut self.pages {
            let Some((title, site)) = page.title.rsplit_once(" - ") else { continue };
            if counts.get(site).is_some_and(|count| *count >= least) && !title.trim().is_empty() {
                page.site_name = Some(site.to_owned());
                page.title = title.to_owned();
            }
        }
    }

    /// The pages, in the order of their sources and paths.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// The chunks, in the order of the pages.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// What was left aside although it looks like a document.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// How many pages were left out because they ask for it (`noindex`, `noai`, drafts) or only redirect.
    pub fn withheld(&self) -> usize {
        self.withheld
    }

    /// How long reading took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

/// `404.html` and `500.html` at the root of a site.
fn is_error_page(segments: &[String]) -> bool {
    matches!(segments, [name] if name == "404.html" || name == "500.html")
}

fn read_text(path: &Path) -> Result<String, WarningReason> {
    let bytes = fs::read(path).map_err(|_| WarningReason::Unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| WarningReason::NotText)?;
    match text.contains('\0') {
        true => Err(WarningReason::NotText),
        false => Ok(text),
    }
}

/// `getting-started.md` is "Getting started".
fn title_from_route(route: &str, segments: &[String]) -> String {
    let name = route.rsplit('/').find(|part| !part.is_empty()).map(str::to_owned);
    let name = name.or_else(|| segments.last().cloned()).unwrap_or_default();
    let name = name.split('.').next().unwrap_or_default().replace(['-', '_'], " ");
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Untitled".to_owned(),
    }
}
