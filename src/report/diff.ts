// What two modules do not have in common, thing by thing: programs, functions, maps, data, externs, types, debug
// information. Where something lies in a file, and in which order things, strings and types stand, is no difference.

import { append, endlessRoom, type Room, uniqueNames } from "../base/index.js";
import { type CPrinter, cPrinter, declarationOrder, type TypeId, TypeMatcher } from "../btf/index.js";
import {
  type DataVariable,
  type Func,
  flatText,
  type JsonValue,
  type Module,
  mentionedTypes,
  type PrintContext,
  printContext,
  printData,
  printExtern,
  printFunctionHead,
  printMap,
  type Ref,
  textSize,
} from "../ir/index.js";
import { diffCode } from "./diff-code.js";
import { type DiffLine, diffTexts } from "./diff-lines.js";

/** One thing that the two do not have in common, or not in the same way. */
export interface Change {
  /** What has changed. */
  readonly thing: "program" | "function" | "map" | "variable" | "constant" | "extern" | "type" | "line info";
  /** As in the IR; of several things of one name, the later have a number behind it. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** What the old one had ("-") and the new one has ("+"), in the words of the IR. */
  readonly details: readonly DiffLine[];
}

/** One module with the byte order of its data. */
export interface DiffSide {
  readonly module: Module;
  readonly little: boolean;
}

export interface DiffOptions {
  /** `false` leaves source positions out: those of a file that was edited above, or built elsewhere. */
  readonly lineInfo?: boolean;
  /** For modules of strangers: where it runs out, the changes are not all, and who gave the room must look. */
  readonly room?: Room;
}

type Thing = Change["thing"];

/** The changes that lead from `a` to `b`; none where both mean the same. */
export function diffModules(a: DiffSide, b: DiffSide, options: DiffOptions = {}): Change[] {
  const room = options.room ?? endlessRoom();
  const pa = contextOf(a, room);
  const pb = contextOf(b, room);
  const functions = diffFunctions(a.module, pa, b.module, pb);
  return [
    ...(options.lineInfo === false ? functions.filter(({ thing }) => thing !== "line info") : functions),
    ...diffThings("map", properties(pa, "map"), properties(pb, "map")),
    ...diffThings("variable", properties(pa, "variable"), properties(pb, "variable")),
    ...diffThings("constant", properties(pa, "constant"), properties(pb, "constant")),
    ...diffThings("extern", properties(pa, "extern"), properties(pb, "extern")),
    ...diffTypes(a.module, b.module),
  ];
}

/** As for printing, but a private constant goes by its content: its name is only ours. */
function contextOf({ module, little }: DiffSide, room: Room): PrintContext {
  const px = printContext(module, little, { room, own: false });
  const names = new Map<Ref["to"], string>(px.names);
  for (const variable of module.variables) {
    if (variable.kind === "data" && variable.private) names.set(variable, contentName(variable));
  }
  return { ...px, names };
}

