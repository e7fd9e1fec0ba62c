// Which attributes and which padding make C give a struct the layout that its record has. BTF keeps offsets and
// sizes, but neither `packed` nor `aligned`: they are inferred here, with the very rules by which c-record.ts lays out
// (System V, as clang has them for BPF). What comes out gives the same offsets and the same size; the alignment is the
// smallest that explains them, because nothing in BTF says more.

import { alignBits, type FieldShape, placeField } from "./c-record.js";
import { alignOf, alignOfRecord, resolveType, sizeOf } from "./layout.js";
import type { TypeTable } from "./table.js";
import type { BtfType, Member, TypeId } from "./types.js";

/** What stands in the body of a struct, in order. */
export type BodyItem =
  /** A member, with the bytes that `aligned` on it asks for; 0 for none. */
  | { readonly kind: "member"; readonly index: number; readonly aligned: number }
  /** `long : bits`, which takes room and is no member. */
  | { readonly kind: "padding"; readonly bits: number };

export interface RecordSpelling {
  readonly packed: boolean;
  /** Bytes that `aligned` on the whole asks for; 0 for none. */
  readonly aligned: number;
  readonly items: readonly BodyItem[];
  /** Alignment in bytes that C will give to the whole. */
  readonly align: number;
  /** Whether C will give back the layout of the record. If not, no C does: members overlap, or go backwards. */
  readonly exact: boolean;
}

type Composite = Extract<BtfType, { kind: "struct" | "union" }>;

/** The bits of `long`, the type of all padding. */
const PADDING_UNIT = 64;
/** Padding beyond this many units is a broken record, not C. */
const MAX_PADDING = 4096;
/** The largest alignment that is inferred: a page. */
const MAX_ALIGN = 4096;

/** Spells records of one table. Structs inside structs come first, so that each is looked at once. */
export class LayoutSpeller {
  readonly #types: TypeTable;
  readonly #alignments = new Map<TypeId, number>();
  readonly #spellings = new Map<TypeId, RecordSpelling>();

  constructor(types: TypeTable) {
    this.#types = types;
  }

  /** The spelling of the struct or union `id`. */
  spelling(id: TypeId): RecordSpelling {
    const known = this.#spellings.get(id);
    if (known !== undefined) return known;
    // A list of work instead of recursion: tables may be anybody's. A struct inside itself has alignment 1.
    const stack: TypeId[] = [id];
    while (stack.length > 0) {
      const at = stack.at(-1)!;
      if (this.#spellings.has(at)) {
        stack.pop();
        continue;
      }
      const waiting = this.#alignments.has(at) ? [] : this.#partsOf(at);
      this.#alignments.set(at, 1);
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      stack.pop();
      const type = this.#types.at(at) as Composite; // only structs and unions get on the stack
      const spelling = this.#spell(type);
      this.#spellings.set(at, spelling);
      this.#alignments.set(at, spelling.align);
    }
    return this.#spellings.get(id)!;
  }

