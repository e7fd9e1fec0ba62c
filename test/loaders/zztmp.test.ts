import { it } from "vitest";
import { writeFileSync } from "node:fs";
import { OBJECTS, SECTIONS, withObjects } from "./corpus.js";
import { gatherVerdicts } from "./verdicts.js";
import { buildObject } from "../../src/index.js";
it("x", async () => {
let out = "";
const good = [...OBJECTS, ...SECTIONS].filter((e) => { try { const r = buildObject({name:"prog.json",text:e.text}, e.options); if (!r.bytes) out += `BAD ${e.name} ${r.diagnostics[0]?.message}\n`; return r.bytes!==undefined } catch (x) { out+=`CRASH ${e.name} ${String(x).slice(0,200)}\n`; return false; } });
const t=Date.now();
await withObjects(good, async (o) => { for (const v of await gatherVerdicts(o)) { out += v.object.entry.name+ " "+ JSON.stringify(v.by)+"\n"; } });
out+= `${Date.now()-t}`;
writeFileSync("/tmp/h6/v.out", out);
}, 300000);
