// "data" and "license" of the IR -> data variables with their bytes. How a value is encoded is encode-value.ts; where
// a variable comes to stand in its section is object/. Sources: clang's choice of sections (const: .rodata, zero:
// .bss, else .data), and what libbpf and cilium/ebpf make of data sections.

import {
  assert,
  firstCharacter,
  isZero,
  type JsonNode,
  type JsonObject,
  MAX_DATA_SIZE,
} from "../base/index.js";
import { alignOf, sizeOf, type TypeId, type TypeTable } from "../btf/index.js";
import { type Context, declare, namesOf } from "./context.js";
import { encodeHex, encodeValue, hexBytes, hexOf, type Storage, textBytes } from "./encode-value.js";
import { booleanField, field, integerField, stringField } from "./fields.js";
import { bindingOf } from "./linkage.js";
import type { DataVariable, Pointer } from "./module.js";
import { isDataSection, isStructOps, isZeroSection, LICENSE_SECTION, whyNoData } from "./sections.js";
import { tagsOf } from "./tags.js";
import { impliedType, parseType, reportNoSize } from "./type-names.js";
import { nounOfNode } from "./validate.js";

/** libbpf copies this much of a license (struct bpf_object, `char license[64]`), and cuts the rest off. */
const MAX_LICENSE = 63;

/**
 * Declares one entry of "data". After an error the variable is there all the same, so that what refers to it is not
 * reported as well.
 */
export function declareData(cx: Context, node: JsonObject): DataVariable {
  const nameNode = stringField(node, "name");
  assert(nameNode !== undefined, "the name of a variable was validated");
  const { name, symbol } = namesOf(cx, nameNode, stringField(node, "symbol"));
  const linkage = stringField(node, "linkage")?.value;
  const isPrivate = linkage === "private";
  const sectionNode = stringField(node, "section");
  const holdsFunctions = sectionNode !== undefined && isStructOps(sectionNode.value);
  const contents = parseContents(cx, node, name, isPrivate, holdsFunctions);
  const type = contents?.type;
  const pointers: Pointer[] = [];
  for (const address of contents?.addresses ?? []) cx.addresses.push({ ...address, pointers });
  const bytes = contents?.bytes ?? new Uint8Array();
  const section = sectionOf(cx, node, name, isPrivate, type, bytes);
  const mergeable = booleanField(node, "mergeable");
  const constant = isPrivate
    ? mergeable || isReadOnly(section)
    : type !== undefined && isConst(cx.scope.types, type);
  if (mergeable && contents !== undefined) checkMergeable(cx, node, name, constant, bytes);
  const variable: DataVariable = {
    kind: "data",
    name: isPrivate ? name : symbol,
    section,
    ...bindingOf(linkage, booleanField(node, "hidden")),
    private: isPrivate,
    type,
    bytes,
    align: alignmentOf(cx, node, type),
    constant,
    mergeable,
    pointers,
    tags: tagsOf(node, "tags", -1),
    at: nameNode,
  };
  return declare(cx, variable, name);
}

/** The variable in section `license`; `undefined` where the author wants none. */
export function declareLicense(cx: Context, node: JsonNode): DataVariable | undefined {
  if (node.json === "null") return undefined;
  const object = node.json === "object" ? node : undefined;
  const value = object === undefined ? node : field(object, "value");
  assert(value?.json === "string", "the license was validated");
  const nameNode = object === undefined ? undefined : stringField(object, "name");
  const typeNode = object === undefined ? undefined : stringField(object, "type");
  const text = textBytes(value.value);
  if (text.length - 1 > MAX_LICENSE) {
    cx.log.warn("ir/long-license", value, { count: text.length - 1, limit: MAX_LICENSE });
  }
  const written = typeNode === undefined ? impliedType(cx, `char[${text.length}]`) : parseType(cx, typeNode);
  const type = written === undefined ? undefined : completeArray(cx, written, text.length);
  const storage: Storage = {
    bytes: new Uint8Array(type === undefined ? 0 : (sizeOf(cx.scope.types, type) ?? 0)),
  };
  if (type !== undefined) encodeValue(cx, value, type, storage, 0);
  const names = nameNode && namesOf(cx, nameNode, stringField(object!, "symbol"));
  const license: DataVariable = {
    kind: "data",
    name: names?.symbol ?? "_license",
    section: LICENSE_SECTION,
    ...bindingOf(
      object && stringField(object, "linkage")?.value,
      object !== undefined && booleanField(object, "hidden"),
    ),
    private: false,
    type,
    bytes: storage.bytes,
    align: alignmentOf(cx, object, type),
    constant: type !== undefined && isConst(cx.scope.types, type),
    mergeable: false,
    pointers: [],
    tags: object === undefined ? [] : tagsOf(object, "tags", -1),
    at: nameNode ?? node,
  };
  return declare(cx, license, names?.name);
}

