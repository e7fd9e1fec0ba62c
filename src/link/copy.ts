// What is left of the inputs, as one set of new things: the definitions that count, what is static, and the externs that
// nobody defines. First every thing is made, then their insides are filled, because things point at each other in
// circles. What was dropped, and why, goes to the report.

import { OPCODE, withFields } from "../asm/index.js";
import { bug, type Log } from "../base/index.js";
import type {
  DataVariable,
  Extern,
  ExternFunction,
  ExternVariable,
  Func,
  JumpTable,
  MapDefinition,
  MapVariable,
  Pointer,
  Ref,
  Statement,
} from "../ir/index.js";
import { mergeLicenses } from "./license.js";
import { dropOrphans } from "./orphans.js";
import type { ReportDraft } from "./report.js";
import type { Mention, Resolution } from "./resolve.js";
import {
  type Definition,
  isExtern,
  isShared,
  isSingular,
  isUntyped,
  type LinkInput,
  type Open,
  type Thing,
  thingsOf,
} from "./things.js";
import type { TypeMerger } from "./types.js";
import { learnType } from "./untyped.js";

/** The result while passes still change it. */
export interface Draft {
  functions: Open<Func>[];
  variables: Open<MapVariable | DataVariable | ExternVariable>[];
  externs: Open<ExternFunction>[];
}

/** What the passes before have found out. */
export interface CopyInput {
  readonly inputs: readonly LinkInput[];
  readonly resolutions: ReadonlyMap<string, Resolution>;
  readonly merger: TypeMerger;
  /** Loaders get the result as it is: nothing of another file can come to it any more. */
  readonly final: boolean;
  readonly report: ReportDraft;
  readonly log: Log;
}

/** An address that is not 0. */
const DEFINED = 1;

/** What references lead to, labels aside: these stay in their function. */
type Target = Thing | JumpTable;

/** The result before names, tails and garbage are looked after. The inputs stay as they are. */
export function copyThings(input: CopyInput): Draft {
  return new Copier(input).copy();
}

/** A map's definition with the types of the result. */
export function copyDefinition(definition: MapDefinition, input: number, merger: TypeMerger): MapDefinition {
  const members = definition.members.map((member) => {
    if (member.kind === "type") return { ...member, type: merger.idOf(input, member.type) };
    if (member.kind !== "values") return member;
    const of =
      typeof member.of === "number"
        ? merger.idOf(input, member.of)
        : copyDefinition(member.of, input, merger);
    return { ...member, of };
  });
  return { tag: definition.tag, members };
}

function addTo(draft: Draft, copy: Open<Thing>): void {
  switch (copy.kind) {
    case "func":
      draft.functions.push(copy);
      return;
    case "extern_function":
      draft.externs.push(copy);
      return;
    default:
      draft.variables.push(copy);
  }
}

class Copier {
  readonly #cx: CopyInput;
  /** What each thing of an input became, or what took its place. */
  readonly #newOf = new Map<Target, Target>();
  /** Mergeable constants by section, alignment and bytes. */
  readonly #constants = new Map<string, Thing>();
  readonly #structs = new StructTags();
  /** Copies whose insides are to be filled. */
  readonly #open: { readonly from: Definition; readonly to: Open<Definition>; readonly input: number }[] = [];
  /** Definitions for which another one counts. */
  readonly #lost: Definition[] = [];
  /** The license and the version of the result, by section. */
  readonly #singular = new Map<string, Target>();

  constructor(cx: CopyInput) {
    this.#cx = cx;
  }

