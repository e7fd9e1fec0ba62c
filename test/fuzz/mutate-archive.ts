// Archives (ar(5), GNU form) around damaged objects, and damage to the archives themselves. Written here without the
// reader under test.

import type { InputFile } from "../../src/index.js";
import type { Random } from "./random.js";

const MAGIC = "!<arch>\n";
const HEADER_SIZE = 60;

/** The files as members of an archive. */
export function makeArchive(files: readonly InputFile[]): Uint8Array {
  const parts: Uint8Array[] = [new TextEncoder().encode(MAGIC)];
  for (const [i, { bytes }] of files.entries()) {
    const fields = [`m${i}.o/`.padEnd(16), "0".padEnd(12), "0".padEnd(6), "0".padEnd(6), "644".padEnd(8)];
    parts.push(new TextEncoder().encode(`${fields.join("")}${String(bytes.length).padEnd(10)}\`\n`), bytes);
    if (bytes.length % 2 === 1) parts.push(new TextEncoder().encode("\n"));
  }
  const archive = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}

const SIZES = ["0", "1", "59", "60", "4294967295", "9999999999", "-1", "1e9", "0x10", "", " 8"];
const NAMES = ["/", "//", "/0", "/99999", "#1/0", "#1/20", "#1/99999999", "", "m0.o", "m0.o/ /"];

/** Half of them stay as they are: then the damage is in a member. */
export function mutateArchive(random: Random, archive: Uint8Array): Uint8Array {
  if (random.once(2)) return archive;
  const write = (at: number, text: string, width: number): void => {
    archive.set(new TextEncoder().encode(text.padEnd(width).slice(0, width)), at);
  };
  switch (random.below(5)) {
    case 0:
      write(MAGIC.length + 48, random.pick(SIZES), 10);
      return archive;
    case 1:
      write(MAGIC.length, random.pick(NAMES), 16);
      return archive;
    case 2:
      return archive.slice(0, random.below(archive.length + 1));
    case 3:
      archive[random.below(MAGIC.length + HEADER_SIZE)] = random.below(256);
      return archive;
    default: {
      // The members once more, and again: a small file that is many.
      const members = archive.subarray(MAGIC.length);
      const times = 1 + random.small(Math.max(2, Math.floor(200_000 / archive.length)));
      const result = new Uint8Array(MAGIC.length + members.length * times);
      result.set(archive);
      for (let i = 1; i < times; i++) result.set(members, MAGIC.length + i * members.length);
      return result;
    }
  }
}
