// What linking costs, measured against the tools that do the same: `npm run bench` runs all, `npm run bench -- text` and
// `npm run bench -- link` one part. Needs the built dist/ and, for each part, the tools that it names. The inputs of `link`
// stay in the folder that follows, if one does: `npm run bench -- link /tmp/inputs`.

import { benchLink } from "./bench/link.js";
import { benchText } from "./bench/text.js";

const [part, folder] = process.argv.slice(2);
if (part === undefined || part === "text") benchText();
if (part === undefined || part === "link") await benchLink(folder);
