// What the parts of lift share: the object that is read, where its errors go, and what is known of it so far. The
// things of the Module are made first and their insides later, so they are open here and read-only everywhere else.

import type { BytePlace, Log, Place } from "../base/index.js";
import type { ElfObject, ElfSection, ElfSymbol } from "../elf/index.js";
import type { DataVariable, Extern, Func, JumpTable, MapVariable } from "../ir/index.js";

/** A thing that is still being filled. */
export type Open<T> = { -readonly [K in keyof T]: T[K] };

/** What lies in a section. */
export type Lifted = Open<Func> | Open<JumpTable> | MapVariable | Open<DataVariable>;

/** What a symbol can stand for. */
export type Known = Lifted | Extern;

/** The range of a thing in the section that holds it, in bytes. */
export interface Extent {
  readonly thing: Lifted;
  readonly section: ElfSection;
  readonly start: number;
  readonly end: number;
}

/** The sections by what they are for. */
export interface Survey {
  readonly code: readonly ElfSection[];
  readonly data: readonly ElfSection[];
  readonly jumpTables: ElfSection | undefined;
  readonly btf: ElfSection | undefined;
  readonly btfExt: ElfSection | undefined;
  /** Common symbols, and each as it lies in a section of its own among `data`. */
  readonly common: ReadonlyMap<ElfSymbol, ElfSymbol>;
}

/** What all steps share. */
export interface LiftContext {
  readonly object: ElfObject;
  readonly file: string;
  readonly log: Log;
  /** What is left out of the Module and changes nothing, in words. */
  readonly dropped: string[];
}

/** A byte of a section, for messages. */
export function placeIn(cx: LiftContext, section: ElfSection, offset: number): BytePlace {
  return { kind: "bytes", file: cx.file, section: section.name, offset };
}

/** Where a symbol points to; one without a section is a matter of the whole file. */
export function placeOfSymbol(cx: LiftContext, { section, value }: ElfSymbol): Place {
  return section === undefined ? { kind: "file", file: cx.file } : placeIn(cx, section, value);
}
