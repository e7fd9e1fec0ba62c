// Where the fields of an object are, for mutations that know what they change. Shares nothing with the readers under
// test; of an object that is not well-formed it finds what it can, or nothing. Sources: ELF gABI; the kernel's btf.rst, sections 2 to 4.

/** What a field means, which decides what it is changed into. */
export type Meaning =
  /** Position in a table. */
  | "index"
  /** Bytes from the start of something, or their number. */
  | "extent"
  /** Position in a string table. */
  | "name"
  /** Kinds, flags, counts and values. */
  | "word";

export interface Field {
  /** Bytes from the start of the file. */
  readonly at: number;
  readonly size: 1 | 2 | 4 | 8;
  readonly meaning: Meaning;
  /** How many positions there are, for `index` and `name`. */
  readonly limit: number;
}

export interface ShapedSection {
  readonly index: number;
  /** Of its header. */
  readonly header: number;
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

export interface Shape {
  readonly little: boolean;
  readonly headersAt: number;
  readonly sections: readonly ShapedSection[];
  /** Fields by the part of the file that they belong to: each part is changed as often as the others. */
  readonly parts: readonly (readonly Field[])[];
}

export const SHDR_SIZE = 64;
export const SYM_SIZE = 24;
export const REL_SIZE = 16;
const SHT_PROGBITS = 1;
const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const SHT_NOBITS = 8;
const SHT_REL = 9;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** More fields than any object of the corpus has: what is larger has been damaged. */
const MAX_FIELDS = 1_000_000;

/** `undefined` for what is so broken that its fields cannot be found. */
export function shapeOf(bytes: Uint8Array): Shape | undefined {
  try {
    const shape = wellFormedShape(bytes);
    const fields = shape.parts.reduce((sum, part) => sum + part.length, 0);
    return shape.sections.length === 0 || fields > MAX_FIELDS ? undefined : shape;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The names of symbols. */
export function namesIn(bytes: Uint8Array, shape: Shape | undefined): string[] {
  const table = shape?.sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = table && shape?.sections[table.link];
  if (shape === undefined || table === undefined || strings === undefined) return [];
  const view = viewOf(bytes);
  const names: string[] = [];
  const end = Math.min(table.offset + table.size, bytes.length);
  for (let at = table.offset; at + SYM_SIZE <= end; at += SYM_SIZE) {
    const start = strings.offset + view.getUint32(at, shape.little);
    names.push(new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start))).slice(0, 200));
  }
  return names;
}

function wellFormedShape(bytes: Uint8Array): Shape {
  const view = viewOf(bytes);
  const little = bytes[5] === 1;
  const headersAt = Number(view.getBigUint64(40, little));
  const count = view.getUint16(60, little);
  const at = (index: number): number => headersAt + index * SHDR_SIZE;
  const names = Number(view.getBigUint64(at(view.getUint16(62, little)) + 24, little));
  const sections = Array.from({ length: count }, (_, index): ShapedSection => {
    const header = at(index);
    const start = names + view.getUint32(header, little);
    return {
      index,
      header,
      name: new TextDecoder().decode(bytes.subarray(start, bytes.indexOf(0, start))),
      type: view.getUint32(header + 4, little),
      offset: Number(view.getBigUint64(header + 24, little)),
      size: Number(view.getBigUint64(header + 32, little)),
      link: view.getUint32(header + 40, little),
    };
  });
  const parts = [fileHeader(count), sections.flatMap((section) => sectionHeader(section, sections))];
  for (const section of sections) {
    const part = fieldsOf(section, sections, view, little);
    if (part.length > 0) parts.push(part);
  }
  return { little, headersAt, sections, parts };
}

function field(at: number, size: Field["size"], meaning: Meaning, limit = 0): Field {
  return { at, size, meaning, limit };
}

/** gABI, Elf64_Ehdr. */
function fileHeader(count: number): Field[] {
  return [
    ...[4, 5, 6, 7].map((at) => field(at, 1, "word")),
    ...[16, 18, 52, 54, 56, 58].map((at) => field(at, 2, "word")),
    field(20, 4, "word"),
    field(40, 8, "extent"),
    field(60, 2, "index", count + 1),
    field(62, 2, "index", count),
  ];
}

/** gABI, Elf64_Shdr. */
function sectionHeader({ header }: ShapedSection, sections: readonly ShapedSection[]): Field[] {
  const names = sections.find(({ name }) => name === ".strtab")?.size ?? 1;
  return [
    field(header, 4, "name", names),
    field(header + 4, 4, "word"),
    field(header + 8, 8, "word"),
    field(header + 24, 8, "extent"),
    field(header + 32, 8, "extent"),
    field(header + 40, 4, "index", sections.length),
    field(header + 44, 4, "index", sections.length),
    field(header + 48, 8, "word"),
    field(header + 56, 8, "word"),
  ];
}

