// What a program asks the kernel for by name: its functions and its settings. ir/kfuncs.json finds its own task in four
// ways, ir/kconfig.json copies settings to where user space compares them with /proc/config.gz.

import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { describeUnless } from "../judges.js";
import { askCilium } from "./cilium.js";
import { describeInKernel } from "./kernel.js";
import { dataOf, LIBBPFS, numbersOf, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** The members of `struct seen`. */
const KFUNCS = ["tgid", "acquired", "parent_tgid", "vpid_tgid", "missing", "flavored"] as const;
const KCONFIG = ["version", "hz", "bpf_syscall", "net"] as const;
const KCONFIG_LIBBPF = ["hz", "missing", "net"] as const;

/** What is seen of functions; `flavors` is whether the loader knows that `name___flavor` means `name`. */
function expectedTask(pid: number, flavors: boolean): object {
  return {
    tgid: BigInt(pid),
    acquired: 1n,
    parent_tgid: BigInt(process.pid),
    vpid_tgid: BigInt(pid),
    missing: 1n,
    flavored: flavors ? 1n : 0n,
  };
}

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("functions of the kernel", [libbpfName, "linux 6.14"], () => {
    it("are called, and not where they are missing", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("kfuncs"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        await libbpf.ask("run look");
        const seen = numbersOf(await dataOf(libbpf, ".bss"), KFUNCS);
        expect(seen).toEqual(expectedTask(libbpf.pid, libbpfName === "libbpf-newest")); // since 1.3
      }));
  });
});

describeInKernel("with cilium/ebpf, functions of the kernel", ["cilium", "linux 6.14"], () => {
  it("are called, and not where they are missing", () => {
    const { kernel, pid } = askCilium(link(irFile("kfuncs")), { run: "look" });
    // The task that is found is that of a thread, whose parent is that of the process.
    expect(numbersOf(kernel.variables.seen ?? "", KFUNCS)).toEqual(expectedTask(pid, false));
  });
});

const CONFIG = "/proc/config.gz";
const noConfig = existsSync(CONFIG) ? undefined : `no ${CONFIG} (CONFIG_IKCONFIG_PROC)`;

describeUnless(noConfig, "settings of the kernel", () => {
  describe.each(LIBBPFS)("with %s", (libbpfName) => {
    describeInKernel("are those of /proc/config.gz", [libbpfName], () => {
      it("of every type", () =>
        withLibbpf(libbpfName, async (libbpf) => {
          await libbpf.ask(`open ${link(irFile("kconfig"))}`);
          expect((await libbpf.ask("load")).log).toBe("");
          await libbpf.ask("run look");
          expectSettings(await dataOf(libbpf, ".bss"));
        }));

      it("weak, and as a letter", () =>
        withLibbpf(libbpfName, async (libbpf) => {
          await libbpf.ask(`open ${link(irFile("kconfig_libbpf"), [], "ir/kconfig-weak")}`);
          await libbpf.ask("load");
          await libbpf.ask("run look");
          const { hz, missing, net } = numbersOf(await dataOf(libbpf, ".bss"), KCONFIG_LIBBPF);
          expect(hz).toBe(BigInt(setting("CONFIG_HZ")));
          expect(missing).toBe(0n + 1n); // the program adds 1
          expect(String.fromCharCode(Number(net))).toBe(setting("CONFIG_NET"));
        }));
    });
  });

  describeInKernel("with cilium/ebpf, are those of /proc/config.gz", ["cilium"], () => {
    it("of every type", () => {
      const { seen, hostname } = askCilium(link(irFile("kconfig")), { run: "look" }).kernel.variables;
      expectSettings(`${seen}${hostname}`);
    });
  });
});

/** `bytes` are those of `seen` and `hostname`. */
function expectSettings(bytes: string): void {
  const tristate: Readonly<Record<string, bigint>> = { n: 0n, y: 1n, m: 2n };
  expect(numbersOf(bytes, KCONFIG)).toEqual({
    version: BigInt(kernelVersion()),
    hz: BigInt(setting("CONFIG_HZ")),
    bpf_syscall: tristate[setting("CONFIG_BPF_SYSCALL")],
    net: setting("CONFIG_NET") === "y" ? 1n : 0n,
  });
  const hostname = Buffer.from(bytes.slice(2 * 8 * KCONFIG.length), "hex").toString("latin1");
  expect(`"${hostname.replace(/\0+$/, "")}"`).toBe(setting("CONFIG_DEFAULT_HOSTNAME"));
}

function setting(name: string): string {
  const text = gunzipSync(readFileSync(CONFIG)).toString("utf8");
  return new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "n";
}

/** KERNEL_VERSION of include/generated/uapi/linux/version.h. Debian's release name has no patch level, but /proc/version has. */
function kernelVersion(): number {
  const debian = /Debian (\d+)\.(\d+)\.(\d+)-/.exec(readFileSync("/proc/version", "utf8"));
  const [, major, minor, patch] = debian ?? /^(\d+)\.(\d+)\.(\d+)/.exec(release()) ?? [];
  return (Number(major) << 16) | (Number(minor) << 8) | Math.min(Number(patch), 255);
}
