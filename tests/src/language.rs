//! What the core tells an editor about a place, as short text for the expectations of cases, and the
//! promises that hold for it at every place of every text.

use stagewright::language::{self, Document, Hover, Rename, RenameError, Symbol};
use stagewright::text::{TextEdit, TextRange, apply};
use stagewright::{Analysis, Request, analyze};

use crate::promises::{Broken, inside};
use crate::render::Page;

/// The text of an answer about the place `at`; none where `kind` is no question.
#[must_use]
pub fn render(kind: &str, argument: &str, request: &Request, analysis: &Analysis, at: u32) -> Option<String> {
    let document = Document::new(request, analysis);
    let page = Page { source: &request.source, analysis };
    let lines = match kind {
        "hover" => language::hover(&document, at).map(|hover| of_hover(&page, hover)).unwrap_or_default(),
        "completion" => completion(&page, &document, at),
        "definition" => definition(&page, &document, at),
        "uses" => uses(&page, &document, at),
        "rename" => rename(&document, at, argument),
        "folds" => {
            let folds = language::folding(&document).into_iter();
            folds.map(|fold| format!("{} {}", fold.kind.name(), page.place(fold.range))).collect()
        }
        "symbols" => {
            let mut out = Vec::new();
            symbols(&page, &language::symbols(&document), "", &mut out);
            out
        }
        _ => return None,
    };
    let lines = if lines.is_empty() { vec!["(none)".to_owned()] } else { lines };
    Some(lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect())
}

fn of_hover(page: &Page<'_>, hover: Hover) -> Vec<String> {
    let mut out = vec![format!("{} {}", page.place(hover.range), hover.title)];
    out.extend(hover.code.lines().map(|line| format!("  {line}")));
    out.extend(hover.paragraphs.into_iter().map(|text| format!("- {text}")));
    out.extend(hover.parts.into_iter().map(|part| format!("- {}: {}", part.name, part.value)));
    out
}

fn completion(page: &Page<'_>, document: &Document<'_>, at: u32) -> Vec<String> {
    let completion = language::completion(document, at);
    if completion.items.is_empty() {
        return Vec::new();
    }
    let mut out = vec![page.place(completion.range)];
    for item in completion.items {
        let insert = if item.insert == item.label { String::new() } else { format!(" -> {:?}", item.insert) };
        let is_of_the_file = matches!(item.kind.name(), "stage" | "image" | "variable");
        let detail = if is_of_the_file { format!("  ({})", item.detail) } else { String::new() };
        out.push(format!("{} {}{insert}{detail}", item.kind.name(), item.label));
    }
    out
}

fn definition(page: &Page<'_>, document: &Document<'_>, at: u32) -> Vec<String> {
    let Some(found) = language::definition(document, at) else { return Vec::new() };
    let places: Vec<String> = found.targets.into_iter().map(|range| page.place(range)).collect();
    vec![format!("{} -> {}", page.place(found.range), places.join(", "))]
}

fn uses(page: &Page<'_>, document: &Document<'_>, at: u32) -> Vec<String> {
    let Some(found) = language::uses(document, at) else { return Vec::new() };
    let declared = found.declarations.into_iter().map(|range| format!("declared {}", page.place(range)));
    declared.chain(found.uses.into_iter().map(|range| format!("used {}", page.place(range)))).collect()
}

/// The lines that change, as they are afterwards.
fn rename(document: &Document<'_>, at: u32, new: &str) -> Vec<String> {
    let rename = match language::rename(document, at, new) {
        Ok(rename) => rename,
        Err(error) => return vec![format!("error: {error}")],
    };
    let source = &document.request.source;
    let after = apply(source, &rename.edits);
    let changed = source.lines().zip(after.lines()).enumerate().filter(|(_, (before, after))| before != after);
    let mut out: Vec<String> = changed.map(|(index, (_, after))| format!("{}: {after}", index + 1)).collect();
    out.extend(rename.target.map(|target| format!("--target {target}")));
    out.extend(rename.build_arg.map(|arg| format!("--build-arg {arg} is {new} as well")));
    out
}

fn symbols(page: &Page<'_>, found: &[Symbol], indent: &str, out: &mut Vec<String>) {
    for symbol in found {
        let place = page.place(symbol.range);
        out.push(format!("{indent}{} {place}  {}", symbol.name, symbol.detail));
        symbols(page, &symbol.children, &format!("{indent}  "), out);
    }
}

