// Bytes that nobody meant: sound objects with bytes, fields and section headers changed by chance. Each must end in a
// value or in errors that say where, and in no exception (how soon, test/fuzz asks). TSBPF_MUTATIONS sets how many, TSBPF_SEED which.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { readElf, writeElf } from "../../src/elf/index.js";
import { assemble, lift } from "../../src/object/index.js";
import { randomFrom } from "../random.js";

const SEED = Number(process.env.TSBPF_SEED ?? 20260421);
const COUNT = Number(process.env.TSBPF_MUTATIONS ?? 4000);

const GOLDEN = fileURLToPath(new URL("../../golden/", import.meta.url));
const sources = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => ({
    name: entry.name,
    bytes: Uint8Array.from(readFileSync(join(GOLDEN, entry.name, "clang.o"))),
  }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

type Pick = (below: number) => number;

/** Section headers as they stand: where the table begins, and how many there are. */
function headersOf(bytes: Uint8Array): { table: number; count: number } | undefined {
  const view = new DataView(bytes.buffer);
  const little = bytes[5] === 1;
  const [table, count] = [Number(view.getBigUint64(40, little)), view.getUint16(60, little)];
  return count > 1 && table + count * 64 <= bytes.length ? { table, count } : undefined;
}

const HEADER_FIELDS = [4, 8, 24, 32, 40, 44, 48, 56]; // type, flags, offset, size, link, info, align, entsize

const CHANGES: readonly ((bytes: Uint8Array, pick: Pick) => void)[] = [
  (bytes, pick) => {
    bytes[pick(bytes.length)] = pick(256);
  },
  (bytes, pick) => {
    bytes[pick(bytes.length)]! ^= 1 << pick(8);
  },
  (bytes, pick) => {
    const values = [0, 1, 0x7fffffff, 0xffffffff, pick(64), pick(65536)];
    const at = pick(bytes.length / 4) * 4;
    if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, values[pick(6)]!, bytes[5] === 1);
  },
  (bytes, pick) => {
    const values = [0n, 1n, 1n << 63n, 1n << 53n, 0xffffffffn, BigInt(pick(1 << 20))];
    const at = pick(bytes.length / 8) * 8;
    if (at + 8 <= bytes.length) new DataView(bytes.buffer).setBigUint64(at, values[pick(6)]!, bytes[5] === 1);
  },
  (bytes, pick) => {
    const from = pick(bytes.length);
    bytes.copyWithin(pick(bytes.length), from, from + 1 + pick(64));
  },
  (bytes, pick) => {
    const headers = headersOf(bytes);
    if (headers === undefined) return;
    const at = headers.table + pick(headers.count) * 64 + HEADER_FIELDS[pick(8)]!;
    new DataView(bytes.buffer).setUint32(at, [0, 1, 8, pick(4096), 0xffffffff][pick(5)]!, bytes[5] === 1);
  },
  (bytes, pick) => {
    const headers = headersOf(bytes);
    if (headers === undefined) return;
    const [a, b] = [headers.table + pick(headers.count) * 64, headers.table + pick(headers.count) * 64];
    const kept = bytes.slice(a, a + 64);
    bytes.copyWithin(a, b, b + 64);
    bytes.set(kept, b);
  },
];

function mutate(source: Uint8Array, pick: Pick): Uint8Array {
  const bytes = source.slice();
  for (let i = 1 + pick(4); i > 0; i--) CHANGES[pick(CHANGES.length)]!(bytes, pick);
  return pick(20) === 0 ? bytes.subarray(0, pick(bytes.length)) : bytes;
}

/** What became of the bytes; throws where something is wrong with our code. */
function outcome(bytes: Uint8Array): "read" | "lift" | "assemble" | "written" {
  const log = new Log();
  const object = readElf(bytes, "a.o", log);
  const module = object && lift(object, "a.o", log);
  const again = module && assemble(module, { little: object.little, cpu: undefined }, log);
  if (again !== undefined) {
    writeElf(again);
    return "written";
  }
  const errors = log.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length === 0) throw new Error("no value, and no error");
  for (const { at, message } of errors) {
    if (at.kind === "bytes" && !(at.offset >= 0)) throw new Error(`no place: ${message}`);
    if (/undefined|NaN|\{\w+\}/.test(message)) throw new Error(`no message: ${message}`);
  }
  return object === undefined ? "read" : module === undefined ? "lift" : "assemble";
}

describe("hostile objects", () => {
  it(`end in a value or in located errors: ${COUNT} by seed ${SEED}`, { timeout: 60_000 + COUNT * 5 }, () => {
    const pick = randomFrom(SEED);
    const counts = { read: 0, lift: 0, assemble: 0, written: 0 };
    for (let i = 0; i < COUNT; i++) {
      const source = sources[pick(sources.length)]!;
      const bytes = mutate(source.bytes, pick);
      try {
        counts[outcome(bytes)]++;
      } catch (error) {
        throw new Error(`mutation ${i} of seed ${SEED} (${source.name})`, { cause: error });
      }
    }
    // Mutations that all fail at the door would test nothing behind it.
    expect(counts.lift).toBeGreaterThan(COUNT / 50);
    expect(counts.written).toBeGreaterThan(COUNT / 50);
  });
});
