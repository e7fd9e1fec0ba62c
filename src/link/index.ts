// The door of link/: Module[] to Module.

export {
  type ArchiveMember,
  isArchive,
  isThinArchive,
  readArchive,
  readThinArchive,
} from "./archive.js";
export { checkByteOrder, isUntouched, type Linked, type LinkOptions, link, linkWithReport } from "./link.js";
export { type MemberCandidate, selectMembers } from "./members.js";
export { type PlacedSymbol, printReport, reportToJson } from "./print-report.js";
export type { DroppedThing, KeptThing, LinkReport, ReportedMention, ReportedThing } from "./report.js";
export type { LinkInput, ThingKind } from "./things.js";
export { explain } from "./why.js";
