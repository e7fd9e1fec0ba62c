// CO-RE against the running kernel: ir/core.json and ir/bit_fields.json say where members stand, how large and how signed
// they are, and all of it is wrong. What the programs then see must be what the process, and bpftool, know otherwise.

import { beforeAll, describe, expect, it } from "vitest";
import { type BtfDumped, dumpBtf } from "./bpftool.js";
import { askCilium } from "./cilium.js";
import { describeInKernel } from "./kernel.js";
import { dataOf, LIBBPFS, numbersOf, withLibbpf } from "./libbpf.js";
import { irFile, link } from "./link.js";

/** The members of `struct seen` in ir/core.json. */
const SEEN = [
  ...(["pid", "tgid", "old_tgid", "parent_tgid", "comm_size", "fourth"] as const),
  ...(["pid_exists", "absent_exists", "pid_signed", "task_exists", "missing_exists", "task_size"] as const),
  ...(["list_matches", "number_matches", "task_id_local", "task_id_target", "trie", "trie_exists"] as const),
  ...(["tsbpf_exists", "context_kernel", "exec_start_at", "dport_at"] as const),
] as const;

/** TASK_COMM_LEN of the kernel. */
const COMM_SIZE = 16;

/** What all see, whoever loads the program; `name` is that of the executable. */
function expectedOf(kernel: readonly BtfDumped[], pid: number, name: string): object {
  return {
    pid: BigInt(pid),
    tgid: BigInt(pid),
    old_tgid: BigInt(pid),
    parent_tgid: BigInt(process.pid),
    comm_size: BigInt(COMM_SIZE),
    fourth: BigInt(name.charCodeAt(3)),
    pid_exists: 1n,
    absent_exists: 0n,
    pid_signed: 1n, // pid_t is an int
    task_exists: 1n,
    missing_exists: 0n,
    task_size: BigInt(struct(kernel, "task_struct").size ?? 0),
    list_matches: 1n,
    number_matches: 0n,
    task_id_target: BigInt(struct(kernel, "task_struct").id),
    trie: 11n, // BPF_MAP_TYPE_LPM_TRIE, include/uapi/linux/bpf.h
    trie_exists: 1n,
    tsbpf_exists: 0n,
    context_kernel: 2n ** 64n - 128n, // PERF_CONTEXT_KERNEL, include/uapi/linux/perf_event.h
    exec_start_at: BigInt(
      byteOffset(kernel, "task_struct", "se") + byteOffset(kernel, "sched_entity", "exec_start"),
    ),
    dport_at: BigInt(byteOffset(kernel, "sock_common", "skc_dport")),
  };
}

/** An IPv4 frame to a MAC address. The kernel makes pkt_type of it (eth_type_trans, include/uapi/linux/if_packet.h). */
function frameTo(mac: string): string {
  return `${mac}0000000000000800${"45".padEnd(40, "0")}`;
}
const PACKETS = [
  { mac: "000000000000", type: 0 }, // PACKET_HOST: the loopback device has this address
  { mac: "010203040506", type: 2 }, // PACKET_MULTICAST
  { mac: "020304050607", type: 3 }, // PACKET_OTHERHOST
] as const;

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("CO-RE", [libbpfName, "linux 6.2"], () => {
    let kernel: readonly BtfDumped[] = [];
    beforeAll(() => {
      kernel = dumpBtf();
    });

    it("sees the running kernel's types, not the file's", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        const object = link(irFile("core"));
        const file = dumpBtf(object);
        for (const member of ["pid", "tgid", "real_parent", "comm"]) {
          const right = byteOffset(kernel, "task_struct", member);
          expect(byteOffset(file, "task_struct", member), "wrong on purpose").not.toBe(right);
        }
        expect((await libbpf.ask(`open ${object}`)).log).toBe("");
        expect((await libbpf.ask("load")).log).toBe("");
        await libbpf.ask("run look");
        const bytes = await dataOf(libbpf, ".bss");
        expect(numbersOf(bytes, SEEN)).toEqual({
          ...expectedOf(kernel, libbpf.pid, "judge"),
          task_id_local: BigInt(struct(file, "task_struct").id),
        });
        const comm = Buffer.from(bytes.slice(2 * 8 * SEEN.length), "hex");
        expect(comm.toString("latin1")).toBe("judge".padEnd(COMM_SIZE, "\0"));
      }));

    it("reads a bit-field", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask(`open ${link(irFile("bit_fields"))}`);
        expect((await libbpf.ask("load")).log).toBe("");
        for (const { mac, type } of PACKETS) {
          expect(await libbpf.ask(`run look ${frameTo(mac)}`)).toMatchObject({ retval: type });
          const seen = numbersOf(await dataOf(libbpf, ".bss"), ["pkt_type", "of_context"]);
          expect(seen).toEqual({ pkt_type: BigInt(type), of_context: BigInt(type) });
        }
      }));
  });
});

describeInKernel("with cilium/ebpf, CO-RE", ["cilium", "linux 6.2"], () => {
  it("sees the running kernel's types, not the file's", () => {
    const { kernel, pid } = askCilium(link(irFile("core")), { run: "look" });
    // A Go program has many threads: which one ran it shows in pid. It also loads BTF of its own making: local ids change.
    const { pid: _thread, ...expected } = expectedOf(dumpBtf(), pid, "judge") as { pid: bigint };
    expect(numbersOf(kernel.variables.seen ?? "", SEEN)).toMatchObject(expected);
  });

  it("reads a bit-field", () => {
    for (const { mac, type } of PACKETS) {
      const { kernel } = askCilium(link(irFile("bit_fields")), { run: "look", packet: frameTo(mac) });
      expect(kernel.retval).toBe(type);
    }
  });
});

function struct(types: readonly BtfDumped[], name: string): BtfDumped {
  const found = types.find((type) => type.kind === "STRUCT" && type.name === name);
  if (found === undefined) throw new Error(`no struct ${name}`);
  return found;
}

/** Of a member of a struct, also where it stands in anonymous members. */
function byteOffset(types: readonly BtfDumped[], name: string, member: string): number {
  const within = (type: BtfDumped): number | undefined => {
    for (const each of type.members ?? []) {
      if (each.name === member) return each.bits_offset / 8;
      const inner = each.name === "(anon)" ? within(types[each.type_id - 1]!) : undefined;
      if (inner !== undefined) return each.bits_offset / 8 + inner;
    }
    return undefined;
  };
  const offset = within(struct(types, name));
  if (offset === undefined) throw new Error(`no member ${member} of struct ${name}`);
  return offset;
}
