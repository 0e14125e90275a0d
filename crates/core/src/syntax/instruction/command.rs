//! The flags of `RUN`, which have a grammar of their own. CMD, ENTRYPOINT, SHELL and the command of
//! RUN need nothing beyond being split.

use super::super::ast::{Flag, Word};
use super::super::check::parse_bool;
use super::super::csv;
use super::super::error::SyntaxErrorKind as Kind;
use super::super::suggest::suggest;
use super::Failure;

/// Checks what BuildKit checks before variables have values: that mounts can be split, that `from`
/// has no variable, and the values of the other flags.
pub(super) fn check_run_flags(flags: &[Flag]) -> Result<(), Failure> {
    let values = |name: &'static str| {
        flags.iter().filter(move |flag| flag.name.text == name).filter_map(|flag| flag.value.as_ref())
    };
    for value in values("device") {
        check_device(&value.text).map_err(|message| Failure::new(Kind::DeviceFields { message }, value.range))?;
    }
    for value in values("mount") {
        check_mount(value)?;
    }
    for value in values("network") {
        if !matches!(value.text.as_str(), "default" | "none" | "host") {
            return Err(Failure::new(Kind::NetworkMode { value: value.text.clone() }, value.range));
        }
    }
    for value in values("security") {
        if !matches!(value.text.as_str(), "sandbox" | "insecure") {
            return Err(Failure::new(Kind::SecurityMode { value: value.text.clone() }, value.range));
        }
    }
    Ok(())
}

fn check_mount(value: &Word) -> Result<(), Failure> {
    let fields = csv::fields(&value.text);
    let fields = fields.map_err(|message| Failure::new(Kind::MountFields { message }, value.range))?;
    for field in fields {
        let Some((key, source)) = field.text.split_once('=') else { continue };
        let has_variable = source.find('$').is_some_and(|at| at + 1 != source.len());
        if has_variable && key.eq_ignore_ascii_case("from") {
            let key = key.to_ascii_lowercase();
            return Err(Failure::new(Kind::MountVariable { key }, value.part(field.range)));
        }
    }
    Ok(())
}

fn check_device(value: &str) -> Result<(), String> {
    let fields = csv::fields(value).map_err(|message| format!("failed to parse csv devices: {message}"))?;
    let mut name = String::new();
    for field in fields.into_iter().map(|field| field.text) {
        let (key, value) = field.split_once('=').map_or((&*field, None), |(key, value)| (key, Some(value)));
        match (key.to_ascii_lowercase().as_str(), value) {
            ("required", None) => {}
            ("required", Some(value)) if parse_bool(value).is_some() => {}
            ("required", Some(value)) => return Err(format!("invalid value for required: {value}")),
            ("name", Some(_)) if !name.is_empty() => return Err(format!("device name already set to {name}")),
            ("name", Some(value)) => value.clone_into(&mut name),
            (_, _) if name.is_empty() => (*field).clone_into(&mut name),
            (_, None) => return Err(format!("invalid field '{field}' must be a key=value pair")),
            (key, Some(_)) => {
                let message = format!("unexpected key '{key}' in '{field}'");
                return Err(match suggest(key, ["name", "required"]) {
                    Some(meant) => format!("{message} (did you mean {meant}?)"),
                    None => message,
                });
            }
        }
    }
    Ok(())
}
