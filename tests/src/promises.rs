//! What holds for every text, target and build arg, however wrong they are.

use stagewright::checks::Finding;
use stagewright::diagnostic::{Diagnostic, Fix};
use stagewright::layout::{Direction, Order};
use stagewright::outline::{Field, Origin, Setting};
use stagewright::share::{self, State};
use stagewright::syntax::{Healthcheck, Instruction, InstructionKind, Joined, Parse, Word, check_options_in, parse};
use stagewright::text::{LineIndex, LineSpan, TextRange, apply};
use stagewright::{Analysis, Request, analyze};

use crate::classic;
use crate::drawing::{cards_of, check as check_routes, check_cards, drawn};
use crate::schedule;

/// A promise that is broken, in words.
pub type Broken = String;

/// Analyses a request, draws its graph, and looks at all of it.
///
/// # Errors
/// The first promise that is broken.
pub fn check(request: &Request) -> Result<Analysis, Broken> {
    let analysis = analyze(request);
    if analysis != analyze(request) {
        return Err("the same request gives two different analyses".into());
    }
    syntax(&analysis.syntax, &analysis.lines, &request.source)?;
    ranges(&analysis, &request.source)?;
    graph(&analysis)?;
    steps(&analysis)?;
    outline(&analysis, &request.source)?;
    schedule::check_estimated(&analysis)?;
    classic::check(request, &analysis)?;
    Ok(analysis)
}

/// Reads a text, and looks at what is said of it.
///
/// # Errors
/// The first promise that is broken.
pub fn check_syntax(source: &str) -> Result<Parse, Broken> {
    let parse = parse(source);
    syntax(&parse, &LineIndex::new(source), source)?;
    Ok(parse)
}

/// Draws the graph of an analysis in both directions, its cards closed and open, close to `previous`,
/// and looks at it.
///
/// # Errors
/// The first promise that is broken.
pub fn check_drawing(analysis: &Analysis, previous: Option<&Order>) -> Result<Order, Broken> {
    let mut order = Order::default();
    for (direction, are_open) in [(Direction::TopToBottom, false), (Direction::LeftToRight, true)] {
        let cards = cards_of(analysis, direction, are_open);
        check_cards(analysis, &cards)?;
        let drawing = drawn(&cards, direction, previous);
        check_routes(&cards, &drawing)?;
        order = drawing.order;
    }
    Ok(order)
}

/// A link carries a request from one machine to another, and no text that pretends to be one does harm.
///
/// # Errors
/// What went wrong.
pub fn check_link(request: &Request) -> Result<(), Broken> {
    let Request { source, target, build_args, platform, dockerignore, .. } = request.clone();
    check_opened(&source)?;
    check_data(source.as_bytes())?;
    let state = State { source, target, build_args, platform, dockerignore };
    let link = state.to_plain_link();
    let Some(Ok((_, bytes))) = share::open(&link) else { return Err("our own link cannot be opened".into()) };
    match State::from_bytes(&bytes) {
        Ok(again) if again == state => Ok(()),
        Ok(_) => Err("a link carries something else than was put in".into()),
        Err(error) => Err(format!("our own link cannot be read: {error}")),
    }
}

/// A text that can be opened as a link is one of ours, if written in another way.
///
/// # Errors
/// What went wrong.
pub fn check_opened(link: &str) -> Result<(), Broken> {
    let Some(Ok((codec, packed))) = share::open(link) else { return Ok(()) };
    if share::open(&share::close(codec, &packed)) == Some(Ok((codec, packed))) {
        return Ok(());
    }
    Err("an opened link, closed again, holds something else".into())
}

/// Bytes that can be read as the data of a link give a state that survives its own link.
///
/// # Errors
/// What went wrong.
pub fn check_data(bytes: &[u8]) -> Result<(), Broken> {
    let Ok(state) = State::from_bytes(bytes) else { return Ok(()) };
    if State::from_bytes(&state.to_bytes()).as_ref() == Ok(&state) {
        return Ok(());
    }
    Err(format!("written and read again, this is another state: {state:?}"))
}

