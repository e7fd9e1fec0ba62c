// Every golden case and example, and every section name, in the loaders of today: the newest libbpf and aya-obj read them,
// and what all loaders take stands in docs/loaders.md.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { describeUnless, judge } from "../judges.js";
import { OBJECTS, programNames, SECTIONS, withObjects } from "./corpus.js";
import { describeInKernel } from "./kernel.js";
import { ROOT } from "./link.js";
import { askNewest, type MapSeen, type NewestReport, newestHarness } from "./newest.js";
import { findRefusal, REFUSALS, type Refusal } from "./refusals.js";
import { run } from "./run.js";
import { loadersTable, type Versions } from "./table.js";
import { gatherVerdicts, LOADERS, type Verdicts } from "./verdicts.js";

const TABLE = join(ROOT, "docs/loaders.md");

/** The libbpf of Debian 12. Another has other verdicts, and a column of its own. */
const DEBIAN_LIBBPF = "1.1.2";

/** BTF that the kernel refuses, as it would clang's; libbpf then goes on without. */
const BTF_REFUSED: Readonly<Record<string, string>> = {
  "golden/18-tags": 'the type that a "kptr" tag stands on is none of the kernel',
  "golden/55-pruned-tags": "the same",
  "golden/53-mergeable-by-name": "sections of one name share a DATASEC, where their variables overlap",
};

describeUnless(newestHarness().obstacle ?? distributionObstacle(), "loaders of today", () => {
  describeInKernel("on all objects", ["libbpf-debian", "cilium"], () => {
    const objects = new Map<string, Verdicts>();
    const loads = new Map<string, NewestReport["libbpf"]>();
    let sections: readonly Verdicts[] = [];

    beforeAll(async () => {
      await withObjects(OBJECTS, async (files) => {
        for (const each of await gatherVerdicts(files)) objects.set(each.object.entry.name, each);
        const reports = askNewest(
          files.map(({ file }) => file),
          { load: true },
        );
        for (const [index, { libbpf }] of reports.entries()) loads.set(files[index]!.entry.name, libbpf);
      });
      await withObjects(SECTIONS, async (files) => {
        sections = await gatherVerdicts(files, { typed: true });
      });
    });

    describe.each(OBJECTS)("$name", (entry) => {
      it.each(LOADERS)("%s takes it, or refuses it for a known reason", (loader) => {
        const said = objects.get(entry.name)?.by[loader];
        if (said !== undefined) expect(findRefusal(loader, said), said).toBeDefined();
      });

      it("has the programs of its author, and one set of maps in libbpf and aya", () => {
        const { libbpf, aya } = objects.get(entry.name)!.newest;
        const written = [...programNames(entry)].sort();
        if (libbpf.ok) expect(libbpf.programs.map(({ name }) => name).sort()).toEqual(written);
        if (aya.ok) expect(aya.programs.map(({ name }) => name)).toEqual(written);
        if (libbpf.ok && aya.ok) expect(declaredMaps(aya.maps)).toEqual(declaredMaps(libbpf.maps));
      });
    });

    // Whether the verifier takes the code is not asked: many goldens show a form and would not run.
    it.each(OBJECTS.filter(({ options }) => options.target !== "bpfeb"))(
      "$name has BTF that the running kernel takes",
      ({ name }) => {
        const load = loads.get(name)!;
        if (load.ok) {
          const refused = /BTF loading error.*END BTF LOAD LOG/s.exec(load.log)?.[0];
          expect(refused !== undefined, refused).toBe(name in BTF_REFUSED);
        } else expect(objects.get(name)?.by["libbpf-newest"], "known above").toBeDefined();
      },
    );

    it("every known refusal happens", () => {
      const happened = new Set<Refusal | undefined>();
      for (const { by } of objects.values()) {
        for (const loader of LOADERS) happened.add(findRefusal(loader, by[loader] ?? ""));
      }
      expect(REFUSALS.filter((each) => !happened.has(each)).map(({ name }) => name)).toEqual([]);
    });

    it("docs/loaders.md says what they say", () => {
      const table = loadersTable([...objects.values()], sections, versions());
      if (process.env.TSBPF_WRITE_LOADERS_TABLE === "1") writeFileSync(TABLE, table);
      expect(table, "to write it anew: npm run loaders").toBe(readFileSync(TABLE, "utf8"));
    });
  });
});

/** Maps without those of data sections, whose names and flags each loader makes up. */
function declaredMaps(maps: readonly MapSeen[]): readonly MapSeen[] {
  return maps.filter(({ name }) => !name.includes(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function distributionObstacle(): string | undefined {
  const pkgConfig = judge("pkg-config", "apt: pkg-config");
  if (pkgConfig === undefined) return "missing pkg-config (apt: pkg-config)";
  const version = run(pkgConfig, ["--modversion", "libbpf"]).trim();
  return version === DEBIAN_LIBBPF
    ? undefined
    : `libbpf is ${version}, and not ${DEBIAN_LIBBPF} of Debian 12`;
}

/** The columns' heads, with the versions that the harnesses pin. */
function versions(): Versions {
  const pinned = (file: string, pattern: RegExp) =>
    pattern.exec(readFileSync(join(ROOT, "test/loaders", file), "utf8"))?.[1];
  return {
    "libbpf-debian": `libbpf ${DEBIAN_LIBBPF} (Debian 12)`,
    "libbpf-newest": `libbpf ${pinned("newest/Cargo.toml", /^libbpf-sys = "=(.*)"/m)}`,
    cilium: `cilium/ebpf ${pinned("cilium/go.mod", /cilium\/ebpf v(\S+)/)}`,
    "aya-obj": `aya-obj ${pinned("newest/Cargo.toml", /^aya-obj = "=(.*)"/m)}`,
  };
}
