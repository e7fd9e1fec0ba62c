// Files that people hand to a linker by mistake, told by their first bytes, or by the end of their names where they are
// text. The magic numbers are those of file(1); LLVM's are in its "LLVM Bitcode File Format", section "Bitcode wrapper".

export interface Foreign {
  /** In words that fit behind "is". */
  readonly what: string;
  /** How to get what is wanted of it, or "". */
  readonly hint: string;
}

const BITCODE = "clang writes an object where -flto and -emit-llvm are left out";
const PACKED = "unpack it first";

const MAGICS: readonly (readonly [magic: string, what: string, hint: string])[] = [
  ["BC\xc0\xde", "LLVM bitcode", BITCODE],
  ["\xde\xc0\x17\x0b", "LLVM bitcode in a wrapper", BITCODE],
  ["\x1f\x8b", "compressed by gzip", PACKED],
  ["\x28\xb5\x2f\xfd", "compressed by zstd", PACKED],
  ["\xfd7zXZ\0", "compressed by xz", PACKED],
  ["BZh", "compressed by bzip2", PACKED],
  ["PK\x03\x04", "a ZIP archive", PACKED],
  ["\xff\xfe", "UTF-16 text", ""],
  ["\xfe\xff", "UTF-16 text", ""],
  ["!<arch>\n", "an archive in an archive", 'take its members out with "ar x"'],
  ["MZ", "a program or object of Windows", ""],
  ["\xcf\xfa\xed\xfe", "a program or object of macOS", ""],
  ["\xca\xfe\xba\xbe", "a program of macOS or of Java", ""],
  ["\0asm", "WebAssembly", ""],
  ["\x9f\xeb", "BTF without an object", ""],
  ["\xeb\x9f", "BTF without an object", ""],
];

/** Bytes in which a NUL tells binary data from text. */
const LOOKED_AT = 512;

const SOURCES: readonly (readonly [end: RegExp, what: string, hint: string])[] = [
  [/\.(c|cc|cpp|cxx)$/i, "a C source", "compile it first: clang -O2 -g --target=bpf -c"],
  [/\.(h|hh|hpp)$/i, "a C header", "an object is made of the source that includes it"],
  [/\.rs$/, "a Rust source", "compile it first"],
  [/\.ll$/, "LLVM IR as text", "compile it first: clang -O2 --target=bpf -c"],
  [/\.s$/i, "assembly text", "assemble it first: clang --target=bpf -c"],
  [
    /\.(ld|lds|map)$/,
    "a linker script or version script",
    "there is nothing to place; --export says which names stay visible",
  ],
];

/** What a file is that is no ELF and cannot be IR; `undefined` where it may be. */
export function foreignBytes(bytes: Uint8Array): Foreign | undefined {
  if (bytes.length === 0) return { what: "empty", hint: "" };
  const starts = (magic: string): boolean => [...magic].every((c, i) => bytes[i] === c.charCodeAt(0));
  const found = MAGICS.find(([magic]) => starts(magic));
  if (found !== undefined) return { what: found[1], hint: found[2] };
  return bytes.subarray(0, LOOKED_AT).includes(0) ? { what: "binary data", hint: "" } : undefined;
}

/** The same of a text by its name, where it does not begin as a JSON object does. */
export function foreignText(name: string, text: string): Foreign | undefined {
  const found = SOURCES.find(([end]) => end.test(name));
  return found === undefined || text.trimStart().startsWith("{")
    ? undefined
    : { what: found[1], hint: found[2] };
}
