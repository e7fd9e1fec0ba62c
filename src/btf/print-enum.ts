// Enumerators and the integer types of enums as C (C23, 6.7.3.3; clang takes `enum e : type` in every C).

import type { BtfType, Enumerator } from "./types.js";

type Enum = Extract<BtfType, { kind: "enum" | "enum64" }>;

const SIGNED: Readonly<Record<number, string>> = { 1: "signed char", 2: "short", 4: "int", 8: "long" };
const UNSIGNED: Readonly<Record<number, string>> = {
  1: "unsigned char",
  2: "unsigned short",
  4: "unsigned int",
  8: "unsigned long",
};

/** `NAME`, or `NAME = value` where it does not follow the one before. */
export function enumerator({ name, value }: Enumerator, before: Enumerator | undefined): string {
  const follows = before === undefined ? 0n : before.value + 1n;
  return value === follows ? name : `${name} = ${constant(value)}`;
}

/** The type that has to be said because the enumerators alone would give another one; "" where they do. */
export function fixedType({ size, signed, values }: Enum): string {
  const anyNegative = values.some(({ value }) => value < 0n);
  const least = values.every(({ value }) => fitsInt(value, anyNegative)) ? 4 : 8;
  if (size === least && signed === anyNegative) return "";
  return (signed ? SIGNED : UNSIGNED)[size] ?? "";
}

/** Whether clang keeps the value in 32 bits, given whether the enum has a negative one. */
function fitsInt(value: bigint, signed: boolean): boolean {
  return (signed ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value)) === value;
}

const MIN_INT64 = -(1n << 63n);
const MAX_INT64 = (1n << 63n) - 1n;

/** A constant of a type that holds the value, also for a C compiler (C11 6.4.4.1). */
function constant(value: bigint): string {
  // There are no negative literals: this one would be the minus of a number that is too large.
  if (value === MIN_INT64) return `(-${MAX_INT64}LL - 1)`;
  if (value > MAX_INT64) return `0x${value.toString(16)}ULL`;
  return value > 0xffffffffn || value < -0x80000000n ? `${value}LL` : String(value);
}
