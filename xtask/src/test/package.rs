//! The package as a user gets it: packed, unpacked elsewhere, imported in Node without a page, and type-checked.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::process;
use crate::project::{self, Project};

/// Imports every entry in Node: none may need a page, or fetch anything, just to be imported.
const IMPORT_ALL: &str = "import { readFileSync } from 'node:fs';
const { name, exports } = JSON.parse(readFileSync('node_modules/docent/package.json', 'utf8'));
const entries = Object.keys(exports).filter((entry) => exports[entry].default);
globalThis.fetch = (url) => { throw new Error(`importing fetched ${url}`); };
for (const entry of entries) {
  const module = await import(name + entry.slice(1));
  if (Object.keys(module).length === 0) throw new Error(`${name}${entry.slice(1)} exports nothing`);
}
console.log(entries.length);
";

/// What a user's strict compiler sees: every entry's types, with the declarations themselves checked.
const TYPES_CONFIG: &str = "{
  \"compilerOptions\": {
    \"target\": \"ES2022\", \"lib\": [\"ES2022\", \"DOM\", \"DOM.Iterable\"], \"types\": [], \"jsx\": \"react-jsx\",
    \"strict\": true, \"exactOptionalPropertyTypes\": true, \"noUncheckedIndexedAccess\": true,
    \"skipLibCheck\": false, \"noEmit\": true
  },
  \"files\": [\"user.ts\"]
}
";

/// Files of the package that are fetched or copied, not imported: attw would look for types of theirs.
const FILES: [&str; 3] = ["docent_core_bg.wasm", "docent_page_bg.wasm", "docent_element_bg.wasm"];

/// Where the package lies unpacked, in a user's project.
pub(super) const FOLDER: &str = "target/package";

/// Packs, unpacks, imports, type-checks, lints.
pub(super) fn check(project: &Project) -> Outcome<String> {
    let manifest = project::read(&project.path("package.json"))?;
    for file in exported_files(&manifest) {
        if !project.path(&file).exists() {
            return Err(Failure::new(format!("package.json exports {file}, which the build did not make"))
                .advise("add its source to js/, or take it from `exports`"));
        }
    }
    let folder = project.path(FOLDER);
    let _absent = fs::remove_dir_all(&folder);
    let installed = folder.join("node_modules/docent");
    fs::create_dir_all(&installed).map_err(|error| Failure::file("create", &installed, &error))?;
    let tarball = pack(project, &folder)?;
    let mut tar = process::command(project, "tar");
    tar.arg("--extract")
        .arg("--file")
        .arg(&tarball)
        .arg("--strip-components=1")
        .arg("--directory")
        .arg(&installed);
    process::run(project, "test-package-unpack", tar)?;

    let mut node = process::command(project, "node");
    node.current_dir(&folder).args(["--input-type=module", "--eval", IMPORT_ALL]);
    let entries = process::capture(node).map_err(|failure| {
        failure.advise("an entry must import without a page: touch `document` only when called")
    })?;
    types(project, &folder, &manifest)?;
    lint(project, &tarball, &manifest)?;
    let size = fs::metadata(&tarball).map_err(|error| Failure::file("read", &tarball, &error))?.len();
    Ok(format!("{entries} entries import and type-check, no lints, {:.0} KB packed", size as f64 / 1024.0))
}

/// Makes the tarball `npm publish` would send; answers where it is.
fn pack(project: &Project, folder: &Path) -> Outcome<PathBuf> {
    let mut npm = process::command(project, "npm");
    npm.args(["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination"]).arg(folder);
    let name = process::capture(npm)?;
    let name = name.lines().last().unwrap_or_default().trim();
    let tarball = folder.join(name);
    if tarball.is_file() {
        Ok(tarball)
    } else {
        Err(Failure::new(format!("npm pack made no file (it said `{name}`)")))
    }
}

