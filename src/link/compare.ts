// Whether two inputs mean the same by a name that both use: the types with which they declare it. Qualifiers, typedefs
// and the names of integers and parameters do not matter, layouts do. Sources: C17 6.2.7 (compatible types), and what
// libbpf's linker accepts (linker.c, glob_sym_btf_matches), which lets more pass: other array lengths, other structs
// behind pointers.

import { type BtfType, resolveType, type TypeId, type TypeTable } from "../btf/index.js";

export interface Difference {
  /** In words: `struct "event" has 8 bytes here and 12 there`. */
  readonly what: string;
  /**
   * What libbpf's linker takes without a word: arrays of another length, integers of another sign, enums of another name,
   * structs of one name behind pointers.
   */
  readonly mild: boolean;
}

/** Nested types that are looked into; what is deeper is taken for equal. */
const MAX_DEPTH = 64;

/** Compares types of one table, which merging has made of those of all inputs. Linear in the pairs that it meets. */
export class TypeComparer {
  readonly #types: TypeTable;
  /** Pairs that are equal, or are being compared, as one number each. */
  readonly #seen = new Set<number>();

  constructor(types: TypeTable) {
    this.#types = types;
  }

  /** How `there` differs from `here`; `undefined` where they are compatible. The worst difference, not the first. */
  compare(here: TypeId, there: TypeId): Difference | undefined {
    this.#seen.clear();
    return this.#compare(here, there, 0);
  }

