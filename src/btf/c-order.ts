// The declarations of a document, which may stand in any order, over several texts and records. Each is parsed once: when
// its turn comes, or earlier, when another one needs the size of its struct or the meaning of its name. What one
// declaration says is c-declare.ts's.

import { append, MAX_ERRORS, MAX_HINTS } from "../base/index.js";
import { type CError, CStop, fail, MAX_C_DEPTH, type NameSpace } from "./c-cursor.js";
import { type Asking, lexAll, newCursor, parseDeclaration, readTypeName, readWhole } from "./c-declare.js";
import { namesOf } from "./c-index.js";
import { lex, type Token } from "./c-lexer.js";
import type { TypeScope } from "./c-scope.js";
import { announceOwnType, completeOwnType, type OwnType } from "./own-types.js";
import type { TypeId } from "./types.js";

/** A declaration of one text, or an own type, before and after its parse. */
interface Declaration {
  readonly text: number;
  readonly tokens: readonly Token[];
  readonly start: number;
  readonly own: OwnType | undefined;
  state: "waiting" | "active" | "done" | "failed";
}

const NO_TOKEN: Token = { kind: "end", text: "", start: 0, close: 0 };

/**
 * Reads declarations of types into `scope`: C texts, and types that are given as records. They may use names that
 * stand further on, in this text or another. Returns what is wrong, at most one error a declaration; the names of the
 * others are declared all the same.
 */
export function declareTypes(scope: TypeScope, texts: readonly (string | OwnType)[]): CError[] {
  const declarer = new Declarer(scope);
  for (const [text, source] of texts.entries()) {
    if (typeof source === "string") declarer.addText(source, text);
    else declarer.addOwn(source, text);
  }
  return declarer.declare();
}

class Declarer {
  readonly #scope: TypeScope;
  readonly #errors: CError[] = [];
  readonly #declarations: Declaration[] = [];
  /** By name space and name. A name may be declared more than once; the second declaration is held to the first. */
  readonly #byName = new Map<string, Declaration[]>();
  readonly #asking: Asking;

  constructor(scope: TypeScope) {
    this.#scope = scope;
    this.#asking = {
      demand: (space, name, depth) => this.#demand(space, name, depth),
      isDeclared: (space, name) => this.#byName.has(`${space} ${name}`),
      candidates: () => this.#candidates(),
    };
  }

  addOwn(own: OwnType, text: number): void {
    const key = `ordinary ${own.id}`;
    if (this.#scope.typedefs.has(own.id) || this.#byName.has(key)) {
      const args = { what: `type "${own.id}"` };
      const length = own.id.length;
      this.#errors.push({ code: "btf/c-redefined", args, start: 0, length, hint: "", text, part: "id" });
      return;
    }
    this.#add({ text, tokens: [], start: 0, own, state: "waiting" }, [key]);
    announceOwnType(this.#scope, own);
  }

  /** Cuts a text at each semicolon outside of brackets, and notes what the pieces declare. */
  addText(source: string, text: number): void {
    const { tokens, error } = lex(source);
    if (error !== undefined) {
      this.#errors.push({ ...error, text });
      return;
    }
    let start = 0;
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at]!;
      if (token.close > at) at = token.close;
      else if (token.text === ";" || (token.kind === "end" && start < at)) {
        const { tags, ordinary } = namesOf(tokens, start, at);
        const keys = [...tags.map((name) => `tag ${name}`), ...ordinary.map((name) => `ordinary ${name}`)];
        this.#add({ text, tokens, start, own: undefined, state: "waiting" }, keys);
        start = at + 1;
      }
    }
  }

  #add(declaration: Declaration, keys: readonly string[]): void {
    this.#declarations.push(declaration);
    for (const key of keys) {
      append(this.#byName, key, declaration);
    }
  }

  /** Parses what was added; the errors in the order of the texts. */
  declare(): CError[] {
    for (const declaration of this.#declarations) {
      if (this.#errors.length > MAX_ERRORS) break; // one more than a log keeps
      if (declaration.state === "waiting") this.#parse(declaration, 0);
      this.#scope.defining.clear();
    }
    return this.#errors.sort((a, b) => a.text - b.text || a.start - b.start);
  }

  #parse(declaration: Declaration, depth: number): void {
    declaration.state = "active";
    const { tokens, start, text, own } = declaration;
    let part: number | undefined;
    try {
      if (own === undefined) {
        parseDeclaration(newCursor(this.#scope, tokens, start, depth, this.#asking));
      } else {
        const read = (i: number): TypeId => {
          part = i;
          const spelling = lexAll(own.spellings[i]!);
          return readWhole(newCursor(this.#scope, spelling, 0, depth, this.#asking), readTypeName);
        };
        completeOwnType(this.#scope, own, read, (space, name) => this.#demand(space, name, depth));
      }
      declaration.state = "done";
    } catch (stop) {
      if (!(stop instanceof CStop)) throw stop;
      declaration.state = "failed";
      if (stop.error === undefined) return;
      const { code, args, start, length } = stop.error;
      // Thousands of errors stay cheap: a hint costs a look at every name.
      const hint = this.#errors.length < MAX_HINTS ? stop.error.hint : "";
      this.#errors.push({ code, args, start, length, hint, text, ...(part === undefined ? {} : { part }) });
    }
  }

  /** The parser needs a name that stands further on. `depth` counts declarations inside declarations. */
  #demand(space: NameSpace, name: string, depth: number): void {
    for (const declaration of this.#byName.get(`${space} ${name}`) ?? []) {
      if (declaration.state === "waiting") {
        if (depth >= MAX_C_DEPTH) {
          // A type that is given as a record has no tokens.
          const token = declaration.tokens[declaration.start] ?? NO_TOKEN;
          fail("btf/c-too-deep", { limit: MAX_C_DEPTH }, token);
        }
        this.#parse(declaration, depth + 1);
      }
      // Its error is reported; what builds on it is not wrong by itself.
      if (declaration.state === "failed") throw new CStop(undefined);
    }
  }

  #candidates(): Iterable<string> {
    const declared = [...this.#byName.keys()].map((key) => key.replace(/^\w+ /, ""));
    return [...this.#scope.typeNames(), ...declared];
  }
}
