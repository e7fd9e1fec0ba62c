// What is in an object, as plain data: the answer to `tsbpf dump --json`, and what dump.ts makes text of. Sizes and
// offsets are bytes, slots are the kernel's unit of code (RFC 9669, section 3). No key is ever left out for being
// empty, so that a tool need not ask for it; what may be unknown is `undefined` here and absent in JSON.

export interface Dump {
  readonly file: string;
  readonly byteOrder: "little" | "big";
  /** The text of the section `license`. */
  readonly license: string | undefined;
  readonly sections: readonly DumpSection[];
  readonly symbols: readonly DumpSymbol[];
  /** Those of data and code; what only the BTF sections need is counted with their sections. */
  readonly relocations: readonly DumpRelocation[];
  readonly maps: readonly DumpMap[];
  readonly variables: readonly DumpVariable[];
  readonly functions: readonly DumpFunction[];
  /** C declarations of the named types, those of maps and variables left out. */
  readonly types: readonly string[];
}

export interface DumpSection {
  readonly name: string;
  readonly type: string;
  /** Letters as readelf has them: W, A, X, M, S. */
  readonly flags: string;
  readonly size: number;
  readonly align: number;
  readonly relocations: number;
}

export interface DumpSymbol {
  readonly name: string;
  readonly binding: string;
  readonly type: string;
  readonly visibility: string;
  /** "" for a symbol that is defined elsewhere, `*ABS*` and `*COM*` for those that lie in no section. */
  readonly section: string;
  readonly value: number;
  readonly size: number;
}

export interface DumpRelocation {
  readonly section: string;
  readonly offset: number;
  readonly type: string;
  /** The symbol's name, or that of the section that it stands for. */
  readonly symbol: string;
}

export interface DumpMap {
  readonly name: string;
  /** `["max_entries", "256"]`, in the order of the definition. */
  readonly members: readonly (readonly [string, string])[];
  /** What stands in a map of maps or of programs from the beginning, by ascending index. */
  readonly initial: readonly { readonly slot: number; readonly name: string }[];
}

export interface DumpVariable {
  readonly name: string;
  readonly section: string;
  readonly offset: number | undefined;
  readonly size: number;
  /** `__u32 limit`. */
  readonly declaration: string;
  /** JSON of the initial value, as the IR writes it; `undefined` for zero and for what is defined elsewhere. */
  readonly value: string | undefined;
}

export interface DumpFunction {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
  readonly binding: string;
  /** `int prog(struct xdp_md *ctx)`; the name alone without BTF. */
  readonly prototype: string;
  readonly instructions: readonly DumpInsn[];
  /** Those whose addresses the code loads: labels, or offsets of the section for what lies outside of the function. */
  readonly jumpTables: readonly { readonly name: string; readonly targets: readonly string[] }[];
}

export interface DumpInsn {
  /** From the start of the function: the number that the verifier's log shows. */
  readonly slot: number;
  /** The bytes, in hexadecimal. */
  readonly bytes: string;
  readonly text: string;
  /** Where jumps of this function come here. */
  readonly label: string | undefined;
  /** Of the line record that begins here. */
  readonly source: DumpLine | undefined;
  readonly relocation: string | undefined;
  /** The text of the string literal whose address is loaded. */
  readonly literal: string | undefined;
  /** `field_byte_offset struct task_struct.pid`, with the indices where no path says them. */
  readonly core: string | undefined;
}

export interface DumpLine {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}
