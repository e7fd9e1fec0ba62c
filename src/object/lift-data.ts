// What lies in data sections beside named variables, and what the ELF file does not say about them: constants of the
// compiler, which have bytes but no symbol; alignments, of which only the offsets are left; addresses in initial
// values. The inverse of placement.ts for data: placing the result again gives every thing its old offset.

import { OPCODE } from "../asm/index.js";
import { alignUp, isZero, uniqueNames, viewOf } from "../base/index.js";
import { alignOf, type TypeLayout, type TypeTable } from "../btf/index.js";
import {
  type ElfRelocation,
  type ElfSection,
  SHF_MERGE,
  SHF_STRINGS,
  SHF_WRITE,
  SHT_NOBITS,
} from "../elf/index.js";
import type { DataVariable, Pointer } from "../ir/index.js";
import {
  type Extent,
  type LiftContext,
  type Lifted,
  type Open,
  placeIn,
  type Survey,
} from "./lift-context.js";
import { holdsPlace, resolveRelocation, type Things } from "./lift-index.js";

const POINTER_SIZE = 8;

/** Offsets that code or data points to, by section: constants begin there. */
type Targets = ReadonlyMap<ElfSection, ReadonlySet<number>>;

/** Finds private constants and gives every variable an alignment that explains where it lies. */
export function liftPrivates(cx: LiftContext, survey: Survey, things: Things, types: TypeTable): void {
  const targets = findTargets(cx, survey);
  // LLVM's names for constants, which no symbol of C can have.
  const taken = new Set([...things.bySymbol.values()].map(({ name }) => name));
  const nameFor = uniqueNames(taken, (stem, count) => `${stem}.${count}`);
  const layout: TypeLayout = { types, alignments: new Map(), found: new Map() };
  const budget: Pieces = { left: MAX_PIECES };
  for (const section of survey.data) {
    if (section.name === ".maps" || things.in(section).some(({ thing }) => thing.kind === "map")) {
      checkMapSection(cx, section, things.in(section));
      continue;
    }
    const found = fillGaps(
      cx,
      section,
      things.in(section),
      targets.get(section) ?? new Set(),
      nameFor,
      budget,
    );
    things.replace(section, found);
    alignVariables(section, found, layout);
  }
}

/** A BTF-defined map stores nothing but addresses; what lies between maps are losers of a static linker. */
function checkMapSection(cx: LiftContext, section: ElfSection, extents: readonly Extent[]): void {
  const stored = section.bytes.slice();
  for (const { offset } of section.relocations) stored.fill(0, offset, offset + POINTER_SIZE);
  let end = 0;
  for (const { thing, start, end: after } of extents) {
    // Between maps there is room for an alignment.
    if (start - end >= POINTER_SIZE) reportDeadMap(cx, section, end, start - end);
    end = after;
    if (section.name === ".maps" && stored.subarray(start, after).some((byte) => byte !== 0))
      cx.log.error("object/map-bytes", thing.at, { map: thing.name });
  }
  if (section.size > end) reportDeadMap(cx, section, end, section.size - end);
}

function reportDeadMap(cx: LiftContext, section: ElfSection, start: number, size: number): void {
  cx.log.warn("object/dead-map", placeIn(cx, section, start), { section: section.name, size });
}

/** Where relocations lead to, of code and of data. */
function findTargets({ object }: LiftContext, survey: Survey): Targets {
  const targets = new Map<ElfSection, Set<number>>();
  const add = ({ symbol }: ElfRelocation, addend: number): void => {
    const { section } = symbol;
    if (section === undefined) return;
    const offsets = targets.get(section) ?? new Set<number>();
    offsets.add(symbol.value + addend);
    targets.set(section, offsets);
  };
  for (const { bytes, relocations } of survey.code) {
    const view = viewOf(bytes);
    for (const relocation of relocations) {
      const { offset } = relocation;
      if (bytes[offset] !== OPCODE.ld_imm64 || offset + 8 > bytes.length) continue;
      add(relocation, view.getInt32(offset + 4, object.little));
    }
  }
  return targets;
}

