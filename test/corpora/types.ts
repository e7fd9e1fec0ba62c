// The types of an object file as bpftool prints them, spelled without ids: what each function and variable is, and the
// definition of every named type that can be reached from there. Two objects with the same lines here have types of the same
// meaning, whatever the order of their records.

import { tryRun } from "../loaders/run.js";

/** A record of `bpftool --json btf dump`, which names the keys after btf.rst. */
interface Record {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly type_id?: number;
  readonly ret_type_id?: number;
  readonly size?: number;
  readonly nr_elems?: number;
  readonly nr_bits?: number;
  readonly encoding?: string;
  readonly linkage?: string;
  readonly fwd_kind?: string;
  readonly component_idx?: number;
  readonly members?: readonly {
    readonly name: string;
    readonly type_id: number;
    readonly bits_offset: number;
    readonly bitfield_size?: number;
  }[];
  readonly params?: readonly { readonly name: string; readonly type_id: number }[];
  readonly values?: readonly { readonly name: string; readonly val: number }[];
  readonly vars?: readonly { readonly type_id: number; readonly size: number }[];
}

export interface TypesAsked {
  /** Names of functions and variables that the ELF file defines or needs: records of others mean nothing. */
  readonly names: ReadonlySet<string>;
  /** What CO-RE records start from: "struct task_struct". */
  readonly roots: readonly string[];
  /** Names that the ELF file needs from elsewhere. */
  readonly undefined: ReadonlySet<string>;
  /** FUNC and VAR records may say any linkage: gcc 12 has FUNCs static, and VARs of another's variables in .bss. */
  readonly anyLinkage: boolean;
  /** FUNC records have names of the language, and not those of the symbols: rustc. */
  readonly mangled: boolean;
  /** Variables of this section are left out. */
  readonly without: string | undefined;
}

/** One line for each function, variable and named type; what bpftool says where it refuses the file. */
export function describeTypes(bpftool: string, file: string, asked: TypesAsked): string[] {
  const { status, stdout, stderr } = tryRun(bpftool, ["--json", "btf", "dump", "file", file]);
  if (status !== 0) return [stderr.trim() === "" ? stdout.trim() : stderr.trim()];
  const types = new Map((JSON.parse(stdout) as { types: Record[] }).types.map((type) => [type.id, type]));
  const lines = new Set<string>();
  const open: Record[] = [];
  const reached = new Set<number>();

  const tags = new Map<number, Record[]>();
  for (const type of types.values()) {
    if (type.kind === "DECL_TAG") tags.set(type.type_id!, [...(tags.get(type.type_id!) ?? []), type]);
  }
  const tagsOf = (id: number): string =>
    (tags.get(id) ?? [])
      .map(
        ({ name, component_idx }) => ` #${name}@${component_idx! >>> 0 === 0xffffffff ? -1 : component_idx}`,
      )
      .join("");

  const reach = (type: Record): void => {
    if (reached.has(type.id)) return;
    reached.add(type.id);
    open.push(type);
  };

  /** The type as a piece of a line; a named one is noted for a line of its own. */
  const spell = (id: number): string => {
    const type = types.get(id);
    if (type === undefined) return "void";
    const base = (): string => spell(type.type_id ?? 0);
    switch (type.kind) {
      case "PTR":
        return `*${base()}`;
      case "CONST":
      case "VOLATILE":
      case "RESTRICT":
        return `${type.kind.toLowerCase()} ${base()}`;
      case "TYPE_TAG":
        return `#${type.name} ${base()}`;
      case "ARRAY":
        return `[${type.nr_elems}]${base()}`;
      case "FUNC_PROTO":
        return `(${type.params!.map((p) => `${p.name} ${spell(p.type_id)}`).join(", ")}) -> ${spell(type.ret_type_id!)}`;
      case "INT":
        return intName(type);
      case "FLOAT":
        return `${type.name}:${type.size}`;
      default:
        break;
    }
    if (type.name === "(anon)") return define(type);
    reach(type);
    return nameOf(type);
  };

  const define = (type: Record): string => {
    const members = (type.members ?? []).map(
      (m) =>
        `${m.name}@${m.bits_offset}${m.bitfield_size === undefined || m.bitfield_size === 0 ? "" : `:${m.bitfield_size}`} ${spell(m.type_id)}`,
    );
    const values = (type.values ?? []).map((v) => `${v.name}=${v.val}`);
    const target = type.kind === "TYPEDEF" ? ` ${spell(type.type_id!)}` : "";
    const size = type.size === undefined ? "" : ` size ${type.size}`;
    return `${nameOf(type)}${size}${target} {${[...members, ...values].join(", ")}}${tagsOf(type.id)}`;
  };

  const sectionOf = new Map<number, { name: string; size: number }>();
  for (const { kind, name, vars } of types.values()) {
    if (kind !== "DATASEC") continue;
    for (const { type_id, size } of vars!) sectionOf.set(type_id, { name, size });
  }
  for (const type of types.values()) {
    if (type.kind === "FUNC" && (asked.mangled || asked.names.has(type.name))) {
      const linkage = asked.anyLinkage ? "" : ` ${type.linkage}`;
      const name = asked.mangled ? "?" : type.name;
      lines.add(`func ${name}${linkage} ${spell(type.type_id!)}${tagsOf(type.id)}`);
    } else if (type.kind === "VAR" && asked.names.has(type.name)) {
      const section = sectionOf.get(type.id);
      if (
        asked.without !== undefined &&
        (section?.name === asked.without || section?.name === `.${asked.without}`)
      )
        continue;
      if (asked.anyLinkage && asked.undefined.has(type.name))
        lines.add(`var ${type.name} ${spell(type.type_id!)}`);
      else
        lines.add(
          `var ${type.name} ${type.linkage} in ${section?.name} size ${section?.size} ${spell(type.type_id!)}${tagsOf(type.id)}`,
        );
    } else if (asked.roots.includes(nameOf(type))) {
      reach(type);
    }
  }
  for (let type = open.pop(); type !== undefined; type = open.pop()) lines.add(define(type));
  return [...lines].map(plain).sort();
}

/** Qualifiers of an array are those of its elements (C11 6.7.3), and their order says nothing. */
function plain(line: string): string {
  const pattern = /((?:const |volatile )*)((?:\[\d+\])+)?((?:const |volatile )*)/g;
  return line.replace(pattern, (_, outer: string, dimensions = "", inner: string) => {
    const words = new Set(`${outer}${inner}`.split(" ").filter((word) => word !== ""));
    return (
      dimensions +
      [...words]
        .sort()
        .map((word) => `${word} `)
        .join("")
    );
  });
}

/** A forward declaration and a definition of one name are spelled alike where they are mentioned. */
function nameOf(type: Record): string {
  const kind =
    type.kind === "FWD" ? type.fwd_kind! : type.kind === "ENUM64" ? "enum" : type.kind.toLowerCase();
  return kind === "typedef" ? type.name : `${kind} ${type.name === "(anon)" ? "" : type.name}`;
}

/** "long long unsigned int" of gcc is "unsigned long long" of clang; what gcc calls CHAR is so by its name. */
function intName({ name, size, nr_bits, encoding }: Record): string {
  const words = name.split(" ").filter((word) => word !== "int" || name === "int" || name === "unsigned int");
  const bool = encoding === "BOOL" ? " bool" : "";
  // "UNKN" is SIGNED and CHAR at once: what gcc 12 says of char.
  const unsigned = encoding === "SIGNED" || encoding === "UNKN" || name === "char" ? "" : "u";
  return `${unsigned}${words.sort().join(" ")}:${size}:${nr_bits}${bool}`;
}
