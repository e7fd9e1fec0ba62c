// What a link did, as data: which thing of the result came from where, what was dropped and why, who mentions which name.
// How a map file looks is print-report.ts.

import type { Place } from "../base/index.js";
import type { JumpTable, Module } from "../ir/index.js";
import type { Draft } from "./copy.js";
import type { Mention, Resolution } from "./resolve.js";
import { isExtern, kindOf, type LinkInput, sizeOfThing, type Thing, type ThingKind } from "./things.js";

export interface ReportedThing {
  readonly name: string;
  readonly kind: ThingKind;
  /** "" for an extern of nobody in particular. */
  readonly section: string;
  /** Bytes of code or data. */
  readonly size: number;
  /** The input that it came from. */
  readonly input: string;
}

export interface KeptThing extends ReportedThing {
  readonly binding: "global" | "weak" | "local" | "extern";
  /** Its name in the input, where it has another now. */
  readonly was: string | undefined;
}

export interface DroppedThing extends ReportedThing {
  /** In words. */
  readonly reason: string;
}

export interface ReportedMention {
  readonly name: string;
  readonly input: string;
  /** "defines", "defines weakly", "declares", "declares weakly", "has its own" (static). */
  readonly verb: string;
  readonly kind: ThingKind;
  readonly at: Place;
}

export interface LinkReport {
  /** In the order of the result: functions, variables, externs. */
  readonly kept: readonly KeptThing[];
  readonly dropped: readonly DroppedThing[];
  /** All names of all inputs, in their order. */
  readonly mentions: readonly ReportedMention[];
}

/** A report under construction. */
export class ReportDraft {
  readonly #inputs: readonly LinkInput[];
  readonly #origins = new Map<Thing, Mention>();
  readonly #dropped: DroppedThing[] = [];

  constructor(inputs: readonly LinkInput[]) {
    this.#inputs = inputs;
  }

  kept(copy: Thing, origin: Mention): void {
    this.#origins.set(copy, origin);
  }

  /** A thing of an input that is not copied. */
  dropped({ thing, input }: Mention, reason: string): void {
    this.#dropped.push({ ...this.#describe(thing, input), reason });
  }

  /** A copy that a later pass leaves out. */
  removed(copy: Thing, reason: string): void {
    const origin = this.#origins.get(copy);
    if (origin !== undefined) this.dropped(origin, reason);
  }

  /** A mention of a name for which another counts. */
  lost(mention: Mention, { winner }: Resolution): void {
    const file = this.#inputs[winner.input]!.name;
    this.dropped(mention, reasonOf(mention.thing, winner.thing, file));
  }

  /** The input that a thing of the result came from. */
  inputOf(copy: Thing): string {
    const origin = this.#origins.get(copy);
    return origin === undefined ? "" : this.#inputs[origin.input]!.name;
  }

  finish({ functions, variables, externs }: Draft): LinkReport {
    const kept = [...functions, ...variables, ...externs].flatMap((copy) => {
      const origin = this.#origins.get(copy);
      if (origin === undefined) return [];
      const described = this.#describe(origin.thing, origin.input);
      const binding = isExtern(copy) ? ("extern" as const) : copy.binding;
      const was = described.name === copy.name ? undefined : described.name;
      return [{ ...described, name: copy.name, section: copy.section, binding, was }];
    });
    return { kept, dropped: this.#dropped, mentions: this.#mentions() };
  }

  #describe(thing: Thing | JumpTable, input: number): ReportedThing {
    const { name: file, module } = this.#inputs[input]!;
    const section = thing.kind === "jump_table" ? ".jumptables" : thing.section;
    return { name: thing.name, kind: kindOf(thing), section, size: sizeOfThing(thing, module), input: file };
  }

  #mentions(): ReportedMention[] {
    return this.#inputs.flatMap(({ name: input, module }) =>
      namedThings(module).map((thing) => ({
        name: thing.name,
        input,
        verb: verbOf(thing),
        kind: kindOf(thing),
        at: thing.at,
      })),
    );
  }
}

function namedThings({ functions, variables, externs }: Module): Thing[] {
  return [...functions, ...variables, ...externs];
}

function verbOf(thing: Thing): string {
  if (isExtern(thing)) return thing.weak ? "declares weakly" : "declares";
  const binding = thing.binding;
  if (binding === "weak") return "defines weakly";
  return binding === "local" ? "has its own" : "defines";
}

function reasonOf(thing: Thing, winner: Thing, file: string): string {
  if (isExtern(thing)) return isExtern(winner) ? `${file} declares it, too` : `${file} defines it`;
  if (isExtern(winner)) return `${file} declares it`;
  if (thing.kind === "data" && thing.common) return `common, and ${file} defines it`;
  if (thing.binding === "global") return `the same as that of ${file}`;
  return winner.binding === "weak" ? `weak, and ${file} came first` : `weak, and ${file} defines it strongly`;
}
