// What is wrong, where, and what to try: as data. How it looks on a terminal is format.ts; the sentences are
// messages.ts. Knows no BPF.

import { MAX_ERRORS, MAX_HINTS, MAX_QUOTED } from "./limits.js";
import { type Code, MESSAGES } from "./messages.js";
import type { Place } from "./place.js";

export type Severity = "error" | "warning";

/** A second place that explains the first: where a name was declared before, say. */
export interface Note {
  readonly message: string;
  readonly at: Place;
}

export interface Diagnostic {
  readonly severity: Severity;
  readonly code: Code;
  readonly message: string;
  readonly at: Place;
  readonly notes: readonly Note[];
  /** One thing to try; "" where there is none. */
  readonly hint: string;
}

/** The `{holes}` of a sentence, as the arguments that its caller owes: one table, no second list. */
export type Args<T extends string> = T extends `${string}{${infer Hole}}${infer Rest}`
  ? { readonly [K in Hole]: string | number | bigint } & Args<Rest>
  : unknown;

export interface Extra {
  /** A function where it must be looked for: beyond MAX_HINTS nobody asks. */
  readonly hint?: string | (() => string) | undefined;
  readonly notes?: readonly Note[];
}

/** Collects diagnostics. A phase reports all that it finds and goes on where sense remains. */
export class Log {
  readonly #diagnostics: Diagnostic[] = [];
  #errors = 0;
  #warnings = 0;

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** All errors, those beyond MAX_ERRORS too; compare it before and after a step to see whether that step found any. */
  get errorCount(): number {
    return this.#errors;
  }

  /** Beyond MAX_ERRORS errors are counted, and only the first of them is kept: it says that there are more. */
  error<C extends Code>(code: C, at: Place, args: Args<(typeof MESSAGES)[C]>, extra: Extra = {}): void {
    this.#errors += 1;
    if (this.#errors <= MAX_ERRORS) this.#add("error", this.#errors, code, at, args, extra);
    else if (this.#errors === MAX_ERRORS + 1)
      this.#add("error", this.#errors, "base/too-many-errors", at, { limit: MAX_ERRORS }, {});
  }

  warn<C extends Code>(code: C, at: Place, args: Args<(typeof MESSAGES)[C]>, extra: Extra = {}): void {
    this.#warnings += 1;
    this.#add("warning", this.#warnings, code, at, args, extra);
  }

  /** `count` with this one. */
  #add(severity: Severity, count: number, code: Code, at: Place, args: unknown, extra: Extra): void {
    const message = fillMessage(code, args as Readonly<Record<string, unknown>>);
    const { notes = [], hint = "" } = extra;
    const found = typeof hint === "string" ? hint : count <= MAX_HINTS ? hint() : "";
    this.#diagnostics.push({ severity, code, message, at, notes, hint: found });
  }
}

function fillMessage(code: Code, args: Readonly<Record<string, unknown>>): string {
  return MESSAGES[code].replace(/\{(\w+)\}/g, (_, hole: string) => shortened(String(args[hole])));
}

/** A name of a megabyte, in a thousand errors, would be a gigabyte of messages. */
export function shortened(text: string): string {
  if (text.length <= MAX_QUOTED) return text;
  const half = MAX_QUOTED / 2;
  return `${text.slice(0, half)}...${text.slice(-half)}`;
}
