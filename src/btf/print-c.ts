// Types as C: names, declarations, prototypes. The inverse of the C parser (c-declare.ts): what is printed here, it
// reads back as the same types. C11, section 6.7, with the attributes of clang and gcc.
//
// Declarators are made inside out: the text so far is what stands around the name, and each record on the way to the
// base type adds to one side of it. Tables may be anybody's, so the walk has bounds: what is nested too deep or grows
// beyond all measure is cut short with a comment, which no parser takes for the type.

import { spelledType } from "./c-base-types.js";
import { enumerator, fixedType } from "./print-enum.js";
import { bitsOf, LayoutSpeller } from "./spell-layout.js";
import { areNeighbours, PLAIN_NAMES, type TypeNames } from "./spell-names.js";
import { declTagsByTarget, type TypeTable } from "./table.js";
import type { BtfType, Member, Param, TypeId } from "./types.js";

export interface CPrintOptions {
  /** What types are called, where the text shall be read back as this table; by default what BTF calls them. */
  readonly names?: TypeNames;
  /** A line for each member and enumerator, indented by two spaces; else all on one line. */
  readonly multiline?: boolean;
}

export interface CPrinter {
  /** `const char *`, `struct sock *[4]`, `int (void *)`; anonymous structs with their body. */
  typeName(id: TypeId): string;
  /** A declaration of `name`: `int (*cb)(void *)`, without a semicolon. */
  declarator(id: TypeId, name: string): string;
  /** The declaration of a struct, union, enum or typedef, with its semicolon. */
  declaration(id: TypeId): string;
  /** `int prog(struct xdp_md *ctx)`; `name` may be "". */
  prototype(proto: TypeId, name: string): string;
  /** Whether something so far was too deep or too long, and was cut short with a comment. */
  readonly wasCut: boolean;
  /** Bytes that a struct must be aligned to, where its members do not say so; `undefined` where they do. */
  askedAlign(id: TypeId): number | undefined;
  /** Alignment in bytes that a reader of the printed C gives to the type. */
  alignOf(id: TypeId): number;
}

/** The C name of a type, as `parseTypeName` takes it. */
export function printTypeName(types: TypeTable, id: TypeId): string {
  return cPrinter(types).typeName(id);
}

/** The C declaration of a named type, on one line, as `declareTypes` takes it. */
export function printDeclaration(types: TypeTable, id: TypeId): string {
  return cPrinter(types).declaration(id);
}

/** For many types of one table: what is found out about it once serves all. */
export function cPrinter(types: TypeTable, options: CPrintOptions = {}): CPrinter {
  return new Printer(types, options.multiline ?? false, options.names ?? PLAIN_NAMES);
}

/** Structs in structs and functions in functions; the C parser has a limit of this kind, too (MAX_C_DEPTH). */
const MAX_DEPTH = 64;
/** Records between a declarator and its base type. */
const MAX_CHAIN = 4096;
/**
 * UTF-16 units that one printer works through: what one record of the most members takes, and for each type several
 * times what those of a kernel take. Structs without a name that hold each other twice would double at each level.
 */
const ROOM: number = 2 * 1024 * 1024;
const ROOM_FOR_TYPE = 256;
const CUT = "/* too deep */";

type Composite = Extract<BtfType, { kind: "struct" | "union" }>;
type Enum = Extract<BtfType, { kind: "enum" | "enum64" }>;

/** A declarator and what it is a declarator of. */
interface Declared {
  readonly base: TypeId;
  /** Qualifiers and type tags of the base, in their order, with a blank behind each. */
  readonly quals: string;
  readonly tags: string;
  readonly declarator: string;
}

class Printer implements CPrinter {
  readonly #types: TypeTable;
  readonly #multiline: boolean;
  readonly #layouts: LayoutSpeller;
  readonly #declTags: ReadonlyMap<TypeId, readonly TypeId[]>;
  readonly #names: TypeNames;
  #depth = 0;
  /** What stands before the lines around a body, with `multiline`. */
  #indent = "";
  #room: number;
  #cut = false;

