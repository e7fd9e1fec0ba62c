// `tsbpf lift`: clang's objects as IR. What is printed must make the very same file again, and what IR cannot say is
// refused by name instead of being changed.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { encodeUtf8, type InputFile, liftFile, linkFiles } from "../../src/index.js";
import { compile, withFolder } from "../btf/clang.js";
import { describeWithJudge } from "../judges.js";

const ROOT = fileURLToPath(new URL("../../golden/", import.meta.url));
const cases = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  // A map of libbpf before 1.0 is lifted to a BTF-defined one.
  .filter((name) => name !== "26-version")
  .sort();

function errorsOf(diagnostics: readonly { readonly severity: string; readonly message: string }[]): string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

describe("lifted golden cases", () => {
  it.each(cases)("%s is linked to clang's object again", (name) => {
    const file: InputFile = { name: "clang.o", bytes: readFileSync(join(ROOT, name, "clang.o")) };
    const { result, diagnostics } = liftFile(file);
    expect(errorsOf(diagnostics)).toEqual([]);
    const { text, little } = result!;
    const linked = linkFiles([{ name: "clang.json", bytes: encodeUtf8(text) }], {
      target: little ? "bpfel" : "bpfeb",
    });
    expect(errorsOf(linked.diagnostics)).toEqual([]);
    expect(Buffer.compare(linked.bytes!, file.bytes)).toBe(0);
  });
});

describeWithJudge("clang's objects", { "clang-22": "apt: clang-22" }, (tool) => {
  const lift = (source: string): ReturnType<typeof liftFile> =>
    withFolder((folder) =>
      liftFile({ name: "prog.o", bytes: readFileSync(compile(tool["clang-22"], folder, source)) }),
    );
  const SEC = "#define SEC(x) __attribute__((section(x), used))\n";

  it("show their types, their text and their names", () => {
    const { result, diagnostics } = lift(`${SEC}
      enum mode { OFF, ON = 7 };
      struct config { enum mode mode; char name[8]; unsigned short ports[3]; _Bool on; } __attribute__((packed));
      struct config config = { ON, "eth0", { 80, 443 }, 1 };
      SEC("xdp") int prog(void *ctx) { return config.mode; }
      char _license[] SEC("license") = "GPL";`);
    expect(errorsOf(diagnostics)).toEqual([]);
    const document = JSON.parse(result!.text);
    expect(document.types).toEqual([
      "enum mode { OFF, ON = 7 };",
      "struct config { enum mode mode; char name[8]; unsigned short ports[3]; _Bool on; } __attribute__((packed));",
    ]);
    expect(document.data).toMatchObject([
      {
        name: "config",
        type: "struct config",
        value: { mode: "ON", name: "eth0", ports: [80, 443], on: true },
      },
    ]);
    expect(document.license).toBe("GPL");
  });

  it("may have no license", () => {
    const { result } = lift("int x = 1;");
    expect(JSON.parse(result!.text)).toMatchObject({ license: null, data: [{ name: "x", value: 1 }] });
  });

  it("name what is left out of them", () => {
    const { result } = lift(`${SEC} int x = 1; SEC("xdp") int prog(void *ctx) { return x; }`);
    expect(result!.dropped).toEqual(
      expect.arrayContaining([
        "section .debug_info",
        "section .llvm_addrsig",
        "section .rel.BTF",
        "section .rel.BTF.ext",
      ]),
    );
  });

  it("have their common symbols in .bss", () => {
    const source = `${SEC} int x __attribute__((common)); long y[4] __attribute__((common));
      SEC("xdp") int prog(void *ctx) { return x + y[2]; }`;
    const { result, diagnostics } = lift(source);
    expect(errorsOf(diagnostics)).toEqual([]);
    const { data, programs } = JSON.parse(result!.text);
    // clang has no VAR for them.
    expect(data).toMatchObject([
      { name: "x", type: "unsigned char[4]" },
      { name: "y", type: "unsigned char[32]", align: 8 },
    ]);
    expect(programs[0].code).toEqual(
      expect.arrayContaining([expect.stringMatching(/= x ll$/), expect.stringMatching(/= y(?: \+ 16)? ll$/)]),
    );
  });

  it("reach static variables by name, which compilers reach through their section", () => {
    const { result, diagnostics } = lift(`${SEC} static volatile int a[4], b;
      SEC("xdp") int prog(void *ctx) { b = a[2]; return b; }`);
    expect(errorsOf(diagnostics)).toEqual([]);
    const code = JSON.parse(result!.text).programs[0].code.filter((entry: unknown) =>
      /ll$/.test(String(entry)),
    );
    expect(code).toEqual([expect.stringMatching(/= a \+ 8 ll$|= a ll$/), expect.stringMatching(/= b ll$/)]);
  });

  it("are refused where a type is nested deeper than C is read: ir/type-too-deep", () => {
    const depth = 100;
    const { result, diagnostics } = lift(`${"struct { ".repeat(depth)} int a; ${"} m;".repeat(depth)}`);
    expect(result).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(["ir/type-too-deep"]);
  });

  it("keep a struct without a name that two variables share", () => {
    const { result, diagnostics } = lift("struct { int a; } x = { 1 }, y = { 2 };");
    expect(diagnostics).toEqual([]);
    expect(JSON.parse(result!.text)).toMatchObject({
      types: ["struct $a { int a; };"],
      data: [
        { name: "x", type: "struct $a", value: { a: 1 } },
        { name: "y", type: "struct $a", value: { a: 2 } },
      ],
    });
  });
});