  #compare(here: TypeId, there: TypeId, depth: number): Difference | undefined {
    const a = resolveType(this.#types, here);
    const b = resolveType(this.#types, there);
    if (a === b || depth > MAX_DEPTH) return undefined;
    const key = a * (this.#types.size + 1) + b;
    if (this.#seen.has(key)) return undefined;
    this.#seen.add(key);
    if (a === 0 || b === 0) return grave(`${this.#noun(a)} here is ${this.#noun(b)} there`);
    const one = this.#types.at(a);
    const other = this.#types.at(b);
    if (isNumber(one) && isNumber(other)) return numbers(one, other);
    if (one.kind === "ptr" && other.kind === "ptr") return this.#pointers(one.type, other.type, depth);
    if (one.kind === "array" && other.kind === "array") {
      // `extern int v[]` leaves the length to the definition.
      if (one.length !== other.length && one.length !== 0 && other.length !== 0) {
        return mild(`an array of ${one.length} elements here has ${other.length} there`);
      }
      return this.#compare(one.element, other.element, depth + 1);
    }
    if (isComposite(one) && isComposite(other)) return this.#composites(one, other, depth);
    if (one.kind === "func_proto" && other.kind === "func_proto") return this.#prototypes(one, other, depth);
    if (isDeclared(one, other) || isDeclared(other, one)) return undefined;
    return grave(`${this.#noun(a)} here is ${this.#noun(b)} there`);
  }

  /** Everything goes with a pointer to void; of a struct, the name counts most. */
  #pointers(here: TypeId, there: TypeId, depth: number): Difference | undefined {
    const [a, b] = [resolveType(this.#types, here), resolveType(this.#types, there)];
    if (a === 0 || b === 0) return undefined;
    const difference = this.#compare(here, there, depth + 1);
    const [one, other] = [this.#types.at(a), this.#types.at(b)];
    const namesakes =
      isComposite(one) && isComposite(other) && one.kind === other.kind && one.name === other.name;
    return difference && namesakes ? mild(difference.what) : difference;
  }

  /** Member by member: programs read and write through offsets, so that everything which moves one is grave. */
  #composites(one: Composite, other: Composite, depth: number): Difference | undefined {
    if (one.kind !== other.kind || one.name !== other.name) {
      return grave(`${nounOf(one)} here is ${nounOf(other)} there`);
    }
    if (isOpen(one) || isOpen(other)) return undefined;
    const noun = nounOf(one);
    if (one.size !== other.size) return grave(`${noun} has ${one.size} bytes here and ${other.size} there`);
    let worst: Difference | undefined;
    for (let i = 0; i < Math.max(one.members.length, other.members.length); i++) {
      const [here, there] = [one.members[i], other.members[i]];
      if (here === undefined || there === undefined) {
        const [where, extra] = here === undefined ? ["there", there] : ["here", here];
        return grave(`${noun} has a member "${extra?.name}" only ${where}`);
      }
      if (here.name !== there.name) {
        return grave(`member ${i + 1} of ${noun} is "${here.name}" here and "${there.name}" there`);
      }
      const member = `member "${here.name}" of ${noun}`;
      if (here.offset !== there.offset) {
        return grave(`${member} begins at bit ${here.offset} here and ${there.offset} there`);
      }
      if (here.bits !== there.bits)
        return grave(`${member} has ${here.bits} bits here and ${there.bits} there`);
      worst = worse(worst, within(member, this.#compare(here.type, there.type, depth + 1)));
    }
    return worst;
  }

  /** Registers hold arguments whatever their names are; their number and types count. */
  #prototypes(one: FuncProto, other: FuncProto, depth: number): Difference | undefined {
    const [count, others] = [one.params.length, other.params.length];
    if (count !== others) return grave(`the function takes ${count} parameters here and ${others} there`);
    let worst = within("the result", this.#compare(one.result, other.result, depth + 1));
    for (const [i, { type }] of one.params.entries()) {
      const difference = this.#compare(type, other.params[i]!.type, depth + 1);
      worst = worse(worst, within(`parameter ${i + 1}`, difference));
    }
    return worst;
  }

  /** What a message calls a type. */
  #noun(id: TypeId): string {
    return id === 0 ? "void" : nounOf(this.#types.at(id));
  }
}

type Composite = Extract<BtfType, { kind: "struct" | "union" }>;
type FuncProto = Extract<BtfType, { kind: "func_proto" }>;
type NumberType = Extract<BtfType, { kind: "int" | "enum" | "enum64" }>;

function isComposite(type: BtfType): type is Composite {
  return type.kind === "struct" || type.kind === "union";
}

function isNumber(type: BtfType): type is NumberType {
  return type.kind === "int" || type.kind === "enum" || type.kind === "enum64";
}

/** Only declared: object/ has the same form for a struct that nobody followed. */
function isOpen(type: Composite): boolean {
  return type.size === 0 && type.members.length === 0;
}

function isDeclared(type: BtfType, other: BtfType): boolean {
  if (type.kind !== "fwd") return false;
  return other.kind === (type.union ? "union" : "struct") && other.name === type.name;
}

/** Size is what the other side reads and writes; sign and name are how it takes the same bits. */
function numbers(one: NumberType, other: NumberType): Difference | undefined {
  // An enum that is only declared has no size.
  if (one.size === 0 || other.size === 0) return undefined;
  if (one.size !== other.size)
    return grave(`${nounOf(one)} has ${one.size} bytes here, and ${nounOf(other)} has ${other.size} there`);
  const same =
    one.kind === "int" || other.kind === "int"
      ? one.kind === other.kind && encodingOf(one) === encodingOf(other)
      : one.name === other.name;
  return same ? undefined : mild(`${nounOf(one)} here is ${nounOf(other)} there`);
}

/** `char` is as signed as the compiler makes it: BTF of clang and gcc differ in the flag. */
function encodingOf(type: NumberType): string {
  if (type.kind !== "int") return type.kind;
  return type.size === 1 && type.encoding !== "bool" ? "byte" : type.encoding;
}

function nounOf(type: BtfType): string {
  switch (type.kind) {
    case "struct":
    case "union":
    case "enum":
      return type.name === "" ? `an anonymous ${type.kind}` : `${type.kind} "${type.name}"`;
    case "enum64":
      return type.name === "" ? "an anonymous enum" : `enum "${type.name}"`;
    case "fwd":
      return `${type.union ? "union" : "struct"} "${type.name}"`;
    case "int":
    case "float":
      return `"${type.name}"`;
    case "ptr":
      return "a pointer";
    case "array":
      return "an array";
    case "func_proto":
      return "a function";
    default:
      return `a ${type.kind}`;
  }
}

function grave(what: string): Difference {
  return { what, mild: false };
}

function mild(what: string): Difference {
  return { what, mild: true };
}

/** The graver of two; of equals, the first. */
function worse(a: Difference | undefined, b: Difference | undefined): Difference | undefined {
  return a !== undefined && (!a.mild || b === undefined || b.mild) ? a : b;
}

/** The difference, and where in the type it lies. */
function within(where: string, difference: Difference | undefined): Difference | undefined {
  return difference && { ...difference, what: `${where}: ${difference.what}` };
}
