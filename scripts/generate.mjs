// Writes every *.generated.ts of src/ from scripts/data. One script a room; each writes its own files when imported.

import "./generate-enums.mjs";
import "./generate-helpers.mjs";
import "./generate-schema.mjs";