  constructor(types: TypeTable, multiline: boolean, names: TypeNames) {
    this.#types = types;
    this.#names = names;
    this.#multiline = multiline;
    this.#room = ROOM + ROOM_FOR_TYPE * types.size;
    this.#layouts = new LayoutSpeller(types);
    this.#declTags = declTagsByTarget(types);
  }

  typeName(id: TypeId): string {
    return this.declarator(id, "");
  }

  declarator(id: TypeId, name: string): string {
    return this.#declare(id, name);
  }

  declaration(id: TypeId): string {
    if (this.#room <= 0) return `${CUT};`;
    const type = this.#types.at(id);
    if ("name" in type) this.#spend(type.name.length);
    switch (type.kind) {
      case "struct":
      case "union":
        return `${this.#composite(id, type)};`;
      case "enum":
      case "enum64":
        return `${this.#enum(id, type)};`;
      case "fwd":
        return `${this.#specifier(id)};`;
      case "typedef":
        return `typedef ${this.#declare(type.type, this.#nameOf(id, type))}${this.#tagsOf(id, -1)};`;
      default:
        return `${this.#declare(id, "")};`;
    }
  }

  prototype(proto: TypeId, name: string): string {
    return this.declarator(proto, name);
  }

  get wasCut(): boolean {
    return this.#cut;
  }

  askedAlign(id: TypeId): number | undefined {
    const type = this.#types.at(id);
    if (type.kind !== "struct" && type.kind !== "union") return undefined;
    const { align } = this.#layouts.spelling(id);
    return align === this.#layouts.naturalAlign(type) ? undefined : align;
  }

  alignOf(id: TypeId): number {
    return this.#layouts.alignOf(id);
  }

  #declare(id: TypeId, name: string): string {
    return this.#join(this.#unwind(id, name));
  }

