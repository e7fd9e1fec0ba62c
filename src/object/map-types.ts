// A map definition as the C struct that libbpf reads from BTF. Each member is a declaration of libbpf's
// bpf_helpers.h: __uint(n, v) is `int (*n)[v]`, __type(n, T) is `T *n`, __array(n, T) is `T *n[]`, and __ulong(n, v)
// is `enum { unique = v } n`. Nothing is ever stored in the struct: the types are the message.
//
// The structs are added to a graph of types, where a pointer or an array that the author's own types already have
// must stay one record: in C these types are the same, and clang writes them once.

import { alignUp, append, assertNever } from "../base/index.js";
import { type BtfType, type Member, type TypeId, TypeTable } from "../btf/index.js";
import {
  type MapDefinition,
  type MapMember,
  type Module,
  sameDefinition,
  usualEnumerator,
  type Variable,
} from "../ir/index.js";

export interface MapLayout {
  /** The struct of the definition, in the graph. */
  readonly type: TypeId;
  /** Bytes of the variable: the struct, and a slot for each initial value. */
  readonly storage: number;
  /** Where the slots of the initial values begin. */
  readonly valuesOffset: number;
}

/** Bytes of a pointer on the BPF target, and its alignment. */
const POINTER_SIZE = 8;

/** The author's types and, behind them, the structs of the module's maps. */
export function defineMaps(module: Module): { graph: TypeTable; maps: ReadonlyMap<Variable, MapLayout> } {
  const graph = new TypeTable();
  // A copy with the same ids: the Module is read-only, and a type id of it must mean the same in the graph.
  for (const id of module.types.ids()) graph.add(module.types.at(id));
  const maps = new Map<Variable, MapLayout>();
  const definer = new MapDefiner(graph);
  for (const variable of module.variables) {
    if (variable.kind !== "map") continue;
    const type = definer.define(variable.definition);
    const struct = graph.at(type);
    const size = struct.kind === "struct" ? struct.size : 0;
    maps.set(variable, { type, storage: size + variable.init.length * POINTER_SIZE, valuesOffset: size });
  }
  return { graph, maps };
}

/** Adds structs to a graph. It keeps an index of the derived types there, so as not to add one twice. */
class MapDefiner {
  readonly #graph: TypeTable;
  readonly #known = new Map<string, TypeId>();
  /** One definition that two maps hold is one struct, also without a tag (C: `typeof(other_map)`). */
  readonly #defined = new Map<MapDefinition, TypeId>();
  readonly #tagged = new Map<string, MapDefinition[]>();
  #unique = 0;

  constructor(graph: TypeTable) {
    this.#graph = graph;
    for (const id of graph.ids()) {
      const key = keyOf(graph.at(id));
      if (key !== undefined && !this.#known.has(key)) this.#known.set(key, id);
    }
  }

  /** The struct of a definition, laid out by the rules of C; one for each tag, as in C. */
  define(definition: MapDefinition): TypeId {
    const { tag } = definition;
    const known = this.#defined.get(definition) ?? this.#findEqual(definition);
    if (known !== undefined) return known;
    const members: Member[] = [];
    let end = 0;
    let structAlign = 1;
    for (const member of definition.members) {
      const { type, size, align } = this.#memberType(member);
      const offset = alignUp(end, align);
      members.push({ name: member.name, type, offset: offset * 8, bits: 0 });
      end = offset + size;
      structAlign = Math.max(structAlign, align);
    }
    const size = alignUp(end, structAlign);
    const id = this.#graph.add({ kind: "struct", name: tag, size, members, bitfields: false });
    this.#defined.set(definition, id);
    if (tag !== "") append(this.#tagged, tag, definition);
    return id;
  }

  /** A struct of the same tag is the same one of C, unless it says something else: then they were never in one C file. */
  #findEqual(definition: MapDefinition): TypeId | undefined {
    const equal = this.#tagged.get(definition.tag)?.find((other) => sameDefinition(definition, other));
    return equal && this.#defined.get(equal);
  }

  /** The type that bpf_helpers.h gives a member, with its size and alignment in bytes. */
  #memberType(member: MapMember): { type: TypeId; size: number; align: number } {
    switch (member.kind) {
      case "uint": {
        const array = this.#array(this.#int(), member.value);
        return { type: this.#pointer(array), size: POINTER_SIZE, align: POINTER_SIZE };
      }
      case "type":
        return { type: this.#pointer(member.type), size: POINTER_SIZE, align: POINTER_SIZE };
      // T *n[]: a flexible array, so that the struct ends where the slots of a map's initial values begin.
      case "values": {
        const target = typeof member.of === "number" ? member.of : this.define(member.of);
        return { type: this.#array(this.#pointer(target), 0), size: 0, align: POINTER_SIZE };
      }
      case "ulong": {
        // An enum of C grows to 8 bytes where a value needs them.
        const large = member.value > 0xffffffffn;
        const size = large || member.wide === true ? 8 : 4;
        const usual = usualEnumerator(this.#unique++);
        const value = { name: member.enumerator ?? usual, value: member.value };
        const kind = large ? "enum64" : "enum";
        const type = this.#graph.add({ kind, name: "", size, signed: false, values: [value] });
        return { type, size, align: size };
      }
      default:
        return assertNever(member);
    }
  }

  #int(): TypeId {
    return this.#intern({ kind: "int", name: "int", size: 4, encoding: "signed", bits: 32, bitOffset: 0 });
  }

  #pointer(type: TypeId): TypeId {
    return this.#intern({ kind: "ptr", type });
  }

  #array(element: TypeId, length: number): TypeId {
    // The index type is clang's own, and btf-builder.ts fills it in.
    return this.#intern({ kind: "array", element, index: 0, length });
  }

  /** The id of a type that the graph has, or gets now. */
  #intern(type: BtfType): TypeId {
    const key = keyOf(type)!;
    let id = this.#known.get(key);
    if (id === undefined) {
      id = this.#graph.add(type);
      this.#known.set(key, id);
    }
    return id;
  }
}

/** Equal keys are the same C type. `undefined` for kinds that map definitions do not need to look up. */
function keyOf(type: BtfType): string | undefined {
  switch (type.kind) {
    case "int":
      return `int ${type.name} ${type.size} ${type.encoding}`;
    case "ptr":
      return `ptr ${type.type}`;
    case "array":
      return `array ${type.element} ${type.length}`;
    default:
      return undefined;
  }
}