/// Asks everything about a place, and looks at the answers.
///
/// # Errors
/// The first promise that is broken.
pub fn check(request: &Request, analysis: &Analysis, at: u32) -> Result<(), Broken> {
    let document = Document::new(request, analysis);
    let source = &request.source;
    let place = source.floor_char_boundary(at as usize) as u32;
    let holds = |range: TextRange, what: &str| {
        inside(source, range, what)?;
        if range.touches(place) { Ok(()) } else { Err(format!("{what} at {range:?} does not hold {place}")) }
    };
    if let Some(hover) = language::hover(&document, at) {
        holds(hover.range, "a hover")?;
        if hover.title.is_empty() || hover.paragraphs.iter().any(String::is_empty) {
            return Err(format!("the hover at {place} has nothing to say"));
        }
    }
    let completion = language::completion(&document, at);
    holds(completion.range, "a completion")?;
    if completion.range.of(source).contains('\n') {
        return Err(format!("a completion at {:?} goes over a line end", completion.range));
    }
    for (index, item) in completion.items.iter().enumerate() {
        if item.label.is_empty() || item.insert.is_empty() || item.insert.contains('\n') {
            return Err(format!("the completion at {place} offers {item:?}"));
        }
        let is_same = |other: &&language::Item| other.label == item.label && other.kind == item.kind;
        if index < 50 && completion.items[..index].iter().any(|other| is_same(&other)) {
            return Err(format!("the completion at {place} offers {} twice", item.label));
        }
    }
    if let Some(definition) = language::definition(&document, at) {
        // A variable's name has `$` or `${` in front.
        inside(source, definition.range, "a name")?;
        for target in definition.targets {
            inside(source, target, "a definition")?;
        }
    }
    check_uses(&document, at)?;
    check_rename(&document, at)
}

/// The folds and symbols of a text.
///
/// # Errors
/// The first promise that is broken.
pub fn check_whole(request: &Request, analysis: &Analysis) -> Result<(), Broken> {
    let document = Document::new(request, analysis);
    let mut open: Vec<TextRange> = Vec::new();
    for fold in language::folding(&document) {
        inside(&request.source, fold.range, "a fold")?;
        if !fold.range.of(&request.source).contains('\n') {
            return Err(format!("the fold at {:?} is on one line", fold.range));
        }
        open.retain(|outer| outer.end > fold.range.start);
        if let Some(outer) = open.iter().find(|outer| !outer.contains_range(fold.range)) {
            return Err(format!("the fold at {:?} begins in {outer:?} and ends outside", fold.range));
        }
        open.push(fold.range);
    }
    let whole = TextRange::new(0, request.source.len() as u32);
    check_symbols(&request.source, &language::symbols(&document), whole)
}

fn check_symbols(source: &str, symbols: &[Symbol], outer: TextRange) -> Result<(), Broken> {
    let mut end = outer.start;
    for symbol in symbols {
        inside(source, symbol.range, "a symbol")?;
        if !outer.contains_range(symbol.range) || !symbol.range.contains_range(symbol.selection) {
            return Err(format!("the symbol {} at {:?} is not in its place", symbol.name, symbol.range));
        }
        if symbol.range.start < end {
            return Err(format!("the symbol {} at {:?} overlaps another", symbol.name, symbol.range));
        }
        end = symbol.range.end;
        check_symbols(source, &symbol.children, symbol.range)?;
    }
    Ok(())
}

/// Every place of a thing leads to all of its places.
fn check_uses(document: &Document<'_>, at: u32) -> Result<(), Broken> {
    let source = &document.request.source;
    let Some(uses) = language::uses(document, at) else { return Ok(()) };
    let places: Vec<TextRange> = uses.declarations.iter().chain(&uses.uses).copied().collect();
    for &place in &places {
        inside(source, place, "a use")?;
    }
    for list in [&uses.declarations, &uses.uses] {
        if list.windows(2).any(|pair| pair[0].end > pair[1].start) {
            return Err(format!("uses overlap: {list:?}"));
        }
    }
    // A name made of variables holds other names.
    let is_plain = |place: &TextRange| !place.is_empty() && !place.of(source).contains(['$', '\n']);
    for place in places.into_iter().take(20).filter(is_plain) {
        // Inside of the name, so that no other one touches the place.
        let middle = place.start + place.len() / 2;
        let again = language::uses(document, middle);
        let same = again.is_some_and(|again| again.declarations == uses.declarations && again.uses == uses.uses);
        if !same && !uses.declarations.is_empty() && source[place.start as usize..].starts_with(char::is_alphabetic) {
            return Err(format!("the use at {place:?} of the thing at {:?} leads elsewhere", uses.range));
        }
    }
    Ok(())
}

