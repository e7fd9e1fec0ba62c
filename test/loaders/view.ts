// What the kernel holds of an object file, as the newest libbpf loads it: the command `view` of libbpf/view.c.

import { withPinFolder } from "./kernel.js";
import { withLibbpf } from "./libbpf.js";

/** What view.c prints. */
export type View = Readonly<{
  programs: readonly Readonly<{
    name: string;
    /** The rest is missing where it was left out. */
    tag?: string;
    btf?: boolean;
    functions?: readonly unknown[];
    lines?: readonly unknown[];
  }>[];
  maps: readonly Readonly<{ name: string; key: string; value: string }>[];
}>;

export type Loaded = Readonly<{
  view: View;
  left: readonly string[];
  /** The kernel refused the object's .BTF, and libbpf went on without. */
  withoutBtf: boolean;
}>;

/**
 * What the kernel holds of an object without the programs `left`, and without those that it refuses, which are left out
 * one after the other; `undefined` where it cannot be loaded even so.
 */
export async function load(object: string, left: readonly string[]): Promise<Loaded | undefined> {
  let out = left;
  for (;;) {
    const { view, log } = await loadWithout(object, out);
    if (view !== undefined) return { view, left: out, withoutBtf: log.includes("BTF loading error") };
    const refused = /prog '([^']+)': failed to load/.exec(log)?.[1];
    if (refused === undefined || out.includes(refused)) return undefined;
    out = [...out, refused];
  }
}

/** The view, where it loads, and what libbpf said. */
async function loadWithout(
  object: string,
  left: readonly string[],
): Promise<Readonly<{ view?: View; log: string }>> {
  let result: Readonly<{ view?: View; log: string }> = { log: "" };
  await withPinFolder((pins) =>
    withLibbpf("libbpf-newest", async (libbpf) => {
      const opened = await libbpf.tryAsk(`open ${object} ${pins}`);
      result = { log: opened.log };
      if (!opened.ok) return;
      for (const name of left) await libbpf.ask(`leave ${name}`);
      const loaded = await libbpf.tryAsk("load");
      result = { log: loaded.log };
      if (!loaded.ok) return;
      const { programs, maps } = await libbpf.ask<View>("view");
      result = { view: { programs, maps }, log: loaded.log };
    }),
  );
  return result;
}

/**
 * What the kernel holds otherwise of a copy: "map .rodata valueSize: 16, and 12 of ours". Of an object without BTF, only
 * what has nothing to do with BTF counts.
 */
export function differencesOf(original: Loaded, copy: Loaded | undefined): readonly string[] {
  if (copy === undefined) return ["ours does not load"];
  const [theirs, ours] = [original, copy].map(({ view }) => factsOf(view, !original.withoutBtf));
  return [...new Set([...theirs!.keys(), ...ours!.keys()])].flatMap((fact) => {
    const [a, b] = [theirs!.get(fact), ours!.get(fact)];
    return a === b ? [] : [`${fact}: ${a ?? "nothing"}, and ${b ?? "nothing"} of ours`];
  });
}

/** By "program prog tag" and the like; the order of programs and maps is no matter of meaning, that of lines is. */
function factsOf({ programs, maps }: View, withBtf: boolean): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  const add = (what: string, key: string, value: unknown): void => {
    if (!withBtf && OF_BTF.has(key)) return;
    if (key === "functions" || key === "lines") {
      const list = Array.isArray(value) ? value : [];
      for (const [i, item] of list.entries()) facts.set(`${what} ${key} ${i}`, JSON.stringify(item));
    } else facts.set(`${what} ${key}`, JSON.stringify(value));
  };
  for (const program of programs) {
    for (const [key, value] of Object.entries(program)) add(`program ${program.name}`, key, value);
  }
  for (const map of maps) for (const [key, value] of Object.entries(map)) add(`map ${map.name}`, key, value);
  return facts;
}

const OF_BTF: ReadonlySet<string> = new Set(["btf", "functions", "lines", "key", "value"]);
