// Every limit that an input can run into, with its reason. Limits of a format (16 bits of an offset, say) are not
// here: they belong to the room that knows the format.

/** UTF-16 units of one input text: a thousand programs of a thousand instructions take 40 million. */
export const MAX_TEXT_LENGTH: number = 256 * 1024 * 1024;

/** Nested objects and lists of a JSON document. The IR needs about ten levels, data of nested structs some more. */
export const MAX_JSON_DEPTH = 200;

/** Syntax errors of one document: what follows the twentieth is noise of the ones before. */
export const MAX_SYNTAX_ERRORS = 20;

/** Bytes of all variables of one module together: far more than the kernel takes as one map value. */
export const MAX_DATA_SIZE: number = 256 * 1024 * 1024;
