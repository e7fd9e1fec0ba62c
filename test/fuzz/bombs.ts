// Damage that grows: what is harmless once, thousands of times, or as deep as the format lets it. Each bomb leaves an
// object that is read far: its new types are used by the old ones, its new sections and symbols are well-formed.

import type { Random } from "./random.js";
import { btfShape, REL_SIZE, SHDR_SIZE, type Shape, SYM_SIZE, viewOf, withSection } from "./shape.js";

export type Bomb = (random: Random, bytes: Uint8Array, shape: Shape) => Uint8Array;

/** BTF_KIND_* (btf.rst, section 2). */
const INT = 1;
const PTR = 2;
const ARRAY = 3;
const STRUCT = 4;
const UNION = 5;
const ENUM = 6;
const FWD = 7;
const TYPEDEF = 8;
const VOLATILE = 9;
const CONST = 10;
const RESTRICT = 11;
const FUNC = 12;
const FUNC_PROTO = 13;
const DECL_TAG = 17;
const TYPE_TAG = 18;
const SHT_SYMTAB = 2;
const SHT_REL = 9;

/** What the maker of new types knows. */
interface Draft {
  /** Id of the first new type. */
  readonly first: number;
  /** A name of the old types, or, rarely, an immense one. */
  name(): number;
  /** Appends a record; the result is its id. */
  add(kind: number, name: number, third: number, rest?: readonly number[], count?: number): number;
}

type TypeMaker = (random: Random, draft: Draft, count: number) => number;

/** One type behind the other; `make` says with what. The result is the last. */
function chain(make: (random: Random, draft: Draft, before: number, i: number) => number): TypeMaker {
  return (random, draft, count) => {
    let id = random.once(2) ? 0 : 1;
    for (let i = 0; i < count; i++) id = make(random, draft, id, i);
    return id;
  };
}

const array = (draft: Draft, element: number, length: number): number =>
  draft.add(ARRAY, 0, 0, [element, 1, length]);

const MAKERS: readonly TypeMaker[] = [
  chain((random, draft, id) => draft.add(random.pick([PTR, CONST, VOLATILE, RESTRICT]), 0, id)),
  chain((_, draft, id) => draft.add(PTR, 0, id)),
  chain((_, draft, id) => draft.add(TYPEDEF, draft.name(), id)),
  chain((_, draft, id) => draft.add(TYPE_TAG, draft.name(), id)),
  chain((random, draft, id) => array(draft, id, random.pick([0, 1, 2, 0xffffffff]))),
  // A struct in a struct in a struct, without names or with.
  chain((_, draft, id) => draft.add(STRUCT, 0, 8, [0, id, 0], 1)),
  chain((random, draft, id) =>
    draft.add(random.pick([STRUCT, UNION]), draft.name(), 8, [draft.name(), id, 0], 1),
  ),
  // Each twice in the next: short to say, and long to spell.
  chain((_, draft, id) => draft.add(STRUCT, 0, 8, [draft.name(), id, 0, draft.name(), id, 0], 2)),
  chain((_, draft, id) => draft.add(UNION, 0, 8, [0, id, 0, 0, id, 0], 2)),
  chain((_, draft, id) => draft.add(FUNC_PROTO, 0, id, [0, id, draft.name(), id], 2)),
  chain((_, draft, id) => draft.add(PTR, 0, draft.add(FUNC_PROTO, 0, id, [draft.name(), id], 1))),
  // In circles: every new type is the next one's, and the last one's is the first.
  (random, draft, count) => {
    const kinds = random.pick([[PTR], [TYPEDEF], [CONST, TYPEDEF], [TYPE_TAG], [PTR, CONST, TYPEDEF]]);
    const round = 1 + random.below(Math.min(count, 40));
    for (let i = 0; i < round; i++) draft.add(kinds[i % kinds.length]!, 0, draft.first + ((i + 1) % round));
    return draft.first;
  },
  (random, draft) => {
    const self = draft.first;
    return random.pick([
      () => array(draft, self, 2),
      () => draft.add(STRUCT, 0, 8, [draft.name(), self, 0], 1),
      () => draft.add(STRUCT, draft.name(), 8, [0, self, 0], 1),
      () => draft.add(UNION, 0, 8, [0, self, 0, 0, self + 1, 0], 2),
      () => draft.add(FUNC_PROTO, 0, self, [0, self], 1),
      () => draft.add(DECL_TAG, draft.name(), self, [0xffffffff]),
    ])();
  },
  // As many parts as one record can have.
  (random, draft, count) => {
    const parts = Math.min(count, 0xffff);
    const member = (i: number): number[] => [draft.name(), random.once(9) ? draft.first : 1, i * 32];
    const list = Array.from({ length: parts }, (_, i) => member(i)).flat();
    return draft.add(random.pick([STRUCT, UNION]), draft.name(), parts * 4, list, parts);
  },
  (_, draft, count) => {
    const parts = Math.min(count, 0xffff);
    return draft.add(
      ENUM,
      draft.name(),
      4,
      Array.from({ length: parts }, (_, i) => [draft.name(), i]).flat(),
      parts,
    );
  },
  (_, draft, count) => {
    const parts = Math.min(count, 0xffff);
    return draft.add(FUNC_PROTO, 0, 1, Array.from({ length: parts }, () => [draft.name(), 1]).flat(), parts);
  },
  // Many of one kind, of one name, or tags of one type.
  (random, draft, count) => {
    const [kind, name] = [random.pick([INT, STRUCT, UNION, ENUM, FWD, TYPEDEF, FUNC]), draft.name()];
    const rest = kind === INT ? [0x20] : [];
    for (let i = 1; i < count; i++) draft.add(kind, name, kind === TYPEDEF ? 1 : 4, rest);
    return draft.add(kind, name, 4, rest);
  },
  (random, draft, count) => {
    const target = random.once(2) ? 1 : draft.first;
    for (let i = 1; i < count; i++) draft.add(DECL_TAG, draft.name(), target, [random.below(4) - 1]);
    return draft.add(TYPEDEF, draft.name(), 1);
  },
];