/// Type-checks a file that imports every entry, as bundlers resolve it and as Node does.
fn types(project: &Project, folder: &Path, manifest: &str) -> Outcome {
    let mut user = String::from("// Every entry of the package, as a user imports it.\n");
    for (index, entry) in entries_with_types(manifest).iter().enumerate() {
        user.push_str(&format!("import * as entry{index} from \"docent{entry}\";\n"));
        user.push_str(&format!("export const used{index}: object = entry{index};\n"));
    }
    project::write(&folder.join("user.ts"), user)?;
    project::write(
        &folder.join("package.json"),
        "{ \"name\": \"user\", \"private\": true, \"type\": \"module\" }\n",
    )?;
    project::write(&folder.join("tsconfig.json"), TYPES_CONFIG)?;
    for (module, resolution) in [("ESNext", "Bundler"), ("NodeNext", "NodeNext")] {
        let mut tsc = process::command(project, project.npm_bin("tsc")?);
        tsc.arg("--project").arg(folder.join("tsconfig.json")).args([
            "--module",
            module,
            "--moduleResolution",
            resolution,
        ]);
        let (is_fine, said) = process::answer(tsc)?;
        let ours = our_errors(&said);
        if !ours.is_empty() || (!is_fine && !said.contains("error TS")) {
            let errors = if ours.is_empty() { said } else { ours.join("\n") };
            return Err(Failure::new(format!(
                "a user's compiler ({resolution} resolution) finds:\n{errors}"
            ))
            .advise("the declarations in js/ must stand by themselves in a user's strict project"));
        }
    }
    Ok(())
}

/// What people who publish packages let check them: that every file is where the manifest says, and that types and code agree
/// for every way of resolving them that an ESM-only package has.
fn lint(project: &Project, tarball: &Path, manifest: &str) -> Outcome {
    let mut publint = process::command(project, project.npm_bin("publint")?);
    publint.args(["run", "--strict"]).arg(tarball);
    process::run(project, "test-package-publint", publint)?;
    let mut attw = process::command(project, project.npm_bin("attw")?);
    attw.arg(tarball).args(["--profile", "esm-only", "--no-color", "--exclude-entrypoints"]);
    attw.args(FILES.iter().filter(|file| manifest.contains(&format!("\"./{file}\""))));
    process::run(project, "test-package-attw", attw).map(drop)
}

/// The compiler's errors in the package and in its use. Others are in a peer's declarations, which are not ours to mend:
/// those of `@openai/chatkit` 1.9 leave out the extensions that Node's resolution asks for.
fn our_errors(said: &str) -> Vec<&str> {
    let is_ours = |line: &&str| line.contains("node_modules/docent/") || line.starts_with("user.ts");
    said.lines().filter(|line| line.contains("error TS")).filter(is_ours).collect()
}

/// Every file of `pkg/` that the manifest's `exports` names.
fn exported_files(manifest: &str) -> Vec<String> {
    let quoted = manifest.split('"').skip(1).step_by(2);
    quoted.filter_map(|text| text.strip_prefix("./pkg/")).map(|name| format!("pkg/{name}")).collect()
}

/// The entries (`""` for the package itself, `/url`, …) whose line names types.
fn entries_with_types(manifest: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut last = None;
    for line in manifest.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("\".")
            && let Some((entry, _)) = rest.split_once("\":")
        {
            last = Some(entry.to_owned());
        } else if line.starts_with("\"types\": \"./pkg/")
            && let Some(entry) = last.take()
        {
            entries.push(entry);
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_in_the_package_and_its_use_count_and_a_peers_do_not() {
        let said = "node_modules/docent/pkg/index.d.ts(1,1): error TS1: x\nuser.ts(2,1): error TS2: y\n\
                    ../../node_modules/@openai/chatkit/types/index.d.ts(1,31): error TS2834: z\n";
        assert_eq!(our_errors(said).len(), 2);
    }

    #[test]
    fn the_projects_own_manifest_is_read() {
        let manifest = project::read(&Project::find().unwrap().path("package.json")).unwrap();
        let files = exported_files(&manifest);
        assert!(
            files.contains(&"pkg/index.js".to_owned())
                && files.contains(&"pkg/docent_core_bg.wasm".to_owned())
        );
        let entries = entries_with_types(&manifest);
        assert!(
            entries.contains(&String::new()) && entries.contains(&"/react/url".to_owned()),
            "{entries:?}"
        );
        assert!(!entries.iter().any(|entry| entry.contains("wasm") || entry.contains("json")), "{entries:?}");
    }
}
