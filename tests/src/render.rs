//! The parts of an analysis as short text, for the expectations of cases.
//!
//! Places are `line:column-column`, or `line:column-line:column` over several lines; columns count
//! from 1 in UTF-16 units, and the last one is that of the last character.

use std::fmt::Write as _;

use stagewright::Analysis;
use stagewright::diagnostic::{Severity, each_line};
use stagewright::graph::{NodeId, NodeKind};
use stagewright::outline::{Origin, Setting, Target};
use stagewright::resolve::{Base, Stage};
use stagewright::syntax::{InstructionKind, TokenKind};
use stagewright::text::{LineSpan, TextRange};

use crate::answer::answer;

/// The text of a part of an analysis; none where there is no such part.
#[must_use]
pub fn render(part: &str, source: &str, analysis: &Analysis) -> Option<String> {
    let page = Page { source, analysis };
    let lines = match part {
        "tokens" => page.tokens(),
        "instructions" => page.instructions(),
        "diagnostics" => page.diagnostics(),
        "stages" => page.stages(),
        "graph" => page.graph(),
        "plan" => page.plan(),
        "details" => page.details(),
        "config" => page.config(),
        "targets" => page.targets(),
        "outline" => page.outline(),
        "settings" => page.settings(),
        "findings" => page.findings(),
        _ => return None,
    };
    let lines = if lines.is_empty() { vec!["(none)".to_owned()] } else { lines };
    Some(lines.into_iter().map(|line| line.trim_end().to_owned() + "\n").collect())
}

/// An analysis, to be shown.
pub(crate) struct Page<'a> {
    pub(crate) source: &'a str,
    pub(crate) analysis: &'a Analysis,
}

