// A small reader of Dockerfiles, for the tests to hold the page to: which stages there are, what each takes
// from where, and which of them a target needs.
//
// Written on its own, so that it does not share the mistakes of what it checks. It reads what the seed
// documents use: FROM, AS, COPY --from, RUN --mount, comments, continued lines; no variables in names, no
// here-documents.

/** The stages of a Dockerfile: name, base, and inputs as `{from, kind}`, where `from` is a stage or an image. */
export function stagesOf(dockerfile) {
  const stages = [];
  for (const [keyword, ...words] of instructions(dockerfile)) {
    if (keyword === "FROM") {
      const [base, as, name] = words.filter((word) => !word.startsWith("--"));
      const named = as?.toLowerCase() === "as" && name.toLowerCase();
      stages.push({
        name: named || `stage-${stages.length}`,
        inputs: [{ from: source(base, stages, false), kind: "from" }],
      });
      continue;
    }
    for (const word of words.filter((word) => word.startsWith("--"))) {
      const kind = { COPY: "copy", RUN: "mount" }[keyword];
      const from = keyword === "RUN" ? /^--mount=(?:.*,)?from=([^,]+)/.exec(word) : /^--from=(.+)/.exec(word);
      if (from && kind) stages.at(-1).inputs.push({ from: source(from[1], stages.slice(0, -1), true), kind });
    }
  }
  return stages;
}

/** The names of the stages that building `target` needs, itself included; the last stage if it is empty. */
export function neededBy(stages, target) {
  const needed = new Set([target?.toLowerCase() || stages.at(-1).name]);
  for (const name of needed) {
    const stage = stages.findLast((stage) => stage.name === name);
    for (const { from } of stage?.inputs ?? []) if (stages.some(({ name }) => name === from)) needed.add(from);
  }
  return needed;
}

/** The edges, each once, as `from kind to`, sorted. */
export function edgesOf(stages) {
  const edges = stages.flatMap(({ name, inputs }) => inputs.map(({ from, kind }) => `${from} ${kind} ${name}`));
  return [...new Set(edges)].sort();
}

/** An image reference without what is understood: the registry, the owner and the tag that Docker adds. */
export function short(reference) {
  return reference.replace(/^docker\.io\/(library\/)?/, "").replace(/:latest$/, "");
}

function source(word, before, numbers) {
  const stage = before.findLast(({ name }) => name === word.toLowerCase());
  if (stage) return stage.name;
  if (numbers && /^\d+$/.test(word)) return before[Number(word)].name;
  return short(word);
}

function instructions(dockerfile) {
  const lines = dockerfile.split("\n").filter((line) => !/^\s*#/.test(line));
  const logical = lines.join("\n").replace(/\\[ \t]*\n/g, " ");
  return logical
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([keyword]) => keyword)
    .map(([keyword, ...words]) => [keyword.toUpperCase(), ...words]);
}