/// Tokens, instructions and errors are of the source.
fn syntax(parse: &Parse, index: &LineIndex, source: &str) -> Result<(), Broken> {
    tokens(parse, source)?;
    let mut end_of_last = 0;
    for instruction in &parse.instructions {
        if instruction.range.start < end_of_last {
            return Err(format!("the instruction at {:?} begins before the one above ends", instruction.range));
        }
        end_of_last = instruction.range.end;
        words_of(instruction, source)?;
        let joined = Joined::new(source, instruction.range.start, parse.escape());
        if joined.text().trim() != instruction.code {
            return Err(format!("{:?} put together once more is {:?}", instruction.code, joined.text()));
        }
        lines(index, &[instruction.lines], "an instruction")?;
    }
    for error in &parse.errors {
        inside(source, error.range, "an error")?;
    }
    Ok(())
}

/// The tokens cover the source without gap or overlap.
fn tokens(parse: &Parse, source: &str) -> Result<(), Broken> {
    let mut at = 0;
    for token in &parse.tokens {
        if token.range.start != at || token.range.is_empty() {
            return Err(format!("a token at {:?} follows one that ends at {at}", token.range));
        }
        inside(source, token.range, "a token")?;
        at = token.range.end;
    }
    if at as usize == source.len() { Ok(()) } else { Err(format!("the tokens end at {at}, the text does not")) }
}

/// Whether a range is one of the text.
pub(crate) fn inside(source: &str, range: TextRange, what: &str) -> Result<(), Broken> {
    let is_inside = source.get(range.start as usize..range.end as usize).is_some();
    if is_inside {
        return Ok(());
    }
    Err(format!("{what} at {range:?} is not inside the {} bytes of the text, or cuts a character", source.len()))
}

/// Every range is one of the source.
fn ranges(analysis: &Analysis, source: &str) -> Result<(), Broken> {
    for diagnostic in &analysis.diagnostics {
        of_diagnostic(analysis, diagnostic, source)?;
    }
    if !analysis.diagnostics.is_sorted_by_key(|diagnostic| (diagnostic.severity, diagnostic.order)) {
        return Err("the diagnostics are not in order".into());
    }
    findings(analysis, source)?;
    for stage in &analysis.resolved.stages {
        inside(source, stage.range, "a stage")?;
        inside(source, stage.base_name.written.range, "a base")?;
        for command in &stage.commands {
            inside(source, command.range, "a command")?;
            for read in &command.reads {
                inside(source, read.range, "a read")?;
            }
        }
    }
    for image in &analysis.resolved.images {
        inside(source, image.written.range, "an image")?;
        let named_by = analysis.syntax.instruction(image.instruction);
        if !named_by.is_some_and(|it| it.range.contains_range(image.written.range)) {
            return Err(format!("the image at {:?} is not where it is named", image.written.range));
        }
    }
    for arg in analysis.declared_args() {
        for range in arg.ranges {
            inside(source, range, "an arg")?;
        }
    }
    for origin in analysis.plan.steps.iter().flat_map(|step| &step.origins) {
        inside(source, origin.range, "the origin of a step")?;
    }
    for edge in &analysis.graph.edges {
        inside(source, edge.range, "the name that makes an edge")?;
    }
    Ok(())
}

fn of_diagnostic(analysis: &Analysis, diagnostic: &Diagnostic, source: &str) -> Result<(), Broken> {
    inside(source, diagnostic.range, "a diagnostic")?;
    lines(&analysis.lines, &diagnostic.lines, "a diagnostic")?;
    if diagnostic.message.is_empty() {
        return Err("a diagnostic has nothing to say".into());
    }
    for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
        inside(source, edit.range, "an edit")?;
    }
    Ok(())
}

/// What the checks find has a place, and what they offer can be put in.
fn findings(analysis: &Analysis, source: &str) -> Result<(), Broken> {
    for finding in &analysis.findings {
        inside(source, finding.range, "a finding")?;
        lines(&analysis.lines, &[finding.lines], "a finding")?;
        for fix in &finding.fixes {
            for edit in &fix.edits {
                inside(source, edit.range, "an edit of a finding")?;
            }
            if apply(source, &fix.edits) == source {
                return Err(format!("the fix `{}` of {} changes nothing", fix.title, finding.rule));
            }
        }
    }
    if analysis.findings.is_sorted_by_key(|finding| finding.order) {
        return Ok(());
    }
    Err("the findings are not in order".into())
}

