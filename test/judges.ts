// Outside judges: the tools whose word a test takes (clang, llvm, bpftool, elfutils, the kernel itself). This file finds
// them and decides what a missing one means: a visible skip that names what to install, or, where
// TSBPF_REQUIRE_JUDGES=1 is set (CI), a failure. What a judge is asked is each test's own business.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, it } from "vitest";

/** In CI a missing judge must not pass for a green run. */
export const JUDGES_REQUIRED: boolean = process.env.TSBPF_REQUIRE_JUDGES === "1";

/** Where administration tools live when the PATH of an ordinary user leaves them out. */
const SBIN = ["/usr/sbin", "/sbin"];

/**
 * The full path of the executable `name`. A missing one gives undefined and a line on stderr with `installHint` ("apt:
 * bpftool"), or throws where judges are required.
 */
export function judge(name: string, installHint: string): string | undefined {
  const path = find(name);
  if (path === undefined) {
    if (JUDGES_REQUIRED) throw new Error(`TSBPF_REQUIRE_JUDGES=1, but ${name} is missing (${installHint})`);
    console.warn(`skipped: ${name} is missing (${installHint})`);
  }
  return path;
}

/**
 * A `describe` that needs tools: `tools` is what to install by executable name, `body` gets the full path of each.
 *
 *     describeWithJudge("text", { "llvm-mc-22": "apt: llvm-22" }, (tool) => it("…", () => run(tool["llvm-mc-22"])));
 */
export function describeWithJudge<Name extends string>(
  title: string,
  tools: Readonly<Record<Name, string>>,
  body: (tool: Readonly<Record<Name, string>>) => void,
): void {
  const names = Object.keys(tools) as Name[]; // Object.keys forgets the key type
  const found = names.map((name) => [name, find(name)] as const);
  const lacking = found.flatMap(([name, path]) => (path === undefined ? [`${name} (${tools[name]})`] : []));
  const paths = Object.fromEntries(found) as Record<Name, string>; // all defined where body runs
  describeUnless(lacking.length > 0 ? `missing ${lacking.join(", ")}` : undefined, title, () => body(paths));
}

/** A `describe` that runs unless `obstacle` says why it cannot: then a skip that shows it, or a failure in CI. */
export function describeUnless(obstacle: string | undefined, title: string, body: () => void): void {
  if (obstacle === undefined) {
    describe(title, body);
  } else if (JUDGES_REQUIRED) {
    describe(title, () => {
      it("has its judges", () => {
        throw new Error(`TSBPF_REQUIRE_JUDGES=1, but ${obstacle}`);
      });
    });
  } else {
    console.warn(`skipped: ${title}: ${obstacle}`);
    describe.skip(`${title} [skipped: ${obstacle}]`, () => {
      it(obstacle, () => {});
    });
  }
}

function find(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SBIN];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
