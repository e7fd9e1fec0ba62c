// How a report looks: as a text for people, and as JSON for tools. Addresses are known only to who laid the object out,
// and come from there.

import type { DroppedThing, KeptThing, LinkReport } from "./report.js";

/** Where a symbol of the object lies. */
export interface PlacedSymbol {
  readonly name: string;
  readonly section: string;
  /** Bytes from the start of the section. */
  readonly offset: number;
}

/** A map file for people: what is in the object, in the order of its sections, what is not, and what each input gave. */
export function printReport(report: LinkReport, placed: readonly PlacedSymbol[]): string {
  const offsets = offsetsOf(placed);
  const kept = inPlaces(report.kept, offsets).map((thing) => [
    thing.section,
    offsets.has(keyOf(thing)) ? `0x${offsets.get(keyOf(thing))!.toString(16)}` : "",
    String(thing.size),
    thing.binding,
    thing.kind,
    thing.name,
    thing.was === undefined ? thing.input : `${thing.input} (there "${thing.was}")`,
  ]);
  const dropped = report.dropped.map((thing) => [
    thing.section,
    String(thing.size),
    thing.kind,
    thing.name,
    thing.input,
    thing.reason,
  ]);
  const inputs = inputSizes(report).map(([name, sizes]) => [name, String(sizes.kept), String(sizes.dropped)]);
  return [
    ...table("Kept", ["section", "offset", "size", "binding", "kind", "name", "from"], kept),
    "",
    ...table("Dropped", ["section", "size", "kind", "name", "from", "because"], dropped),
    "",
    ...table("Bytes of code and data", ["input", "kept", "dropped"], inputs),
    "",
  ].join("\n");
}

/** Sections in the order in which the object has them, things in the order of their addresses. */
function inPlaces(kept: readonly KeptThing[], offsets: ReadonlyMap<string, number>): KeptThing[] {
  const order = new Map<string, number>();
  for (const { section } of kept) if (!order.has(section)) order.set(section, order.size);
  const placeOf = (thing: KeptThing): number => offsets.get(keyOf(thing)) ?? Number.MAX_SAFE_INTEGER;
  return [...kept].sort((a, b) => order.get(a.section)! - order.get(b.section)! || placeOf(a) - placeOf(b));
}

/** By input, in the order of the first thing that each brought. */
function inputSizes({ kept, dropped }: LinkReport): [string, { kept: number; dropped: number }][] {
  const sizes = new Map<string, { kept: number; dropped: number }>();
  const add = (input: string, key: "kept" | "dropped", size: number): void => {
    const entry = sizes.get(input) ?? { kept: 0, dropped: 0 };
    entry[key] += size;
    sizes.set(input, entry);
  };
  for (const { input, size } of kept) add(input, "kept", size);
  for (const thing of dropped) {
    if (thing.kind !== "extern") add(thing.input, "dropped", thing.size);
  }
  return [...sizes];
}

export interface ReportJson {
  readonly version: 1;
  readonly kept: readonly (KeptThing & { readonly offset: number | undefined })[];
  readonly dropped: readonly DroppedThing[];
}

/** A map file for tools. What has no place in the object has no offset. */
export function reportToJson(report: LinkReport, placed: readonly PlacedSymbol[]): ReportJson {
  const offsets = offsetsOf(placed);
  const kept = report.kept.map((thing) => ({ ...thing, offset: offsets.get(keyOf(thing)) }));
  return { version: 1, kept, dropped: report.dropped };
}

function offsetsOf(placed: readonly PlacedSymbol[]): ReadonlyMap<string, number> {
  return new Map(placed.map((symbol) => [keyOf(symbol), symbol.offset]));
}

function keyOf({ section, name }: { readonly section: string; readonly name: string }): string {
  return `${section}\0${name}`;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [`${title}: nothing`];
  const all = [head, ...rows];
  const widths = head.map((_, i) => all.reduce((width, row) => Math.max(width, row[i]!.length), 0));
  const lines = all.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")}`.trimEnd());
  return [title, ...lines];
}
