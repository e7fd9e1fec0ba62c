// The JSON reader, beside the host's JSON.parse. What a user sees of its errors is test/fixtures/errors/json-*.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type JsonNode,
  type JsonString,
  Log,
  parseJson,
  placeInString,
  pointerOf,
} from "../../src/base/index.js";

const SEED = 20261121;

function read(text: string): { node: JsonNode | undefined; log: Log } {
  const log = new Log();
  return { node: parseJson({ name: "a.json", text }, log), log };
}

function codes(text: string): string[] {
  return read(text).log.diagnostics.map(({ code }) => code);
}

/** The plain value of a tree. */
function plain(node: JsonNode): unknown {
  switch (node.json) {
    case "object":
      return Object.fromEntries([...node.members.values()].map(({ key, value }) => [key, plain(value)]));
    case "array":
      return node.items.map(plain);
    case "null":
      return null;
    default:
      return node.value;
  }
}

function* nodesOf(node: JsonNode): Generator<JsonNode> {
  yield node;
  if (node.json === "array") for (const item of node.items) yield* nodesOf(item);
  if (node.json === "object") for (const { value } of node.members.values()) yield* nodesOf(value);
}

/** Values that JSON.stringify writes and our reader takes: no duplicate keys, no -0. */
const documents = fc.jsonValue({ noUnicodeString: false }).filter((value) => !Object.is(value, -0));

describe(`the JSON reader (seed ${SEED})`, () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const { node, log } = read(text);
        // JSON.parse rounds big integers and takes half characters; here both are errors.
        const refused = log.diagnostics.every(
          ({ code }) => code === "json/inexact-number" || code === "json/half-surrogate",
        );
        if (node === undefined) expect(refused && log.errorCount > 0).toBe(true);
        else expect(JSON.stringify(plain(node))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it("gives each node the place where its text stands", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const { node } = read(text);
        for (const at of node === undefined ? [] : nodesOf(node)) {
          const part: unknown = JSON.parse(text.slice(at.start, at.start + at.length));
          expect(JSON.stringify(part)).toBe(JSON.stringify(plain(at)));
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("finds the same by a key as among all members, and visits the items of a list as they stand in it", () => {
    fc.assert(
      fc.property(documents, (value) => {
        // What JSON.stringify escapes can be written without an escape elsewhere: "\u0061" is the key "a".
        const text = JSON.stringify(value).replace(/"a/g, '"\\u0061');
        const nodes = (): JsonNode[] => [...nodesOf(read(text).node ?? read("[]").node!)];
        const [fresh, listed] = [nodes(), nodes()];
        for (const [i, node] of fresh.entries()) {
          const other = listed[i]!;
          if (node.json === "object" && other.json === "object") {
            for (const [key, member] of other.members)
              expect(plain(node.get(key)!)).toEqual(plain(member.value));
            expect(node.get("no such key")).toBe(undefined);
          } else if (node.json === "array" && other.json === "array") {
            const [visited, others]: [JsonNode[], JsonNode[]] = [[], []];
            node.each((item) => visited.push(item));
            node.eachButText((item) => others.push(item));
            expect(visited.map(pointerOf)).toEqual(other.items.map(pointerOf));
            const said = other.items.filter((item) => item.json !== "string" || item.escaped);
            expect(others.map(pointerOf)).toEqual(said.map(pointerOf));
          }
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("finds a key among thousands", () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    const { node } = read(JSON.stringify(wide));
    expect(node?.json === "object" && plain(node.get("k4711")!)).toBe(4711);
    expect(node?.json === "object" && node.get("k5000")).toBe(undefined);
    expect(codes(JSON.stringify(wide).replace('"k4711"', '"k17"'))).toEqual(["json/duplicate-key"]);
  });

  it("finds a range of a string in its source, whatever is escaped", () => {
    const unit = fc.constantFrom(
      "a",
      "\\n",
      "\\u0041",
      "\\\\",
      '\\"',
      "\u00e9",
      "\\/",
      "\\ud83d\\ude00",
      "\ud83d\ude00",
    );
    fc.assert(
      fc.property(fc.array(unit), fc.nat(), fc.nat(), (units, a, b) => {
        const { node } = read(`  "${units.join("")}"`);
        const value = (node as JsonString).value;
        const start = a % (value.length + 1);
        const length = b % (value.length - start + 1);
        const place = placeInString(node as JsonString, start, length);
        const part = `"${place.source.text.slice(place.start, place.start + place.length)}"`;
        expect(JSON.parse(part)).toBe(value.slice(start, start + length));
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it("refuses what JSON.parse refuses, but for comments and trailing commas", () => {
    const tokens = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      "1",
      "-",
      "01",
      "1.",
      "1e",
      "tru",
      "true",
      "null",
      " ",
      "'b'",
      '"',
      "\\",
      ".5",
      "+1",
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        const accepted = read(text).node !== undefined;
        let strict = true;
        try {
          JSON.parse(text.replace(/,(?=\s*[\]}])/g, ""));
        } catch {
          strict = false;
        }
        // Without a trailing comma the verdicts agree; with one, ours is the milder.
        if (accepted !== strict)
          expect({ text, accepted, trailing: /,\s*[\]}]/.test(text) }).toEqual({
            text,
            accepted: false,
            trailing: true,
          });
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it("takes comments, trailing commas and a byte order mark", () => {
    const { node, log } = read('\ufeff// first\n{ "a": [1, /* two */ 2,], } // last');
    expect(log.diagnostics).toEqual([]);
    expect(plain(node!)).toEqual({ a: [1, 2] });
  });

  it("names nodes by their pointers", () => {
    const { node } = read('{ "a/b": [{ "~": 1 }] }');
    expect([...nodesOf(node!)].map(pointerOf)).toEqual(["", "/a~1b", "/a~1b/0", "/a~1b/0/~0"]);
  });

  it.each([
    ["[".repeat(1_000_000), ["json/too-deep"]],
    ['{"a":'.repeat(1_000_000), ["json/too-deep"]],
    ["/* ".repeat(1_000_000), ["json/unclosed-comment", "json/syntax"]],
    [`[${"}".repeat(100_000)}`, ["json/syntax"]],
    [" ".repeat(256 * 1024 * 1024 + 1), ["json/too-large"]],
  ])("survives %#", (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it("gives up after twenty syntax errors", () => {
    expect(codes(`[${"x, ".repeat(1000)}]`)).toHaveLength(20);
  });
});