function fieldsOf(
  section: ShapedSection,
  sections: readonly ShapedSection[],
  view: DataView,
  little: boolean,
): Field[] {
  const { name, type, offset, size, link } = section;
  if (offset + size > view.byteLength) return [];
  const starts = (step: number): number[] =>
    Array.from({ length: Math.floor(size / step) }, (_, i) => offset + i * step);
  switch (type) {
    case SHT_SYMTAB: {
      const names = sections[link]?.size ?? 1;
      return starts(SYM_SIZE).flatMap((at) => [
        field(at, 4, "name", names),
        field(at + 4, 1, "word"),
        field(at + 5, 1, "word"),
        field(at + 6, 2, "index", sections.length),
        field(at + 8, 8, "extent"),
        field(at + 16, 8, "extent"),
      ]);
    }
    case SHT_REL: {
      const symbols = (sections[link]?.size ?? 0) / SYM_SIZE;
      const [low, high] = little ? [8, 12] : [12, 8];
      return starts(REL_SIZE).flatMap((at) => [
        field(at, 8, "extent"),
        field(at + low, 4, "word"),
        field(at + high, 4, "index", symbols),
      ]);
    }
    case SHT_STRTAB:
    case SHT_NOBITS:
      return starts(1).map((at) => field(at, 1, "word"));
    case SHT_PROGBITS:
      if (name === ".BTF") return btfFields(offset, view, little);
      if (name === ".BTF.ext") return extFields(section, sections, view, little);
      // Instructions, or data: opcode, registers, offset, immediate.
      return starts(8).flatMap((at) => [
        field(at, 1, "word"),
        field(at + 1, 1, "word"),
        field(at + 2, 2, "extent"),
        field(at + 4, 4, "extent"),
      ]);
    default:
      return [];
  }
}

/** Words that follow the three of struct btf_type, once and for each of its parts: `r`eference, `n`ame, `w`ord, by kind. */
const KINDS: readonly { readonly once: string; readonly each: string }[] =
  "_ w _ rrw _nrw _nrw _nw _ _ _ _ _ _ _nr w _rww _ w _ _nww".split(" ").map((text) => {
    const repeats = text.startsWith("_");
    return { once: repeats ? "" : text, each: repeats ? text.slice(1) : "" };
  });
/** Kinds whose third word is a type: ptr, typedef, volatile, const, restrict, func, func_proto, var, tags. */
const TYPED = new Set([2, 8, 9, 10, 11, 12, 13, 14, 17, 18]);

export interface BtfShape {
  readonly typesAt: number;
  readonly typesSize: number;
  readonly stringsAt: number;
  readonly stringsSize: number;
  /** Starts of the records, by id - 1. */
  readonly records: readonly number[];
}

/** Offsets are those in `view`, in which .BTF begins at `start`. */
export function btfShape(start: number, view: DataView, little: boolean): BtfShape {
  const word = (at: number): number => view.getUint32(at, little);
  const body = start + word(start + 4);
  const [typesAt, typesSize] = [body + word(start + 8), word(start + 12)];
  const records: number[] = [];
  // A read past the end throws, and ends the walk over types that are not there.
  for (let at = typesAt; at < typesAt + typesSize; at = recordEnd(at, word(at + 4))) records.push(at);
  return { typesAt, typesSize, stringsAt: body + word(start + 16), stringsSize: word(start + 20), records };
}

function recordEnd(at: number, info: number): number {
  const { once, each } = KINDS[(info >>> 24) & 31] ?? { once: "", each: "" };
  return at + 12 + 4 * (once.length + each.length * (info & 0xffff));
}

function btfFields(start: number, view: DataView, little: boolean): Field[] {
  const { records, stringsSize } = btfShape(start, view, little);
  const types = records.length + 1;
  const fields = [field(start, 2, "word"), field(start + 2, 1, "word"), field(start + 3, 1, "word")];
  for (let at = 4; at < 24; at += 4) fields.push(field(start + at, 4, "extent"));
  for (const at of records) {
    const info = view.getUint32(at + 4, little);
    const { once, each } = KINDS[(info >>> 24) & 31]!;
    fields.push(field(at, 4, "name", stringsSize), field(at + 4, 4, "word"));
    const third = TYPED.has((info >>> 24) & 31) ? "r" : "w";
    for (const [i, letter] of [...third, ...once, ...each.repeat(info & 0xffff)].entries()) {
      const place = at + 8 + 4 * i;
      if (letter === "r") fields.push(field(place, 4, "index", types));
      else if (letter === "n") fields.push(field(place, 4, "name", stringsSize));
      else fields.push(field(place, 4, "word"));
    }
  }
  return fields;
}

/** btf.rst section 4: a header, then lists of words. */
function extFields(
  { offset, size }: ShapedSection,
  sections: readonly ShapedSection[],
  view: DataView,
  little: boolean,
): Field[] {
  const btf = sections.find(({ name }) => name === ".BTF");
  const shape = btf && btfShape(btf.offset, view, little);
  const fields: Field[] = [];
  for (let at = offset; at + 4 <= offset + size; at += 4) {
    const limit = at % 8 === 0 ? shape?.stringsSize : shape?.records.length;
    fields.push(field(at, 4, at < offset + 32 ? "extent" : at % 8 === 0 ? "name" : "index", limit ?? 1));
  }
  return fields;
}

/** Puts `content` at the end of the file and lets the header of section `index` point there. */
export function withSection(bytes: Uint8Array, shape: Shape, index: number, content: Uint8Array): Uint8Array {
  const start = (bytes.length + 7) & ~7;
  const result = new Uint8Array(start + content.length);
  result.set(bytes);
  result.set(content, start);
  const header = shape.sections[index]?.header ?? 0;
  if (header + SHDR_SIZE > bytes.length) return result;
  const view = viewOf(result);
  view.setBigUint64(header + 24, BigInt(start), shape.little);
  view.setBigUint64(header + 32, BigInt(content.length), shape.little);
  return result;
}
