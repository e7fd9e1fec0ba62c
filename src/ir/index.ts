// The door of ir/: the Module, its JSON form, and the rules that every Module obeys.

export { checkLinked, checkModule, exceptionCallbacksOf, exceptionCallbackTag } from "./check.js";
export { decodeValue, hexValue, readableText, valueSteps } from "./decode-value.js";
export type {
  IrCore,
  IrData,
  IrDocument,
  IrEntry,
  IrExtern,
  IrFunction,
  IrInner,
  IrInteger,
  IrLicense,
  IrLoc,
  IrMap,
  IrMapFlag,
  IrMapType,
  IrOperation,
  IrOrder,
  IrProgram,
  IrValue,
  IrValues,
} from "./document.generated.js";
export { flatText, type JsonValue, textSize } from "./json-text.js";
export { usualBtfLinkage } from "./linkage.js";
export { sameDefinition, usualEnumerator } from "./map-definition.js";
export {
  type Binding,
  BTF_LAYOUTS,
  type BtfLayout,
  type CoreAccess,
  type DataVariable,
  type Extern,
  type ExternFunction,
  type ExternVariable,
  type Func,
  type JumpTable,
  type Label,
  type MapDefinition,
  type MapMember,
  type MapVariable,
  type Module,
  type Pointer,
  type Ref,
  type SourceLine,
  type Statement,
  type Tag,
  type Variable,
} from "./module.js";
export { type ParseOptions, parseModule } from "./parse.js";
export { type PrintOptions, printData, printExtern, printFunctionHead, printModule } from "./print.js";
export { statementTexts } from "./print-code.js";
export { mentionedTypes, type PrintContext, printContext } from "./print-context.js";
export { printMap, printUint } from "./print-maps.js";
