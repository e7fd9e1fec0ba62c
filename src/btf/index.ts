// The door of btf/: types, their bytes, their layout, and the C spelling of types. Formats know specs: what libbpf
// and clang do with all this is object/.

export type { CError } from "./c-cursor.js";
export { type Prototype, parsePrototype, parseTypeName } from "./c-declare.js";
export { declareTypes } from "./c-order.js";
export { btfName, TypeScope } from "./c-scope.js";
export {
  CORE_KINDS,
  type CoreError,
  type CoreField,
  type CoreFieldKind,
  type CoreKind,
  coreFieldValue,
  findEnumerator,
  MAX_CORE_ACCESS,
  resolveCoreAccess,
} from "./core.js";
export { coreKindName, printCoreAccess } from "./core-path.js";
export { declarationOrder } from "./declaration-order.js";
export { type BtfOrigin, type DecodedBtf, decodeBtf } from "./decode.js";
export { BTF_HEADER_SIZE, encodeBtf, recordSize } from "./encode.js";
export { TypeMatcher } from "./equal.js";
export {
  type BtfExt,
  type BtfExtSection,
  type CoreRelo,
  decodeBtfExt,
  type FuncInfo,
  type LineInfo,
  type LinePosition,
} from "./ext.js";
export { BtfExtEncoder, type BtfExtRelocations, encodeBtfExt } from "./ext-encode.js";
export {
  alignOf,
  type FoundMember,
  findEndlessChain,
  findMember,
  MAX_CHAIN,
  memberNames,
  resolveType,
  sizeOf,
  type TypeLayout,
} from "./layout.js";
export { checkBtfLimits } from "./limits.js";
export type { OwnTag, OwnType } from "./own-types.js";
export type { PackedTypes } from "./packed.js";
export { type CPrinter, type CPrintOptions, cPrinter, printDeclaration, printTypeName } from "./print-c.js";
export { HEAD_WORDS, kindNumber, shapeOf, wordsBehind } from "./shapes.js";
export { PLAIN_NAMES, spellNames, type TypeNames } from "./spell-names.js";
export { BtfStrings } from "./strings.js";
export { declTagsByTarget, TypeTable } from "./table.js";
export {
  BTF_KINDS,
  type BtfLinkage,
  type BtfType,
  type Enumerator,
  forEachRef,
  type Member,
  mapRefs,
  type Param,
  refsOf,
  type SectionEntry,
  type TypeId,
} from "./types.js";