impl Page<'_> {
    pub(crate) fn place(&self, range: TextRange) -> String {
        let position = |at| self.analysis.lines.position(self.source, at);
        let (start, end) = (position(range.start), position(range.end));
        match (start.line == end.line, range.is_empty()) {
            (_, true) => format!("{}:{}", start.line, start.column + 1),
            (true, _) => format!("{}:{}-{}", start.line, start.column + 1, end.column),
            (false, _) => format!("{}:{}-{}:{}", start.line, start.column + 1, end.line, end.column),
        }
    }

    /// Every token that is not blank: its place, kind and text.
    fn tokens(&self) -> Vec<String> {
        let shown = |kind| !matches!(kind, TokenKind::Whitespace | TokenKind::Newline);
        let tokens = self.analysis.syntax.tokens.iter().filter(|token| shown(token.kind));
        let line = |token: &stagewright::syntax::Token| {
            let text = token.range.of(self.source);
            format!("{:<9} {:<16} {text}", self.place(token.range), format!("{:?}", token.kind))
        };
        tokens.map(line).collect()
    }

    /// Every instruction: its place, its line as BuildKit puts it together, its comments, flags, words
    /// and here-documents.
    fn instructions(&self) -> Vec<String> {
        let mut out = Vec::new();
        for it in &self.analysis.syntax.instructions {
            let mark = if it.kind == InstructionKind::Invalid { "invalid: " } else { "" };
            out.push(format!("{} {mark}{}", self.place(it.range), one_line(&it.code)));
            out.extend(it.comments.iter().map(|comment| format!("  comment {comment:?}")));
            for flag in &it.flags {
                let value = flag.value.as_ref().map(|value| format!(" = {:?}", value.text)).unwrap_or_default();
                out.push(format!("  flag {}{value}", flag.name.text));
            }
            out.extend(words(&it.kind));
            for heredoc in &it.heredocs {
                let name = &heredoc.name;
                let expand = if heredoc.expand { "" } else { ", as it is" };
                let chomp = if heredoc.chomp { ", without tabs" } else { "" };
                out.push(format!("  document {name}{expand}{chomp} {:?}", heredoc.chomped()));
            }
        }
        out
    }

    /// Every problem: its place, what BuildKit says, the lines that BuildKit names where they are not
    /// those of the place, and our advice.
    fn diagnostics(&self) -> Vec<String> {
        let mut out = Vec::new();
        for it in &self.analysis.diagnostics {
            let severity = match it.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let rule = if it.rule == "error" { String::new() } else { format!(" [{}]", it.rule) };
            out.push(format!("{} {severity}{rule}: {}", self.place(it.range), it.message));
            let line = |at| self.analysis.lines.line_of(at);
            let own = each_line(LineSpan { first: line(it.range.start), last: line(it.range.end) });
            if it.lines != own {
                let lines: Vec<String> = it.lines.iter().map(|span| span.first.to_string()).collect();
                let lines = if lines.is_empty() { "none".to_owned() } else { lines.join(", ") };
                out.push(format!("  lines: {lines}"));
            }
            out.extend(it.help.iter().map(|help| format!("  help: {help}")));
            out.extend(it.fix.iter().map(|fix| format!("  fix: {}", fix.title)));
        }
        out
    }

    /// Everything the checks find: its place, the rule and what it says; which of the two does not report
    /// it; and what would mend it.
    fn findings(&self) -> Vec<String> {
        let mut out = Vec::new();
        for it in &self.analysis.findings {
            out.push(format!("{} {}: {}", self.place(it.range), it.rule, it.message));
            match (it.in_check, it.in_build) {
                (true, true) => {}
                (true, false) => out.push("  not in a build".into()),
                (false, true) => out.push("  not in a check".into()),
                (false, false) => out.push("  in neither a build nor a check".into()),
            }
            out.extend(it.fixes.iter().map(|fix| format!("  fix: {}", fix.title)));
        }
        out.extend(self.analysis.check_error.iter().map(|error| format!("error of the check: {}", error.message)));
        out
    }

    /// Every stage: what it starts from, its number of steps, its args, and its commands as their labels
    /// have them.
    fn stages(&self) -> Vec<String> {
        let mut out = Vec::new();
        for stage in &self.analysis.resolved.stages {
            let base = match &stage.base {
                Base::Scratch => "nothing".to_owned(),
                Base::Stage(base) => format!("stage {}", self.label(base.0)),
                Base::Image(reference) => format!("image {}", reference.full()),
                Base::Invalid => "what is no image".to_owned(),
            };
            let (label, n_steps) = (&stage.label, stage.n_steps);
            let platform = stage.platform.format();
            let steps = if n_steps == 1 { "step" } else { "steps" };
            out.push(format!("{label}: from {base}, {platform}, {n_steps} {steps}"));
            out.extend(stage.description.iter().map(|text| format!("  about: {text}")));
            out.extend(args(stage));
            for command in &stage.commands {
                let onbuild = if command.onbuild { "(onbuild) " } else { "" };
                out.push(format!("  {onbuild}{}", one_line(&command.label)));
            }
        }
        out
    }

    fn label(&self, stage: u32) -> &str {
        self.analysis.resolved.stages.get(stage as usize).map_or("?", |stage| stage.label.as_str())
    }

    fn node(&self, id: NodeId) -> String {
        match self.analysis.graph.nodes.get(id.0 as usize).map(|node| &node.kind) {
            Some(NodeKind::Stage(stage)) => self.label(stage.0).to_owned(),
            Some(NodeKind::Image { familiar, platform, .. }) => {
                let platform = platform.as_ref().map(|platform| format!(" ({platform})")).unwrap_or_default();
                format!("image {familiar}{platform}")
            }
            Some(NodeKind::Context) => "build context".to_owned(),
            Some(NodeKind::NamedContext(name)) => format!("build context {name}"),
            None => "?".to_owned(),
        }
    }

    /// The stages with their state, then the edges: how, from what to what, and the place that says so.
    fn graph(&self) -> Vec<String> {
        let graph = &self.analysis.graph;
        let mut out = Vec::new();
        for stage in &self.analysis.resolved.stages {
            let state = match (graph.target == Some(stage.id), graph.is_built(stage.id)) {
                (true, _) => "target",
                (false, true) => "built",
                (false, false) => "skipped",
            };
            out.push(format!("{}: {state}", stage.label));
        }
        for edge in &graph.edges {
            let mut line = format!("{} {} -> {}", edge.kind.name(), self.node(edge.from), self.node(edge.to));
            let _ = write!(line, "  {}", self.place(edge.range));
            if !edge.paths.is_empty() {
                let _ = write!(line, "  {}", edge.paths.join(" "));
            }
            out.push(line);
        }
        out
    }

    /// The steps by their labels, with the numbers of those that must be done before.
    fn plan(&self) -> Vec<String> {
        let steps = self.analysis.plan.steps.iter().enumerate();
        let line = |(index, step): (usize, &stagewright::plan::Step)| {
            let inputs: Vec<String> = step.inputs.iter().map(|input| (input.0 + 1).to_string()).collect();
            let after = if inputs.is_empty() { String::new() } else { format!("  after {}", inputs.join(", ")) };
            format!("{} {}{after}", index + 1, step.label)
        };
        steps.map(line).collect()
    }

    /// The steps by what they do.
    fn details(&self) -> Vec<String> {
        let steps = self.analysis.plan.steps.iter().enumerate();
        steps.map(|(index, step)| format!("{} {} {}", index + 1, step.op.name(), step.detail)).collect()
    }

    /// The targets: what they start from, the place of their FROM, what their comments say.
    fn targets(&self) -> Vec<String> {
        let line = |target: &Target| {
            let name = target.name.as_deref().unwrap_or("(no name)");
            let default = if target.is_default { ", by default" } else { "" };
            let base = target.base.as_deref().unwrap_or("what cannot be read");
            let platform = target.platform.as_ref().map(|platform| format!(" for {platform}")).unwrap_or_default();
            let about = target.description.as_ref().map(|text| format!("  # {text}")).unwrap_or_default();
            format!("{name}: from {base}{platform}{default}  {}{about}", self.place(target.range))
        };
        self.analysis.outline().targets.iter().map(line).collect()
    }

    /// What the target takes: args with their value, what sets it, where they are declared and used;
    /// secrets, SSH agents and caches with each of their mounts.
    fn outline(&self) -> Vec<String> {
        let outline = self.analysis.outline();
        let mut out = Vec::new();
        for arg in &outline.args {
            let value = arg.value.as_ref().map(|value| format!("={value:?}")).unwrap_or_default();
            let global = if arg.is_global { "global " } else { "" };
            let about = arg.description.as_ref().map(|text| format!("  # {text}")).unwrap_or_default();
            out.push(format!(
                "arg {}{value} ({global}{})  {}{about}",
                arg.name,
                arg.source.name(),
                self.place(arg.range)
            ));
            out.extend(arg.uses.iter().map(|&range| format!("  used {}", self.place(range))));
        }
        for (kind, needs) in [("secret", &outline.secrets), ("ssh", &outline.ssh), ("cache", &outline.caches)] {
            for need in needs {
                let required = if need.is_required { ", required" } else { "" };
                out.push(format!("{kind} {}{required}", need.id));
                for place in &need.places {
                    let required = if place.is_required { ", required" } else { "" };
                    let stage = self.label(place.stage.0);
                    let to = place.env.as_ref().map_or_else(|| place.target.clone(), |name| format!("${name}"));
                    let (mount, run) = (self.place(place.mount), self.place(place.range));
                    let to = if to.is_empty() { to } else { format!(" at {to}") };
                    out.push(format!("  {stage} {mount} of {run}{to}{required}"));
                }
            }
        }
        out
    }

    /// The config of the image value by value, with what set it.
    fn settings(&self) -> Vec<String> {
        let line = |setting: &Setting| {
            let key = if setting.key.is_empty() { String::new() } else { format!(" {}", setting.key) };
            let origin = match setting.origin {
                Origin::Instruction(place) => format!("{} {}", self.label(place.stage.0), self.place(place.range)),
                Origin::BaseImage => "base image".to_owned(),
                Origin::BuildKit => "BuildKit".to_owned(),
            };
            format!("{}{key} {:?}  {origin}", setting.field.name(), setting.values)
        };
        let outline = self.analysis.outline();
        let outside = outline.outside.map(|stage| format!("on the image of {}", self.label(stage.0)));
        outside.into_iter().chain(outline.settings.iter().map(line)).collect()
    }

    /// The config of the image, a field a line, as JSON.
    fn config(&self) -> Vec<String> {
        let answer = answer("", self.analysis);
        let fields = answer["image_config"].as_object().into_iter().flatten();
        fields.map(|(name, value)| format!("{name}: {value}")).collect()
    }
}