  /** Alignment in bytes that C will give to a type, as far as its structs were spelled. */
  alignOf(id: TypeId): number {
    for (const part of this.#compositesOf(id)) this.spelling(part);
    return alignOf({ types: this.#types, alignments: this.#alignments }, id);
  }

  /** Bytes: what its members ask for, without a word about the whole. */
  naturalAlign(type: Composite): number {
    return alignOfRecord({ types: this.#types, alignments: this.#alignments }, type);
  }

  /** Structs that lie in this one by value and are not spelled yet. */
  #partsOf(id: TypeId): TypeId[] {
    const type = this.#types.at(id) as Composite;
    return type.members
      .flatMap((member) => this.#compositesOf(member.type))
      .filter((part) => !this.#spellings.has(part) && !this.#alignments.has(part));
  }

  /** The struct that a type is or is an array of: none or one. */
  #compositesOf(id: TypeId): TypeId[] {
    let at = resolveType(this.#types, id);
    // Dimensions of an array; a chain without an end is no C type.
    for (let steps = 0; steps < 64 && at !== 0; steps++) {
      const type = this.#types.at(at);
      if (type.kind === "struct" || type.kind === "union") return [at];
      if (type.kind !== "array") return [];
      at = resolveType(this.#types, type.element);
    }
    return [];
  }

  #spell(type: Composite): RecordSpelling {
    const fields = type.members.map((member) => this.#shapeOf(member));
    return (
      tryLayout(type, fields, false) ??
      tryLayout(type, fields, true) ?? {
        packed: false,
        aligned: 0,
        items: type.members.map((_, index) => ({ kind: "member", index, aligned: 0 })),
        align: this.naturalAlign(type),
        exact: false,
      }
    );
  }

  #shapeOf(member: Member): Field {
    const { offset, bits } = bitsOf(this.#types, member);
    return {
      want: offset,
      shape: {
        size: sizeOf(this.#types, member.type) ?? 0,
        align: alignOf({ types: this.#types, alignments: this.#alignments }, member.type),
        width: bits === 0 ? undefined : bits,
        packed: false,
        aligned: 0,
        named: true,
      },
    };
  }
}

/** Offset and width of a member in bits. BTF of old compilers has them in a type of its own: an int of few bits. */
export function bitsOf(types: TypeTable, member: Member): { offset: number; bits: number } {
  const id = member.bits === 0 ? resolveType(types, member.type) : 0;
  const type = id === 0 ? undefined : types.at(id);
  if (type?.kind !== "int" || (type.bits === type.size * 8 && type.bitOffset === 0)) return member;
  return { offset: member.offset + type.bitOffset, bits: type.bits };
}

interface Field {
  /** Bits. */
  readonly want: number;
  readonly shape: FieldShape;
}

/** Lays the fields out with as little help as will do; `undefined` where no help makes it come out. */
function tryLayout(type: Composite, fields: readonly Field[], packed: boolean): RecordSpelling | undefined {
  const union = type.kind === "union";
  const items: BodyItem[] = [];
  let align = 1;
  let end = 0;
  for (const [index, { want, shape }] of fields.entries()) {
    let field = shape;
    let place = placeField(field, union ? 0 : end, packed);
    if (place.offset < want) {
      const aligned = field.width === undefined ? alignmentTo(end, want, place.asks, type.size) : 0;
      if (aligned !== 0) {
        field = { ...field, aligned };
      } else {
        if (union || !pad(items, end, want)) return undefined;
        end = want;
      }
      place = placeField(field, union ? 0 : end, packed);
    }
    if (place.offset !== want) return undefined;
    items.push({ kind: "member", index, aligned: field.aligned });
    end = Math.max(end, place.offset + place.width);
    align = Math.max(align, place.asks);
  }
  const wanted = type.size * 8;
  const natural = alignBits(end, align * 8);
  if (natural === wanted) return { packed, aligned: 0, items, align, exact: true };
  if (natural > wanted) return undefined;
  const aligned = alignmentTo(end, wanted, align, type.size);
  if (aligned !== 0) return { packed, aligned, items, align: aligned, exact: true };
  // Behind the last member; in a union beside the others, where one unit is all there is.
  if (!pad(items, union ? 0 : end, wanted) || (union && wanted > PADDING_UNIT)) return undefined;
  return wanted % (align * 8) === 0 ? { packed, aligned: 0, items, align, exact: true } : undefined;
}

/** The power of two above `least` that leads from bit `end` to bit `want`; 0 where none does. */
function alignmentTo(end: number, want: number, least: number, size: number): number {
  for (let align = least * 2; align <= MAX_ALIGN && size % align === 0; align *= 2) {
    if (alignBits(end, align * 8) === want) return align;
  }
  return 0;
}

/** Adds nameless bit-fields from bit `start` to bit `end`; false where they would be too many. */
function pad(items: BodyItem[], start: number, end: number): boolean {
  if ((end - start) / PADDING_UNIT > MAX_PADDING) return false;
  for (let at = start; at < end; ) {
    // None may cross a unit of its type: it would begin in the next one.
    const bits = Math.min(PADDING_UNIT - (at % PADDING_UNIT), end - at);
    items.push({ kind: "padding", bits });
    at += bits;
  }
  return true;
}
