// The types of an object in the order in which clang emits them. The author's types are a graph without order; BTF
// is a list, and its order is seen by whoever compares our file with clang's (and in every id). So this walk follows
// the one of LLVM's BTFDebug: a type is appended when something that is emitted mentions it for the first time.
//
// Three things make the walk more than a depth-first search:
//
// * Pruning. A pointer inside a struct does not pull in the struct that it points to: such a record is appended with
//   an open end, which is closed when everything is known, by name: the struct if something else brought it in, a
//   forward declaration if not.
// * Completion. Records are appended first; their names enter the string table and their references become ids at
//   certain points later (each function, the end). The order of strings shows when that was.
// * Extern functions. Each brings a new FUNC_PROTO, which takes the place of that signature in what is completed
//   afterwards.

import { assert } from "../base/index.js";
import {
  type BtfLinkage,
  type BtfStrings,
  type BtfType,
  type SectionEntry,
  type TypeId,
  TypeTable,
} from "../btf/index.js";
import type { Tag } from "../ir/index.js";
import { type BtfRules, integerName } from "./btf-layout.js";
import { type DerivedType, isDerived, namesOf } from "./btf-records.js";

/** A record that was appended. Its references are ids of the graph until it is completed, unless `final`. */
interface Draft {
  readonly type: BtfType;
  readonly final: boolean;
}

type TypeTag = Extract<BtfType, { kind: "type_tag" }>;

/** An open end: the struct or union behind a pointer that nobody followed. */
interface Pruned {
  readonly name: string;
  readonly union: boolean;
  /** Records of the output that shall point at it, with the type tags that stand between. */
  readonly from: { readonly id: TypeId; readonly tags: readonly TypeTag[] }[];
}

export class BtfBuilder {
  readonly #graph: TypeTable;
  readonly #strings: BtfStrings;
  readonly #rules: BtfRules;
  readonly #drafts: Draft[] = [];
  /** Graph id to output id. */
  readonly #ids = new Map<TypeId, TypeId>();
  /** Tags of the graph's types: by type, then by component. */
  readonly #tags = new Map<TypeId, Map<number, Tag[]>>();
  readonly #pruned = new Map<TypeId, Pruned>();
  /** Output id to the struct that closes it. */
  readonly #closed = new Map<TypeId, TypeId>();
  /** First struct or union of each name. */
  readonly #structs = new Map<string, TypeId>();
  readonly #done = new TypeTable();
  /** Steps of the walk that are still to be taken, the next one last. Types nest deeper than any call stack. */
  readonly #work: (() => void)[] = [];
  #indexType = 0;
  /** The only types that the caller can use. */
  readonly #wanted: TypeTable | undefined;
  #isOther = false;

  constructor(graph: TypeTable, strings: BtfStrings, rules: BtfRules, wanted?: TypeTable) {
    this.#wanted = wanted;
    this.#graph = graph;
    this.#strings = strings;
    this.#rules = rules;
    for (const id of graph.ids()) {
      const type = graph.at(id);
      if (type.kind !== "decl_tag") continue;
      const components = this.#tags.get(type.type) ?? new Map<number, Tag[]>();
      const list = components.get(type.component) ?? [];
      list.push({ value: type.value, component: type.component, attribute: type.attribute });
      this.#tags.set(type.type, components.set(type.component, list));
    }
  }

  /** Whether a record has come up that does not stand in its place among the wanted ones: then the rest is left out. */
  get isOther(): boolean {
    return this.#isOther;
  }

  /** Appends what `id` (of the graph) needs, and returns its id in the output; 0 is void (BTFDebug, visitTypeEntry). */
  visit(id: TypeId): TypeId {
    this.#visit(id);
    return this.#ids.get(id) ?? 0;
  }

