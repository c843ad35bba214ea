//! `size`: what each entry of the package costs a reader, against a budget. Above the budget the task fails.
//!
//! The script is bundled and minified as a site's build does (React and the official wrapper are the site's own), and
//! script and wasm are compressed as a web server does: each file by itself, brotli at its highest quality.

mod functions;

use std::fs;
use std::path::{Path, PathBuf};

use crate::console;
use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::Project;

/// An entry of the package with what a page downloads for it.
struct Entry {
    /// What to call it in the table.
    name: &'static str,
    /// The script in `pkg/`.
    script: &'static str,
    /// The only thing that a site takes of it, if not everything.
    only: Option<&'static str>,
    /// The wasm fetched beside it, if it is not inside the script.
    wasm: Option<&'static str>,
    /// What it loads later, when the page is looked at.
    later: &'static [&'static str],
    /// The most it may weigh, in bytes of brotli.
    budget: Option<Budget>,
}

/// The most that an entry may weigh.
struct Budget {
    first: u64,
    later: u64,
}

/// One kilobyte of the table and of the budgets: 1,024 bytes.
const KB: u64 = 1024;

/// What looks at the page, as files and as text in a script.
const PAGE: &[&str] = &["docent_page.js", "docent_page_bg.wasm"];
const PAGE_INLINE: &[&str] = &["docent_page.js", "docent_page_inline.js"];

/// Every entry. The budgets are on what sites load: the functions, the hook, the element. They hold what was reached and little
/// more, so that nothing grows unseen; ARCHITECTURE.md says what is aimed at.
const ENTRIES: &[Entry] = &[
    Entry { name: "docent/slim", script: "slim.js", only: None, wasm: None, later: &[], budget: None },
    Entry {
        name: "docent/url",
        script: "url.js",
        only: None,
        wasm: Some("docent_core_bg.wasm"),
        later: PAGE,
        budget: Some(Budget { first: 30 * KB + KB / 2, later: 64 * KB + KB / 2 }),
    },
    Entry {
        name: "docent",
        script: "index.js",
        only: None,
        wasm: None,
        later: PAGE_INLINE,
        budget: Some(Budget { first: 32 * KB, later: 67 * KB }),
    },
    Entry {
        name: "docent/react/url",
        script: "react-url.js",
        only: None,
        wasm: Some("docent_core_bg.wasm"),
        later: PAGE,
        budget: Some(Budget { first: 33 * KB, later: 64 * KB + KB / 2 }),
    },
    Entry {
        name: "  the hook alone",
        script: "react-url.js",
        only: Some("useDocent"),
        wasm: Some("docent_core_bg.wasm"),
        later: PAGE,
        budget: Some(Budget { first: 32 * KB, later: 64 * KB + KB / 2 }),
    },
    Entry {
        name: "docent/react",
        script: "react.js",
        only: None,
        wasm: None,
        later: PAGE_INLINE,
        budget: Some(Budget { first: 34 * KB + KB / 2, later: 67 * KB }),
    },
    Entry {
        name: "docent/element/url",
        script: "element-url.js",
        only: None,
        wasm: Some("docent_element_bg.wasm"),
        later: &[],
        budget: Some(Budget { first: 116 * KB, later: 0 }),
    },
    Entry {
        name: "docent/element",
        script: "element.js",
        only: None,
        wasm: None,
        later: &[],
        budget: Some(Budget { first: 121 * KB, later: 0 }),
    },
];

/// What a site brings itself.
const EXTERNAL: &[&str] =
    &["react", "react-dom", "react/jsx-runtime", "@openai/chatkit-react", "@openai/chatkit"];

/// Sizes of one file, in bytes.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Weight {
    /// Two files together.
    fn and(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }
}

