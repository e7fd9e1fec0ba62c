// "types" of the IR: C declarations, and records of BTF for what C cannot spell. What a text or a record means is
// btf/'s; this file knows the keys, and carries errors back to the place in the document.

import { firstCharacter, type JsonObject, type JsonString, type Log, MAX_C_LENGTH } from "../base/index.js";
import {
  type BtfType,
  type CError,
  declareTypes,
  type Enumerator,
  type Member,
  type OwnTag,
  type OwnType,
  type TypeScope,
} from "../btf/index.js";
import { booleanField, field, integerField, listField, objectsField, stringField } from "./fields.js";
import { tagsOf } from "./tags.js";
import { reportC } from "./type-names.js";

type Kind = Exclude<BtfType["kind"], "func" | "var" | "datasec" | "decl_tag">;

/** The keys of each kind beside `id` and `kind`; those in the first list must be there. */
const KEYS: Readonly<Record<Kind, readonly [readonly string[], readonly string[]]>> = {
  int: [
    ["name", "size"],
    ["encoding", "nr_bits", "bits_offset"],
  ],
  float: [["name", "size"], []],
  ptr: [["type"], []],
  const: [["type"], []],
  volatile: [["type"], []],
  restrict: [["type"], []],
  array: [["type", "nr_elems"], []],
  struct: [
    ["size", "members"],
    ["name", "align", "tags"],
  ],
  union: [
    ["size", "members"],
    ["name", "align", "tags"],
  ],
  enum: [
    ["size", "values"],
    ["name", "signed", "tags"],
  ],
  enum64: [
    ["size", "values"],
    ["name", "signed", "tags"],
  ],
  fwd: [["name"], ["fwd_kind"]],
  typedef: [["name", "type"], ["tags"]],
  func_proto: [["params"], ["ret_type"]],
  type_tag: [["name", "type"], ["attribute"]],
};

/** What C text can call a type: a name that C would not have without the "$". */
const OWN_NAME = /^\$[\p{XID_Continue}$]+$/u;

/** Declares the types of a document; false where one of them is wrong. */
export function parseTypes(scope: TypeScope, root: JsonObject, log: Log): boolean {
  const nodes = listField(root, "types");
  const errorsBefore = log.errorCount;
  const length = nodes.reduce((sum, node) => sum + node.length, 0);
  if (length > MAX_C_LENGTH) {
    log.error("ir/types-too-long", field(root, "types") ?? root, { limit: MAX_C_LENGTH / 1024 / 1024 });
    return false;
  }
  const items: (string | OwnType)[] = [];
  const sources: Source[] = [];
  for (const node of nodes) {
    if (node.json === "string") {
      items.push(node.value);
      sources.push({ node, spellings: [] });
    } else if (node.json === "object") {
      const reader = new RecordReader(node, log);
      const own = reader.read();
      if (own === undefined) continue;
      items.push(own);
      sources.push({ node: stringField(node, "id")!, spellings: reader.spellings });
    }
  }
  for (const error of declareTypes(scope, items)) reportC(log, placeOf(sources, error), error);
  return log.errorCount === errorsBefore;
}

/** The text of an item, or the id and the spellings of a record. */
interface Source {
  readonly node: JsonString;
  readonly spellings: readonly JsonString[];
}

function placeOf(sources: readonly Source[], { text, part }: CError): JsonString {
  const { node, spellings } = sources[text]!;
  return typeof part === "number" ? (spellings[part] ?? node) : node;
}

/** Makes an own type of one object. */
class RecordReader {
  readonly #node: JsonObject;
  readonly #log: Log;
  /** The C type names of the record, in the order of their numbers. */
  readonly spellings: JsonString[] = [];
  readonly #tags: OwnTag[] = [];

  constructor(node: JsonObject, log: Log) {
    this.#node = node;
    this.#log = log;
  }

