// func_info, line_info and CO-RE records while they gather: by code section, in the order of the functions. Names
// enter the string table as they come, because that is when clang puts them in.

import type { BtfExt, BtfStrings, CoreRelo, FuncInfo, LineInfo, TypeId } from "../btf/index.js";
import type { Func, SourceLine } from "../ir/index.js";

/**
 * What a function without a known position says: no file, no line. The kernel refuses line info in which a function
 * has no record at its first instruction (kernel/bpf/verifier.c, check_btf_line).
 */
const NOWHERE: SourceLine = { file: "", line: 0, column: 0, text: "" };

/** What .BTF.ext lists under the name of one code section (btf.rst 4.2). */
interface SectionRecords {
  readonly name: string;
  readonly funcs: FuncInfo[];
  readonly lines: LineInfo[];
  readonly relos: CoreRelo[];
}

/** Gathers the records of one object; `insnOffset` is in bytes from the start of the section, everywhere. */
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

  /** The source position of an instruction. Records must come in ascending order within a section. */
  addLine(func: Func, insnOffset: number, { file, line, column, text }: SourceLine): void {
    this.#strings.intern(file);
    this.#strings.intern(text);
    this.#recordsOf(func).lines.push({ insnOffset, file, text, line, column });
  }

  /** A CO-RE relocation; its `type` is an id of the output. */
  addRelocation(func: Func, relo: CoreRelo): void {
    this.#strings.intern(relo.access);
    this.#recordsOf(func).relos.push(relo);
  }

  /** All records, sections in the order in which their first function was opened. */
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
