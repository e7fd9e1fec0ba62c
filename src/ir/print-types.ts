// The declarations of a document: C where C can say the type, else the record that it is in BTF. The inverse of
// parse-types.ts.

import { type BtfType, declarationOrder, type TypeId } from "../btf/index.js";
import { integerValue } from "./decode-value.js";
import { type JsonValue, members } from "./json-text.js";
import type { Extern, Variable } from "./module.js";
import { mentionedTypes, type PrintContext } from "./print-context.js";
import { printTag } from "./tags.js";

/** Everything that the rest of the document needs, what is mentioned before who mentions it as far as cycles allow. */
export function declaredTypes({ types, module, typeNames }: PrintContext): TypeId[] {
  return declarationOrder(types, mentionedTypes(module), typeNames);
}

/** One item of "types". */
export function printType(px: PrintContext, id: TypeId): JsonValue {
  const name = px.typeNames.own.get(id);
  return name === undefined ? px.c.declaration(id) : printRecord(px, id, name);
}

/** `extern void x`, which clang takes; the word "void" at an extern stands for `extern const void x`. */
export const VOID = "$void";

/** The one type for which a document needs a name that it does not otherwise have. */
export function isExternVoid(thing: Extern | Variable): boolean {
  return thing.kind === "extern_variable" && thing.type === 0;
}

/** The keys in the order in which docs/ir.md tells them; what has its default is left out. */
function printRecord(px: PrintContext, id: TypeId, name: string): JsonValue {
  const type = px.types.at(id);
  return members([
    ["id", name],
    ["kind", type.kind],
    ["name", "name" in type && type.name !== "" ? type.name : undefined],
    ...fieldsOf(px, id, type),
    ["align", px.c.askedAlign(id)],
    ["tags", printTypeTags(px, id, -1)],
  ]);
}

/** What a kind has beside its name: the table KEYS of parse-types.ts, from the other side (btf.rst, section 2.2). */
function fieldsOf(px: PrintContext, id: TypeId, type: BtfType): [string, JsonValue | undefined][] {
  const spell = (ref: TypeId): string => px.c.typeName(ref);
  switch (type.kind) {
    case "int": {
      const { size, encoding, bits, bitOffset } = type;
      return [
        ["size", size],
        ["encoding", encoding === "unsigned" ? undefined : encoding],
        // One byte holds the width (btf.rst 2.2.1), so that an integer of 32 bytes or more cannot say all its bits.
        ["nr_bits", bits === Math.min(size * 8, 0xff) ? undefined : bits],
        ["bits_offset", bitOffset === 0 ? undefined : bitOffset],
      ];
    }
    case "float":
      return [["size", type.size]];
    case "array":
      return [
        ["type", spell(type.element)],
        ["nr_elems", type.length],
      ];
    case "struct":
    case "union":
      return [
        ["size", type.size],
        [
          "members",
          type.members.map((member, index) =>
            members([
              ["name", member.name === "" ? undefined : member.name],
              ["type", spell(member.type)],
              ["bits_offset", member.offset],
              ["bitfield_size", member.bits === 0 ? undefined : member.bits],
              ["tags", printTypeTags(px, id, index)],
            ]),
          ),
        ],
      ];
    case "enum":
    case "enum64":
      return [
        ["size", type.size],
        ["signed", type.signed ? true : undefined],
        [
          "values",
          type.values.map(({ name, value }) =>
            members([
              ["name", name],
              ["val", integerValue(value)],
            ]),
          ),
        ],
      ];
    case "fwd":
      return [["fwd_kind", type.union ? "union" : undefined]];
    case "func_proto":
      return [
        ["ret_type", type.result === 0 ? undefined : spell(type.result)],
        [
          "params",
          type.params.map(({ name, type: param }) =>
            members([
              ["name", name === "" ? undefined : name],
              ["type", spell(param)],
            ]),
          ),
        ],
      ];
    case "type_tag":
      return [
        ["name", type.value],
        ["type", spell(type.type)],
        ["attribute", type.attribute ? true : undefined],
      ];
    default:
      return "type" in type ? [["type", spell(type.type)]] : [];
  }
}

/** The declaration tags of a type, or of one of its members (btf.rst 2.2.17: component_idx, -1 for the type itself). */
function printTypeTags(
  { types, declTags }: PrintContext,
  id: TypeId,
  component: number,
): JsonValue | undefined {
  const tags: JsonValue[] = [];
  for (const tagId of declTags.get(id) ?? []) {
    const tag = types.at(tagId);
    if (tag.kind === "decl_tag" && tag.component === component) tags.push(printTag(tag));
  }
  return tags.length === 0 ? undefined : tags;
}