/** New types behind those of .BTF, in the place of types that are used. */
const growTypes: Bomb = (random, bytes, shape) => {
  const section = shape.sections.find(({ name }) => name === ".BTF");
  if (section === undefined) return bytes;
  const { little } = shape;
  const old = bytes.slice(section.offset, section.offset + section.size);
  const view = viewOf(old);
  const btf = btfShape(0, view, little);
  const words: number[] = [];
  let id = btf.records.length;
  // A string that is long, and one that is used everywhere.
  const immense = random.once(6) ? random.pick([1000, 50_000]) : 0;
  const draft: Draft = {
    first: id + 1,
    name: () => (immense > 0 && random.once(3) ? btf.stringsSize : random.below(btf.stringsSize)),
    add: (kind, name, third, rest = [], count = 0) => {
      words.push(name, (kind << 24) | count, third, ...rest.slice(0, 1000));
      for (let i = 1000; i < rest.length; i++) words.push(rest[i]!);
      id += 1;
      return id;
    },
  };
  const made = random.pick(MAKERS)(random, draft, 1 + random.small(random.once(4) ? 12_000 : 300));

  const strings = old.subarray(btf.stringsAt, btf.stringsAt + btf.stringsSize);
  const typesEnd = btf.typesAt + btf.typesSize;
  const result = new Uint8Array(
    typesEnd + 4 * words.length + strings.length + (immense > 0 ? immense + 1 : 0),
  );
  result.set(old.subarray(0, typesEnd));
  const out = viewOf(result);
  for (const [i, word] of words.entries()) out.setUint32(typesEnd + 4 * i, word >>> 0, little);
  const stringsAt = typesEnd + 4 * words.length;
  result.set(strings, stringsAt);
  if (immense > 0) result.fill(0x61, stringsAt + strings.length, result.length - 1);
  out.setUint32(12, btf.typesSize + 4 * words.length, little);
  out.setUint32(16, stringsAt - btf.typesAt, little);
  out.setUint32(20, result.length - stringsAt, little);
  // Fields of the old types begin where they did, counted from the start of the section.
  const part = shape.parts.find((fields) => fields[0]?.at === section.offset) ?? [];
  const users = part.filter(({ meaning }) => meaning === "index");
  for (let left = 1 + random.small(20); left > 0 && users.length > 0; left--) {
    const target = random.once(3) ? random.below(id + 1) : made;
    out.setUint32(random.pick(users).at - section.offset, target, little);
  }
  return withSection(bytes, shape, section.index, result);
};

/** Thousands of section headers, copies of those that are there. */
const growSections: Bomb = (random, bytes, { little, headersAt, sections }) => {
  const old = bytes.subarray(headersAt, headersAt + sections.length * SHDR_SIZE);
  const more = random.small(random.once(4) ? 12_000 : 2000);
  const start = (bytes.length + 7) & ~7;
  const result = new Uint8Array(start + old.length + more * SHDR_SIZE);
  result.set(bytes);
  result.set(old, start);
  const view = viewOf(result);
  const one = random.once(2) ? random.pick(sections).index : undefined;
  for (let i = 0; i < more; i++) {
    const from = (one ?? random.below(sections.length)) * SHDR_SIZE;
    const at = start + old.length + i * SHDR_SIZE;
    result.set(old.subarray(from, from + SHDR_SIZE), at);
    // Two sections cannot share bytes, but they can have none, or be zeros.
    if (random.once(2)) view.setBigUint64(at + 32, 0n, little);
    else view.setUint32(at + 4, 8, little); // SHT_NOBITS
  }
  view.setBigUint64(40, BigInt(start), little);
  view.setUint16(60, (sections.length + more) & 0xffff, little);
  return result;
};

