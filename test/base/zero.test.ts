// Whether bytes are all 0, held against the plain question, byte by byte.

import { expect, it } from "vitest";
import { isZero } from "../../src/base/index.js";

it("sees a single bit wherever it stands, and none outside of the range", () => {
  const length = 80;
  const buffer = new ArrayBuffer(length + 16);
  for (let offset = 0; offset < 8; offset++) {
    const bytes = new Uint8Array(buffer, offset, length);
    for (const [start, end] of [
      [0, length],
      [1, length - 1],
      [3, 70],
      [5, 12],
      [7, 7],
    ] as const) {
      expect(isZero(bytes, start, end)).toBe(true);
      for (let at = 0; at < length; at++) {
        bytes[at] = 1;
        expect(isZero(bytes, start, end), `${offset}: ${at} in ${start} to ${end}`).toBe(
          at < start || at >= end,
        );
        bytes[at] = 0;
      }
    }
  }
});

it("takes what is not there for no zeros, however much of it is asked for", () => {
  const bytes = new Uint8Array(new ArrayBuffer(32), 4, 16);
  for (const end of [17, 40, 100, 1000]) expect(isZero(bytes, 0, end)).toBe(false);
});
