// Objects of clang releases that cannot be installed here (test/fixtures/clang), through IR text: code, data, maps, .BTF and
// .BTF.ext come back as the same bytes. Symbols and relocations are for test/corpora, which asks what they mean.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { liftFile, linkFiles } from "../../src/index.js";
import { type Section, sectionsOf } from "../golden-diff.js";

const KEPT = new URL("../fixtures/clang/", import.meta.url);
const releases = readdirSync(KEPT, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** The sections that come back with other bytes, and why. */
const OTHERWISE: Readonly<Record<string, { readonly sections: readonly string[]; readonly reason: string }>> =
  {
    "data-linkage": {
      sections: [".BTF"],
      reason: "clang before 13 has no VAR for a constant that is weak, which gets one of bytes",
    },
  };

/** SHT_PROGBITS and SHT_NOBITS: what loaders take from the file. */
const CONTENTS: readonly bigint[] = [1n, 8n];

function contents(bytes: Uint8Array): Map<string, string> {
  const ofInterest = ({ header }: Section): boolean => CONTENTS.includes(header[0]!);
  // sh_type, sh_flags, sh_size and the bytes.
  const print = ({ header, bytes }: Section): string =>
    `${header[0]} ${header[1]} ${header[4]} ${Buffer.from(bytes).toString("hex")}`;
  return new Map(
    sectionsOf(bytes)
      .filter(ofInterest)
      .map((section) => [section.name, print(section)]),
  );
}

describe.each(releases.map(({ name }) => name))("the sections of clang %s's objects", (release) => {
  const folder = fileURLToPath(new URL(`${release}/`, KEPT));
  it.each(readdirSync(folder).sort())("%s come back", (file) => {
    const bytes = readFileSync(`${folder}${file}`);
    const { result, diagnostics } = liftFile({ name: file, bytes });
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const target = result!.little ? "bpfel" : "bpfeb";
    const again = linkFiles([{ name: `${file}.json`, bytes: Buffer.from(result!.text) }], { target });
    const [before, after] = [contents(bytes), contents(again.bytes!)];
    const names = new Set([...before.keys(), ...after.keys()]);
    const differing = [...names].filter((name) => before.get(name) !== after.get(name));
    const otherwise = Number(release) < 13 ? OTHERWISE[file.replace(/\.o$/, "")] : undefined;
    expect(differing).toEqual(otherwise?.sections ?? []);
  });
});