  #join({ base, quals, tags, declarator }: Declared): string {
    this.#spend(declarator.length + tags.length);
    const text = `${quals}${this.#specifier(base)}${tags}`;
    // `char[16]`, but `char *` and `int (void)`.
    return declarator === "" || declarator.startsWith("[") ? text + declarator : `${text} ${declarator}`;
  }

  /** Walks from a type to its base, and wraps the declarator on the way. `open` leaves out the length 0 of an array. */
  #unwind(id: TypeId, name: string, open = false): Declared {
    let at = id;
    let declarator = name;
    let quals = new Set<string>();
    let tags: string[] = [];
    let outermost = true;
    const group = (): string => {
      // To look at its start, the whole text is put together.
      this.#spend(declarator.length);
      return declarator.startsWith("*") ? `(${declarator})` : declarator;
    };
    for (let steps = 0; steps < MAX_CHAIN && this.#room > 0; steps++) {
      this.#room -= 1;
      const type = at === 0 || this.#names.own.has(at) ? undefined : this.#types.at(at);
      switch (type?.kind) {
        case "const":
        case "volatile":
        case "restrict":
          quals.add(type.kind);
          break;
        case "type_tag":
          this.#spend(type.value.length);
          tags.unshift(attribute("btf_type_tag", type.value));
          break;
        case "ptr": {
          const own = [...inOrder(quals), ...tags].join(" ");
          declarator = `*${own}${own !== "" && declarator !== "" ? " " : ""}${declarator}`;
          quals = new Set();
          tags = [];
          break;
        }
        case "array":
          // Qualifiers of an array are those of its elements (C11 6.7.3, paragraph 9).
          declarator = `${group()}[${open && outermost && type.length === 0 ? "" : type.length}]`;
          at = type.element;
          outermost = false;
          continue;
        case "func_proto":
          declarator = `${group()}(${this.#params(type.params)})`;
          at = type.result;
          quals = new Set();
          tags = [];
          continue;
        default:
          return {
            base: at,
            quals: inOrder(quals)
              .map((qual) => `${qual} `)
              .join(""),
            tags: tags.map((tag) => ` ${tag}`).join(""),
            declarator,
          };
      }
      outermost = false;
      at = type.type;
    }
    return { base: 0, quals: "", tags: ` ${this.#tooDeep()}`, declarator };
  }

  #params(params: readonly Param[]): string {
    if (params.length === 0) return "void";
    // clang's record of a function without a prototype: `int f()`.
    if (params.length === 1 && params[0]!.type === 0 && params[0]!.name === "") return "";
    return this.#nested(() => {
      const texts: string[] = [];
      for (const [i, { type, name }] of params.entries()) {
        if (this.#room <= 0) return CUT;
        const variadic = type === 0 && name === "" && i === params.length - 1;
        texts.push(variadic ? "..." : this.#declare(type, name));
      }
      return texts.join(", ");
    });
  }

  /** What stands before the declarator: a base type, a tag, a typedef's name, a body without a name. */
  #specifier(id: TypeId): string {
    if (id === 0) return "void";
    const own = this.#names.own.get(id);
    if (own !== undefined) return own;
    const type = this.#types.at(id);
    const name = this.#nameOf(id, type);
    this.#spend(name.length);
    switch (type.kind) {
      case "int":
        return intName(type);
      case "float":
        return spelledType(type.name.split(" ")) === undefined ? floatName(type.size) : type.name;
      case "struct":
      case "union":
        return name === "" ? this.#composite(id, type) : `${type.kind} ${name}`;
      case "enum":
      case "enum64":
        return name === "" ? this.#enum(id, type) : `enum ${name}`;
      case "fwd":
        return `${type.union ? "union" : "struct"} ${name}`;
      case "typedef":
        return name;
      default:
        // FUNC, VAR, DATASEC and tags are no types of C.
        return `/* ${type.kind} */`;
    }
  }

  #composite(id: TypeId, type: Composite): string {
    return this.#nested(() => {
      const { packed, aligned, items } = this.#layouts.spelling(id);
      const lines: string[] = [];
      const outside = this.#indent;
      this.#indent = `${outside}  `;
      let previous: Member | undefined;
      for (const [i, item] of items.entries()) {
        if (this.#room <= 0) break;
        if (item.kind === "padding") {
          lines.push(`long : ${item.bits};`);
          previous = undefined;
          continue;
        }
        const member = type.members[item.index]!;
        // Only the last member of a struct, and not the only one, may have no length.
        const open = type.kind === "struct" && i === items.length - 1 && i > 0;
        const declared = this.#unwind(member.type, member.name, open);
        const text = `${declared.declarator}${this.#width(member)}`;
        const behind = `${alignedTo(item.aligned)}${this.#tagsOf(id, item.index)};`;
        if (
          previous !== undefined &&
          this.#isNameless(declared.base) &&
          areNeighbours(this.#types, previous, member)
        ) {
          const line = lines.pop()!;
          this.#spend(line.length);
          lines.push(`${line.slice(0, -1)}, ${text}${behind}`);
        } else {
          lines.push(`${this.#join({ ...declared, declarator: text })}${behind}`);
        }
        previous = member;
      }
      this.#indent = outside;
      const attributes = `${packed ? " __attribute__((packed))" : ""}${alignedTo(aligned)}${this.#tagsOf(id, -1)}`;
      const own = this.#nameOf(id, type);
      const name = own === "" ? "" : ` ${own}`;
      return `${type.kind}${name} ${this.#body(lines)}${attributes}`;
    });
  }

  /** What the text calls a type; "" for one that has no name here either. */
  #nameOf(id: TypeId, type: BtfType): string {
    return this.#names.names.get(id) ?? ("name" in type ? type.name : "");
  }

  /** Whether a declaration with this type spells its body. */
  #isNameless(base: TypeId): boolean {
    return base !== 0 && !this.#names.own.has(base) && this.#nameOf(base, this.#types.at(base)) === "";
  }

  /** The width of a bit-field, also where BTF of old compilers hides it in the type. */
  #width(member: Member): string {
    const { bits } = bitsOf(this.#types, member);
    return bits === 0 ? "" : ` : ${bits}`;
  }

  #enum(id: TypeId, type: Enum): string {
    const own = this.#nameOf(id, type);
    const name = own === "" ? "" : ` ${own}`;
    // Without enumerators it is a forward declaration.
    if (type.values.length === 0) return `enum${name}`;
    this.#spend(type.values.reduce((sum, value) => sum + value.name.length, 0));
    if (this.#room <= 0) return `enum${name} ${this.#tooDeep()}`;
    const renamed = this.#names.enumerators.get(id);
    const lines = type.values.map((value, i) =>
      enumerator({ ...value, name: renamed?.get(i) ?? value.name }, type.values[i - 1]),
    );
    const fixed = fixedType(type);
    const head = `enum${name}${fixed === "" ? "" : ` : ${fixed}`}`;
    if (!this.#multiline) return `${head} { ${lines.join(", ")} }`;
    return `${head} ${this.#body(lines.map((line) => `${line},`))}`;
  }

  #body(lines: readonly string[]): string {
    if (lines.length === 0) return "{}";
    this.#spend(lines.reduce((sum, line) => sum + line.length, 0));
    if (!this.#multiline) return `{ ${lines.join(" ")} }`;
    const indent = this.#indent;
    this.#spend(lines.length * indent.length);
    return `{\n${lines.map((line) => `${indent}  ${line}\n`).join("")}${indent}}`;
  }

  /** The btf_decl_tag attributes of a type (-1), or of one of its members or parameters. */
  #tagsOf(id: TypeId, component: number): string {
    let text = "";
    const all = this.#declTags.get(id) ?? [];
    this.#spend(all.length);
    for (const tagId of this.#room > 0 ? all : []) {
      const tag = this.#types.at(tagId);
      if (tag.kind === "decl_tag" && tag.component === component) {
        this.#spend(tag.value.length);
        text += ` ${attribute("btf_decl_tag", tag.value)}`;
      }
    }
    return text;
  }

  /** Counts work; without room left, what is still printed is cut short. */
  #spend(units: number): void {
    this.#room -= units;
  }

  #tooDeep(): string {
    this.#cut = true;
    return CUT;
  }

  /** Prints what stands inside, unless it stands too deep. */
  #nested(print: () => string): string {
    if (this.#depth >= MAX_DEPTH || this.#room <= 0) return this.#tooDeep();
    this.#depth += 1;
    const text = print();
    this.#depth -= 1;
    return text;
  }
}

