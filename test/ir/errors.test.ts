// What a user sees for each mistake: test/fixtures/errors/NAME.json through the CLI must give NAME.txt, which is all of
// stderr and the exit code. The texts were written and read by people; docs say how they look. To change one, edit it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run } from "../../cli/main.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../fixtures/errors");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length));

function check(name: string): string {
  let stderr = "";
  let stdout = "";
  const exitCode = run([join(folder, `${name}.json`), "--emit", "none"], {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    color: false,
  });
  expect(stdout).toBe("");
  return `${stderr.replaceAll(`${folder}/`, "")}exit code ${exitCode}\n`;
}

describe("errors", () => {
  it.each(names)("%s", (name) => {
    expect(check(name)).toBe(readFileSync(join(folder, `${name}.txt`), "utf8"));
  });

  it("has a text for each input, and an input for each text", () => {
    const texts = readdirSync(folder)
      .filter((file) => file.endsWith(".txt"))
      .map((file) => file.slice(0, -".txt".length));
    expect(texts).toEqual(names);
  });
});
