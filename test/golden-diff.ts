// Where two object files differ, section by section, for the report of a failed golden case. It reads section headers
// by itself (gABI, chapter 4) so that the report does not lean on the code under test.

export interface Section {
  readonly name: string;
  /** The section header without sh_name, whose value follows from .strtab: type, flags, ..., entsize. */
  readonly header: readonly bigint[];
  readonly bytes: Uint8Array;
}

const HEADER_FIELDS = [
  "type",
  "flags",
  "addr",
  "offset",
  "size",
  "link",
  "info",
  "addralign",
  "entsize",
] as const;
const SHT_NOBITS = 8n;

/** One line for each difference, in section header order; "" where the files are the same. */
export function objectDiff(ours: Uint8Array, theirs: Uint8Array): string {
  if (Buffer.compare(ours, theirs) === 0) return "";
  const left = sectionsOf(ours);
  const right = sectionsOf(theirs);
  const names = { ours: left.map((s) => s.name).join(" "), theirs: right.map((s) => s.name).join(" ") };
  if (names.ours !== names.theirs) return `sections: ours ${names.ours}\n          clang ${names.theirs}`;

  const lines = left.flatMap((section, index) => sectionDiff(section, right[index]!));
  return lines.length > 0 ? lines.join("\n") : `file: ${bytesDiff(ours, theirs)}`;
}

function sectionDiff(ours: Section, theirs: Section): string[] {
  const lines: string[] = [];
  if (Buffer.compare(ours.bytes, theirs.bytes) !== 0)
    lines.push(`${ours.name}: ${bytesDiff(ours.bytes, theirs.bytes)}`);
  HEADER_FIELDS.forEach((field, index) => {
    const [a, b] = [ours.header[index], theirs.header[index]];
    if (a !== b) lines.push(`${ours.name}: header field ${field}: ours ${a}, clang ${b}`);
  });
  return lines;
}

/** The first differing offset, and the 16 bytes from there on both sides. */
function bytesDiff(ours: Uint8Array, theirs: Uint8Array): string {
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at++;
  const show = (bytes: Uint8Array) => Buffer.from(bytes.subarray(at, at + 16)).toString("hex");
  return `bytes differ at 0x${at.toString(16)}: ours ${show(ours)}, clang ${show(theirs)}`;
}

/** The sections of a file in header order, read without the code under test. */
export function sectionsOf(file: Uint8Array): Section[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = file[5] === 1; // EI_DATA
  const u16 = (at: number) => view.getUint16(at, little);
  const u32 = (at: number) => view.getUint32(at, little);
  const u64 = (at: number) => view.getBigUint64(at, little);
  const [shoff, shnum, shstrndx] = [Number(u64(40)), u16(60), u16(62)];

  const raw = Array.from({ length: shnum }, (_, index) => {
    const at = shoff + index * 64;
    const header = [
      BigInt(u32(at + 4)),
      ...[8, 16, 24, 32].map((field) => u64(at + field)),
      BigInt(u32(at + 40)),
      BigInt(u32(at + 44)),
      ...[48, 56].map((field) => u64(at + field)),
    ];
    const [offset, size] = [Number(header[3]), header[0] === SHT_NOBITS ? 0 : Number(header[4])];
    return { nameOffset: u32(at), header, bytes: file.subarray(offset, offset + size) };
  });
  const strings = Buffer.from(raw[shstrndx]!.bytes);
  return raw.map(({ nameOffset, header, bytes }) => ({
    name: strings.toString("utf8", nameOffset, strings.indexOf(0, nameOffset)),
    header,
    bytes,
  }));
}
