//! The commands of a script, as far as one has to know them to tell what is run.
//!
//! Lines and words are taken as they stand: quotes keep nothing together. Relies on nothing.

use super::Script;
use super::reader::is_word;

/// The commands of a script, each as its words without quotes around them.
pub(crate) fn commands<'a>(script: &Script<'a>) -> Vec<Vec<&'a str>> {
    let mut out = vec![Vec::new()];
    for line in script.text.split('\n').filter(|_| !script.is_plain) {
        let continues = line.ends_with('\\');
        let line = line.trim_end_matches('\\');
        if line.trim_start().starts_with('#') {
            continue;
        }
        for (index, part) in line.split([';', '&', '|', '(', ')']).enumerate() {
            if index > 0 {
                out.push(Vec::new());
            }
            let Some(command) = out.last_mut() else { continue };
            for word in part.split_whitespace().map(|word| word.trim_matches(['"', '\''])) {
                // What stands before a command does not tell which one it is.
                if !command.is_empty() || !is_prefix(word) {
                    command.push(word);
                }
            }
        }
        if !continues {
            out.push(Vec::new());
        }
    }
    out.retain(|command| !command.is_empty());
    out
}

fn is_prefix(word: &str) -> bool {
    let is_assignment = word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(is_word));
    is_assignment || matches!(word, "sudo" | "exec" | "time" | "if" | "then" | "do" | "else" | "!" | "{" | "env")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_falls_into_commands() {
        let text = "A=1 sudo npm ci && (cd x; go  'test') | tee y\n# no\nmake \\\n  all";
        let found: Vec<String> = commands(&Script::typed(text)).iter().map(|words| words.join(" ")).collect();
        assert_eq!(found, ["npm ci", "cd x", "go test", "tee y", "make all"]);
    }
}
