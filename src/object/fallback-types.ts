// Types for what an object has no BTF of: compiled without -g, or written by hand. They say no more than is known, and
// that is what loaders took the things for before.

import type { BtfType, TypeId, TypeTable } from "../btf/index.js";

const INT = { kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 } as const;
const BYTE = {
  kind: "int",
  name: "unsigned char",
  size: 1,
  encoding: "unsigned",
  bits: 8,
  bitOffset: 0,
} as const;

/** Types for what has none, added when they are first needed. */
export class FallbackTypes {
  readonly #types: TypeTable;
  /** By a spelling of theirs. */
  readonly #known = new Map<string, TypeId>();

  /** Adds to `types`, each type once. */
  constructor(types: TypeTable) {
    this.#types = types;
  }

  /** `int (void *ctx)`, which every program type takes. */
  program(): TypeId {
    const params = [{ name: "ctx", type: this.#add("void *", { kind: "ptr", type: 0 }) }];
    return this.#add("int(void *)", { kind: "func_proto", result: this.#add("int", INT), params });
  }

  /** `int ()`: of a subprogram or an extern nothing is known. A static one is checked by what it does. */
  subprogram(): TypeId {
    return this.#add("int()", { kind: "func_proto", result: this.#add("int", INT), params: [] });
  }

  /** Bytes are all that is known of a variable. */
  bytes(size: number): TypeId {
    const element = this.#add("unsigned char", BYTE);
    return this.#add(`[${size}]`, { kind: "array", element, index: 0, length: size });
  }

  /** `const void`, as C declares an address without a type. */
  address(): TypeId {
    return this.#add("const void", { kind: "const", type: 0 });
  }

  /** A type by its spelling, which only serves as its name here. */
  #add(key: string, type: BtfType): TypeId {
    let id = this.#known.get(key);
    if (id === undefined) {
      id = this.#types.add(type);
      this.#known.set(key, id);
    }
    return id;
  }
}
