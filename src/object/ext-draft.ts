// func_info, line_info and CO-RE records while they gather: by code section, in the order of the functions. Names
// enter the string table as they come, because that is when clang puts them in.

import type { BtfExt, BtfStrings, CoreRelo, FuncInfo, LineInfo, TypeId } from "../btf/index.js";
import type { Func, SourceLine } from "../ir/index.js";

/** What a function without a known position says: no file, no line. Every loader wants one record at its start. */
const NOWHERE: SourceLine = { file: "", line: 0, column: 0, text: "" };

interface SectionRecords {
  readonly name: string;
  readonly funcs: FuncInfo[];
  readonly lines: LineInfo[];
  readonly relos: CoreRelo[];
}

export class ExtDraft {
  readonly #strings: BtfStrings;
  readonly #sections = new Map<string, SectionRecords>();

  constructor(strings: BtfStrings) {
    this.#strings = strings;
  }

  /** Begins a function: its FUNC has the id `type`, its first instruction lies at `insnOffset` of its section. */
  openFunction(func: Func, insnOffset: number, type: TypeId): void {
    this.#strings.intern(func.section);
    this.#recordsOf(func).funcs.push({ insnOffset, type });
    if (func.body[0]?.line === undefined) this.addLine(func, insnOffset, NOWHERE);
  }

  addLine(func: Func, insnOffset: number, { file, line, column, text }: SourceLine): void {
    this.#strings.intern(file);
    this.#strings.intern(text);
    this.#recordsOf(func).lines.push({ insnOffset, file, text, line, column });
  }

  addRelocation(func: Func, relo: CoreRelo): void {
    this.#strings.intern(relo.access);
    this.#recordsOf(func).relos.push(relo);
  }

  finish(): BtfExt {
    return { sections: [...this.#sections.values()] };
  }

  #recordsOf(func: Func): SectionRecords {
    let records = this.#sections.get(func.section);
    if (records === undefined) {
      records = { name: func.section, funcs: [], lines: [], relos: [] };
      this.#sections.set(func.section, records);
    }
    return records;
  }
}
