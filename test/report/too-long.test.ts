// A small object whose names are long and often said: the text of it would be many times larger. It is refused,
// and says why.

import { describe, expect, it } from "vitest";
import { buildObject, diffFiles, dumpFile, type InputFile, liftFile } from "../../src/index.js";

/** One function calls another, whose name has five thousand letters, two thousand times. */
function talkative(): InputFile {
  const name = "f".repeat(5000);
  const text = JSON.stringify({
    license: "GPL",
    programs: [{ name: "prog", section: "xdp", code: [...new Array(2000).fill("call 𝑓"), "r0 = 0", "exit"] }],
    functions: [{ name: "𝑓", proto: "int 𝑓(void)", code: ["r0 = 0", "exit"] }],
  }).replaceAll("𝑓", name);
  const { bytes } = buildObject({ name: "talk.json", text });
  expect(bytes).toBeDefined();
  return { name: "talk.o", bytes: bytes! };
}

describe("an object that says a long name thousands of times", () => {
  const file = talkative();
  const limit = 2 * 1024 * 1024 + 16 * file.bytes.length;
  const refused = (what: string): string => `${what} of "talk.o" would have more than ${limit} characters`;

  it.each([
    ["lift", () => liftFile(file), refused("the IR")],
    ["dump", () => dumpFile(file), refused("a dump")],
    ["diff", () => diffFiles(file, file), refused("a comparison")],
  ] as const)("is refused by %s: ir/too-long", (_verb, run, message) => {
    const { result, diagnostics } = run();
    expect(result).toBeUndefined();
    expect(diagnostics).toMatchObject([{ severity: "error", code: "ir/too-long", message }]);
  });
});
