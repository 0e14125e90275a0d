//! What each step of a plan does, and which step each of its sources is.
//!
//! A plan tells the inputs of a step, but not which of them is which: a COPY of two stages has the stage's
//! own files and both sources. That is worked out here once more, in the way of
//! [`plan`](crate::plan), from the instructions that the steps come from.

use crate::plan::{Op, Plan, Step, StepId};
use crate::resolve::{
    Action, Base, Command, CommandId, Copy, CopyPart, Mount, MountKind, Platform, Resolved, Run, Source, Stage, StageId,
};
use crate::sorting::sort_by_key;

/// What a step does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Work<'a> {
    /// Something that cannot be told; there should be none.
    #[default]
    Unknown,
    /// Pulls an image for a platform.
    Image(&'a Platform),
    /// Takes the files of the build context.
    Context,
    /// Downloads something.
    Remote(&'a CopyPart),
    /// Writes a here-document, to be copied or to be run.
    Document { name: &'a str, content: &'a str, mode: &'static str },
    /// Makes the folder of a cache mount.
    CacheFolder(&'a Mount),
    /// Makes the working directory: its path, and its owner.
    Workdir(&'a str, &'a str),
    /// Runs a command.
    Run(&'a Run, &'a Platform),
    /// Copies files.
    Copy(&'a Copy),
    /// Lays the files of `COPY --link` on the stage.
    Link,
}

/// A source of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'a> {
    /// The step that it comes from; none where that has no files.
    pub(super) step: Option<StepId>,
    /// What it is.
    pub(super) part: Part<'a>,
}

/// What a source of a step is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    /// The files that the stage has so far.
    Own,
    /// A source of COPY or ADD.
    Copied(&'a CopyPart),
    /// A mount of RUN that shows files, or a place in memory.
    Mounted(&'a Mount),
    /// The folder with the here-document that RUN executes.
    Script,
}

/// A step with its sources.
#[derive(Clone, Debug, Default)]
pub(super) struct Wired<'a> {
    pub(super) work: Work<'a>,
    /// In BuildKit's order: the stage's own files first, then the sources of COPY as written, or the mounts of
    /// RUN by where they appear.
    pub(super) slots: Vec<Slot<'a>>,
}

/// The steps of a plan with their sources, in its order.
pub(super) fn wire<'a>(resolved: &'a Resolved, plan: &'a Plan) -> Vec<Wired<'a>> {
    let mut wiring = Wiring {
        plan,
        resolved,
        outputs: vec![None; resolved.stages.len()],
        context: None,
        steps: vec![Wired::default(); plan.steps.len()],
    };
    let mut made = Vec::with_capacity(plan.steps.len());
    let mut bases: Vec<Option<StepId>> = vec![None; resolved.stages.len()];
    for step in &plan.steps {
        if step.op == Op::Local {
            wiring.context = Some(step.id);
            wiring.steps[step.id.0 as usize].work = Work::Context;
        }
        for origin in &step.origins {
            let stage = origin.stage.0 as usize;
            match origin.command {
                Some(command) => made.push(((origin.stage, command), step.id)),
                None => bases[stage] = Some(step.id),
            }
        }
    }
    sort_by_key(&mut made, |&(place, _)| place);
    let mut made = Made { steps: made.iter().map(|&(_, step)| step).collect(), by: made, next: 0 };
    for stage in &resolved.stages {
        wiring.stage(stage, bases[stage.id.0 as usize], &mut made);
    }
    wiring.steps
}

/// The steps of each instruction of each stage, in the order of the file.
struct Made {
    steps: Vec<StepId>,
    /// The instruction of each.
    by: Vec<((StageId, CommandId), StepId)>,
    next: usize,
}

impl Made {
    /// Those of an instruction, which stands behind the one that was asked for before.
    fn of(&mut self, place: (StageId, CommandId)) -> &[StepId] {
        let start = self.next;
        while self.by.get(self.next).is_some_and(|&(by, _)| by == place) {
            self.next += 1;
        }
        &self.steps[start..self.next]
    }
}

struct Wiring<'a> {
    plan: &'a Plan,
    resolved: &'a Resolved,
    /// What each stage ends with.
    outputs: Vec<Option<StepId>>,
    context: Option<StepId>,
    steps: Vec<Wired<'a>>,
}

/// The instruction that is looked at.
#[derive(Clone, Copy)]
struct Place<'a> {
    stage: &'a Stage,
    command: &'a Command,
    before: Option<StepId>,
}

impl<'a> Wiring<'a> {
    fn stage(&mut self, stage: &'a Stage, base: Option<StepId>, made: &mut Made) {
        let mut output = match &stage.base {
            Base::Stage(base) => self.outputs.get(base.0 as usize).copied().flatten(),
            Base::Image(_) => base,
            Base::Scratch | Base::Invalid => None,
        };
        if let (Base::Image(_), Some(image)) = (&stage.base, base) {
            self.set(image, Work::Image(&stage.platform), Vec::new());
        }
        for (index, command) in stage.commands.iter().enumerate() {
            let made = made.of((stage.id, CommandId(crate::text::offset(index))));
            let place = Place { stage, command, before: output };
            let last = match &command.action {
                Action::Run(run) => self.run(place, run, made),
                Action::Copy(copy) => self.copy(place, copy, made),
                Action::Workdir { path, owner } => {
                    let step = made.first().copied();
                    if let Some(step) = step {
                        let slots = vec![Slot { step: output, part: Part::Own }];
                        self.set(step, Work::Workdir(path, owner), slots);
                    }
                    step
                }
                Action::Config | Action::Failed => None,
            };
            output = last.or(output);
        }
        self.outputs[stage.id.0 as usize] = output;
    }

    /// Notes what a step does; of several instructions with one definition the first counts.
    fn set(&mut self, id: StepId, work: Work<'a>, slots: Vec<Slot<'a>>) {
        let step = &mut self.steps[id.0 as usize];
        if matches!(step.work, Work::Unknown) {
            *step = Wired { work, slots };
        }
    }

    fn step(&self, id: StepId) -> &'a Step {
        &self.plan.steps[id.0 as usize]
    }

    /// The step among those of an instruction that is made so.
    fn find(&self, made: &[StepId], op: Op, is_it: impl Fn(&str) -> bool) -> Option<StepId> {
        made.iter().copied().find(|&id| self.step(id).op == op && is_it(&self.step(id).detail))
    }

    /// The step that a source ends with.
    fn source(&mut self, source: &Source, made: &[StepId]) -> Option<StepId> {
        match source {
            Source::Stage(stage) => self.outputs.get(stage.0 as usize).copied().flatten(),
            Source::Context => self.context,
            Source::Scratch => None,
            Source::Image(image) => {
                let reference = self.resolved.images.get(image.0 as usize)?.reference.as_ref()?.full();
                let is_it = |detail: &str| detail.strip_prefix("docker-image://") == Some(reference.as_str());
                let found = self.find(made, Op::Image, is_it)?;
                self.set(found, Work::Image(&self.resolved.platform), Vec::new());
                Some(found)
            }
        }
    }

    fn run(&mut self, place: Place<'a>, run: &'a Run, made: &[StepId]) -> Option<StepId> {
        let step = self.find(made, Op::Exec, |_| true)?;
        let Place { stage, command, before } = place;
        let own = Slot { step: before, part: Part::Own };
        if run.mounts.is_empty() && run.script.is_none() {
            self.set(step, Work::Run(run, &stage.platform), vec![own]);
            return Some(step);
        }
        let mut folders = made.iter().copied().filter(|&id| self.step(id).detail == "mkdir /cache").collect::<Vec<_>>();
        folders.reverse();
        let mut slots: Vec<(&str, Slot<'a>)> = Vec::with_capacity(run.mounts.len() + 2);
        slots.push(("/", own));
        let mut mounts: Vec<&Mount> = run.mounts.iter().collect();
        sort_by_key(&mut mounts, |mount| mount.target.as_str());
        for mount in mounts {
            if matches!(mount.kind, MountKind::Secret | MountKind::Ssh) {
                continue;
            }
            let read = mount.read.and_then(|read| command.reads.get(read));
            let mut source = read.and_then(|read| self.source(&read.source, made));
            if has_own_folder(mount) {
                let own = [Slot { step: source, part: Part::Own }];
                // Equal folders are one step; the others come in this order.
                source = if folders.len() > 1 { folders.pop() } else { folders.first().copied() };
                if let Some(folder) = source {
                    self.set(folder, Work::CacheFolder(mount), own.to_vec());
                }
            }
            slots.push((&mount.target, Slot { step: source, part: Part::Mounted(mount) }));
        }
        if let Some((name, content)) = &run.script {
            let document = self.document(name, content, "0755", made);
            slots.push(("/dev/pipes/", Slot { step: document, part: Part::Script }));
        }
        sort_by_key(&mut slots, |slot| slot.0);
        let slots = slots.into_iter().map(|(_, slot)| slot).collect();
        self.set(step, Work::Run(run, &stage.platform), slots);
        Some(step)
    }

    fn document(&mut self, name: &'a str, content: &'a str, mode: &'static str, made: &[StepId]) -> Option<StepId> {
        let path = name.trim_start_matches('/');
        let is_it = |detail: &str| detail.strip_prefix("mkfile /") == Some(path);
        let found = self.find(made, Op::File, is_it)?;
        self.set(found, Work::Document { name, content, mode }, Vec::new());
        Some(found)
    }

    fn copy(&mut self, place: Place<'a>, copy: &'a Copy, made: &[StepId]) -> Option<StepId> {
        let Place { command, before, .. } = place;
        let step = self.find(made, Op::File, |detail| detail.starts_with("copy "))?;
        let own = if copy.link { None } else { before };
        let mut slots = Vec::with_capacity(copy.parts.len() + 1);
        slots.push(Slot { step: own, part: Part::Own });
        for part in &copy.parts {
            let source = match part {
                CopyPart::Path { .. } => {
                    let source = command.reads.first().map_or(&Source::Context, |read| &read.source);
                    self.source(source, made)
                }
                CopyPart::Http { url, .. } => self.remote(made, part, |detail| detail == url),
                CopyPart::Git { url, .. } => {
                    self.remote(made, part, |detail| detail.strip_prefix("git://") == Some(url))
                }
                CopyPart::Document { name, content } => self.document(name, content, "0644", made),
            };
            slots.push(Slot { step: source, part: Part::Copied(part) });
        }
        self.set(step, Work::Copy(copy), slots);
        let Some(merge) = self.find(made, Op::Merge, |_| true) else { return Some(step) };
        let slots = [before, Some(step)].map(|step| Slot { step, part: Part::Own });
        self.set(merge, Work::Link, slots.to_vec());
        Some(merge)
    }

    fn remote(&mut self, made: &[StepId], part: &'a CopyPart, is_it: impl Fn(&str) -> bool) -> Option<StepId> {
        let op = if matches!(part, CopyPart::Git { .. }) { Op::Git } else { Op::Http };
        let found = self.find(made, op, is_it)?;
        self.set(found, Work::Remote(part), Vec::new());
        Some(found)
    }
}

/// Whether a folder with the permissions of a mount is made for it.
pub(super) fn has_own_folder(mount: &Mount) -> bool {
    mount.permissions != (None, None, None) && mount.shown() == "/"
}