  /**
   * As `visit`, but inside out, and following every pointer: keys and values of maps must be complete. A struct
   * stands behind the types of its members, and the records between an outer and an inner definition behind both
   * (BTFDebug, visitMapDefType).
   */
  visitMapDefinition(id: TypeId): TypeId {
    if (id !== 0 && !this.#ids.has(id)) {
      const type = this.#graph.at(id);
      switch (type.kind) {
        case "ptr":
        case "const":
        case "volatile":
        case "restrict":
        case "typedef":
          this.visitMapDefinition(type.type);
          break;
        case "array":
          this.visitMapDefinition(this.#elementOf(id));
          break;
        case "struct":
          if (this.#rules.mapDefinitions === "first") this.#appendAs(id, type);
          for (const member of type.members) this.#visitMapMember(member.type);
          break;
        default:
          break;
      }
    }
    return this.visit(id);
  }

  #visitMapMember(id: TypeId): void {
    const { mapDefinitions } = this.#rules;
    const kind = id === 0 ? "void" : this.#graph.at(id).kind;
    if (mapDefinitions === "behind-pointers") {
      if (kind === "ptr" || kind === "typedef") this.visit(id);
    } else if (
      mapDefinitions === "inside-out" &&
      (kind === "struct" || kind === "union" || kind === "array")
    ) {
      this.visitMapDefinition(id);
    } else {
      this.visit(id);
    }
  }

  /** A function that the object defines: its parameter types, a FUNC_PROTO of its own, the FUNC and its tags. */
  addFunction(name: string, proto: TypeId, linkage: BtfLinkage, tags: readonly Tag[]): TypeId {
    const type = this.#graph.at(proto);
    assert(type.kind === "func_proto", `the type of function "${name}" must be a func_proto`);
    for (const param of type.params) this.#visit(param.type);
    // Two functions of one signature get two FUNC_PROTOs: LLVM does not look for an equal one here.
    const protoId = this.#append(type);
    this.#visit(type.result);
    for (const param of type.params) this.#visit(param.type);
    const id = this.#appendFinal({ kind: "func", name, type: protoId, linkage });
    const ofParams = tags.filter((tag) => tag.component >= 0);
    const ofFunction = tags.filter((tag) => tag.component < 0);
    this.#addTags([...ofParams, ...ofFunction], id);
    return id;
  }

  /**
   * A function that is defined elsewhere (BTFDebug, processFuncPrototypes). Its parameters have no names, whatever
   * the author wrote: the debug info of a declaration has none.
   */
  addExternFunction(name: string, proto: TypeId, tags: readonly Tag[]): TypeId {
    const type = this.#graph.at(proto);
    assert(type.kind === "func_proto", `the type of function "${name}" must be a func_proto`);
    const protoId = this.#append({ ...type, params: type.params.map((param) => ({ ...param, name: "" })) });
    this.#ids.set(proto, protoId);
    this.#visit(type.result);
    for (const param of type.params) this.#visit(param.type);
    const id = this.#appendFinal({ kind: "func", name, type: protoId, linkage: "extern" });
    this.#addTags(tags, id);
    return id;
  }

  /** A variable whose type has the output id `type`. */
  addVariable(name: string, type: TypeId, linkage: BtfLinkage, tags: readonly Tag[]): TypeId {
    const id = this.#appendFinal({ kind: "var", name, type, linkage });
    this.#addTags(tags, id);
    return id;
  }

  /** `size` 0, as clang writes it: loaders take the size and the offsets of globals from the ELF symbols. */
  addDatasec(name: string, entries: readonly SectionEntry[]): TypeId {
    return this.#appendFinal({ kind: "datasec", name, size: 0, entries });
  }

  /**
   * Gives every record so far its names and references. A record is completed once, at the first such point (LLVM:
   * completeType, called for all entries by beginFunctionImpl and endModule).
   */
  complete(): void {
    for (let id = this.#done.size + 1; id <= this.#drafts.length; id++) {
      const { type, final } = this.#drafts[id - 1]!;
      this.#done.add(this.#finish(type, final, id));
      for (const name of namesOf(type)) this.#strings.intern(name);
    }
  }

  /** Closes what pruning left open, and returns the list of types. Nothing can be added afterwards. */
  finish(): TypeTable {
    // In clang the order of these forward declarations is an accident of its heap, and here that of the graph: an
    // object that was read gets back the order that it had.
    const open = [...this.#pruned]
      .filter(([, { name }]) => !this.#structs.has(name))
      .sort(([a], [b]) => a - b);
    let next = 0;
    for (const pruned of this.#pruned.values()) {
      const { name, union, from } = this.#structs.has(pruned.name) ? pruned : open[next++]![1];
      const target = this.#structs.get(name) ?? this.#appendFinal({ kind: "fwd", name, union });
      for (const { id, tags } of from) this.#closed.set(id, this.#appendTypeTags(tags, target));
    }
    // A record with an open end may have been completed long before its struct was known.
    for (const [id, target] of this.#closed) {
      if (id > this.#done.size) continue;
      const type = this.#done.at(id);
      if ("type" in type) this.#done.set(id, { ...type, type: target });
    }
    this.complete();
    return this.#done;
  }

  /** Walks everything that `id` leads to. */
  #visit(id: TypeId): void {
    this.#step(id, false, false);
    for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) {
      if (!this.#isOther) next();
    }
  }

  /** What a step leaves to be done, in this order, before all that was left before. */
  #then(steps: readonly (() => void)[]): void {
    for (let i = steps.length - 1; i >= 0; i--) this.#work.push(steps[i]!);
  }

  /**
   * `member`: an ancestor of this step was a struct member. `pointer`: since then, a pointer without tags was
   * crossed. Both together mean that a struct that comes next is pruned. (LLVM: CheckPointer and SeenPointer; a
   * program that knows one struct of the kernel would otherwise carry all that can be reached from it.)
   */
  #step(id: TypeId, member: boolean, pointer: boolean): void {
    if (id === 0) return;
    if (this.#ids.has(id)) {
      if (!member || !pointer) this.#revisit(id, member, pointer);
      return;
    }
    const type = this.#graph.at(id);
    if (isDerived(type)) {
      this.#visitDerived(id, type, member, pointer);
      return;
    }
    switch (type.kind) {
      case "array":
        this.#visitArray(id, type.length);
        return;
      case "struct":
      case "union": {
        const out = this.#appendAs(id, type);
        if (type.name !== "" && !this.#structs.has(type.name)) this.#structs.set(type.name, out);
        const tags = this.#tags.get(id);
        this.#addTags(tags?.get(-1), out);
        this.#then(
          type.members.flatMap((m, index) => {
            const ofMember = tags?.get(index);
            const walk = (): void => this.#step(m.type, true, false);
            return ofMember === undefined ? [walk] : [walk, () => this.#addTags(ofMember, out)];
          }),
        );
        return;
      }
      case "func_proto":
        this.#appendAs(id, type);
        this.#then(
          [type.result, ...type.params.map((p) => p.type)].map((t) => () => this.#step(t, false, false)),
        );
        return;
      case "int":
        this.#appendAs(id, { ...type, name: integerName(type.name, this.#rules) });
        return;
      default:
        this.#appendAs(id, type);
        return;
    }
  }

  /** visitDerivedType of LLVM: pruning is decided here, and a pointer comes behind the type tags that it crosses. */
  #visitDerived(id: TypeId, type: DerivedType, member: boolean, pointer: boolean): void {
    const tags = type.kind === "ptr" ? this.#tagChain(type.type) : [];
    const stops = type.kind === "ptr" && (tags.length === 0 || this.#rules.prunesTagged);
    const crossed = pointer || (member && stops);
    const base = tags.length > 0 ? this.#baseOfTags(type.type) : type.type;
    if (member && crossed && this.#isPrunable(base)) {
      this.#prune(base, this.#appendAs(id, type), tags);
      return;
    }
    if (tags.length > 0) {
      // The innermost tag comes first; the pointer refers to the outermost.
      let inner: TypeId | undefined;
      for (const tag of tags.reverse()) {
        inner =
          inner === undefined
            ? this.#append({ ...tag, type: base })
            : this.#appendFinal({ ...tag, type: inner });
      }
      this.#ids.set(id, this.#appendFinal({ kind: "ptr", type: inner! }));
      this.#then([() => this.#step(base, member, crossed)]);
      return;
    }
    const out = this.#appendAs(id, type);
    if (type.kind === "typedef") this.#addTags(this.#tags.get(id)?.get(-1), out);
    this.#then([() => this.#step(type.type, member, crossed)]);
  }

  /** Element first, then one record per dimension from the innermost. Inner dimensions are never shared. */
  #visitArray(id: TypeId, length: number): void {
    const lengths = [length];
    let at = this.#graph.at(id);
    for (;;) {
      const inner = at.kind === "array" && at.element !== 0 ? this.#graph.at(at.element) : at;
      if (inner === at || inner.kind !== "array") break;
      lengths.push(inner.length);
      at = inner;
    }
    const element = this.#elementOf(id);
    this.#then([() => this.#step(element, false, false), () => this.#appendArray(id, element, lengths)]);
  }

  #appendArray(id: TypeId, element: TypeId, lengths: number[]): void {
    let out = this.#ids.get(element) ?? 0;
    for (const dimension of lengths.reverse()) {
      out = this.#appendFinal({ kind: "array", element: out, index: 0, length: dimension });
    }
    this.#ids.set(id, out);
    if (this.#indexType === 0) {
      const name = "__ARRAY_SIZE_TYPE__"; // LLVM's name for a type that C does not have
      const index = { kind: "int", name, size: 4, encoding: "unsigned", bits: 32, bitOffset: 0 } as const;
      this.#indexType = this.#appendFinal(index);
    }
  }

