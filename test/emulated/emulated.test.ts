// Programs of the kinds that the kernel of a sandbox may refuse, at work in a stock one. It is older than most, too: all
// that other tests show to newer loaders and kernels is loaded there as well.

import { beforeAll, describe, expect, it } from "vitest";
import { describeUnless } from "../judges.js";
import { OBJECTS, programNames, withObjects } from "../loaders/corpus.js";
import { EXAMPLES } from "../loaders/examples.js";
import { link } from "../loaders/link.js";
import { type Case, type CaseReport, machine, runInMachine } from "./machine.js";

/** Cases that run, and the IR files of fixtures/ that they link. */
const CASES = {
  fentry: ["fentry"],
  fmod_ret: ["fmod_ret"],
  lsm: ["lsm"],
  kprobe: ["kprobe"],
  core: ["core"],
  freplace: ["target", "replacement"],
  watched: ["target", "watcher"],
} as const;

// enum bpf_prog_type of include/uapi/linux/bpf.h
const KPROBE = 2;
const XDP = 6;
const TRACING = 26;
const EXT = 28;
const LSM = 29;

/** BTF that this kernel refuses, as it would clang's. */
const BTF_REFUSED: Readonly<Record<string, string>> = {
  "golden/53-mergeable-by-name": "sections of one name share a DATASEC, where their variables overlap",
};

const { parts, obstacle } = machine();

describeUnless(obstacle, "in a stock kernel", () => {
  let reports: ReadonlyMap<string, CaseReport> = new Map();

  beforeAll(async () => {
    const runs = Object.entries(CASES).map(([name, files]): Case => {
      return { name, verb: "run", objects: files.map((file) => link(`test/emulated/fixtures/${file}.json`)) };
    });
    const little = OBJECTS.filter(({ options }) => options.target !== "bpfeb");
    await withObjects(little, async (files) => {
      const loads = files.map(({ entry, file }): Case => {
        return { name: entry.name, verb: "load", objects: [file] };
      });
      reports = await runInMachine(parts!, [...runs, ...loads]); // parts: there is no obstacle
    });
  }, 300_000);

  /** The report on a case that loaded without a word, with its BTF. */
  const reportOf = (name: string): CaseReport => {
    const report = reports.get(name)!; // one for each case
    expect(report).toMatchObject({ load: "", log: "" });
    for (const { name, btfId, funcInfos, lineInfos } of report.programs) {
      expect(btfId, `BTF of ${name}`).toBeGreaterThan(0);
      expect(funcInfos, `functions of ${name}`).toBeGreaterThan(0);
      expect(lineInfos, `lines of ${name}`).toBeGreaterThan(0);
    }
    return report;
  };

  const programs = (...each: readonly (readonly [name: string, type: number])[]) =>
    each.map(([name, type]) => expect.objectContaining({ name, type, attach: "" }));

  it("fentry and fexit see the arguments and the result of a kernel function", () => {
    const report = reportOf("fentry");
    expect(report.programs).toEqual(programs(["on_enter", TRACING], ["on_leave", TRACING]));
    // net/bpf/test_run.c: bpf_fentry_test1(1); bpf_fentry_test2(2, 3) returns 5.
    expect(words(report.data[".bss"], 8)).toEqual([1, 2, 3, 5]);
  });

  it("fmod_ret returns in the place of a kernel function", () => {
    const report = reportOf("fmod_ret");
    expect(report.programs).toEqual(programs(["instead", TRACING]));
    expect(report.mkdir).toBe("EACCES");
    expect(words(report.data[".bss"], 4), "the mode of the mkdir").toEqual([0o700]);
  });

  it("an LSM program refuses a mkdir", () => {
    const report = reportOf("lsm");
    expect(report.programs).toEqual(programs(["no_mkdir", LSM], ["any_exec", LSM]));
    expect(report.mkdir).toBe("EPERM");
    expect(words(report.data[".bss"], 8)).toEqual([1]);
  });

  it("kprobe, kretprobe and ksyscall run, and read a typed per-CPU variable of the kernel", () => {
    const report = reportOf("kprobe");
    expect(report.programs).toEqual(
      programs(["on_sleep", KPROBE], ["on_wake", KPROBE], ["on_rmdir", KPROBE]),
    );
    const [sleeps, wakes, rmdirs, active] = words(report.data[".bss"], 4);
    expect({ sleeps, wakes, rmdirs, active }).toEqual({ sleeps: 1, wakes: 1, rmdirs: 1, active: 1 });
  });

  it("CO-RE finds the members of the kernel's own struct", () => {
    const report = reportOf("core");
    expect(report.programs).toEqual(programs(["look", TRACING]));
    const [pid, comm, parent, exists] = words(report.data[".data"], 4);
    // The guest is /init, the first process, whose parent is the kernel's idle task.
    expect({ pid, parent, exists }).toEqual({ pid: 1, parent: 0, exists: 0 });
    expect(comm).toBe(Buffer.from("init").readUInt32LE());
  });

  it("freplace takes the place of a function of another program", () => {
    const [decide, replacement] = reportOf("freplace").programs;
    expect(decide).toMatchObject({ name: "decide", type: XDP, before: 1, after: 64 + 2 });
    expect(replacement).toMatchObject({ name: "replacement", type: EXT, attach: "" });
  });

  it("fexit sees the result of a function of another program", () => {
    const report = reportOf("watched");
    expect(report.programs[1]).toMatchObject({ name: "watcher", type: TRACING, attach: "" });
    expect(words(report.data[".bss"], 8)).toEqual([1]);
  });

  it.each(EXAMPLES)("$name loads with its BTF", ({ name, programs }) => {
    const report = reportOf(`examples/${name}`);
    const types = Object.entries(programs).map(([program, { number }]) => [program, number]);
    expect(report.programs.map((program) => [program.name, program.type]).sort()).toEqual(types.sort());
  });

  describe("takes the BTF", () => {
    const goldens = OBJECTS.filter(
      ({ name, options }) => name.startsWith("golden/") && options.target !== "bpfeb",
    );
    // Whether the verifier takes the code is not asked: many goldens show a form and would not run.
    it.each(goldens.filter((entry) => programNames(entry).length > 0))("of $name", ({ name }) => {
      const { log } = reports.get(name)!;
      const refused = /BTF loading error.*END BTF LOAD LOG/s.exec(log)?.[0];
      expect(refused !== undefined, refused).toBe(name in BTF_REFUSED);
    });
  });
});

/** Little-endian integers of `size` bytes from hex. */
function words(hex: string | undefined, size: 4 | 8): readonly number[] {
  const bytes = Buffer.from(hex ?? "", "hex");
  const starts = Array.from({ length: bytes.length / size }, (_, index) => index * size);
  return starts.map((start) =>
    size === 4 ? bytes.readUInt32LE(start) : Number(bytes.readBigUInt64LE(start)),
  );
}