/** FNV-1a of section and bytes: a name that both sides find without knowing each other. */
function contentName({ section, bytes }: DataVariable): string {
  let hash = 0x811c9dc5;
  for (const char of section) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return `.const.${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

/** A thing as the IR prints it: keys with their values. What the IR does not say of a thing is no difference. */
type Properties = ReadonlyMap<string, JsonValue>;

/** Things by their names; of several of one name, the later have a number behind it. */
function byName<T>(things: readonly (readonly [string, T])[]): Map<string, T> {
  const unique = uniqueNames(new Set<string>(), (name, count) => `${name} (${count})`, 2);
  return new Map(things.map(([name, thing]) => [unique(name), thing]));
}

/** All things of one kind in a module. Prints as long as there is room. */
function properties(
  px: PrintContext,
  thing: Exclude<Thing, "program" | "function">,
): Map<string, Properties> {
  const found: [string, Properties][] = [];
  const add = (name: string, properties: Properties): void => {
    px.room.left -= textSize(properties);
    found.push([name, properties]);
  };
  for (const variable of px.module.variables) {
    if (px.room.left < 0) break;
    const name = px.names.get(variable)!;
    if (variable.kind === "map") {
      if (thing === "map") add(name, printMap(px, variable));
    } else if (variable.kind === "data") {
      if (thing !== (variable.private ? "constant" : "variable")) continue;
      const { section, align } = variable;
      // What the IR leaves out because it follows may follow from something that has changed.
      // No record says of what type a private constant is.
      const shown = variable.private ? { ...variable, type: undefined } : variable;
      add(name, new Map([["name", name], ...printData(px, shown), ["section", section], ["align", align]]));
    } else if (thing === "extern") {
      add(name, printExtern(px, variable));
    }
  }
  if (thing === "extern") {
    for (const extern of px.module.externs) if (px.room.left >= 0) add(extern.name, printExtern(px, extern));
  }
  return byName(found);
}

/** Things are the same ones if they have one name: a renamed thing is one less and one more. */
function diffThings(
  thing: Thing,
  before: ReadonlyMap<string, Properties>,
  after: ReadonlyMap<string, Properties>,
): Change[] {
  const changes: Change[] = [];
  for (const [name, old] of before) {
    const now = after.get(name);
    if (now === undefined) {
      changes.push({ thing, name, change: "removed", details: listed("-", old) });
      continue;
    }
    const details = diffProperties(old, now);
    if (details.length > 0) changes.push({ thing, name, change: "changed", details });
  }
  for (const [name, now] of after) {
    if (!before.has(name)) changes.push({ thing, name, change: "added", details: listed("+", now) });
  }
  return changes;
}

function text(value: JsonValue | undefined): string {
  return value === undefined ? "" : (flatText(value) ?? "");
}

/** All that a thing says, but for the name, which stands in the title. */
function listed(sign: "-" | "+", properties: Properties): DiffLine[] {
  return [...properties].flatMap(([key, value]) =>
    key === "name" ? [] : [{ sign, text: `${key}: ${text(value)}` }],
  );
}

function diffProperties(before: Properties, after: Properties): DiffLine[] {
  const details: DiffLine[] = [];
  const keys = new Set([...before.keys(), ...after.keys()]);
  for (const key of keys) {
    const old = text(before.get(key));
    const now = text(after.get(key));
    if (old === now) continue;
    if (old !== "") details.push({ sign: "-", text: `${key}: ${old}` });
    if (now !== "") details.push({ sign: "+", text: `${key}: ${now}` });
  }
  const order = [...before.keys()].join(", ");
  const newOrder = [...after.keys()].join(", ");
  // The members of a map stand in the order of its keys.
  if (details.length === 0 && order !== newOrder) {
    details.push({ sign: "-", text: `members: ${order}` }, { sign: "+", text: `members: ${newOrder}` });
  }
  return details;
}

/** Functions in the order of `a`, then the new ones in that of `b`. */
function diffFunctions(a: Module, pa: PrintContext, b: Module, pb: PrintContext): Change[] {
  const changes: Change[] = [];
  const before = byName(a.functions.map((func) => [func.name, func] as const));
  const after = byName(b.functions.map((func) => [func.name, func] as const));
  for (const [name, old] of before) {
    if (pa.room.left < 0) break;
    const now = after.get(name);
    const thing = thingOf(old);
    if (now === undefined) {
      const details = [...listed("-", head(pa, old)), count("-", old)];
      changes.push({ thing, name, change: "removed", details });
      continue;
    }
    const { code, lineInfo } = diffCode(old, pa, now, pb);
    const details = [...diffProperties(head(pa, old), head(pb, now)), ...diffTables(old, now), ...code];
    if (details.length > 0) changes.push({ thing, name, change: "changed", details });
    if (lineInfo.length > 0) changes.push({ thing: "line info", name, change: "changed", details: lineInfo });
  }
  for (const [name, now] of after) {
    if (before.has(name) || pb.room.left < 0) continue;
    const details = [...listed("+", head(pb, now)), count("+", now)];
    changes.push({ thing: thingOf(now), name, change: "added", details });
  }
  return changes;
}

/** libbpf: what lies in .text is called by programs, all other code is one (prog_is_subprog). */
function thingOf(func: Func): "program" | "function" {
  return func.section === ".text" ? "function" : "program";
}

/** What a function says beside its code. */
function head(px: PrintContext, func: Func): Properties {
  const properties = new Map<string, JsonValue>([...printFunctionHead(px, func), ["section", func.section]]);
  px.room.left -= textSize(properties);
  return properties;
}

function count(sign: "-" | "+", func: Func): DiffLine {
  return { sign, text: `code: ${func.body.length} instructions` };
}

/** Jump tables by their labels' places. */
function diffTables(a: Func, b: Func): DiffLine[] {
  const tables = (func: Func): string[] =>
    func.jumpTables.map(
      ({ name, targets }) => `jump table ${name}: ${targets.map(({ index }) => index).join(", ")}`,
    );
  return diffTexts(tables(a), tables(b)).filter(({ sign }) => sign !== " ");
}

/** Types are compared by what they mean, so that another id or another order in .BTF is no difference. */
function diffTypes(a: Module, b: Module): Change[] {
  const before = declared(a);
  const after = declared(b);
  const matcher = new TypeMatcher(a.types, b.types, { byName: true });
  const changes: Change[] = [];
  const lines = ({ c, id }: Declared): string[] => c.declaration(id).split("\n");
  const all = (sign: "-" | "+", type: Declared): DiffLine[] => lines(type).map((text) => ({ sign, text }));
  for (const [name, olds] of before) {
    const pairs = paired(olds, after.get(name) ?? [], (old, now) => matcher.same(old.id, now.id));
    for (const [old, now] of pairs) {
      if (now === undefined)
        changes.push({ thing: "type", name, change: "removed", details: all("-", old!) });
      else if (old === undefined)
        changes.push({ thing: "type", name, change: "added", details: all("+", now) });
      else
        changes.push({ thing: "type", name, change: "changed", details: diffTexts(lines(old), lines(now)) });
    }
  }
  for (const [name, nows] of after) {
    if (before.has(name)) continue;
    for (const now of nows) changes.push({ thing: "type", name, change: "added", details: all("+", now) });
  }
  return changes;
}

/** Types of one name that are looked through for an equal one; more than a few are nobody's but an attacker's. */
const MAX_NAMESAKES = 32;

/** One name may mean several types, in no particular order. What is left when equal ones have found each other, in pairs. */
function paired(
  olds: readonly Declared[],
  nows: readonly Declared[],
  same: (old: Declared, now: Declared) => boolean,
): (readonly [Declared | undefined, Declared | undefined])[] {
  const open = [...nows];
  const left = olds.filter((old) => {
    const at = open.slice(0, MAX_NAMESAKES).findIndex((now) => same(old, now));
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
  const count = Math.max(left.length, open.length);
  return Array.from({ length: count }, (_, i) => [left[i], open[i]] as const);
}

interface Declared {
  readonly id: TypeId;
  readonly c: CPrinter;
}

/** The types that the things of a module mention, by their names. */
function declared(module: Module): Map<string, Declared[]> {
  const c = cPrinter(module.types, { multiline: true });
  const found = new Map<string, Declared[]>();
  for (const id of declarationOrder(module.types, mentionedTypes(module))) {
    append(found, c.typeName(id), { id, c });
  }
  return found;
}