/// A fix makes its finding go away: its rule finds less than before, or says this less often and found
/// something that an error had hidden. One of all fixes is tried, which `at` chooses. Where a comment
/// leaves a rule out for one instruction, a fix may bring to light what it silenced, as BuildKit tells of
/// an instruction at the place of another.
///
/// # Errors
/// The fix that does not keep the promise.
pub fn check_fixes(request: &Request, analysis: &Analysis, at: usize) -> Result<(), Broken> {
    let fixes: Vec<(&Finding, &Fix)> =
        analysis.findings.iter().flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix))).collect();
    let Some((finding, fix)) = at.checked_rem(fixes.len()).and_then(|at| fixes.get(at)) else { return Ok(()) };
    let count = |findings: &[Finding], message: Option<&str>| {
        let is_counted = |it: &&Finding| it.rule == finding.rule && message.is_none_or(|message| it.message == message);
        findings.iter().filter(is_counted).count()
    };
    let says_less = |after: &[Finding], message| count(after, message) < count(&analysis.findings, message);
    let mended = Request { source: apply(&request.source, &fix.edits), ..request.clone() };
    let after = analyze(&mended);
    let leaves_out = |it: &Instruction| check_options_in(&it.comments).is_some();
    if analysis.syntax.instructions.iter().any(leaves_out) {
        return Ok(());
    }
    if says_less(&after.findings, None) || says_less(&after.findings, Some(&finding.message)) {
        return Ok(());
    }
    Err(format!("`{}` does not keep {} from saying: {}", fix.title, finding.rule, finding.message))
}

fn lines(index: &LineIndex, spans: &[LineSpan], what: &str) -> Result<(), Broken> {
    let n_lines = index.n_lines();
    // About a parser directive BuildKit names the line above it, which of the first line is nought.
    match spans.iter().find(|span| span.last < span.first || span.last > n_lines) {
        Some(span) => Err(format!("{what} names lines {} to {} of {n_lines}", span.first, span.last)),
        None => Ok(()),
    }
}

/// Every word of an instruction lies inside it.
fn words_of(instruction: &Instruction, source: &str) -> Result<(), Broken> {
    inside(source, instruction.range, "an instruction")?;
    let flags = instruction.flags.iter().flat_map(|flag| {
        let words = [Some(flag.name.range), flag.value.as_ref().map(|value| value.range)];
        words.into_iter().flatten().chain([flag.range])
    });
    let heredocs = instruction.heredocs.iter().flat_map(|heredoc| [heredoc.opening, heredoc.body]);
    let said = words(&instruction.kind).into_iter().map(|word| word.range);
    for range in [instruction.keyword.range].into_iter().chain(flags).chain(heredocs).chain(said) {
        inside(source, range, "a word")?;
        if !instruction.range.contains_range(range) {
            return Err(format!("a word at {range:?} is outside its instruction at {:?}", instruction.range));
        }
    }
    Ok(())
}

fn words(kind: &InstructionKind) -> Vec<&Word> {
    match kind {
        InstructionKind::From(from) => {
            [Some(&from.base), from.as_word.as_ref(), from.name.as_ref()].into_iter().flatten().collect()
        }
        InstructionKind::Arg(definitions) => {
            definitions.iter().flat_map(|arg| [Some(&arg.name), arg.default.as_ref()]).flatten().collect()
        }
        InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
            pairs.iter().flat_map(|pair| [&pair.key, &pair.value]).collect()
        }
        InstructionKind::Add(transfer) | InstructionKind::Copy(transfer) => {
            transfer.sources.iter().chain([&transfer.destination]).collect()
        }
        InstructionKind::Run(command) | InstructionKind::Cmd(command) | InstructionKind::Entrypoint(command) => {
            command.words.iter().collect()
        }
        InstructionKind::Shell(words) | InstructionKind::Volume(words) | InstructionKind::Expose(words) => {
            words.iter().collect()
        }
        InstructionKind::Workdir(word)
        | InstructionKind::User(word)
        | InstructionKind::Stopsignal(word)
        | InstructionKind::Maintainer(word) => vec![word],
        InstructionKind::Healthcheck(Healthcheck::Command { command, .. }) => command.words.iter().collect(),
        InstructionKind::Onbuild(onbuild) => {
            let flags = onbuild.flags.iter().filter_map(|flag| flag.value.as_ref());
            words(&onbuild.kind).into_iter().chain([&onbuild.trigger]).chain(flags).collect()
        }
        InstructionKind::Healthcheck(Healthcheck::None) | InstructionKind::Invalid => Vec::new(),
    }
}