  copy(): Draft {
    const draft: Draft = { functions: [], variables: [], externs: [] };
    for (const [input, { module }] of this.#cx.inputs.entries()) {
      for (const thing of thingsOf(module)) {
        const copy = this.#take({ thing, input });
        if (copy !== undefined) addTo(draft, copy);
      }
    }
    // A name means one thing: whoever lost it refers to what the winner became.
    for (const { mentions, winner } of this.#cx.resolutions.values()) {
      const kept = this.#newOf.get(winner.thing);
      if (kept === undefined) bug(`"${winner.thing.name}" was resolved, so it is copied`);
      for (const { thing } of mentions) this.#newOf.set(thing, kept);
    }
    // Beyond this point, every thing of an input has its place in the result.
    for (const { from, to, input } of this.#open) this.#fill(from, to, input);
    dropOrphans(draft, this.#lost, (thing) => this.#newOf.get(thing), this.#cx.report);
    return draft;
  }

  /** The copy of a thing, if it stays. */
  #take(mention: Mention): Open<Thing> | undefined {
    const { thing, input } = mention;
    const { report } = this.#cx;
    if (isSingular(thing)) return this.#takeSingular(thing, input);
    if (thing.kind === "data" && thing.private) return this.#takeConstant(thing, input);
    const resolution = isShared(thing) ? this.#cx.resolutions.get(thing.name) : undefined;
    if (resolution !== undefined && resolution.winner.thing !== thing) {
      report.lost(mention, resolution);
      if (!isExtern(thing)) this.#lost.push(thing);
      return undefined;
    }
    const copy = this.#make(thing, input, resolution);
    if (copy.kind !== "map" && isUntyped(copy)) {
      learnType(copy, resolution, this.#cx.merger, this.#cx.final, this.#cx.log);
    }
    this.#newOf.set(thing, copy);
    report.kept(copy, mention);
    return copy;
  }

  /** The first license stands for all, and so does the first version. */
  #takeSingular(thing: DataVariable, input: number): Open<Thing> | undefined {
    const known = this.#singular.get(thing.section);
    if (known !== undefined) {
      this.#newOf.set(thing, known);
      this.#cx.report.dropped({ thing, input }, `one ${thing.section} stands for all`);
      return undefined;
    }
    const copy =
      thing.section === "license"
        ? mergeLicenses(this.#cx.inputs, this.#cx.merger)
        : this.#make(thing, input, undefined);
    this.#singular.set(thing.section, copy);
    this.#newOf.set(thing, copy);
    this.#cx.report.kept(copy, { thing, input });
    return copy;
  }

  /** Equal constants of compilers, string literals above all, become one where LLVM says that their address is nobody's. */
  #takeConstant(thing: DataVariable, input: number): Open<Thing> | undefined {
    const mergeable = thing.mergeable || /^\.rodata\.(str|cst)\d/.test(thing.section);
    const key = mergeable ? `${thing.section}\0${thing.align}\0${thing.bytes.join()}` : undefined;
    const known = key === undefined ? undefined : this.#constants.get(key);
    if (known !== undefined) {
      this.#newOf.set(thing, known);
      this.#cx.report.dropped({ thing, input }, `"${known.name}" of another input holds the same bytes`);
      return undefined;
    }
    const copy = this.#make(thing, input, undefined);
    if (key !== undefined) this.#constants.set(key, copy);
    this.#newOf.set(thing, copy);
    this.#cx.report.kept(copy, { thing, input });
    return copy;
  }

  /** A copy without its inside, which may point at things that have no copy yet; #fill follows. */
  #make(thing: Thing, input: number, resolution: Resolution | undefined): Open<Thing> {
    const { merger } = this.#cx;
    const hidden = resolution?.hidden ?? thing.hidden;
    switch (thing.kind) {
      case "func": {
        const proto = thing.proto === undefined ? undefined : merger.idOf(input, thing.proto);
        const jumpTables = thing.jumpTables.map((table) => {
          const copy = { ...table };
          this.#newOf.set(table, copy);
          return copy;
        });
        const copy: Open<Func> = {
          ...thing,
          section: codeSection(thing.section),
          hidden,
          proto,
          body: [],
          jumpTables,
        };
        this.#open.push({ from: thing, to: copy, input });
        return copy;
      }
      case "map": {
        const definition = this.#structs.unique(copyDefinition(thing.definition, input, merger));
        const copy: Open<MapVariable> = { ...thing, hidden, definition, init: [] };
        this.#open.push({ from: thing, to: copy, input });
        return copy;
      }
      case "data": {
        const type = thing.type === undefined ? undefined : merger.idOf(input, thing.type);
        const copy: Open<DataVariable> = { ...thing, hidden, type, pointers: [] };
        this.#open.push({ from: thing, to: copy, input });
        return copy;
      }
      case "extern_function":
      case "extern_variable": {
        // One input that cannot do without it is enough (gABI, "Symbol Table": a weak reference asks for nothing).
        const weak =
          resolution?.mentions.every((mention) => isExtern(mention.thing) && mention.thing.weak) ??
          thing.weak;
        return { ...thing, weak, hidden, type: merger.idOf(input, thing.type) } satisfies Extern;
      }
    }
  }

  #fill(from: Definition, to: Open<Definition>, input: number): void {
    if (from.kind === "func" && to.kind === "func") {
      to.body = from.body.map((statement) => this.#statement(statement, input));
    } else if (from.kind === "map" && to.kind === "map") {
      to.init = from.init.map((ref) => ref && this.#ref(ref));
    } else if (from.kind === "data" && to.kind === "data") {
      to.pointers = from.pointers.map((pointer): Pointer => ({ ...pointer, ref: this.#ref(pointer.ref) }));
    }
  }

  /** A statement that points at nothing but labels is the same in the result: a million of them cost nothing. */
  #statement(statement: Statement, input: number): Statement {
    const { ref, core } = statement;
    if (core === undefined && (ref === undefined || ref.to.kind === "label")) return statement;
    if (ref !== undefined && this.#isCheckOfWeak(statement, ref)) {
      return { ...statement, insn: withFields(statement.insn, { src: 0, imm: DEFINED }), ref: undefined };
    }
    return {
      ...statement,
      ref: ref && this.#ref(ref),
      core: core && { ...core, type: this.#cx.merger.idOf(input, core.type) },
    };
  }

  /**
   * `if (f) f();` with a weak f that is defined after all. The kernel takes the address of no function that is global, so
   * that this one can only be compared with 0.
   */
  #isCheckOfWeak({ insn }: Statement, { to }: Ref): boolean {
    if (to.kind !== "extern_function" || !to.weak || insn.opcode === OPCODE.call) return false;
    const target = this.#newOf.get(to);
    return target?.kind === "func" && target.binding !== "local";
  }

  #ref(ref: Ref): Ref {
    if (ref.to.kind === "label") return ref;
    const to = this.#newOf.get(ref.to);
    if (to === undefined) bug(`"${ref.to.name}" is a thing of its module`);
    return { ...ref, to };
  }
}

/** `-ffunction-sections` and the like: loaders look for subprograms in `.text` alone. */
function codeSection(section: string): string {
  return section.startsWith(".text.") ? ".text" : section;
}

/** Tags of the structs that define maps: two inputs may use one tag for two structs, an object may not. */
class StructTags {
  readonly #known = new Map<string, string>();

  unique(definition: MapDefinition): MapDefinition {
    const members = definition.members.map((member) =>
      member.kind === "values" && typeof member.of !== "number"
        ? { ...member, of: this.unique(member.of) }
        : member,
    );
    if (definition.tag === "") return { tag: "", members };
    const text = JSON.stringify(members, (_, value) => (typeof value === "bigint" ? String(value) : value));
    for (let count = 0; ; count++) {
      const tag = count === 0 ? definition.tag : `${definition.tag}_${count}`;
      const known = this.#known.get(tag);
      if (known !== undefined && known !== text) continue;
      this.#known.set(tag, text);
      return { tag, members };
    }
  }
}
