// The laws of the house: which room may import which, what src/ may not know, how long a file gets, and that every
// message has a test. A law that only a reviewer knows is soon broken.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { MESSAGES } from "../src/base/index.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Imports go down only; rooms on one floor do not know each other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  asm: ["base"],
  btf: ["base"],
  elf: ["base"],
  ir: ["base", "asm", "btf"],
  object: ["base", "asm", "btf", "elf", "ir"],
  link: ["base", "asm", "btf", "ir"],
  report: ["base", "asm", "btf", "elf", "ir"],
};

/** The libraries that src/ may use: they run wherever src/ runs. */
const LIBRARIES: readonly string[] = ["jsonc-parser"];

function filesUnder(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"/gms)].map((match) => match[1]!);
}

function withoutComments(file: string): string {
  return readFileSync(join(root, file), "utf8")
    .replace(/\/\/.*$/gm, "")
    .replace(/\/\*.*?\*\//gs, "");
}

const sources = filesUnder("src", /\.ts$/);

describe("rooms", () => {
  it("import only rooms below them, and only through the door", () => {
    const offences: string[] = [];
    for (const file of sources) {
      const room = relative("src", dirname(file));
      for (const target of importsOf(file)) {
        if (!target.startsWith(".")) {
          if (!LIBRARIES.includes(target)) offences.push(`${file} imports ${target}`);
          continue;
        }
        const path = relative("src", join(dirname(file), target));
        const [targetRoom, ...rest] = path.split("/");
        if (room === "" || targetRoom === room) continue;
        if (!MAY_IMPORT[room]?.includes(targetRoom!)) offences.push(`${file} imports ${path}`);
        else if (rest.join("/") !== "index.js") offences.push(`${file} goes past the door of ${targetRoom}`);
      }
    }
    expect(offences).toEqual([]);
  });

  it("are all known to this law", () => {
    const rooms = new Set(
      sources.map((file) => relative("src", dirname(file))).filter((room) => room !== ""),
    );
    expect([...rooms].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });
});

describe("src/", () => {
  it("knows nothing of Node", () => {
    const offenders = sources.filter((file) =>
      /"node:|\bprocess\.|\bBuffer\b|\brequire\(/.test(withoutComments(file)),
    );
    expect(offenders).toEqual([]);
  });

  it("opens every file with what it knows", () => {
    const bare = sources.filter((file) => !readFileSync(join(root, file), "utf8").startsWith("//"));
    expect(bare).toEqual([]);
  });

  it("keeps files short enough to read", () => {
    const long = sources
      .filter((file) => !file.endsWith(".generated.ts"))
      .filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 500);
    expect(long).toEqual([]);
  });
});

describe("messages", () => {
  it("have a test each", () => {
    const tests = filesUnder("test", /\.(ts|txt|json)$/)
      .map((file) => readFileSync(join(root, file), "utf8"))
      .join("\n");
    const untested = Object.keys(MESSAGES).filter((code) => !tests.includes(code));
    expect(untested).toEqual([]);
  });
});

describe("comments and documents", () => {
  const code = ["src", "cli", "test", "scripts"].flatMap((folder) => filesUnder(folder, /\.(ts|mjs)$/));
  const documents = [...filesUnder("docs", /\.md$/), "README.md", "CONTRIBUTING.md", "CHANGELOG.md"];

  it("name no file of ours that is not there", () => {
    const paths = code.map((file) => `/${file}`);
    const missing: string[] = [];
    for (const file of [...code, ...documents]) {
      const text = readFileSync(join(root, file), "utf8");
      const prose = file.endsWith(".md") ? text : [...text.matchAll(/\/\/.*$|\/\*.*?\*\//gms)].join("\n");
      // Behind a "*", a name stands for several files.
      for (const [name] of prose.matchAll(/(?<![\w*./-])[\w][\w./-]*\.(?:ts|mjs)\b/g)) {
        if (name.startsWith("node_modules/")) continue;
        if (!paths.some((path) => path.endsWith(`/${name}`))) missing.push(`${file} names ${name}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

describe("the project", () => {
  it("stands alone: no path of one machine, nothing beside the checkout", () => {
    const files = [
      ...["src", "cli", "test", "scripts", "docs", "golden"].flatMap((folder) =>
        filesUnder(folder, /\.(ts|mjs|md|c|h|go|sh|json)$/),
      ),
      "package.json",
      "README.md",
      ".ci/run",
    ];
    const forbidden = new RegExp(["/wo" + "rk/", "\\.\\./sha" + "red", "/ro" + "ot/"].join("|"));
    expect(files.filter((file) => forbidden.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  });
});
