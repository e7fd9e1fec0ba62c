// The types of many modules in one table: each once, whoever brought it. Two types are one when they say the same:
// names, layouts, tags, and what they refer to.
//
// Problem: types are cyclic, and kernel types are one large cycle. To compare two graphs step by step, again for each
// type that leads into them, costs their square, and one struct that differs would make everything different that
// reaches it.
//
// Idea: a pointer inside a struct means the struct behind it by name only. BTF as clang writes it says no more either: it
// leaves such a struct out, and object/ closes the open end by name. So a type gets a key from its content, in which a
// named struct behind a member's pointer stands as its name, and equal keys are equal types. No cycle of C goes through a
// key; a cycle that does (BTF of strangers) makes a type that is merged with none.
//
// A forward declaration stands for the one definition of its name, if all inputs that have one agree on it.
//
// Cost: each record is looked at once, and copied only if something of the result needs it.

import { mapRefs, type TypeId, TypeTable } from "../btf/index.js";
import { type Origin, TypeKeys } from "./type-keys.js";

export class TypeMerger {
  /** What was asked for with `idOf`, and all that it refers to. */
  readonly types: TypeTable = new TypeTable();
  readonly #keys: TypeKeys;
  /** By key. */
  readonly #ids = new Map<number, TypeId>();
  readonly #open: { readonly origin: Origin; readonly id: TypeId }[] = [];

  constructor(tables: readonly TypeTable[]) {
    this.#keys = new TypeKeys(tables);
  }

  /** The id in `types` of a type of table `index`. */
  idOf(index: number, id: TypeId): TypeId {
    const found = this.#canonical({ source: this.#keys.sources[index]!, id });
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) {
      this.#fill(next.origin, next.id);
    }
    return found;
  }

  #canonical(declared: Origin): TypeId {
    if (declared.id === 0) return 0;
    const origin = this.#keys.definitionOf(declared) ?? declared;
    const key = this.#keys.of(origin);
    let found = this.#ids.get(key);
    if (found === undefined) {
      found = this.types.add(origin.source.types.at(origin.id));
      this.#ids.set(key, found);
      this.#open.push({ origin, id: found });
    }
    return found;
  }

  /** Gives a copied record its references and its tags. */
  #fill({ source, id }: Origin, target: TypeId): void {
    const type = mapRefs(source.types.at(id), (ref) => this.#canonical({ source, id: ref }));
    // Compilers have a type for the index, C has none; object/ makes it again.
    this.types.set(target, type.kind === "array" ? { ...type, index: 0 } : type);
    for (const tagId of source.tags.get(id) ?? []) {
      const tag = source.types.at(tagId);
      if (tag.kind === "decl_tag") this.types.add({ ...tag, type: target });
    }
  }
}
