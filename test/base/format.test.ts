// How messages look. The examples are the design's, written by hand; the JSON documents are read and reported as the
// linker does it.

import { describe, expect, it } from "vitest";
import { diagnosticToJson, formatDiagnostic, Log, parseJson, type TextPlace } from "../../src/base/index.js";

function placeOf(text: string, wanted: string, length = wanted.length): TextPlace {
  const source = { name: "a.json", text };
  const root = parseJson(source, new Log());
  return { kind: "text", source, parent: root, key: "code", start: text.indexOf(wanted), length };
}

function format(at: TextPlace, hint = "", color = false): string {
  const log = new Log();
  log.error("ir/unknown-map", at, { name: "evnts" }, { hint, notes: [] });
  return formatDiagnostic(log.diagnostics[0]!, { color });
}

describe("a message", () => {
  it("has its place, its pointer, the line with carets, notes and a hint", () => {
    const text = '{\n  "maps": "events",\n  "code": "r2 = evnts ll"\n}';
    const log = new Log();
    const notes = [{ message: '"events" is declared here', at: placeOf(text, "events") }];
    log.error(
      "ir/unknown-map",
      placeOf(text, "evnts"),
      { name: "evnts" },
      { hint: 'did you mean "events"?', notes },
    );
    expect(formatDiagnostic(log.diagnostics[0]!, { color: false })).toBe(
      [
        'a.json:3:17: error: map "evnts" is not declared [ir/unknown-map]',
        "  at /code",
        '    3 |   "code": "r2 = evnts ll"',
        "      |                 ^^^^^",
        '  note: a.json:2:12: "events" is declared here',
        '  hint: did you mean "events"?',
      ].join("\n"),
    );
  });

  it("keeps the caret in its column behind tabs", () => {
    const lines = format(placeOf('{\n\t"code":\t"evnts"\n}', "evnts")).split("\n");
    expect(lines[2]).toBe('    2 | \t"code":\t"evnts"');
    expect(lines[3]).toBe("      | \t       \t ^^^^^");
  });

  it("cuts a long line around the caret", () => {
    const text = `{ "code": "${"x".repeat(500)} evnts ${"y".repeat(500)}" }`;
    const lines = format(placeOf(text, "evnts")).split("\n");
    expect(lines[2]!.length).toBeLessThan(120);
    const column = lines[3]!.indexOf("^");
    expect(lines[2]!.slice(column, column + 5)).toBe("evnts");
    expect(lines[2]).toMatch(/^ {4}1 \| \.\.\.x+ evnts y+\.\.\.$/);
  });

  it("ends the carets with the line", () => {
    const lines = format(placeOf('{ "code": [\n1,\n2] }', "[", 6)).split("\n");
    expect(lines[3]).toBe("      |           ^");
  });

  it("lets no character of the input move the cursor or turn the text", () => {
    const harmful = "\u202e\u2066\u200b\u009b\u001b[2J\u0007";
    const text = `{ "code": "${harmful}evnts" }`;
    const source = { name: `a${harmful}.json`, text };
    const at: TextPlace = {
      kind: "text",
      source,
      parent: undefined,
      key: "",
      start: text.indexOf("evnts"),
      length: 5,
    };
    const log = new Log();
    log.error("ir/unknown-map", at, { name: harmful }, { hint: harmful, notes: [{ message: harmful, at }] });
    const shown = formatDiagnostic(log.diagnostics[0]!, { color: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not come through
    expect(shown).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]/);
    const lines = shown.split("\n");
    expect(lines[1]!.indexOf("evnts")).toBe(lines[2]!.indexOf("^"));
  });

  it("has colours only where they are asked for", () => {
    const at = placeOf('{ "code": "evnts" }', "evnts");
    const plain = format(at, "a hint");
    const colored = format(at, "a hint", true);
    expect(plain).not.toContain("\x1b");
    expect(colored).toContain("\x1b[1;31merror:\x1b[0m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: removes the colours
    expect(colored.replace(/\x1b\[[0-9;]*m/g, "")).toBe(plain);
  });

  it("names a section and an offset, or a file alone", () => {
    const log = new Log();
    log.warn(
      "ir/odd-section",
      { kind: "bytes", file: "b.o", section: ".relxdp", offset: 32 },
      { section: "x" },
    );
    log.error("ir/unknown-map", { kind: "file", file: "b.o" }, { name: "m" });
    expect(log.diagnostics.map((d) => formatDiagnostic(d, { color: false }))).toEqual([
      'b.o: .relxdp+0x20: warning: section "x" is read by no loader [ir/odd-section]',
      'b.o: error: map "m" is not declared [ir/unknown-map]',
    ]);
  });

  it("is one flat object for tools", () => {
    const log = new Log();
    const at = placeOf('{\n"code": "evnts" }', "evnts");
    log.error("ir/unknown-map", at, { name: "evnts" }, { hint: "a hint" });
    expect(diagnosticToJson(log.diagnostics[0]!)).toEqual({
      severity: "error",
      code: "ir/unknown-map",
      message: 'map "evnts" is not declared',
      file: "a.json",
      pointer: "/code",
      line: 2,
      column: 10,
      endLine: 2,
      endColumn: 15,
      notes: [],
      hint: "a hint",
    });
  });
});
