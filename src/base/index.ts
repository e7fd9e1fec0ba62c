// The door of base/: bytes, text places and diagnostics. No BPF below this line.

export { assert, assertNever, bug } from "./assert.js";
export { alignUp, ByteReader, ByteWriter, isZero, Malformed, sharedZeros, viewOf } from "./bytes.js";
export { type Diagnostic, Log, type Note } from "./diagnostic.js";
export { foreignBytes, foreignText } from "./foreign.js";
export { diagnosticToJson, formatDiagnostic, terminalSafe } from "./format.js";
export { append } from "./group.js";
export { hexDigits } from "./hex.js";
export { parseJson, placeInString, placesInString } from "./json.js";
export type { JsonArray, JsonMember, JsonNode, JsonObject, JsonString } from "./json-node.js";
export {
  MAX_C_LENGTH,
  MAX_DATA_SIZE,
  MAX_ERRORS,
  MAX_HINTS,
  MAX_INSTRUCTIONS,
  MAX_TEXT_LENGTH,
  MAX_VALUE_STEPS_BESIDES,
  MAX_VALUE_STEPS_PER_BYTE,
} from "./limits.js";
export { type Code, MESSAGES } from "./messages.js";
export {
  type BytePlace,
  columnIn,
  firstCharacter,
  type LineIndex,
  lineAt,
  lineIndexOf,
  type Place,
  pointerOf,
  type SourceText,
  type TextPlace,
  textOfLine,
} from "./place.js";
export { endlessRoom, printingRoom, type Room } from "./room.js";
export { countLeading } from "./search.js";
export { didYouMean } from "./suggest.js";
export { compareTails, isTail } from "./tails.js";
export { uniqueNames } from "./unique.js";
export { decodeUtf8, decodeUtf8Strict, encodeUtf8 } from "./utf8.js";
