//! Reading the workspace: its files, and the lines of them that are product code.

use std::fs;
use std::path::Path;

/// One text file of the workspace.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is, from the workspace's folder on, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// Every file below `folder` of `root` whose name ends with `.extension`, in order of path.
///
/// Folders that hold nothing of ours (`target`, hidden ones) are passed over; a `folder` that does
/// not exist holds no files.
pub fn sources(root: &Path, folder: &str, extension: &str) -> Vec<Source> {
    let mut found = vec![];
    collect(root, &root.join(folder), extension, &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

fn collect(root: &Path, folder: &Path, extension: &str, found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                collect(root, &path, extension, found);
            }
        } else if path.extension().is_some_and(|found| found == extension)
            && let Ok(text) = fs::read_to_string(&path)
        {
            let path = path.strip_prefix(root).unwrap_or(&path);
            found.push(Source {
                path: path.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
}

/// The text of one file of the workspace; empty when it is not there.
pub fn text(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap_or_default()
}

impl Source {
    /// Whether the whole file is test code, by its name or its place.
    pub fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }

    /// The lines that are product code, each with its number: no comments, no `#[cfg(test)]`.
    ///
    /// A test module written in place is the end of the file, as everywhere in this workspace.
    pub fn code(&self) -> Vec<(usize, &str)> {
        let mut lines = self.text.lines().enumerate().peekable();
        let mut code = vec![];
        while let Some((index, line)) = lines.next() {
            let trimmed = line.trim_start();
            if trimmed.starts_with("#[cfg(test)]") {
                let next = lines.peek().map_or("", |(_, next)| next.trim());
                if next.starts_with("mod ") && next.ends_with('{') {
                    break;
                }
                lines.next();
            } else if !trimmed.starts_with("//") {
                code.push((index + 1, line));
            }
        }
        code
    }
}

/// What stands between the quotes of `line`.
pub fn strings(line: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = line;
    while let Some((_, from)) = rest.split_once('"') {
        let mut escaped = false;
        let end = from.find(|letter| {
            let is_end = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            is_end
        });
        let Some(end) = end else {
            found.push(from);
            break;
        };
        found.push(&from[..end]);
        rest = &from[end + 1..];
    }
    found
}

/// Every run of letters that `fits`, right after `mark` in `text`.
pub fn words_after<'a>(text: &'a str, mark: &str, fits: fn(char) -> bool) -> Vec<&'a str> {
    text.split(mark)
        .skip(1)
        .map(|rest| {
            let end = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
            &rest[..end]
        })
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_not_code() {
        let source = Source {
            path: "a/src/lib.rs".to_owned(),
            text: "//! Doc.\n#[cfg(test)]\nmod tests;\nfn a() {}\n\
                   #[cfg(test)]\nmod more {\nfn b() {}\n}\n"
                .to_owned(),
        };
        assert_eq!(source.code(), [(4, "fn a() {}")]);
        assert!(!source.is_test());
    }

    #[test]
    fn strings_are_found_between_their_quotes() {
        assert_eq!(
            strings(r#"f("a.b", x, "say \"hi\"")"#),
            ["a.b", r#"say \"hi\""#]
        );
        assert!(strings("no string").is_empty());
    }

    #[test]
    fn files_of_the_build_are_passed_over() {
        let folder = crate::plant::folder(&[
            ("b/src/lib.rs", "//! B."),
            ("a/src/lib.rs", "//! A."),
            ("target/x.rs", ""),
            ("a/.git/x.rs", ""),
        ]);
        let found = sources(folder.path(), "", "rs");
        let paths: Vec<_> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a/src/lib.rs", "b/src/lib.rs"]);
    }
}
