//! Completions for shells, from the table. Flags that are not built are not offered.

use std::fmt::Write;

use super::text::sorted;
use crate::flags::{Flag, Value};

/// Whether the value is the name of a file or folder.
fn takes_path(flag: &Flag) -> bool {
    matches!(flag.value.metavar(), Some("file" | "dir" | "path" | "header/@file" | "data"))
}

fn takes_value(flag: &Flag) -> bool {
    matches!(flag.value, Value::One(_) | Value::Many(_))
}

pub(crate) fn bash() -> String {
    let flags = sorted(Flag::is_built);
    let (mut words, mut paths, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for flag in &flags {
        let mut names = vec![flag.shown()];
        names.extend(flag.short.map(|letter| format!("-{letter}")));
        match (takes_path(flag), takes_value(flag)) {
            (true, _) => paths.extend(names.clone()),
            (false, true) => plain.extend(names.clone()),
            _ => {}
        }
        words.extend(names);
    }
    format!(
        "_dial() {{\n    \
         local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}\n    \
         COMPREPLY=()\n    \
         case $prev in\n        \
         {}) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n        \
         {}) return ;;\n    \
         esac\n    \
         if [[ $cur == -* ]]; then\n        \
         COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n    \
         fi\n\
         }}\n\
         complete -o filenames -F _dial dial\n",
        paths.join("|"),
        plain.join("|"),
        words.join(" "),
    )
}

pub(crate) fn zsh() -> String {
    let mut script = String::from("#compdef dial\n\n_arguments -s -S \\\n");
    for flag in sorted(Flag::is_built) {
        let help = flag.help.replace('\'', "'\\''").replace('[', "\\[").replace(']', "\\]");
        let help = help.replace(':', "\\:");
        let value = match flag.value.metavar() {
            Some(_) if takes_path(flag) => ":file:_files".to_owned(),
            Some(name) => format!(":{}: ", name.replace(':', "\\:")),
            None => String::new(),
        };
        let star = if matches!(flag.value, Value::Many(_)) { "*" } else { "" };
        let mut names = vec![flag.shown()];
        names.extend(flag.short.map(|letter| format!("-{letter}")));
        for name in names {
            // A colon ends the name in zsh's notation, and `-:` is a name here.
            let name = name.replace(':', "\\:");
            let _ = writeln!(script, "  '{star}{name}[{help}]{value}' \\");
        }
    }
    script + "  '*:url:_urls'\n"
}

pub(crate) fn fish() -> String {
    let mut script = String::new();
    for flag in sorted(Flag::is_built) {
        let help = flag.help.replace('\\', "\\\\").replace('\'', "\\'");
        let short = flag.short.map(|letter| format!(" -s '{letter}'")).unwrap_or_default();
        let long = flag.shown();
        let value = match (takes_path(flag), takes_value(flag)) {
            (true, _) => " -r -F",
            (false, true) => " -x",
            _ => "",
        };
        let name = long.trim_start_matches('-');
        let _ = writeln!(script, "complete -c dial{short} -l '{name}'{value} -d '{help}'");
    }
    script
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_flag_is_offered_and_no_other() {
        // The last word of bash's list has a quote behind it.
        let scripts = [bash().replace('\'', " "), zsh(), fish()];
        for flag in crate::flags::all() {
            let name = flag.shown();
            let name = name.trim_start_matches('-');
            let forms = [format!("--{name} "), format!("--{name}["), format!("-l '{name}'")];
            for (script, form) in scripts.iter().zip(&forms) {
                assert_eq!(script.contains(form.as_str()), flag.is_built(), "{form}");
            }
        }
    }
}
