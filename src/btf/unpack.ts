// A packed record to the object that everybody reads; encode.ts is the inverse, in the same order of cases. Source: the
// kernel's Documentation/bpf/btf.rst, section 2. The words were checked when they were read (decode.ts).

import { INT_ENCODINGS, LINKAGES } from "./encode.js";
import type { PackedTypes } from "./packed.js";
import { HEAD_WORDS, shapeOf } from "./shapes.js";
import type { BtfLinkage, BtfType, Enumerator, Member, Param, SectionEntry } from "./types.js";

type IntEncoding = keyof typeof INT_ENCODINGS;

const ENCODING_NAMES: ReadonlyMap<number, IntEncoding> = inverse(INT_ENCODINGS);
const LINKAGE_NAMES: ReadonlyMap<number, BtfLinkage> = inverse(LINKAGES);

function inverse<K extends string>(numbers: Readonly<Record<K, number>>): ReadonlyMap<number, K> {
  return new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as K]));
}

/** BTF_INT_ENCODING of the word behind an int (btf.rst 2.2.1); `undefined` for one that is not known. */
export function intEncoding(word: number): IntEncoding | undefined {
  return ENCODING_NAMES.get(word >>> 24);
}

/** `undefined` for a number that is no linkage. */
export function linkageOf(value: number): BtfLinkage | undefined {
  return LINKAGE_NAMES.get(value);
}

/** The record at the index `start` of the words. */
export function unpackType({ words, names }: PackedTypes, start: number): BtfType {
  const info = words[start + 1]!;
  const last = words[start + 2]! >>> 0;
  const vlen = info & 0xffff;
  const flag = info < 0; // kind_flag is the highest bit
  const { kind, words: part } = shapeOf(info)!;
  const name = names.textOf(words[start]!);
  const at = start + HEAD_WORDS;
  switch (kind) {
    case "int": {
      // Encoding, offset and bits: one byte each from the top, with a reserved one before the last (btf.rst 2.2.1).
      const word = words[at]!;
      const encoding = intEncoding(word)!;
      return { kind, name, size: last, encoding, bits: word & 0xff, bitOffset: (word >>> 16) & 0xff };
    }
    case "ptr":
    case "volatile":
    case "const":
    case "restrict":
      return { kind, type: last };
    case "array":
      return { kind, element: words[at]!, index: words[at + 1]!, length: words[at + 2]! >>> 0 };
    case "struct":
    case "union": {
      // With the kind_flag, a member's word holds its width in the upper 8 bits and its bit offset in the lower 24.
      const members: Member[] = [];
      for (let i = 0; i < vlen; i++) {
        const m = at + i * part.length;
        const word = words[m + 2]!;
        const offset = flag ? word & 0xffffff : word >>> 0;
        const bits = flag ? word >>> 24 : 0;
        members.push({ name: names.textOf(words[m]!), type: words[m + 1]!, offset, bits });
      }
      return { kind, name, size: last, members, bitfields: flag };
    }
    case "enum": {
      const values: Enumerator[] = [];
      for (let i = 0; i < vlen; i++) {
        const v = at + i * part.length;
        const value = words[v + 1]!;
        values.push({ name: names.textOf(words[v]!), value: BigInt(flag ? value : value >>> 0) });
      }
      return { kind, name, size: last, signed: flag, values };
    }
    case "fwd":
      return { kind, name, union: flag };
    case "typedef":
      return { kind, name, type: last };
    case "func":
      return { kind, name, type: last, linkage: linkageOf(vlen)! };
    case "func_proto": {
      const params: Param[] = [];
      for (let i = 0; i < vlen; i++) {
        const p = at + i * part.length;
        params.push({ name: names.textOf(words[p]!), type: words[p + 1]! });
      }
      return { kind, result: last, params };
    }
    case "var":
      return { kind, name, type: last, linkage: linkageOf(words[at]!)! };
    case "datasec": {
      const entries: SectionEntry[] = [];
      for (let i = 0; i < vlen; i++) {
        const e = at + i * part.length;
        entries.push({ type: words[e]!, offset: words[e + 1]! >>> 0, size: words[e + 2]! >>> 0 });
      }
      return { kind, name, size: last, entries };
    }
    case "float":
      return { kind, name, size: last };
    case "decl_tag":
      return { kind, value: name, type: last, component: words[at]!, attribute: flag };
    case "type_tag":
      return { kind, value: name, type: last, attribute: flag };
    default: {
      // enum64: the low word comes first in both byte orders.
      const values: Enumerator[] = [];
      for (let i = 0; i < vlen; i++) {
        const v = at + i * part.length;
        const bits = BigInt(words[v + 1]! >>> 0) | (BigInt(words[v + 2]! >>> 0) << 32n);
        values.push({ name: names.textOf(words[v]!), value: flag ? BigInt.asIntN(64, bits) : bits });
      }
      return { kind, name, size: last, signed: flag, values };
    }
  }
}
