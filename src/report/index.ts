// The door of report/: what people and tools want to know of objects and modules. Text and plain data; where they go,
// and with which colours, is the CLI's.

export { type Change, type DiffOptions, diffModules } from "./diff.js";
export { printChanges } from "./diff-text.js";
export { type DumpOptions, filterDump, printDump } from "./dump.js";
export type { Dump } from "./dump-model.js";
export { dumpObject } from "./dump-object.js";
export type { Paint, Style } from "./text.js";
