// Every sentence that the program can say to its user, by code. The first word of a code names the room that
// reports it. Codes are never reused or renumbered: other tools match on them. Lower case, present tense, no full
// stop; a sentence says what is, and names the thing in quotes.

export const MESSAGES = {
  // json: the text is not JSON (with comments)
  "json/syntax": "{expected} is expected here, not {found}",
  "json/unclosed": '"{opening}" is not closed',
  "json/unclosed-string": "the string is not closed on its line",
  "json/unclosed-comment": "the comment is not closed",
  "json/bad-number": 'number "{text}" is not complete',
  "json/bad-escape": 'escape "{text}" is not JSON',
  "json/control-character": "a string holds the control character {code}, which must be written as an escape",
  "json/inexact-number": "number {text} cannot be held exactly",
  "json/duplicate-key": 'key "{key}" is given twice',
  "json/too-deep": "the document is nested deeper than {limit} levels",
  "json/too-large": "the text is longer than {limit} million characters",
  "json/not-utf8": "the input is not UTF-8 text",

  // ir
  "ir/unknown-key": 'unknown key "{key}" in {what}',
  "ir/missing-key": '{what} needs the key "{key}"',
  "ir/wrong-type": "{what} must be {expected}, not {actual}",

  // btf: the bytes of .BTF and .BTF.ext
  "btf/truncated": "the section is cut short: it {what}",
  "btf/bad-magic": "the magic number is {found}, not 0xeb9f",
  "btf/bad-version": "version {version} is not 1",
  "btf/bad-flags": "flags {flags} are not 0",
  "btf/bad-header-size": "the header has {size} bytes, fewer than 24",
  "btf/misaligned": "the {what} offset {offset} is not a multiple of 4",
  "btf/strings-first": "the strings begin at {offset}, before the end of the types at {end}",
  "btf/no-strings": "the string table is empty",
  "btf/string-start": "the string table does not begin with an empty string",
  "btf/string-end": "the last string has no end",
  "btf/bad-string-offset": "string offset {offset} names no string in a table of {size} bytes",
  "btf/unknown-kind": "kind {kind} is not known",
  "btf/bad-info": "the info word {info} is not one of a {kind}",
  "btf/bad-int": 'the encoding word {word} of int "{name}" is not known',
  "btf/bad-linkage": "linkage {value} is not known",
  "btf/bad-type-id": "type {id} refers to type {ref}, but the last type is {size}",
  "btf/func-target": 'func "{name}" refers to a {kind}, not to a func_proto',
  "btf/datasec-entry": 'datasec "{name}" holds a {kind}, not a var',
  "btf/name-dropped": 'name "{name}" of a {kind} is dropped: this kind has no name',
  "btf/bad-record-size":
    "records of {size} bytes are too small, or not whole words: at least {least} are needed",
  "btf/no-records": 'section "{name}" is listed without a record',
  "btf/too-many-records": 'section "{name}" has {count} records, more than {size} bytes can hold',
  "btf/too-many-types": "{count} types are more than the kernel takes ({limit})",
  "btf/strings-too-large": "the strings take {size} bytes, more than the kernel takes ({limit})",
  "btf/too-many-parts": '{kind} "{name}" has {length} parts, more than BTF can hold ({limit})',
  "btf/type-too-large": '{kind} "{name}" is larger than BTF can hold (32 bits)',
  "btf/member-too-far":
    'member "{member}" of "{name}" begins at bit {offset}, beyond the last that BTF can hold ({limit})',

  // object
  "object/needs-cpu": "this instruction needs {needed} of the instruction set, and --mcpu allows {given}",
  "object/jump-too-far": 'label "{label}" is {distance} slots away, and a jump reaches -32768..32767',
  "object/too-many-sections": "the object would have {count} sections, and ELF counts up to {limit}",

  // cli
  "cli/not-ir": '"{file}" is {what}, not an IR file',
  "cli/cannot-read": 'cannot read "{file}": {reason}',
  "cli/cannot-write": 'cannot write "{file}": {reason}',
} as const;

export type Code = keyof typeof MESSAGES;
