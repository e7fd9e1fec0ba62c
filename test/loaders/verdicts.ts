// What each loader says of an object file when it reads it, before it asks the kernel: taken, or refused in its own words.

import { askCilium } from "./cilium.js";
import type { ObjectFile } from "./corpus.js";
import { type LibbpfName, withLibbpf } from "./libbpf.js";
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

/** All loaders on all objects; a second or two for a hundred objects. */
export async function gatherVerdicts(objects: readonly ObjectFile[]): Promise<readonly Verdicts[]> {
  const reports = askNewest(objects.map(({ file }) => file));
  const all: Verdicts[] = [];
  for (const [index, object] of objects.entries()) {
    const newest = reports[index]!; // one for each file
    const by = {
      "libbpf-debian": await libbpfVerdict("libbpf-debian", object.file),
      "libbpf-newest": verdictOf(newest.libbpf),
      cilium: ciliumVerdict(object.file),
      "aya-obj": verdictOf(newest.aya),
    };
    all.push({ object, by, newest });
  }
  return all;
}

function verdictOf(outcome: Readonly<{ ok: boolean; log: string; error?: string }>): Verdict {
  return outcome.ok ? undefined : `${outcome.log}${outcome.error}`;
}

async function libbpfVerdict(name: LibbpfName, file: string): Promise<Verdict> {
  let verdict: Verdict;
  await withLibbpf(name, async (libbpf) => {
    verdict = verdictOf(await libbpf.tryAsk(`open ${file}`));
  });
  return verdict;
}

function ciliumVerdict(file: string): Verdict {
  try {
    askCilium(file, { open: true });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
