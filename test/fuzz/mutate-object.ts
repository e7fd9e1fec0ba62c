// Damage to an object: fields set to what hurts, parts cut, swapped and put over each other, and growth (bombs.ts).

import { BOMBS } from "./bombs.js";
import type { Random } from "./random.js";
import { type Field, SHDR_SIZE, type Shape, viewOf, withSection } from "./shape.js";

/** An object of the corpus. */
export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `undefined` where the object is broken itself: then only its bytes are changed. */
  readonly shape: Shape | undefined;
}

/** The borders of the fields of ELF, BTF and instructions. */
const BORDERS = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  9n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xfff1n,
  0xfff2n,
  0xffffn,
  0x10000n,
  0xffffffn,
  0x7fffffffn,
  0x80000000n,
  0xfffffff8n,
  0xffffffffn,
  0x100000000n,
  0x1fffffffffffffn,
  0x20000000000000n,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
];

/** A damaged copy of `sample`; `others` lend pieces. */
export function mutateObject(random: Random, sample: Sample, others: readonly Sample[]): Uint8Array {
  let bytes: Uint8Array = sample.bytes.slice();
  const { shape } = sample;
  if (shape !== undefined && random.once(20)) {
    const bomb = random.pick(BOMBS);
    bytes = attempt(bytes, () => bomb(random, bytes, shape));
  }
  // After one change most of the object is still read; many changes seldom get past the headers.
  for (let left = 1 + random.below(random.once(4) ? 12 : 3); left > 0; left--) {
    const before = bytes;
    bytes = attempt(before, () =>
      shape === undefined
        ? random.pick(BLIND_CHANGES)(random, before, others)
        : random.pick(CHANGES)(random, before, shape, others),
    );
  }
  return bytes;
}

/** A sample that was damaged before may have its fields where no bytes are: then it stays as it is. */
function attempt(before: Uint8Array, change: () => Uint8Array): Uint8Array {
  try {
    return change();
  } catch (error) {
    if (error instanceof RangeError) return before;
    throw error;
  }
}

type Change = (random: Random, bytes: Uint8Array, shape: Shape, others: readonly Sample[]) => Uint8Array;
/** One that knows nothing of the object. */
type BlindChange = (random: Random, bytes: Uint8Array, others: readonly Sample[]) => Uint8Array;

const changeField: Change = (random, bytes, shape) => {
  const part = random.pick(shape.parts);
  const field = random.pick(part);
  write(bytes, shape.little, field, newValue(random, bytes, shape.little, field));
  return bytes;
};

/** Two fields of one meaning change places, or one is said twice: names, owners, sizes. */
const mixFields: Change = (random, bytes, shape) => {
  const part = random.pick(shape.parts);
  const first = random.pick(part);
  const alike = part.filter(({ meaning, size }) => meaning === first.meaning && size === first.size);
  const second = random.pick(alike);
  const [a, b] = [read(bytes, shape.little, first), read(bytes, shape.little, second)];
  write(bytes, shape.little, second, a);
  if (random.once(2)) write(bytes, shape.little, first, b);
  return bytes;
};

const changeBytes: BlindChange = (random, bytes) => {
  const near = random.below(bytes.length + 1);
  for (let left = 1 + random.below(8); left > 0; left--) {
    const at = near + random.small(64);
    if (at < bytes.length)
      bytes[at] = random.once(2) ? random.below(256) : bytes[at]! ^ (1 << random.below(8));
  }
  return bytes;
};

const cut: BlindChange = (random, bytes) => {
  if (random.once(2)) return bytes.slice(0, random.below(bytes.length + 1));
  const [from, length] = [random.below(bytes.length + 1), random.small(256)];
  const rest = bytes.subarray(from + length);
  const result = new Uint8Array(from + rest.length);
  result.set(bytes.subarray(0, from));
  result.set(rest, from);
  return result;
};

/** Bytes of another place, or of another object, over those that are there. */
const overwrite: BlindChange = (random, bytes, others) => {
  const source = random.once(2) ? bytes : random.pick(others).bytes;
  const from = random.below(source.length);
  const piece = source.slice(from, from + random.small(512));
  const at = random.below(bytes.length + 1);
  bytes.set(piece.subarray(0, Math.max(0, bytes.length - at)), at);
  return bytes;
};

/** Two section headers change places, one is there twice, or two sections share bytes. */
const swapSections: Change = (random, bytes, shape) => {
  const [a, b] = [random.pick(shape.sections).header, random.pick(shape.sections).header];
  if (Math.max(a, b) + SHDR_SIZE > bytes.length) return bytes;
  // A whole header, or the words of one thing: its name; its type and flags; its place.
  const [from, size] = random.pick([
    [0, SHDR_SIZE],
    [0, 4],
    [4, 12],
    [24, 16],
    [40, 8],
  ] as const);
  const first = bytes.slice(a + from, a + from + size);
  if (random.once(2)) bytes.copyWithin(a + from, b + from, b + from + size);
  bytes.set(first, b + from);
  return bytes;
};

/** A section of another object comes in place of one of the same name: bytes that are whole, and do not belong here. */
const borrowSection: Change = (random, bytes, shape, others) => {
  const donor = random.pick(others);
  const section = random.pick(shape.sections);
  const lent = donor.shape?.sections.find(({ name }) => name === section.name && name !== "");
  if (lent === undefined) return bytes;
  return withSection(bytes, shape, section.index, donor.bytes.subarray(lent.offset, lent.offset + lent.size));
};

const BLIND_CHANGES: readonly BlindChange[] = [changeBytes, cut, overwrite];

/** The first ones come more often: they hurt most. */
const CHANGES: readonly Change[] = [
  changeField,
  changeField,
  changeField,
  changeField,
  mixFields,
  mixFields,
  ...BLIND_CHANGES.map(
    (change): Change =>
      (random, bytes, _shape, others) =>
        change(random, bytes, others),
  ),
  swapSections,
  borrowSection,
];

function newValue(random: Random, bytes: Uint8Array, little: boolean, field: Field): bigint {
  const old = read(bytes, little, field);
  if (field.limit > 0 && !random.once(6)) return BigInt(random.below(field.limit));
  switch (random.below(4)) {
    case 0:
      return random.pick(BORDERS);
    case 1:
      return old + BigInt(random.small(64) - random.small(64));
    case 2:
      return old ^ (1n << BigInt(random.below(8 * field.size)));
    default:
      return BigInt(random.small(2 * bytes.length + 1));
  }
}

function read(bytes: Uint8Array, little: boolean, { at, size }: Field): bigint {
  if (at + size > bytes.length) return 0n;
  const view = viewOf(bytes);
  switch (size) {
    case 1:
      return BigInt(view.getUint8(at));
    case 2:
      return BigInt(view.getUint16(at, little));
    case 4:
      return BigInt(view.getUint32(at, little));
    default:
      return view.getBigUint64(at, little);
  }
}

function write(bytes: Uint8Array, little: boolean, { at, size }: Field, value: bigint): void {
  if (at + size > bytes.length) return;
  const view = viewOf(bytes);
  const bits = BigInt.asUintN(8 * size, value);
  if (size === 8) view.setBigUint64(at, bits, little);
  else if (size === 4) view.setUint32(at, Number(bits), little);
  else if (size === 2) view.setUint16(at, Number(bits), little);
  else view.setUint8(at, Number(bits));
}
