// The table of types: ids are positions in it. What was read from bytes stays packed (packed.ts) until somebody asks for
// the record, and what was made by others is packed when somebody compares it: both ways, each record at most once.

import { append, bug } from "../base/index.js";
import { encodeType } from "./encode.js";
import { fitsBtf } from "./limits.js";
import { NameList, type PackedTypes, WordWriter } from "./packed.js";
import { HEAD_WORDS, shapeOf, wordsBehind } from "./shapes.js";
import { BtfStrings } from "./strings.js";
import { type BtfType, firstRef, forEachRef, type TypeId } from "./types.js";
import { unpackType } from "./unpack.js";

/** In PackedTypes.starts: a record that is no words yet, or never. */
const NOT_PACKED = -1;

/** Types in order of their ids. It never merges by itself: equal records stay two records. */
export class TypeTable {
  /** By id - 1; `undefined` for a record that nobody has asked for: then it is packed. */
  readonly #types: (BtfType | undefined)[] = [];
  /** By id - 1. */
  readonly #kinds: BtfType["kind"][] = [];
  #words: Int32Array = new Int32Array(0);
  /** By id, as far as records are packed. */
  #starts: Int32Array = new Int32Array(1);
  #names: NameList | undefined;

  /** An empty table, or one of checked records without gaps. */
  constructor(packed?: PackedTypes) {
    if (packed === undefined) return;
    const { words, starts } = packed;
    this.#words = words;
    this.#starts = starts;
    this.#names = packed.names;
    this.#types.length = starts.length - 1;
    for (let id = 1; id < starts.length; id++) this.#kinds.push(shapeOf(words[starts[id]! + 1]!)!.kind);
  }

  /** The highest id, which is also the number of types without void. */
  get size(): number {
    return this.#types.length;
  }

  add(type: BtfType): TypeId {
    this.#kinds.push(type.kind);
    return this.#types.push(type);
  }

  /** The record of an id that exists. Not for 0: void has no record. Always the same object, until `set`. */
  at(id: TypeId): BtfType {
    const type = this.#types[id - 1];
    if (type !== undefined) return type;
    const unpacked = unpackType(this.#read(), this.#startOf(id));
    this.#types[id - 1] = unpacked;
    return unpacked;
  }

  /** Puts another record in the place of `id`: a forward declaration that is now complete, say. */
  set(id: TypeId, type: BtfType): void {
    if (!(id >= 1 && id <= this.#types.length)) bug(`type id ${id} is not in the table`);
    this.#types[id - 1] = type;
    this.#kinds[id - 1] = type.kind;
    if (id < this.#starts.length) this.#starts[id] = NOT_PACKED;
  }

  /** As `at(id).kind`, without making a record of it. */
  kindOf(id: TypeId): BtfType["kind"] {
    return this.#kinds[id - 1] ?? bug(`type id ${id} is not in the table`);
  }

  /** Calls `f` with each id that the record `id` holds, in its own order, without making a record of it. */
  forEachRef(id: TypeId, f: (id: TypeId) => void): void {
    const type = this.#types[id - 1];
    if (type !== undefined) {
      forEachRef(type, f);
      return;
    }
    const words = this.#words;
    const start = this.#startOf(id);
    const info = words[start + 1]!;
    const shape = shapeOf(info)!;
    if (shape.last === "ref") f(words[start + HEAD_WORDS - 1]!);
    const { refs } = shape;
    if (refs.length === 0) return;
    const end = start + HEAD_WORDS + wordsBehind(shape, info);
    for (let part = start + HEAD_WORDS; part < end; part += shape.words.length) {
      for (let i = 0; i < refs.length; i++) f(words[part + refs[i]!]!);
    }
  }

  /**
   * The first id that the record `id` holds: what a pointer, a qualifier, a typedef, a tag or an array is made of. 0 where
   * it holds none.
   */
  firstRef(id: TypeId): TypeId {
    const type = this.#types[id - 1];
    if (type !== undefined) return firstRef(type);
    const start = this.#startOf(id);
    const info = this.#words[start + 1]!;
    const shape = shapeOf(info)!;
    if (shape.last === "ref") return this.#words[start + HEAD_WORDS - 1]!;
    const [first] = shape.refs;
    return first === undefined || wordsBehind(shape, info) === 0
      ? 0
      : this.#words[start + HEAD_WORDS + first]!;
  }

  /** All ids, ascending. */
  *ids(): Generator<TypeId> {
    for (let id = 1; id <= this.#types.length; id++) yield id;
  }

  /** All records as words. Good until the table changes. */
  packed(): PackedTypes {
    this.#names ??= new NameList(new BtfStrings(), [0]);
    if (this.#starts.length <= this.size) {
      const starts = new Int32Array(this.size + 1).fill(NOT_PACKED);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    const writer = new WordWriter(this.#words);
    for (let id = 1; id <= this.size; id++) {
      const type = this.#types[id - 1];
      if (type === undefined || this.#starts[id] !== NOT_PACKED || !fitsBtf(type)) continue;
      this.#starts[id] = writer.pos;
      encodeType(type, this.#names, writer);
    }
    if (writer.pos > this.#words.length) this.#words = writer.words.slice(0, writer.pos);
    return { words: this.#words, starts: this.#starts, names: this.#names };
  }

  /** A table of the records `ids` of this one, in which each id has gone through `idOf`. */
  select(ids: readonly TypeId[], idOf: (id: TypeId) => TypeId): TypeTable {
    const { words, starts, names } = this.packed();
    const newStarts = new Int32Array(ids.length + 1);
    let size = 0;
    for (let i = 0; i < ids.length; i++) {
      const info = words[starts[ids[i]!]! + 1]!;
      newStarts[i + 1] = size;
      size += HEAD_WORDS + wordsBehind(shapeOf(info)!, info);
    }
    const chosen = new Int32Array(size);
    for (let i = 0; i < ids.length; i++) copyRecord(words, starts[ids[i]!]!, chosen, newStarts[i + 1]!, idOf);
    return new TypeTable({ words: chosen, starts: newStarts, names });
  }

  #read(): PackedTypes {
    return { words: this.#words, starts: this.#starts, names: this.#names! };
  }

  #startOf(id: TypeId): number {
    const start = id >= 1 && id < this.#starts.length ? this.#starts[id]! : NOT_PACKED;
    if (start === NOT_PACKED) bug(`type id ${id} is not in the table`);
    return start;
  }
}

function copyRecord(
  words: Int32Array,
  start: number,
  to: Int32Array,
  at: number,
  idOf: (id: TypeId) => TypeId,
): void {
  const info = words[start + 1]!;
  const shape = shapeOf(info)!;
  const size = HEAD_WORDS + wordsBehind(shape, info);
  for (let i = 0; i < size; i++) to[at + i] = words[start + i]!;
  if (shape.last === "ref") to[at + HEAD_WORDS - 1] = idOf(words[start + HEAD_WORDS - 1]!);
  for (const ref of shape.refs) {
    for (let i = HEAD_WORDS + ref; i < size; i += shape.words.length) to[at + i] = idOf(words[start + i]!);
  }
}

/** Ids of the DECL_TAG records by the id that they tag, each list ascending: the order of the tags in the source. */
export function declTagsByTarget(types: TypeTable): ReadonlyMap<TypeId, readonly TypeId[]> {
  const found = new Map<TypeId, TypeId[]>();
  for (let id = 1; id <= types.size; id++) {
    if (types.kindOf(id) === "decl_tag") append(found, types.firstRef(id), id);
  }
  return found;
}
