//! Names in NATS and Redis are spelled out in one file each.

use std::path::Path;

use crate::{Faults, tree};

/// A part of a name, how it stands in a string, and the one file that spells it.
struct Name {
    part: &'static str,
    stands: fn(&str, &str) -> bool,
    home: &'static str,
}

const SUBJECTS: &str = "events/src/subject.rs";
const KEYS: &str = "readmodel/src/keys.rs";
const LIMITS: &str = "platform/src/limit/shared.rs";

fn anywhere(text: &str, part: &str) -> bool {
    text.contains(part)
}

fn at_the_end(text: &str, part: &str) -> bool {
    text.ends_with(part)
}

const NAMES: &[Name] = &[
    Name {
        part: "mesa.log.",
        stands: anywhere,
        home: SUBJECTS,
    },
    Name {
        part: "mesa.directory.",
        stands: anywhere,
        home: SUBJECTS,
    },
    Name {
        part: ".log.>",
        stands: at_the_end,
        home: SUBJECTS,
    },
    Name {
        part: ".directory.>",
        stands: at_the_end,
        home: SUBJECTS,
    },
    Name {
        part: ".notice",
        stands: at_the_end,
        home: SUBJECTS,
    },
    Name {
        part: ":hot:",
        stands: anywhere,
        home: KEYS,
    },
    Name {
        part: ":gen:",
        stands: anywhere,
        home: KEYS,
    },
    Name {
        part: ":limit:",
        stands: anywhere,
        home: LIMITS,
    },
];

/// No subject and no key stands in a string of another file than its own.
///
/// Tests may spell them out: they say what the names are.
pub fn at_home(root: &Path) -> Faults {
    let mut faults = vec![];
    for file in tree::sources(root, "", "rs") {
        if file.is_test() {
            continue;
        }
        for (number, line) in file.code() {
            for text in tree::strings(line) {
                let foreign = NAMES
                    .iter()
                    .filter(|name| name.home != file.path)
                    .find(|name| (name.stands)(text, name.part));
                if let Some(name) = foreign {
                    faults.push(format!(
                        "{}:{number} spells out `{}`: names of that kind are made in {} alone",
                        file.path, name.part, name.home
                    ));
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    #[test]
    fn a_subject_outside_its_file_is_caught() {
        let line = "//! `mesa.log.x` may be spoken of.\nlet s = format!(\"mesa.log.{id}\");\n";
        let root = folder(&[(SUBJECTS, line), ("command/src/log.rs", line)]);
        let faults = at_home(root.path());
        assert!(only(&faults).starts_with("command/src/log.rs:2 spells out `mesa.log.`"));
    }

    #[test]
    fn a_key_outside_its_file_is_caught() {
        let line = "//! K.\nlet key = format!(\"{ns}:hot:totals\");\n";
        let root = folder(&[(KEYS, line), ("query/src/cache.rs", line)]);
        assert!(only(&at_home(root.path())).contains("query/src/cache.rs:2"));
    }

    #[test]
    fn tests_and_fields_may_say_it() {
        let field = "//! F.\nself.notice.send(\"a notice\");\n#[cfg(test)]\nmod tests {\n\
                     let s = \"mesa.log.x\";\n}\n";
        let root = folder(&[
            ("query/src/f.rs", field),
            ("query/tests/t.rs", "\"mesa.log.x\""),
        ]);
        assert!(at_home(root.path()).is_empty());
    }
}
