// docs/ir.md against the definition of the IR: every key is explained and shown, and the table of operations is that of
// the instruction set. That each example links is test/docs.test.ts.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { FORMS, formOf, type InsnFields, insnFromMnemonic, parseLine } from "../../src/asm/index.js";
import { OBJECTS } from "../../src/ir/schema.js";
import type { ObjectName, Shape } from "../../src/ir/shape.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const text = readFileSync(join(root, "docs/ir.md"), "utf8");
const rows = [...text.matchAll(/^\| (.*) \|$/gm)].map((match) => match[1]!.split(" | "));

/** The objects of the definition, but for the inner map, whose keys are those of a map. */
const objects = (Object.keys(OBJECTS) as ObjectName[]).filter((name) => name !== "inner");

/** Not in an example: every use draws a warning, and an example must link without one. */
const NOT_SHOWN: ReadonlySet<string> = new Set(["map.numa_node"]);

describe("docs/ir.md", () => {
  const shown = new Set<string>();
  for (const [, block] of text.matchAll(/^```json\n(.*?)^```$/gms)) {
    collect(parse(block!), { is: "object", name: "document" });
  }

  /** Notes which keys of which objects a document uses. */
  function collect(value: unknown, shape: Shape): void {
    if (shape.is === "choice") {
      for (const option of shape.of) collect(value, option);
    } else if (shape.is === "list" && Array.isArray(value)) {
      for (const item of value) collect(item, shape.of);
    } else if (
      shape.is === "object" &&
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value)
    ) {
      for (const [key, item] of Object.entries(value)) {
        shown.add(`${shape.name}.${key}`);
        const known = OBJECTS[shape.name].keys[key];
        if (known !== undefined) collect(item, known.shape);
      }
    }
  }

  const keys = objects.flatMap((name) => Object.keys(OBJECTS[name].keys).map((key) => `${name}.${key}`));

  it("shows every key in an example", () => {
    expect(keys.filter((key) => !shown.has(key) && !NOT_SHOWN.has(key))).toEqual([]);
  });

  it("explains every key in a table", () => {
    const explained = new Set(
      rows.flatMap(([first]) => [...first!.matchAll(/`([\w$]+)`/g)].map((match) => match[1])),
    );
    const missing = keys.filter((key) => !explained.has(key.slice(key.indexOf(".") + 1)));
    expect(missing).toEqual([]);
  });
});

/** A value of each field that every operation takes. */
const VALUES = { dst: "r1", src: "r2", off: 1, imm: 1, target: "label", ref: "name" } as const;
type Field = keyof typeof VALUES;

describe("the table of operations", () => {
  const documented = rows.flatMap(([first, fields]) => {
    const ops = [...first!.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    return fields !== undefined && ops.some((op) => isOperation(op))
      ? ops.map((op) => [op, fields.trim()] as const)
      : [];
  });

  function isOperation(op: string): boolean {
    const result = insnFromMnemonic(op, {});
    return result.error?.code !== "asm/unknown-op";
  }

  it("has every operation once", () => {
    const all = [...new Set(FORMS.map(({ op }) => op))].sort();
    expect(documented.map(([op]) => op).sort()).toEqual(all);
  });

  const texts = rows.flatMap(([first, fields, shown]) =>
    fields !== undefined && isOperation(/`(\w+)`/.exec(first!)?.[1] ?? "")
      ? [...shown!.split(":")[0]!.matchAll(/`([^`]+)`/g)].map((match) => [match[1]!, first!] as const)
      : [],
  );

  it.each(texts)("%s is one of %s", (text, ops) => {
    const parsed = parseLine(text);
    if (parsed.error !== undefined) throw new Error(parsed.error.code);
    // A call by name may be of any kind; its text alone says that of a helper.
    expect(ops).toContain(`\`${formOf(parsed.insn!)!.op}\``);
  });

  it.each(documented)("%s takes: %s", (op, fields) => {
    // "dst, src or imm, [off]": needed fields, each a choice, and optional ones.
    const parts = fields === "none" ? [] : fields.split(", ");
    const optional = parts.filter((part) => part.startsWith("[")).map((part) => part.slice(1, -1) as Field);
    const needed = parts.filter((part) => !part.startsWith("[")).map((part) => part.split(" or ") as Field[]);
    const takes = (...names: Field[]): boolean => {
      const given: InsnFields = Object.fromEntries(names.map((name) => [name, VALUES[name]]));
      return insnFromMnemonic(op, given).error === undefined;
    };
    const choices = needed.reduce<Field[][]>(
      (lists, options) => lists.flatMap((list) => options.map((option) => [...list, option])),
      [[]],
    );
    const known = new Set([...needed.flat(), ...optional]);
    for (const choice of choices) {
      expect([choice, takes(...choice)]).toEqual([choice, true]);
      expect(takes(...choice, ...optional)).toBe(true);
      for (const field of choice) {
        const without = choice.filter((other) => other !== field);
        expect([field, takes(...without)]).toEqual([field, false]);
      }
      for (const field of Object.keys(VALUES) as Field[]) {
        if (!known.has(field)) expect([field, takes(...choice, field)]).toEqual([field, false]);
      }
    }
  });
});
