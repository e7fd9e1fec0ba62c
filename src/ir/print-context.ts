// What the parts of the printer share: the module, how its types are spelled, and by which name each thing is known.

import { endlessRoom, type Room, uniqueNames } from "../base/index.js";
import {
  btfName,
  type CPrinter,
  cPrinter,
  declTagsByTarget,
  PLAIN_NAMES,
  spellNames,
  type TypeId,
  type TypeLayout,
  type TypeNames,
  type TypeTable,
} from "../btf/index.js";
import { isSymbolName } from "./context.js";
import { valueSteps } from "./decode-value.js";
import type { JsonValue } from "./json-text.js";
import { definitionTags, oddEnumerators } from "./map-definition.js";
import type { Binding, DataVariable, MapDefinition, MapMember, Module, Ref } from "./module.js";

/** Everything that printing one thing needs to know of the whole module. */
export interface PrintContext {
  readonly module: Module;
  readonly types: TypeTable;
  readonly c: CPrinter;
  /** For paths into types: alignments are those of the records. */
  readonly layout: TypeLayout;
  readonly typeNames: TypeNames;
  readonly declTags: ReadonlyMap<TypeId, readonly TypeId[]>;
  /** What the structs of maps are called, where they have a name. */
  readonly structTags: ReadonlyMap<MapDefinition, string>;
  /** Enumerators of __ulong that are not called as bpf_helpers.h would call them. */
  readonly enumerators: ReadonlyMap<MapMember, string>;
  /** Byte order of the target, in which data is encoded. */
  readonly little: boolean;
  /** The names that are written; private constants get one of their own. */
  readonly names: ReadonlyMap<Ref["to"], string>;
  readonly usedNames: ReadonlySet<string>;
  /** For text; where it has run out, what is printed is not whole. */
  readonly room: Room;
  /** For values. */
  readonly steps: Room;
}

/** What a document gives a name; labels are named by their function. */
type Thing = Exclude<Ref["to"], { kind: "label" }>;

/** The key "symbol", where the name does not say it. */
export function printSymbol(px: PrintContext, thing: Thing): [string, string | undefined] {
  const name = px.names.get(thing)!;
  return ["symbol", btfName(name) === thing.name ? undefined : thing.name];
}

/** Without `own`, types are called what BTF calls them, which is no name for a parser where two are called the same. */
export function printContext(
  module: Module,
  little: boolean,
  options: { readonly room?: Room | undefined; readonly own?: boolean } = {},
): PrintContext {
  const { room = endlessRoom() } = options;
  const names = new Map<Ref["to"], string>();
  const usedNames = new Set<string>();
  let bytes = 0;
  const privates: DataVariable[] = [];
  const visible: Thing[] = [];
  const local: Thing[] = [];
  for (const thing of [...module.functions, ...module.variables, ...module.externs]) {
    if (thing.kind === "data") bytes += thing.bytes.length;
    if (thing.kind === "data" && thing.private) privates.push(thing);
    else ("binding" in thing && thing.binding === "local" ? local : visible).push(thing);
    if (thing.kind === "func") visible.push(...thing.jumpTables);
  }
  // What another object sees keeps its name; of several local things of one name, the first does.
  const again = uniqueNames(usedNames, (base, count) => `${base}$${count}`, 2);
  const own = uniqueNames(usedNames, (base, count) => `${base}_${count}`, 2);
  for (const thing of [...visible, ...local]) {
    const { name } = thing;
    names.set(thing, isSymbolName(name) ? again(name) : own(`$${name.replace(/[^A-Za-z0-9]+/g, "_")}`));
  }
  const fresh = uniqueNames(usedNames, (base, count) => `${base}.${count}`);
  // A private constant has no symbol: its name is only what code calls it by, but it must be one.
  for (const variable of privates) {
    names.set(variable, fresh(/^[A-Za-z_.][\w.]*$/.test(variable.name) ? variable.name : ".L.const"));
  }
  const { types } = module;
  // The root of a relocation needs a name, which it has where it is mentioned more than once.
  const mentions = [...mentionedTypes(module), ...coreRoots(module)];
  const prototypes = new Map([
    ...module.externs.map(({ type }) => [type, "extern"] as const),
    ...module.functions.flatMap(({ proto }) => (proto === undefined ? [] : [[proto, "definition"] as const])),
  ]);
  const typeNames = (options.own ?? true) ? spellNames(types, mentions, prototypes) : PLAIN_NAMES;
  return {
    module,
    types,
    c: cPrinter(types, { names: typeNames }),
    layout: { types, alignments: new Map(), found: new Map() },
    typeNames,
    declTags: declTagsByTarget(types),
    structTags: definitionTags(module),
    enumerators: oddEnumerators(module),
    little,
    names,
    usedNames,
    room,
    steps: valueSteps(bytes),
  };
}

/** The types from which relocations start. */
function coreRoots({ functions }: Module): TypeId[] {
  return functions.flatMap(({ body }) => body.flatMap(({ core }) => core?.type ?? []));
}

/** Every type that the printed document names. */
export function mentionedTypes(module: Module): TypeId[] {
  const ids: TypeId[] = [];
  const add = (id: TypeId | undefined): void => {
    if (id !== undefined && id !== 0) ids.push(id);
  };
  for (const variable of module.variables) {
    if (variable.kind === "map") {
      const definitions = [variable.definition];
      for (const { members } of definitions) {
        for (const member of members) {
          if (member.kind === "type") add(member.type);
          else if (member.kind === "values" && typeof member.of === "number") add(member.of);
          else if (member.kind === "values" && typeof member.of === "object") definitions.push(member.of);
        }
      }
    } else {
      add(variable.type);
    }
  }
  for (const func of module.functions) {
    add(func.proto);
    for (const { core } of func.body) add(core?.type);
  }
  for (const extern of module.externs) add(extern.type);
  return ids;
}

/** The keys "linkage" and "hidden"; `apart` keeps the word "hidden" out of the linkage. */
export function printBinding(
  binding: Binding,
  hidden: boolean,
  apart = false,
): [string, JsonValue | undefined][] {
  const word = binding === "global" ? (hidden && !apart ? "hidden" : undefined) : LINKAGES[binding];
  return [
    ["linkage", word],
    ["hidden", hidden && word !== "hidden" ? true : undefined],
  ];
}

/** The words of the document for what ELF calls a binding; global is the default. */
const LINKAGES: Readonly<Record<Exclude<Binding, "global">, string>> = { weak: "weak", local: "static" };