/// A new name changes nothing else, and the old one can be given back.
fn check_rename(document: &Document<'_>, at: u32) -> Result<(), Broken> {
    const NEW: &str = "renamed_by_test";
    let is_known = |text: &str| text.to_lowercase().contains(NEW);
    if is_known(&document.request.source) || document.request.build_args.keys().any(|name| is_known(name)) {
        // What is told apart by the new name needs one that is new.
        return Ok(());
    }
    let Ok(Rename { edits, target, build_arg }) = language::rename(document, at, NEW) else { return Ok(()) };
    let source = &document.request.source;
    for edit in &edits {
        inside(source, edit.range, "an edit")?;
    }
    if edits.windows(2).any(|pair| pair[0].range.end > pair[1].range.start) {
        return Err("edits of a rename overlap".into());
    }
    let is_comment = |edit: &TextEdit| {
        let line = source[..edit.range.start as usize].rsplit('\n').next().unwrap_or_default();
        line.trim_start().starts_with('#')
    };
    let index = edits.iter().position(|edit| !is_comment(edit)).ok_or("a rename without an edit")?;
    let old = edits[index].range.of(source).to_owned();
    let longer: i64 = edits[..index].iter().map(|edit| edit.text.len() as i64 - i64::from(edit.range.len())).sum();
    let place = (i64::from(edits[index].range.start) + longer) as u32;
    if old.contains('\n') {
        // A name over two lines is not what stands there.
        return Ok(());
    }
    let mut request = Request { source: apply(source, &edits), ..document.request.clone() };
    request.target = target.or(request.target);
    if let Some(value) = build_arg.and_then(|name| document.request.build_args.get(&name)) {
        request.build_args.insert(NEW.to_owned(), value.clone());
    }
    let analysis = analyze(&request);
    let shape = |analysis: &Analysis| shape(analysis).replace(NEW, &old.to_lowercase()).to_lowercase();
    if shape(&analysis) != shape(document.analysis) {
        return Err(format!("with {old} renamed, the graph is another one:\n{}\n{}", request.source, shape(&analysis)));
    }
    if edits.iter().any(|edit| edit.range.of(source).contains('\n')) {
        // A name over two lines comes back on one.
        return Ok(());
    }
    if request.build_args.contains_key(NEW) {
        // The old build arg is still given, and would now mean something else.
        return Ok(());
    }
    check_old_name(source, &request, &analysis, (place, &old))
}

/// What was renamed gets the name back that it had in `source`.
fn check_old_name(
    source: &str,
    request: &Request,
    analysis: &Analysis,
    (place, old): (u32, &str),
) -> Result<(), Broken> {
    let renamed = Document::new(request, analysis);
    let back = match language::rename(&renamed, place, old) {
        Ok(back) => back,
        // Another thing of the old name is still there, or the old name was none that `$` can name.
        Err(RenameError::Taken(_)) if is_named(&request.source, analysis, old) => return Ok(()),
        Err(RenameError::InvalidVariable | RenameError::Reserved(_)) => return Ok(()),
        Err(error) => return Err(format!("{old} cannot get its name back: {error}")),
    };
    let again = apply(&request.source, &back.edits);
    // A name that was in quotes, or escaped, comes back without.
    let bare = |text: &str| text.to_lowercase().replace(['"', '\'', '\\', '`'], "");
    if bare(&again) == bare(source) {
        return Ok(());
    }
    Err(format!("{old} got its name back, but the text is another one:\n{again}"))
}

/// Whether something has a name, which may be put together from others.
fn is_named(source: &str, analysis: &Analysis, name: &str) -> bool {
    let commands = analysis.resolved.stages.iter().flat_map(|stage| &stage.commands);
    let is_set = commands.flat_map(|command| &command.sets).any(|(set, _)| set == name);
    is_set || source.to_lowercase().contains(&name.to_lowercase())
}

/// How the stages hang together, and what each of them comes to.
fn shape(analysis: &Analysis) -> String {
    let mut out = String::new();
    for stage in &analysis.resolved.stages {
        let built = analysis.graph.is_built(stage.id);
        let about = stage.description.as_deref().unwrap_or("-");
        let platform = stage.platform.format();
        out += &format!("{} {:?} {} {platform} {built} {about}\n", stage.label, stage.base, stage.n_steps);
    }
    for edge in &analysis.graph.edges {
        out += &format!("{:?} {:?} {:?} {:?} {:?}\n", edge.from, edge.to, edge.kind, edge.command, edge.paths);
    }
    out + &format!("{:?} {:?}", analysis.graph.target, analysis.graph.nodes)
}