fn args(stage: &Stage) -> Option<String> {
    let arg = |arg: &stagewright::resolve::StageArg| match &arg.value {
        Some(value) => format!("{}={value:?}", arg.name),
        None => format!("{} unset", arg.name),
    };
    let args: Vec<String> = stage.args.iter().map(arg).collect();
    (!args.is_empty()).then(|| format!("  args: {}", args.join(", ")))
}

/// The words of a command or a list, and the pairs of ENV and LABEL.
fn words(kind: &InstructionKind) -> Vec<String> {
    match kind {
        InstructionKind::Run(command) | InstructionKind::Cmd(command) | InstructionKind::Entrypoint(command) => {
            let form = if command.exec { "exec" } else { "shell" };
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            vec![format!("  {form} {words:?}")]
        }
        InstructionKind::Env(pairs) | InstructionKind::Label(pairs) => {
            pairs.iter().map(|pair| format!("  pair {:?} = {:?}", pair.key.text, pair.value.text)).collect()
        }
        InstructionKind::Copy(transfer) | InstructionKind::Add(transfer) => {
            let sources: Vec<&str> = transfer.sources.iter().map(|word| word.text.as_str()).collect();
            vec![format!("  {sources:?} to {:?}", transfer.destination.text)]
        }
        InstructionKind::Arg(definitions) => {
            let default = |word: Option<&stagewright::syntax::Word>| {
                word.map(|word| format!(" = {:?}", word.text)).unwrap_or_default()
            };
            let line = |arg: &stagewright::syntax::ArgDefinition| {
                format!("  arg {:?}{}", arg.name.text, default(arg.default.as_ref()))
            };
            definitions.iter().map(line).collect()
        }
        InstructionKind::From(from) => {
            let name = from.name.as_ref().map(|name| format!(" as {:?}", name.text)).unwrap_or_default();
            vec![format!("  base {:?}{name}", from.base.text)]
        }
        InstructionKind::Volume(words) | InstructionKind::Expose(words) | InstructionKind::Shell(words) => {
            let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            vec![format!("  words {words:?}")]
        }
        InstructionKind::Onbuild(onbuild) => vec![format!("  trigger {:?}", onbuild.expression)],
        _ => Vec::new(),
    }
}

/// A text with its line ends shown.
fn one_line(text: &str) -> String {
    text.replace('\n', "\\n").replace('\r', "\\r")
}