/** The things of a section with private constants between them, in order. */
function fillGaps(
  cx: LiftContext,
  section: ElfSection,
  named: readonly Extent[],
  targets: ReadonlySet<number>,
  nameFor: (stem: string) => string,
  budget: Pieces,
): Extent[] {
  const starts = [...targets].sort((a, b) => a - b);
  const found: Extent[] = [];
  let end = 0;
  let next = 0;
  const fill = (until: number): void => {
    const inside: number[] = [];
    for (; next < starts.length && starts[next]! < until; next++) {
      if (starts[next]! >= end) inside.push(starts[next]!);
    }
    for (const [from, to] of splitGap(section, end, until, inside, budget)) {
      const constant = privateConstant(cx, section, from, to, nameFor);
      found.push({ thing: constant, section, start: from, end: to });
    }
  };
  for (const extent of named) {
    fill(extent.start);
    found.push(extent);
    end = Math.max(end, extent.end);
    while (next < starts.length && starts[next]! < end) next++;
  }
  fill(section.size);
  return found;
}

/** The constants between two offsets of a section, without the padding before them. */
function splitGap(
  section: ElfSection,
  from: number,
  to: number,
  targets: readonly number[],
  budget: Pieces,
): (readonly [number, number])[] {
  const { bytes, flags, entsize, size, type } = section;
  if (from >= to) return [];
  // What stores nothing has no strings to tell apart, and can be as long as it likes.
  if ((flags & SHF_MERGE) !== 0 && entsize > 0 && type !== SHT_NOBITS) {
    const ends =
      (flags & SHF_STRINGS) !== 0
        ? stringEnds(bytes, from, to, entsize, budget.left)
        : unitEnds(from, to, entsize, budget.left);
    const cuts = ends ?? [to];
    budget.left -= cuts.length;
    return cuts.map((end, i) => [cuts[i - 1] ?? from, end]);
  }
  const cuts = targets.length > 0 && targets[0] === from ? [...targets] : [from, ...targets];
  const pieces = cuts.map((start, i) => [start, cuts[i + 1] ?? to] as const);
  // What begins at no target may be padding: up to a thing, not up to the end of the section.
  const [first] = pieces;
  const padding =
    first !== undefined &&
    targets[0] !== from &&
    (first[1] < size || to < size) &&
    isPadding(section, ...first);
  return padding ? pieces.slice(1) : pieces;
}

/** Zeros in front of a thing that an alignment explains. */
function isPadding(section: ElfSection, from: number, to: number): boolean {
  const zero = section.type === SHT_NOBITS || isZero(section.bytes, from, to);
  return zero && to < section.size && alignmentFor(from, to) <= Math.max(section.align, 1);
}

/** The smallest alignment that leads from the end of one thing to the start of the next; Infinity where none does. */
function alignmentFor(end: number, start: number): number {
  for (let align = 1; align <= start; align *= 2) {
    if (alignUp(end, align) === start) return align;
  }
  return start === end ? 1 : Number.POSITIVE_INFINITY;
}

/** Mergeable constants that an object is cut into at most; beyond, a gap is one: bytes of nothing but NULs stay cheap. */
const MAX_PIECES = 4096;

/** What is left of MAX_PIECES. */
interface Pieces {
  left: number;
}

/** Ends of NUL-terminated strings of `unit`-byte characters; `undefined` where there are more than `limit`. */
function stringEnds(
  bytes: Uint8Array,
  from: number,
  to: number,
  unit: number,
  limit: number,
): number[] | undefined {
  const ends: number[] = [];
  for (let at = from; at + unit <= to; at += unit) {
    if (isZero(bytes, at, at + unit)) ends.push(at + unit);
    if (ends.length > limit) return undefined;
  }
  if (ends.at(-1) !== to) ends.push(to);
  return ends;
}

function unitEnds(from: number, to: number, unit: number, limit: number): number[] | undefined {
  if ((to - from) / unit > limit) return undefined;
  const ends: number[] = [];
  for (let at = from + unit; at < to; at += unit) ends.push(at);
  return [...ends, to];
}

/** Bytes that no variable explains: text for them would be twice as long, and nobody writes so large a constant. */
const MAX_UNTYPED = 4 * 1024 * 1024;