/** Compilers nest qualifiers in their own order, which says nothing (C11 6.7.3, paragraph 10). */
function inOrder(quals: ReadonlySet<string>): string[] {
  return ["const", "volatile", "restrict"].filter((qual) => quals.has(qual));
}

function alignedTo(bytes: number): string {
  return bytes === 0 ? "" : ` __attribute__((aligned(${bytes})))`;
}

/** An attribute with a string, in which C wants quotes and backslashes escaped. */
function attribute(name: string, value: string): string {
  return `__attribute__((${name}("${value.replace(/["\\]/g, "\\$&")}")))`;
}

/** The spelling of an integer: its own where C has it, else that of its size and sign. */
function intName(type: Extract<BtfType, { kind: "int" }>): string {
  // "char" has the encoding CHAR in what gcc writes.
  const words = type.name.split(" ");
  const spelled = spelledType(words);
  if (spelled !== undefined && spelled !== "void") return spelled;
  if (type.encoding === "bool") return "_Bool";
  return (type.encoding === "signed" ? SIGNED : UNSIGNED)[type.size] ?? type.name;
}

const SIGNED: Readonly<Record<number, string>> = {
  1: "signed char",
  2: "short",
  4: "int",
  8: "long",
  16: "__int128",
};
const UNSIGNED: Readonly<Record<number, string>> = {
  1: "unsigned char",
  2: "unsigned short",
  4: "unsigned int",
  8: "unsigned long",
  16: "unsigned __int128",
};

function floatName(size: number): string {
  return size === 4 ? "float" : "double";
}
