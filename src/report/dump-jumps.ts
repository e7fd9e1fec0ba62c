// Where code goes inside a function: by jumps, and through jump tables (LLVM's BPF back end: `.jumptables`, one OBJECT
// symbol a table, entries of eight bytes that count from the start of the code's section).

import { formOf, type Insn, SLOT_SIZE } from "../asm/index.js";
import { type Room, viewOf } from "../base/index.js";
import type { ElfObject, ElfRelocation } from "../elf/index.js";

/** Bytes of an entry. */
const ENTRY = 8;
/** Entries of one table that are shown; a stranger's symbol may say any size. */
const MAX_ENTRIES = 65536;

export interface Decoded {
  /** Bytes from the start of the section. */
  readonly offset: number;
  readonly size: number;
  /** `undefined` for bytes that are no instruction. */
  readonly insn: Insn | undefined;
}

export interface FoundTable {
  readonly name: string;
  /** Offsets in the section of the code. */
  readonly targets: readonly number[];
}

/** The offset that a jump goes to; `undefined` for every other instruction. */
export function jumpTarget(insn: Insn, offset: number): number | undefined {
  switch (formOf(insn)?.kind) {
    case "jump":
    case "goto":
    case "may_goto":
      return offset + SLOT_SIZE + insn.offset * SLOT_SIZE;
    case "gotol":
      return offset + SLOT_SIZE + insn.imm * SLOT_SIZE;
    default:
      return undefined;
  }
}

/** The jump tables whose addresses these instructions load, each once. */
export function tablesOf(
  { little }: ElfObject,
  decoded: readonly Decoded[],
  relocations: ReadonlyMap<number, ElfRelocation>,
  room: Room,
): FoundTable[] {
  const found = new Map<string, FoundTable>();
  for (const { offset } of decoded) {
    const symbol = relocations.get(offset)?.symbol;
    if (symbol?.section?.name !== ".jumptables" || symbol.name === "" || found.has(symbol.name)) continue;
    const { bytes } = symbol.section;
    const view = viewOf(bytes);
    const end = Math.min(symbol.value + symbol.size, bytes.length, symbol.value + MAX_ENTRIES * ENTRY);
    const targets: number[] = [];
    room.left -= symbol.name.length + (end - symbol.value) / ENTRY;
    if (room.left < 0) break;
    for (let at = symbol.value; at + ENTRY <= end; at += ENTRY) {
      targets.push(Number(view.getBigUint64(at, little)));
    }
    found.set(symbol.name, { name: symbol.name, targets });
  }
  return [...found.values()];
}

/** L1, L2, ... in the order of the code, where jumps and tables lead to an instruction of the function. */
export function labelsOf(
  decoded: readonly Decoded[],
  tables: readonly FoundTable[],
): ReadonlyMap<number, string> {
  const beginnings = new Set(decoded.map(({ offset }) => offset));
  const targets = new Set<number>();
  const reach = (target: number | undefined): void => {
    if (target !== undefined && beginnings.has(target)) targets.add(target);
  };
  for (const { offset, insn } of decoded) if (insn !== undefined) reach(jumpTarget(insn, offset));
  for (const table of tables) for (const target of table.targets) reach(target);
  return new Map([...targets].sort((a, b) => a - b).map((offset, i) => [offset, `L${i + 1}`]));
}