/** Thousands of records behind those of a table: copies, with places of their own or all with one. */
function growTable(type: number, step: number, place: number, sizeAt: number | undefined): Bomb {
  return (random, bytes, shape) => {
    const tables = shape.sections.filter((section) => section.type === type && section.size > step);
    if (tables.length === 0) return bytes;
    const table = random.pick(tables);
    const old = bytes.subarray(table.offset, table.offset + table.size);
    const count = Math.floor(old.length / step);
    const more = random.small(random.once(4) ? 12_000 : 1000);
    const result = new Uint8Array((count + more) * step);
    result.set(old);
    const view = viewOf(result);
    const one = random.once(2) ? 1 + random.below(count - 1) : undefined;
    const spread = random.pick([0, 1, 8]);
    for (let i = 0; i < more; i++) {
      const from = (one ?? random.below(count)) * step;
      const at = (count + i) * step;
      result.copyWithin(at, from, from + step);
      if (spread > 0) view.setBigUint64(at + place, BigInt(i * spread), shape.little);
      if (sizeAt !== undefined && random.once(2))
        view.setBigUint64(at + sizeAt, BigInt(spread), shape.little);
    }
    return withSection(bytes, shape, table.index, result);
  };
}

/** Bytes of a section thousands of times: code, data, records of .BTF.ext. Symbols may grow with it. */
const growSection: Bomb = (random, bytes, shape) => {
  const section = random.pick(shape.sections.filter(({ size, type }) => size > 0 && type !== 8));
  const old = bytes.subarray(section.offset, section.offset + section.size);
  const limit = random.once(4) ? 200_000 : 20_000;
  const times = 1 + random.small(Math.max(2, Math.ceil(limit / old.length)));
  const result = new Uint8Array(old.length * times);
  for (let i = 0; i < times; i++) result.set(old, i * old.length);
  const table = shape.sections.find(({ type }) => type === SHT_SYMTAB);
  if (table !== undefined && random.once(2)) {
    const view = viewOf(bytes);
    for (let at = table.offset; at + SYM_SIZE <= table.offset + table.size; at += SYM_SIZE) {
      if (view.getUint16(at + 6, shape.little) !== section.index || random.once(3)) continue;
      const size = view.getBigUint64(at + 16, shape.little);
      view.setBigUint64(at + 16, size + BigInt(old.length * (times - 1)), shape.little);
    }
  }
  return withSection(bytes, shape, section.index, result);
};

/** One list of .BTF.ext, as long as may be: all at one instruction, or one at each. */
const growRecords: Bomb = (random, bytes, shape) => {
  const section = shape.sections.find(({ name }) => name === ".BTF.ext");
  if (section === undefined) return bytes;
  const { little } = shape;
  const old = bytes.slice(section.offset, section.offset + section.size);
  const view = viewOf(old);
  const words = (at: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => view.getUint32(at + 4 * i, little));
  // func_info, line_info, core_relo: each has an offset and a size in the header (btf.rst 4.1).
  const part = random.below(3);
  const [headerSize, offset, size] = [view.getUint32(4, little), ...words(8 + 8 * part, 2)];
  const start = headerSize! + offset!;
  if (size! < 16) return bytes;
  const [recordSize, name] = words(start, 2);
  if (recordSize! > 64) return bytes;
  const record = words(start + 12, recordSize! / 4);
  const count = random.small(random.once(4) ? 12_000 : 2000);
  const spread = random.pick([0, 1, 8]);
  const sections = random.once(3) ? 1 + random.below(500) : 1;
  const list: number[] = [recordSize!];
  for (let s = 0; s < sections; s++) {
    const here = Math.ceil(count / sections);
    list.push(name!, here);
    for (let i = 0; i < here; i++) {
      list.push(i * spread);
      for (let k = 1; k < record.length; k++) list.push(record[k]!);
    }
  }
  const result = new Uint8Array(old.length + 4 * list.length);
  result.set(old);
  const out = viewOf(result);
  for (const [i, word] of list.entries()) out.setUint32(old.length + 4 * i, word, little);
  out.setUint32(8 + 8 * part, old.length - headerSize!, little);
  out.setUint32(12 + 8 * part, 4 * list.length, little);
  return withSection(bytes, shape, section.index, result);
};

/** The names of sections and symbols become one long string, each of them a part of it. */
const growNames: Bomb = (random, bytes, shape) => {
  const table = shape.sections.find(({ type }) => type === SHT_SYMTAB);
  if (table === undefined) return bytes;
  const size = random.pick([1000, 20_000, 200_000]);
  const result = new Uint8Array(size).fill(random.pick([0x61, 0xff, 0x22, 0x0a]));
  result[0] = 0;
  result[size - 1] = 0;
  const view = viewOf(bytes);
  for (let at = table.offset + SYM_SIZE; at + SYM_SIZE <= table.offset + table.size; at += SYM_SIZE) {
    view.setUint32(at, random.below(size), shape.little);
  }
  return withSection(bytes, shape, table.link, result);
};

export const BOMBS: readonly Bomb[] = [
  growTypes,
  growTypes,
  growTypes,
  growTypes,
  growSections,
  growTable(SHT_SYMTAB, SYM_SIZE, 8, 16),
  growTable(SHT_REL, REL_SIZE, 0, undefined),
  growSection,
  growRecords,
  growNames,
];
