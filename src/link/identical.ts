// Whether two strong definitions of one name are the same thing twice, as when a header defines a map or a constant and many
// files include it. On request (`foldIdentical`) one of them stands for both. Only what nobody can tell apart may be one:
// maps with one definition, constant data with the same bytes, functions with the same instructions that refer to the
// same things. Variables that can be written are two, whatever they hold at the start.

import type { Insn } from "../asm/index.js";
import type { CoreAccess, DataVariable, Func, MapVariable, Ref } from "../ir/index.js";
import { TypeComparer } from "./compare.js";
import { copyDefinition } from "./copy.js";
import { compareDefinitions } from "./maps.js";
import { type Definition, isExtern } from "./things.js";
import type { TypeMerger } from "./types.js";

/** Static functions that call static functions; what is deeper is not taken for the same. */
const MAX_DEPTH = 64;

/** A definition, with the index of its input. */
export interface Candidate {
  readonly thing: Definition;
  readonly input: number;
}

/** How two definitions differ, in words; `undefined` where one can stand for both. */
export function differenceOf(here: Candidate, there: Candidate, merger: TypeMerger): string | undefined {
  return new Comparer(merger).compare(here, there);
}

class Comparer {
  readonly #merger: TypeMerger;
  /** Pairs of static things that are being compared, or were found equal: functions may call each other in circles. */
  readonly #assumed = new Map<Definition, Set<Definition>>();
  #depth = 0;

  constructor(merger: TypeMerger) {
    this.#merger = merger;
  }

  /** The section counts: it says what a program is attached to, and where libbpf puts data. */
  compare(here: Candidate, there: Candidate): string | undefined {
    const [a, b] = [here.thing, there.thing];
    if (a.section !== b.section) return `one is in section "${a.section}", the other in "${b.section}"`;
    if (a.kind === "map" && b.kind === "map") return this.#maps(a, here.input, b, there.input);
    if (a.kind === "data" && b.kind === "data") return this.#data(a, here.input, b, there.input);
    if (a.kind === "func" && b.kind === "func") return this.#functions(a, here.input, b, there.input);
    return "they are of two kinds";
  }

  /** Every member of the definition, and what the slots hold at the start. */
  #maps(a: MapVariable, inputA: number, b: MapVariable, inputB: number): string | undefined {
    const [one, other] = [
      copyDefinition(a.definition, inputA, this.#merger),
      copyDefinition(b.definition, inputB, this.#merger),
    ];
    const types = new TypeComparer(this.#merger.types);
    const difference = compareDefinitions(one, other, false, types);
    if (difference !== undefined) return difference;
    const length = Math.max(a.init.length, b.init.length);
    for (let i = 0; i < length; i++) {
      if (!this.#refs(a.init[i], inputA, a, b.init[i], inputB, b)) return `slot ${i} holds another value`;
    }
    return undefined;
  }

  /** Constants by their bytes, and by what the addresses in them mean. */
  #data(a: DataVariable, inputA: number, b: DataVariable, inputB: number): string | undefined {
    if (!a.constant || !b.constant) return "a variable that can be written is not folded";
    const types = this.#types(a.type, inputA, b.type, inputB);
    if (types !== undefined) return types;
    if (a.bytes.length !== b.bytes.length || a.bytes.some((byte, i) => byte !== b.bytes[i]))
      return "the values are not the same";
    const pointers =
      a.pointers.length === b.pointers.length &&
      a.pointers.every(({ offset, ref }, i) => {
        const other = b.pointers[i]!;
        return offset === other.offset && this.#refs(ref, inputA, a, other.ref, inputB, b);
      });
    return pointers ? undefined : "the addresses in it are not the same";
  }

  /** Line info does not count: it is where the same lines of a header were included from. */
  #functions(a: Func, inputA: number, b: Func, inputB: number): string | undefined {
    const types = this.#types(a.proto, inputA, b.proto, inputB);
    if (types !== undefined) return types;
    if (a.body.length !== b.body.length)
      return `one has ${a.body.length} instructions, the other ${b.body.length}`;
    for (const [i, one] of a.body.entries()) {
      const other = b.body[i]!;
      const same =
        sameInsn(one.insn, other.insn) &&
        this.#refs(one.ref, inputA, a, other.ref, inputB, b) &&
        this.#core(one.core, inputA, other.core, inputB);
      if (!same) return `instruction ${i} is not the same`;
    }
    return undefined;
  }

  /** Ids of two inputs: the same where the merged table has one type for both, or compatible ones. */
  #types(a: number | undefined, inputA: number, b: number | undefined, inputB: number): string | undefined {
    if (a === undefined || b === undefined) return a === b ? undefined : "one has no type";
    const [one, other] = [this.#merger.idOf(inputA, a), this.#merger.idOf(inputB, b)];
    return new TypeComparer(this.#merger.types).compare(one, other)?.what;
  }

  /** A relocation says nothing else but kind, type and path (struct bpf_core_relo). */
  #core(a: CoreAccess | undefined, inputA: number, b: CoreAccess | undefined, inputB: number): boolean {
    if (a === undefined || b === undefined) return a === b;
    if (a.kind !== b.kind || a.access !== b.access) return false;
    return this.#merger.idOf(inputA, a.type) === this.#merger.idOf(inputB, b.type);
  }

  /** Names that other inputs can see mean one thing by now; what is static must be the same twice. */
  #refs(
    a: Ref | undefined,
    inputA: number,
    ownerA: Definition,
    b: Ref | undefined,
    inputB: number,
    ownerB: Definition,
  ): boolean {
    if (a === undefined || b === undefined) return a === b;
    if (a.addend !== b.addend) return false;
    const [one, other] = [a.to, b.to];
    if (one.kind === "label" && other.kind === "label") return one.index === other.index;
    if (one.kind === "jump_table" && other.kind === "jump_table") {
      const indices = (table: typeof one): string => table.targets.map(({ index }) => index).join();
      return indices(one) === indices(other);
    }
    if (!("section" in one) || !("section" in other)) return false;
    // A call of itself.
    if (one === ownerA && other === ownerB) return true;
    const [sharedA, sharedB] = [isExtern(one) || isVisible(one), isExtern(other) || isVisible(other)];
    if (sharedA || sharedB) return sharedA && sharedB && one.name === other.name;
    if (isExtern(one) || isExtern(other)) return false;
    const assumed = this.#assumed.get(one) ?? new Set();
    if (assumed.has(other)) return true;
    assumed.add(other);
    this.#assumed.set(one, assumed);
    if (this.#depth === MAX_DEPTH) return false;
    this.#depth += 1;
    const difference = this.compare({ thing: one, input: inputA }, { thing: other, input: inputB });
    this.#depth -= 1;
    return difference === undefined;
  }
}

/** Other inputs can name it, so that the name decides what it is. */
function isVisible(thing: Definition): boolean {
  return thing.binding !== "local" && !(thing.kind === "data" && thing.private);
}

function sameInsn(a: Insn, b: Insn): boolean {
  return (
    a.opcode === b.opcode &&
    a.dst === b.dst &&
    a.src === b.src &&
    a.offset === b.offset &&
    a.imm === b.imm &&
    a.high === b.high
  );
}