  /** The element type behind all dimensions. */
  #elementOf(id: TypeId): TypeId {
    let at = id;
    for (;;) {
      const type = at === 0 ? undefined : this.#graph.at(at);
      if (type?.kind !== "array") return at;
      at = type.element;
    }
  }

  /** A type that is there already may lead to a struct that was pruned when it was first seen. */
  #revisit(id: TypeId, member: boolean, pointer: boolean): void {
    let crossed = pointer;
    for (let at = id; ; ) {
      const type = this.#graph.at(at);
      if (!isDerived(type)) return;
      if (type.kind === "ptr" && this.#rules.secondSight === "never") return;
      const tagged = type.kind === "ptr" && this.#tagChain(type.type).length > 0;
      const base = tagged ? this.#baseOfTags(type.type) : type.type;
      if (base === 0) return;
      if (this.#ids.has(base)) {
        at = base;
        continue;
      }
      const stops = type.kind === "ptr" && (!tagged || this.#rules.prunesTagged);
      if (member && stops && this.#rules.secondSight === "outside") {
        crossed = true;
        if (this.#isPrunable(base)) return;
      }
      this.#then([() => this.#step(base, member, crossed)]);
      return;
    }
  }

  #isPrunable(id: TypeId): boolean {
    if (id === 0 || !this.#rules.prunes) return false;
    const type = this.#graph.at(id);
    return (type.kind === "struct" || type.kind === "union") && type.name !== "";
  }

  /** Type tags on a record of the output, innermost first; the outermost is what a pointer refers to. */
  #appendTypeTags(tags: readonly TypeTag[], target: TypeId): TypeId {
    return tags.reduceRight((type, tag) => this.#appendFinal({ ...tag, type }), target);
  }

  /** Notes that the record `id` points at the struct `target`, which nobody has followed yet. */
  #prune(target: TypeId, id: TypeId, tags: readonly TypeTag[]): void {
    const from = { id, tags };
    const known = this.#pruned.get(target);
    if (known !== undefined) {
      known.from.push(from);
      return;
    }
    const type = this.#graph.at(target);
    assert(type.kind === "struct" || type.kind === "union", "only structs and unions are pruned");
    this.#pruned.set(target, { name: type.name, union: type.kind === "union", from: [from] });
  }

  /** The type tags between a pointer and what it points to, outermost first. */
  #tagChain(id: TypeId): TypeTag[] {
    const tags: TypeTag[] = [];
    for (let at = id; at !== 0; ) {
      const type = this.#graph.at(at);
      if (type.kind !== "type_tag") break;
      tags.push(type);
      at = type.type;
    }
    return tags;
  }

  /** What stands behind all type tags. */
  #baseOfTags(id: TypeId): TypeId {
    for (let at = id; ; ) {
      const type = at === 0 ? undefined : this.#graph.at(at);
      if (type?.kind !== "type_tag") return at;
      at = type.type;
    }
  }

  #addTags(tags: readonly Tag[] | undefined, target: TypeId): void {
    for (const { value, component, attribute = false } of tags ?? []) {
      this.#appendFinal({ kind: "decl_tag", value, type: target, component, attribute });
    }
  }

  /** A record whose references are ids of the graph: `#finish` translates them. */
  #append(type: BtfType): TypeId {
    return this.#push(type, false);
  }

  /** A record whose references are ids of the output already. */
  #appendFinal(type: BtfType): TypeId {
    return this.#push(type, true);
  }

  #push(type: BtfType, final: boolean): TypeId {
    const id = this.#drafts.push({ type, final });
    if (this.#wanted !== undefined && !isLike(this.#wanted, id, type)) this.#isOther = true;
    return id;
  }

  #appendAs(id: TypeId, type: BtfType): TypeId {
    const out = this.#append(type);
    this.#ids.set(id, out);
    return out;
  }

  #finish(type: BtfType, final: boolean, id: TypeId): BtfType {
    if (type.kind === "array") return { ...type, index: this.#indexType };
    if (final) return type;
    const resolve = (ref: TypeId): TypeId => this.#ids.get(ref) ?? 0;
    switch (type.kind) {
      case "struct":
      case "union":
        return { ...type, members: type.members.map((m) => ({ ...m, type: resolve(m.type) })) };
      case "func_proto":
        return {
          ...type,
          result: resolve(type.result),
          params: type.params.map((p) => ({ ...p, type: resolve(p.type) })),
        };
      default:
        return "type" in type ? { ...type, type: this.#closed.get(id) ?? resolve(type.type) } : type;
    }
  }
}

/** Whether record `id` of a table is of this kind and name; what it refers to shows in the records that follow. */
function isLike(types: TypeTable, id: TypeId, type: BtfType): boolean {
  if (id > types.size) return false;
  const other = types.at(id);
  return (
    other.kind === type.kind && ("name" in type ? type.name : "") === ("name" in other ? other.name : "")
  );
}