function privateConstant(
  cx: LiftContext,
  section: ElfSection,
  from: number,
  to: number,
  nameFor: (stem: string) => string,
): Open<DataVariable> {
  const strings = (section.flags & SHF_STRINGS) !== 0;
  const zeroed = section.type === SHT_NOBITS;
  const size = to - from;
  if (size > MAX_UNTYPED) {
    const what = { section: section.name, size, limit: MAX_UNTYPED };
    cx.log.error("object/untyped-bytes", placeIn(cx, section, from), what);
  }
  return {
    kind: "data",
    name: nameFor(strings ? ".L.str" : ".L.const"),
    section: section.name,
    binding: "local",
    hidden: false,
    private: true,
    type: undefined,
    bytes: zeroed ? new Uint8Array(size > MAX_UNTYPED ? 0 : size) : section.bytes.slice(from, to),
    align: 1,
    constant: (section.flags & SHF_WRITE) === 0,
    mergeable: false,
    pointers: [],
    tags: [],
    at: placeIn(cx, section, from),
  };
}

/**
 * Gives each variable the alignment of its type where its offset allows it, more where only that explains the offset,
 * and one of them the alignment of the section.
 */
function alignVariables(section: ElfSection, extents: readonly Extent[], layout: TypeLayout): void {
  let end = 0;
  let most = 1;
  let largest: Open<DataVariable> | undefined;
  for (const { thing, start, end: after } of extents) {
    if (thing.kind !== "data") continue;
    const natural = thing.type === undefined ? 1 : alignOf(layout, thing.type);
    const asked = start % natural === 0 ? Math.min(natural, Math.max(section.align, 1)) : 1;
    const needed = alignmentFor(end, start);
    thing.align = alignUp(end, asked) === start ? asked : Math.min(needed, Math.max(section.align, 1));
    most = Math.max(most, thing.align);
    if (start % section.align === 0 && (largest === undefined || thing.bytes.length > largest.bytes.length))
      largest = thing;
    end = after;
  }
  if (most < section.align && largest !== undefined) largest.align = section.align;
}

/**
 * Addresses that data holds: slots of maps, functions of struct_ops tables. No loader relocates any others, and a
 * Module has no place for them.
 */
export function liftPointers(
  cx: LiftContext,
  survey: Survey,
  things: Things,
  valuesOffsets: ReadonlyMap<Lifted, number>,
): void {
  for (const section of survey.data) {
    const view = viewOf(section.bytes);
    for (const relocation of section.relocations) {
      const { offset, symbol } = relocation;
      const at = placeIn(cx, section, offset);
      const holder = things.at(section, offset);
      if (holder === undefined || offset + POINTER_SIZE > holder.end) {
        cx.log.error("object/relocation", at, { type: relocation.type, what: "no variable" });
        continue;
      }
      const inPlace = Number(view.getBigInt64(offset, cx.object.little));
      const addend = holdsPlace(cx, things, relocation, at, inPlace, 0) ? 0 : inPlace;
      const found = resolveRelocation(things, symbol, addend);
      if (found === undefined || found.addend !== 0 || found.thing.kind === "jump_table") {
        cx.log.error("object/no-target", at, {
          name: symbol.name || (symbol.section?.name ?? ""),
          offset: addend,
        });
        continue;
      }
      const ref = { to: found.thing, addend: 0, at };
      const { thing } = holder;
      const inside = offset - holder.start;
      if (thing.kind === "map") {
        const slot = (inside - (valuesOffsets.get(thing) ?? 0)) / POINTER_SIZE;
        const init = thing.init as (typeof ref | undefined)[]; // under construction
        if (Number.isInteger(slot) && slot >= 0 && slot < init.length) init[slot] = ref;
        else
          cx.log.error("object/relocation", at, {
            type: relocation.type,
            what: `no slot of map "${thing.name}"`,
          });
      } else if (thing.kind === "data" && /^\??\.struct_ops(\.link)?$/.test(section.name)) {
        (thing.pointers as Pointer[]).push({ offset: inside, ref }); // under construction
        thing.bytes.fill(0, inside, inside + POINTER_SIZE);
      } else {
        cx.log.error("object/pointer-in-data", at, { name: thing.name, target: found.thing.name });
      }
    }
  }
}
