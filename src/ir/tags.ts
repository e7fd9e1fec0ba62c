// Declaration tags in the IR: texts, or objects where there is more to say than the text. Who is tagged is said by the
// key that they stand under, and by the component (btf.rst 2.2.17).

import type { JsonObject } from "../base/index.js";
import { booleanField, listField, stringField } from "./fields.js";
import { type JsonValue, members } from "./json-text.js";
import type { Tag } from "./module.js";

/** The tags under a key; none where it is not given. */
export function tagsOf(node: JsonObject, key: string, component: number): Tag[] {
  return listField(node, key).map((tag) => {
    if (tag.json === "string") return { value: tag.value, component };
    const value = tag.json === "object" ? (stringField(tag, "name")?.value ?? "") : "";
    const attribute = tag.json === "object" && booleanField(tag, "attribute");
    return attribute ? { value, component, attribute } : { value, component };
  });
}

/** The text alone; an object for an attribute, which has the kind_flag set (btf.rst 2.2.17). */
export function printTag({ value, attribute }: Pick<Tag, "value" | "attribute">): JsonValue {
  if (attribute !== true) return value;
  return members([
    ["name", value],
    ["attribute", true],
  ]);
}

/** Those of the thing itself. */
export function printTags(tags: readonly Tag[]): JsonValue | undefined {
  const own = tags.filter(({ component }) => component < 0).map(printTag);
  return own.length === 0 ? undefined : own;
}
