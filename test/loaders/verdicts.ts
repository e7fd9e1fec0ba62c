// What each loader says of an object file when it reads it, before it asks the kernel: taken, or refused in its own words.

import { askCilium } from "./cilium.js";
import type { ObjectFile } from "./corpus.js";
import { withLibbpf } from "./libbpf.js";
import { askNewest, type NewestReport } from "./newest.js";

/** The columns of docs/loaders.md, oldest libbpf first. */
export const LOADERS = ["libbpf-debian", "libbpf-newest", "cilium", "aya-obj"] as const;
export type Loader = (typeof LOADERS)[number];

/** `undefined` for a loader that takes the object, or all that it said. */
export type Verdict = string | undefined;

export type Verdicts = Readonly<{
  object: ObjectFile;
  by: Readonly<Record<Loader, Verdict>>;
  newest: NewestReport;
}>;

/**
 * All loaders on all objects; some seconds for a hundred. With `typed`, a loader takes only an object of whose programs it
 * knows the type; an old libbpf tells that only when it loads them, which needs root.
 */
export async function gatherVerdicts(
  objects: readonly ObjectFile[],
  options: Readonly<{ typed?: boolean }> = {},
): Promise<readonly Verdicts[]> {
  const typed = options.typed === true;
  const reports = askNewest(objects.map(({ file }) => file));
  const all: Verdicts[] = [];
  for (const [index, object] of objects.entries()) {
    const newest = reports[index]!; // one for each file
    const by = {
      "libbpf-debian": await debianVerdict(object.file, typed),
      "libbpf-newest": newestVerdict(newest.libbpf, typed),
      cilium: ciliumVerdict(object.file, typed),
      "aya-obj": verdictOf(newest.aya), // aya has no programs without a type
    };
    all.push({ object, by, newest });
  }
  return all;
}

function verdictOf(outcome: Readonly<{ ok: boolean; log: string; error?: string }>): Verdict {
  return outcome.ok ? undefined : `${outcome.log}${outcome.error}`;
}

function newestVerdict(outcome: NewestReport["libbpf"], typed: boolean): Verdict {
  const untyped = outcome.ok && outcome.programs.some(({ type }) => type === "unspec");
  return typed && untyped ? UNTYPED : verdictOf(outcome);
}

async function debianVerdict(file: string, typed: boolean): Promise<Verdict> {
  let verdict: Verdict;
  await withLibbpf("libbpf-debian", async (libbpf) => {
    const opened = await libbpf.tryAsk(`open ${file}`);
    verdict = verdictOf(opened);
    if (!typed || !opened.ok) return;
    // What else is wrong with it (a target that the kernel does not have) is not asked here.
    if ((await libbpf.tryAsk("load")).log.includes("missing BPF prog type")) verdict = UNTYPED;
  });
  return verdict;
}

function ciliumVerdict(file: string, typed: boolean): Verdict {
  try {
    const { spec } = askCilium(file, { open: true });
    return typed && spec.programs.some(({ type }) => type === "UnspecifiedProgram") ? UNTYPED : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const UNTYPED = "a program without a type";
