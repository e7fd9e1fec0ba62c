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

  // cli
  "cli/cannot-read": 'cannot read "{file}": {reason}',
  "cli/cannot-write": 'cannot write "{file}": {reason}',
} as const;

export type Code = keyof typeof MESSAGES;
