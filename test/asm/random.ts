// Random legal instructions from a seed, for the tests of asm/. Every form of the table comes equally often, with
// fields at their borders as often as anywhere between.

import { FORMS, type Form, type Insn, makeInsn, type Range } from "../../src/asm/index.js";
import { fractionsFrom } from "../random.js";

const BORDERS = [0, 1, -1, 0x7f, 0xff, 0x7fff, -0x8000, 0x10000, 0x7fffffff, -0x80000000];

export function randomIn({ min, max }: Range, random: () => number): number {
  if (random() < 0.5) {
    const border = [min, max, ...BORDERS][Math.floor(random() * (BORDERS.length + 2))]!;
    if (border >= min && border <= max) return border;
  }
  return min + Math.floor(random() * (max - min + 1));
}

export function randomOf(form: Form, random: () => number): Insn {
  const { dst, src, offset, imm, high } = form.fields;
  return makeInsn(
    form.opcode,
    randomIn(dst, random),
    randomIn(src, random),
    randomIn(offset, random),
    randomIn(imm, random),
    randomIn(high, random),
  );
}

/** `count` instructions, all forms in turn. */
export function randomInsns(count: number, seed: number): Insn[] {
  const random = fractionsFrom(seed);
  return Array.from({ length: count }, (_, i) => randomOf(FORMS[i % FORMS.length]!, random));
}
