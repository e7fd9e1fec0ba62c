// Every limit that an input can run into, with its reason. Limits of a format (16 bits of an offset, say) are not
// here: they belong to the room that knows the format.

/** UTF-16 units of one input text: a thousand programs of a thousand instructions take 20 to 40 million. */
export const MAX_TEXT_LENGTH: number = 64 * 1024 * 1024;

/**
 * Values of one JSON document. Each takes up to 28 bytes on the tape, and some hundred once it means something; Node ends a
 * process that has no memory left.
 */
export const MAX_JSON_VALUES: number = 8 * 1024 * 1024;

/** Errors that are kept: nobody reads the thousandth, and a machine can make millions. */
export const MAX_ERRORS = 1000;

/** Nested objects and lists of a JSON document. The IR needs about ten levels, data of nested structs some more. */
export const MAX_JSON_DEPTH = 200;

/** Syntax errors of one document: what follows the twentieth is noise of the ones before. */
export const MAX_SYNTAX_ERRORS = 20;

/** Instructions of one module: four times what the kernel takes in one program (BPF_COMPLEXITY_LIMIT_INSNS). */
export const MAX_INSTRUCTIONS = 4_000_000;

/** UTF-16 units of C declarations: four times all types of a kernel. */
export const MAX_C_LENGTH: number = 16 * 1024 * 1024;

/**
 * Bytes of all variables of one module together, which a few bytes of an object or IR can ask for: far more than any
 * program has, and little enough to be held several times.
 */
export const MAX_DATA_SIZE: number = 64 * 1024 * 1024;

/**
 * UTF-16 units of text that an object may become, for each of its bytes and besides. Compilers' objects make one to six
 * for a byte; where one name of a megabyte is mentioned a thousand times, no reader could hold the text.
 */
export const MAX_PRINTED_PER_BYTE = 16;
export const MAX_PRINTED_BESIDES: number = 2 * 1024 * 1024;

/** Steps to the values of all data of one object, for each byte and besides: members and elements that are looked at. */
export const MAX_VALUE_STEPS_PER_BYTE = 16;
export const MAX_VALUE_STEPS_BESIDES = 300_000;

/** UTF-16 units of one name or value in a message; twice the longest name of the kernel (KSYM_NAME_LEN, 512). */
export const MAX_QUOTED = 1024;

/** Errors, and warnings, with a hint: to find the name that was meant costs a walk over all names. */
export const MAX_HINTS = 20;

/** UTF-16 units of a misspelled name that is compared with others: the work grows with the square. */
export const MAX_COMPARED = 64;