  /** `undefined` after an error. */
  read(): OwnType | undefined {
    const node = this.#node;
    const idNode = stringField(node, "id")!;
    const kind = stringField(node, "kind")!.value as Kind; // validated as one of these words
    const errorsBefore = this.#log.errorCount;
    const { value: id } = idNode;
    if (!OWN_NAME.test(id)) {
      this.#log.error("ir/own-name", idNode, { name: id }, { hint: `"$${id}" would be one` });
    }
    this.#checkKeys(kind);
    if (this.#log.errorCount > errorsBefore) return undefined;
    const record = this.#record(kind);
    this.#addTags(node, -1);
    const align = integerField(node, "align");
    if (align !== undefined && (align & (align - 1n)) !== 0n) {
      this.#log.error("ir/alignment", field(node, "align") ?? node, { value: align });
    }
    if (this.#log.errorCount > errorsBefore) return undefined;
    return {
      id,
      record,
      spellings: this.spellings.map(({ value }) => value),
      align: align === undefined ? undefined : Number(align),
      tags: this.#tags,
    };
  }

  #checkKeys(kind: Kind): void {
    const [needed, allowed] = KEYS[kind];
    for (const key of needed) {
      if (!this.#node.members.has(key)) {
        const rule = `needs the key "${key}"`;
        this.#log.error("ir/type-key", firstCharacter(this.#node), { kind, rule });
      }
    }
    for (const { key, at } of this.#node.members.values()) {
      if (key === "id" || key === "kind" || needed.includes(key) || allowed.includes(key)) continue;
      this.#log.error("ir/type-key", at, { kind, rule: `has no key "${key}"` });
    }
  }

  #record(kind: Kind): BtfType {
    const node = this.#node;
    const name = stringField(node, "name")?.value ?? "";
    const size = Number(integerField(node, "size") ?? 0n);
    switch (kind) {
      case "int": {
        const encoding = (stringField(node, "encoding")?.value ?? "unsigned") as "unsigned"; // one of the four words
        const bits = Number(integerField(node, "nr_bits") ?? BigInt(Math.min(size * 8, 0xff)));
        return {
          kind,
          name,
          size,
          encoding,
          bits,
          bitOffset: Number(integerField(node, "bits_offset") ?? 0n),
        };
      }
      case "float":
        return { kind, name, size };
      case "ptr":
      case "const":
      case "volatile":
      case "restrict":
        return { kind, type: this.#spelled(node, "type") };
      case "array":
        return {
          kind,
          element: this.#spelled(node, "type"),
          index: 0, // the compiler's
          length: Number(integerField(node, "nr_elems")),
        };
      case "struct":
      case "union": {
        const members = objectsField(node, "members").map((member, index) => this.#member(member, index));
        return { kind, name, size, members, bitfields: members.some(({ bits }) => bits > 0) };
      }
      case "enum":
      case "enum64": {
        const signed = booleanField(node, "signed");
        const values = objectsField(node, "values").map((value) => this.#enumerator(value, kind, signed));
        return { kind, name, size, signed, values };
      }
      case "fwd":
        return { kind, name, union: stringField(node, "fwd_kind")?.value === "union" };
      case "typedef":
        return { kind, name, type: this.#spelled(node, "type") };
      case "func_proto": {
        const result = this.#spelled(node, "ret_type");
        const params = objectsField(node, "params").map((param) => ({
          name: stringField(param, "name")?.value ?? "",
          type: this.#spelled(param, "type"),
        }));
        return { kind, result, params };
      }
      case "type_tag":
        return {
          kind,
          value: name,
          type: this.#spelled(node, "type"),
          attribute: booleanField(node, "attribute"),
        };
    }
  }

  /** The number of a spelling; 0, void, where the key is not given. */
  #spelled(node: JsonObject, key: string): number {
    const text = stringField(node, key);
    return text === undefined ? 0 : this.spellings.push(text);
  }

  #member(node: JsonObject, index: number): Member {
    this.#addTags(node, index);
    return {
      name: stringField(node, "name")?.value ?? "",
      type: this.#spelled(node, "type"),
      offset: Number(integerField(node, "bits_offset")),
      bits: Number(integerField(node, "bitfield_size") ?? 0n),
    };
  }

  /** BTF holds 32 bits of the values of an enum, and 64 of an enum64. */
  #enumerator(node: JsonObject, kind: "enum" | "enum64", signed: boolean): Enumerator {
    const value = integerField(node, "val") ?? 0n;
    const bits = kind === "enum" ? 32 : 64;
    const held = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
    const name = stringField(node, "name")?.value ?? "";
    if (held !== value) {
      this.#log.error("btf/c-enumerator-range", field(node, "val") ?? node, { name, value });
    }
    return { name, value };
  }

  #addTags(node: JsonObject, component: number): void {
    for (const { value, attribute = false } of tagsOf(node, "tags", component)) {
      this.#tags.push({ value, component, attribute });
    }
  }
}
