// Chunks to bytes: one buffer of the exact size, filled once, every chunk held to the size that it reserved.

import { assert, ByteWriter } from "../base/index.js";
import { layout } from "./layout.js";
import type { ElfObject } from "./object.js";

/** The file of an object. The same object gives the same bytes. */
export function writeElf(object: ElfObject): Uint8Array {
  const { chunks, size } = layout(object);
  const out = new ByteWriter(size, object.little);
  for (const chunk of chunks) {
    out.padTo(chunk.offset);
    chunk.write(out);
    assert(
      out.pos === chunk.offset + chunk.size,
      `${chunk.name} must write the ${chunk.size} bytes it reserved`,
    );
  }
  assert(out.pos === size, "the file must have the size that was laid out");
  return out.finish();
}
