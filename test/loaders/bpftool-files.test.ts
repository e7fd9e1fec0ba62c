// What bpftool makes of the object files themselves, without loading them: a dump of the types that compiles as C, and a
// skeleton that compiles and has every program, map and variable.

import { describe, expect, it } from "vitest";
import { describeWithJudge } from "../judges.js";
import { EXAMPLES, exampleFile } from "./examples.js";
import { link } from "./link.js";
import { run, tryRun } from "./run.js";

describeWithJudge(
  "bpftool reads the objects",
  { bpftool: "apt: bpftool", gcc: "apt: gcc libbpf-dev" },
  (tool) => {
    const compile = (source: string) =>
      tryRun(
        tool.gcc,
        ["-fsyntax-only", "-Wall", "-Wno-unused-function", "-Wno-unknown-pragmas", "-x", "c", "-"],
        { input: source },
      );

    describe.each(EXAMPLES)("$name", ({ name, programs, maps }) => {
      const object = () => link(exampleFile(name));

      it("types that compile", () => {
        const dump = run(tool.bpftool, ["btf", "dump", "file", object(), "format", "c"]);
        for (const program of Object.keys(programs)) {
          expect(run(tool.bpftool, ["btf", "dump", "file", object()])).toMatch(
            new RegExp(`FUNC '${program}' type_id=\\d+ linkage=global`),
          );
        }
        expect(compile(dump)).toMatchObject({ status: 0, stderr: "" });
      });

      it("a skeleton that compiles", () => {
        const skeleton = run(tool.bpftool, ["gen", "skeleton", object(), "name", name]);
        for (const program of Object.keys(programs))
          expect(skeleton).toContain(`struct bpf_program *${program};`);
        for (const map of Object.keys(maps))
          expect(skeleton).toContain(`struct bpf_map *${map.replace(".", "")};`);
        expect(compile(skeleton)).toMatchObject({ status: 0, stderr: "" });
      });
    });

    it("the variable of hello_world, in the skeleton of its data", () => {
      const skeleton = run(tool.bpftool, [
        "gen",
        "skeleton",
        link(exampleFile("hello_world")),
        "name",
        "hello_world",
      ]);
      expect(skeleton).toMatch(/struct hello_world__rodata \{\s*char msg\[14\];\s*\} \*rodata;/);
    });
  },
);
