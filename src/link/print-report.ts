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

/** A map file for people. */
export function printReport(report: LinkReport, placed: readonly PlacedSymbol[]): string {
  const offsets = offsetsOf(placed);
  const kept = report.kept.map((thing) => [
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
  return [
    ...table("Kept", ["section", "offset", "size", "binding", "kind", "name", "from"], kept),
    "",
    ...table("Dropped", ["section", "size", "kind", "name", "from", "because"], dropped),
    "",
  ].join("\n");
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
