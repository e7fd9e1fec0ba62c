// Objects of every maker at hand go through JSON and back, and mean the same to llvm-objdump, llvm-readelf and bpftool
// (meaning.ts) and to our own diff. What is refused is listed in refused.ts, and counted.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithJudge, JUDGES_REQUIRED } from "../judges.js";
import { MAKERS, plainName } from "./makers.js";
import { CHANGED, REFUSED } from "./refused.js";
import { roundTrip, type Trip } from "./round-trip.js";

/** Of all objects, how many may be refused. */
const LIMIT = 0.03;

describeWithJudge(
  "objects of",
  {
    "llvm-objdump-22": "apt: llvm-22",
    "llvm-readelf-22": "apt: llvm-22",
    "llvm-strip-22": "apt: llvm-22",
    bpftool: "apt: bpftool",
  },
  (tool) => {
    const tools = {
      objdump: tool["llvm-objdump-22"],
      readelf: tool["llvm-readelf-22"],
      strip: tool["llvm-strip-22"],
      bpftool: tool.bpftool,
    };
    const all: { maker: string; trip: Trip }[] = [];
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "tsbpf-makers-"));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.for(MAKERS)(
      "$name mean the same again",
      { timeout: 120_000 },
      ({ name, make, least, identical, leniency }, ctx) => {
        const own = join(folder, name.replaceAll("/", "-"));
        const specimens = make(join(own, "made"));
        if (typeof specimens === "string") {
          if (JUDGES_REQUIRED) throw new Error(`TSBPF_REQUIRE_JUDGES=1, but there is no ${specimens}`);
          return ctx.skip(`missing ${specimens}`);
        }
        expect(specimens.length).toBeGreaterThanOrEqual(least);
        const trips = roundTrip(specimens, own, tools, leniency);
        for (const trip of trips) all.push({ maker: name, trip });
        const listed = REFUSED[name] ?? {};
        const wrong = trips.flatMap((trip) => {
          const refusal = listed[plainName(trip.name)];
          if (
            trip.refused.length > 0 &&
            refusal !== undefined &&
            trip.refused.some((why) => refusal.says.test(why))
          )
            return [];
          const problems = [...trip.refused, ...trip.differences];
          const changed = CHANGED[name]?.[plainName(trip.name)];
          if (changed !== undefined) return [];
          if (identical === true && !trip.identical && problems.length === 0) problems.push("another file");
          return problems.length === 0 ? [] : [`${trip.name}: ${problems.join("\n    ")}`];
        });
        expect(wrong).toEqual([]);
      },
    );

    it("are refused in few cases", () => {
      const refused = all.filter(({ trip }) => trip.refused.length > 0);
      const makers = [...new Set(all.map(({ maker }) => maker))].map((maker) => {
        const trips = all.filter((each) => each.maker === maker).map(({ trip }) => trip);
        const no = trips.filter((trip) => trip.refused.length > 0).length;
        const same = trips.filter((trip) => trip.identical).length;
        return `${maker}: ${trips.length} objects, ${same} the same file, ${no} refused`;
      });
      const reasons = refused.map(
        ({ maker, trip }) =>
          `  ${maker}, ${trip.name}: ${REFUSED[maker]?.[plainName(trip.name)]?.reason ?? trip.refused.join()}`,
      );
      console.log([...makers, `${all.length} objects, ${refused.length} refused:`, ...reasons].join("\n"));
      expect(refused.length).toBeLessThan(Math.max(1, all.length * LIMIT));
    });
  },
);

describe("the list of refusals", () => {
  it("gives a reason each", () => {
    const reasons = Object.values(REFUSED).flatMap((names) =>
      Object.values(names).map(({ reason }) => reason),
    );
    expect(reasons.filter((reason) => reason.length < 20)).toEqual([]);
  });
});