/** What type and value come to. */
interface Contents {
  /** `undefined` for a private constant without debug info. */
  readonly type: TypeId | undefined;
  readonly bytes: Uint8Array;
  readonly addresses?: NonNullable<Storage["addresses"]>;
}

/** The type and the bytes of an entry; `undefined` after an error that leaves no type. */
function parseContents(
  cx: Context,
  node: JsonObject,
  name: string,
  isPrivate: boolean,
  holdsFunctions: boolean,
): Contents | undefined {
  const typeNode = stringField(node, "type");
  const value = field(node, "value");
  if (typeNode === undefined) return untypedContents(cx, node, value, isPrivate);
  const written = parseType(cx, typeNode);
  if (written === undefined) return undefined;
  const type = completeArray(cx, written, value === undefined ? 0 : lengthOf(cx, value, written));
  // A compiler that takes a struct apart leaves variables with the type and another size ("size").
  const natural = sizeOf(cx.scope.types, type);
  const asked = integerField(node, "size");
  const size = asked === undefined ? natural : Number(asked);
  const what = `variable "${name}"`;
  if (size === undefined) {
    reportNoSize(cx, typeNode, what);
    return undefined;
  }
  // Before the bytes exist: a type of a few characters can have 4 GiB. What is refused takes no room.
  cx.dataSize.value += size;
  if (cx.dataSize.value > MAX_DATA_SIZE) {
    cx.log.error("ir/data-too-large", typeNode, { limit: MAX_DATA_SIZE / 1024 / 1024 });
    cx.dataSize.value -= size;
    return undefined;
  }
  const addresses: NonNullable<Storage["addresses"]> = [];
  const storage: Storage = { bytes: new Uint8Array(size), ...(holdsFunctions ? { addresses } : {}) };
  const errors = cx.log.errorCount;
  if (value !== undefined && size !== natural) encodePart(cx, value, storage);
  else if (value !== undefined) encodeValue(cx, value, type, storage, 0);
  // The kernel refuses all BTF of an object that has a variable of size 0 (btf_datasec_check_meta).
  if (storage.bytes.length === 0 && cx.log.errorCount === errors) reportNoSize(cx, typeNode, what);
  return { type, bytes: storage.bytes, addresses };
}

/** The value of a variable that is smaller or larger than its type: no member of it says where it ends. */
function encodePart(cx: Context, value: JsonNode, storage: Storage): void {
  const hex = value.json === "object" && value.members.size === 1 ? field(value, "hex") : undefined;
  if (hex?.json === "string") {
    encodeHex(cx, hex, storage.bytes.length, storage, 0);
    return;
  }
  const hint = 'with a "size" other than that of the type';
  const expected = '{ "hex": "..." }';
  cx.log.error("ir/wrong-type", value, { what: '"value"', expected, actual: nounOfNode(value) }, { hint });
}

/** A constant of the compiler that has no type: text with its NUL, or plain bytes. */
function untypedContents(
  cx: Context,
  node: JsonObject,
  value: JsonNode | undefined,
  isPrivate: boolean,
): Contents | undefined {
  if (!isPrivate || value === undefined) {
    const key = isPrivate ? "value" : "type";
    cx.log.error("ir/missing-key", firstCharacter(node), { what: "a variable", key });
    return undefined;
  }
  if (value.json === "string") return { type: undefined, bytes: textBytes(value.value) };
  const hex = hexOf(cx, value, 0);
  if (hex === undefined) {
    const hint = 'give it a "type"';
    cx.log.error(
      "ir/wrong-type",
      value,
      { what: '"value"', expected: 'a string or { "hex": "..." }', actual: nounOfNode(value) },
      { hint },
    );
    return undefined;
  }
  const bytes = hexBytes(cx, hex);
  return bytes === undefined ? undefined : { type: undefined, bytes };
}