/// Weighs every entry and prints the table.
pub(crate) fn run(project: &Project, arguments: &[String]) -> Outcome {
    match arguments {
        [] => {}
        [flag, module] if flag == "--functions" => return functions::list(project, module),
        _ => {
            return Err(Failure::new(format!("cannot read `{}`", arguments.join(" ")))
                .advise("run `cargo xtask size [--functions docent_core|docent_page|docent_element]`"));
        }
    }
    let folder = project.path("target/size");
    fs::create_dir_all(&folder).map_err(|error| Failure::file("create", &folder, &error))?;
    console::line(
        "size, in KB of 1,024 bytes of brotli 11, each file by itself; `later` is loaded when the page is looked at\n",
    );
    console::line(
        "  entry                 script    wasm   first  budget   later  budget  |     raw    gzip",
    );
    let mut over = Vec::new();
    for entry in ENTRIES {
        let script = weigh(project, &bundle(project, entry.script, entry.only, &folder)?)?;
        let wasm = match entry.wasm {
            Some(name) => weigh(project, &project.path("pkg").join(name))?,
            None => Weight::default(),
        };
        let mut later = Weight::default();
        for name in entry.later {
            let is_script = Path::new(name).extension().is_some_and(|extension| extension == "js");
            let file = if is_script {
                bundle(project, name, None, &folder)?
            } else {
                project.path("pkg").join(name)
            };
            later = later.and(weigh(project, &file)?);
        }
        let first = script.and(wasm);
        let all = first.and(later);
        let budget = |most: fn(&Budget) -> u64| {
            entry.budget.as_ref().map(most).filter(|most| *most > 0).map_or_else(|| "-".to_owned(), kb)
        };
        console::line(&format!(
            "  {:<20} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7}  | {:>7} {:>7}",
            entry.name,
            kb(script.brotli),
            kb(wasm.brotli),
            kb(first.brotli),
            budget(|budget| budget.first),
            kb(later.brotli),
            budget(|budget| budget.later),
            kb(all.raw),
            kb(all.gzip),
        ));
        let Some(budget) = &entry.budget else { continue };
        for (part, weight, most) in
            [("first", first.brotli, budget.first), ("later", later.brotli, budget.later)]
        {
            if weight > most {
                over.push(format!(
                    "{} loads {} KB of brotli {part}, its budget is {} KB",
                    entry.name,
                    kb(weight),
                    kb(most)
                ));
            }
        }
    }
    console::line("\n  `raw` and `gzip` are of both together\n");
    if over.is_empty() {
        return Ok(());
    }
    Err(Failure::new(over.join("\n")).advise(
        "find what grew with `cargo xtask size --functions docent_core`, or raise the budget in xtask/src/size.rs \
         and record why in ARCHITECTURE.md",
    ))
}

/// Bundles and minifies a script as a site's build does; the wasm beside it, and what it loads later, stay beside it.
fn bundle(project: &Project, script: &str, only: Option<&str>, folder: &Path) -> Outcome<PathBuf> {
    let bundled = folder.join(format!("{}{script}", only.unwrap_or_default()));
    let script = project.path("pkg").join(script);
    if !script.exists() {
        return Err(Failure::new(format!("{} is not there", script.display()))
            .advise("run `cargo xtask build-wasm`; the entry is compiled from js/"));
    }
    let entry = match only {
        None => script,
        Some(name) => {
            let importing = folder.join(format!("{name}.mjs"));
            let text = format!("export {{ {name} }} from {:?};\n", script.display().to_string());
            fs::write(&importing, text).map_err(|error| Failure::file("write", &importing, &error))?;
            importing
        }
    };
    let mut esbuild = process::command(project, project.npm_bin("esbuild")?);
    esbuild.arg(&entry).args([
        "--bundle",
        "--minify",
        // As Vite and webpack write it: the letters of the inlined wasm stay as they are.
        "--charset=utf8",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ]);
    esbuild.args(EXTERNAL.iter().map(|name| format!("--external:{name}")));
    esbuild.args(PAGE_INLINE.iter().map(|name| format!("--external:./{name}")));
    esbuild.arg(format!("--outfile={}", bundled.display()));
    process::capture(esbuild)?;
    Ok(bundled)
}

/// The size of a file as it is and compressed. Node has both compressors; none is worth a dependency of the tasks.
fn weigh(project: &Project, path: &Path) -> Outcome<Weight> {
    const SCRIPT: &str = "const z = require('node:zlib'), b = require('node:fs').readFileSync(process.argv[1]); \
        console.log(b.length, z.gzipSync(b, { level: 9 }).length, z.brotliCompressSync(b, { params: { \
        [z.constants.BROTLI_PARAM_QUALITY]: 11, [z.constants.BROTLI_PARAM_SIZE_HINT]: b.length } }).length)";
    let mut node = process::command(project, "node");
    node.args(["--eval", SCRIPT]).arg(path);
    let said =
        process::capture(node).map_err(|failure| failure.advise("run `cargo xtask build-wasm` first"))?;
    parse(&said).ok_or_else(|| Failure::new(format!("cannot read the sizes of {}: {said}", path.display())))
}

fn parse(said: &str) -> Option<Weight> {
    let mut numbers = said.split_whitespace().map(|word| word.parse().ok());
    Some(Weight { raw: numbers.next()??, gzip: numbers.next()??, brotli: numbers.next()?? })
}

/// Kilobytes with one decimal.
fn kb(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / KB as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_anything_else_is_refused() {
        let weight = parse("300 200 100").unwrap();
        assert_eq!((weight.raw, weight.gzip, weight.brotli), (300, 200, 100));
        assert!(parse("300 200").is_none());
        assert!(parse("Error: no such file").is_none());
    }

    #[test]
    fn the_compressors_compress() {
        let project = Project::find().unwrap();
        let weight = weigh(&project, &project.path("LICENSE-APACHE")).unwrap();
        assert_eq!(weight.raw, fs::metadata(project.path("LICENSE-APACHE")).unwrap().len());
        assert!(weight.brotli < weight.gzip && weight.gzip < weight.raw);
    }
}