/// Every id of the graph is one, and what a target needs hangs together.
fn graph(analysis: &Analysis) -> Result<(), Broken> {
    let graph = &analysis.graph;
    let n = graph.nodes.len();
    if graph.nodes.iter().enumerate().any(|(index, node)| node.id.0 as usize != index) {
        return Err("a node's id is not its place".into());
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        let stage = graph.stage_of(edge.to).and_then(|stage| analysis.resolved.stage(stage));
        let (Some(stage), true) = (stage, (edge.from.0 as usize) < n && edge.id.0 as usize == index) else {
            return Err(format!("edge {index} lacks an end"));
        };
        if edge.command.is_some_and(|command| command.0 as usize >= stage.commands.len()) {
            return Err(format!("edge {index} is caused by no instruction"));
        }
    }
    for node in &graph.nodes {
        let way = graph.way_to_target(node.id);
        let is_target = graph.target.is_some() && graph.stage_of(node.id) == graph.target;
        if graph.reach.needs(node.id) != (is_target || !way.is_empty()) {
            return Err(format!("node {} is needed without a way, or the other way round", node.id.0));
        }
        let reached = way.last().and_then(|edge| graph.stage_of(edge.to));
        if !way.is_empty() && reached != graph.target {
            return Err(format!("the way from node {} does not end at the target", node.id.0));
        }
    }
    Ok(())
}

/// Whatever an outline tells of has its place, and every value of the config something that set it.
fn outline(analysis: &Analysis, source: &str) -> Result<(), Broken> {
    let outline = analysis.outline();
    for target in &outline.targets {
        inside(source, target.range, "a target")?;
    }
    for arg in &outline.args {
        lines(&analysis.lines, &[arg.lines], "an arg")?;
        for &range in arg.uses.iter().chain([&arg.range]) {
            inside(source, range, "an arg of the outline")?;
        }
    }
    for need in outline.secrets.iter().chain(&outline.ssh).chain(&outline.caches) {
        for place in &need.places {
            inside(source, place.range, "a RUN that mounts something")?;
            inside(source, place.mount, "a mount")?;
        }
    }
    for Setting { field, key, values, origin } in &outline.settings {
        let name = field.name();
        match origin {
            Origin::Instruction(place) => inside(source, place.range, "what sets a value")?,
            Origin::BaseImage if outline.outside.is_none() => {
                return Err(format!("{name} {key} is said to be from an image, but there is none"));
            }
            _ if key == "PATH" || (*field == Field::WorkingDir && values == &["/"]) => {}
            _ => return Err(format!("nothing sets {name} {key} {values:?}")),
        }
    }
    Ok(())
}

/// Steps come after their inputs, and their origins are there.
fn steps(analysis: &Analysis) -> Result<(), Broken> {
    for (index, step) in analysis.plan.steps.iter().enumerate() {
        if step.id.0 as usize != index || step.inputs.iter().any(|input| input.0 as usize >= index) {
            return Err(format!("step {} ({}) comes before one of its inputs", index + 1, step.label));
        }
        for origin in &step.origins {
            let Some(stage) = analysis.resolved.stage(origin.stage) else {
                return Err(format!("step {} comes from no stage", index + 1));
            };
            if origin.command.is_some_and(|command| command.0 as usize >= stage.commands.len()) {
                return Err(format!("step {} comes from no instruction", index + 1));
            }
            if !analysis.graph.is_built(origin.stage) {
                return Err(format!("step {} is of a stage that the target does not need", index + 1));
            }
        }
    }
    Ok(())
}