/** `T[]` becomes `T[length]`, as in C (C11 6.7.9, paragraph 22); other types stay what they are. */
function completeArray(cx: Context, type: TypeId, length: number): TypeId {
  if (type === 0 || length === 0) return type;
  const record = cx.scope.types.at(type);
  return record.kind === "array" && record.length === 0 ? cx.scope.array(record.element, length) : type;
}

/** Elements that `T[]` gets from its value: text brings its NUL, and bytes fill whole elements. */
function lengthOf(cx: Context, value: JsonNode, type: TypeId): number {
  if (value.json === "string") return textBytes(value.value).length;
  if (value.json === "array") return value.items.length;
  const hex = hexOf(cx, value, 0);
  const record = type === 0 ? undefined : cx.scope.types.at(type);
  if (hex === undefined || record?.kind !== "array") return 0;
  const element = sizeOf(cx.scope.types, record.element) ?? 1;
  return Math.ceil(hex.value.replace(/\s+/g, "").length / 2 / Math.max(element, 1));
}

/**
 * The section that the author names, or else the one that clang would choose (LLVM, getKindForGlobal): const ones
 * first, because a const variable of zeros still stands in .rodata.
 */
function sectionOf(
  cx: Context,
  node: JsonObject,
  name: string,
  isPrivate: boolean,
  type: TypeId | undefined,
  bytes: Uint8Array,
): string {
  const zero = !node.members.has("value") || isZero(bytes);
  const sectionNode = stringField(node, "section");
  if (sectionNode === undefined) {
    if (isPrivate || (type !== undefined && isConst(cx.scope.types, type))) return ".rodata";
    return zero ? ".bss" : ".data";
  }
  const section = sectionNode.value;
  const hint = whyNoData(section);
  if (hint !== undefined) {
    cx.log.error("ir/reserved-section", sectionNode, { section, name }, { hint });
  } else if (isZeroSection(section) && !zero) {
    const value = field(node, "value");
    cx.log.error(
      "ir/zero-section",
      value ?? sectionNode,
      { section, name },
      { hint: 'variables with a value stand in ".data"' },
    );
  } else if (section === "maps") {
    cx.log.warn("ir/legacy-maps", sectionNode, {}, { hint: 'declare the map under "maps"' });
  } else if (section.startsWith(".bss.")) {
    cx.log.warn("ir/bss-suffix", sectionNode, { section });
  } else if (!isDataSection(section)) {
    cx.log.warn(
      "ir/odd-section",
      sectionNode,
      { section },
      { hint: `".data.${section.replace(/^\./, "")}" would be read` },
    );
  }
  return section;
}

/** LLVM merges constants of some sizes, and strings (TargetLoweringObjectFileELF; object/placement.ts). */
function checkMergeable(
  cx: Context,
  node: JsonObject,
  name: string,
  constant: boolean,
  bytes: Uint8Array,
): void {
  const isString = bytes.indexOf(0) === bytes.length - 1;
  const fits = isString || [4, 8, 16, 32].includes(bytes.length);
  if (constant && fits) return;
  const what = constant
    ? `no string, and has ${bytes.length} bytes instead of 4, 8, 16 or 32`
    : "no constant";
  cx.log.error("ir/mergeable", field(node, "mergeable") ?? node, { name, what });
}

/** Bytes: what the author asks for, which may be less than the type needs, or what the type needs. */
function alignmentOf(cx: Context, node: JsonObject | undefined, type: TypeId | undefined): number {
  const asked = node && integerField(node, "align");
  if (node === undefined || asked === undefined) return type === undefined ? 1 : alignOf(cx.scope, type);
  if ((asked & (asked - 1n)) !== 0n)
    cx.log.error("ir/alignment", field(node, "align") ?? node, { value: asked });
  return Number(asked);
}

/** What libbpf freezes before a program runs (bpf_object__elf_collect takes .rodata and .rodata.*). */
function isReadOnly(section: string): boolean {
  return section === ".rodata" || section.startsWith(".rodata.");
}

/** Whether an object of this type is const: itself, or (for arrays) its elements. */
export function isConst(types: TypeTable, type: TypeId): boolean {
  let at = type;
  while (at !== 0) {
    const record = types.at(at);
    switch (record.kind) {
      case "const":
        return true;
      case "volatile":
      case "restrict":
      case "typedef":
      case "type_tag":
        at = record.type;
        break;
      case "array":
        at = record.element;
        break;
      default:
        return false;
    }
  }
  return false;
}
