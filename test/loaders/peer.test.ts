// A peer's own tests: those of cilium/ebpf must say of our re-emitted copies of its objects what they say of the originals.
// What fails on the originals fails for want of something in this kernel, and must fail on ours, too.

import { beforeAll, describe, expect, it } from "vitest";
import { Log } from "../../src/base/index.js";
import { readElf, writeElf } from "../../src/elf/index.js";
import { liftFile, linkFiles } from "../../src/index.js";
import { assemble, lift } from "../../src/object/index.js";
import { refusalOf } from "../object/refused.js";
import { describeInKernel } from "./kernel.js";
import { type PeerRun, peerObjects, runPeerTests } from "./peer.js";

/** What an object becomes, or the codes of the errors that say why it becomes nothing. */
type Again = Readonly<{ bytes?: Uint8Array; errors: readonly string[] }>;

/** `tsbpf lift`, then `tsbpf-ld`. */
function throughText(name: string, bytes: Uint8Array): Again {
  const lifted = liftFile({ name, bytes });
  if (lifted.result === undefined) return { errors: codes(lifted.diagnostics) };
  const { text, little } = lifted.result;
  const input = { name: "prog.json", bytes: new TextEncoder().encode(text) };
  const linked = linkFiles([input], { target: little ? "bpfel" : "bpfeb" });
  return { ...(linked.bytes && { bytes: linked.bytes }), errors: codes(linked.diagnostics) };
}

/** The same without JSON between. */
function inMemory(name: string, bytes: Uint8Array): Again {
  const log = new Log();
  const object = readElf(bytes, name, log);
  const module = object && lift(object, name, log);
  const again = module && assemble(module, { little: object!.little, cpu: undefined }, log);
  return { ...(again && { bytes: writeElf(again) }), errors: codes(log.diagnostics) };
}

function codes(diagnostics: readonly { readonly severity: string; readonly code: string }[]): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
  return [...new Set(errors)];
}

const NO_LEGACY_STRUCT =
  "looks up the struct of legacy map definitions, which are written as BTF-defined maps";

/** Tests that fail on our objects, and why that is right. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "ebpf/btf TestLoadSpecFromElf": NO_LEGACY_STRUCT,
  "ebpf/btf TestLoadSpecFromElf/loader-eb.elf": NO_LEGACY_STRUCT,
  "ebpf/btf TestLoadSpecFromElf/loader-el.elf": NO_LEGACY_STRUCT,
};

describeInKernel("the tests of cilium/ebpf", ["cilium-tests", "linux 6.18"], () => {
  let originals: PeerRun;
  beforeAll(() => {
    originals = runPeerTests(new Map());
  });

  it("run on the originals", () => {
    const count = (verdict: string) =>
      [...originals.verdicts.values()].filter((each) => each === verdict).length;
    console.log(`originals: ${count("pass")} pass, ${count("fail")} fail, ${count("skip")} are skipped`);
    expect(count("pass")).toBeGreaterThan(600);
  });

  describe.each([
    ["lifted into JSON and linked", throughText],
    ["lifted and assembled in memory", inMemory],
  ] as const)("on objects that were %s", (_, again) => {
    it("say the same", () => {
      const replaced = new Map<string, Uint8Array>();
      for (const [name, bytes] of peerObjects()) {
        const { bytes: ours, errors } = again(name, bytes);
        const refusal = refusalOf(name);
        expect(errors, name).toEqual(refusal === undefined ? [] : [refusal.code]);
        if (ours !== undefined) replaced.set(name, ours);
      }
      expect(replaced.size).toBeGreaterThanOrEqual(60);

      const now = runPeerTests(replaced);
      const names = new Set([...originals.verdicts.keys(), ...now.verdicts.keys()]);
      const differences = [...names].flatMap((name) => {
        const [a, b] = [originals.verdicts.get(name), now.verdicts.get(name)];
        if (a === b || (b === "fail" && DIFFERENCES[name] !== undefined)) return [];
        return [
          `${name}: ${a ?? "did not run"} on the original, ${b ?? "did not run"} on ours\n${(now.output.get(name) ?? "").split("\n").slice(0, 30).join("\n")}`,
        ];
      });
      expect(differences).toEqual([]);
      console.log(`${replaced.size} objects replaced, ${now.verdicts.size} verdicts`);
    });
  });
});
