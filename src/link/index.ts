// The door of link/: Module[] to Module.

export { isArchive, isThinArchive, readArchive, readThinArchive } from "./archive.js";
export { checkByteOrder, isUntouched, type LinkOptions, link, linkWithReport } from "./link.js";
export { selectMembers } from "./members.js";
export { type PlacedSymbol, printReport, reportToJson } from "./print-report.js";
export type { LinkReport } from "./report.js";
export type { LinkInput } from "./things.js";
export { explain } from "./why.js";
