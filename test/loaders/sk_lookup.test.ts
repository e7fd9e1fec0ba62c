// The sk_lookup example at work, in a network namespace that belongs to the harness alone and goes with it: a listener on
// one port gets the connections to every port that stands in add_ports.

import { describe, expect, it } from "vitest";
import { exampleFile } from "./examples.js";
import { describeInKernel } from "./kernel.js";
import { hex, LIBBPFS, withLibbpf } from "./libbpf.js";
import { link } from "./link.js";

const LISTENING = 7000;
const ADDED = 7001;
const OTHER = 7002;

describe.each(LIBBPFS)("with %s", (libbpfName) => {
  describeInKernel("sk_lookup at work", [libbpfName], () => {
    it("sends connections to added ports to the listener", () =>
      withLibbpf(libbpfName, async (libbpf) => {
        await libbpf.ask("netns");
        await libbpf.ask(`open ${link(exampleFile("sk_lookup"))}`);
        await libbpf.ask("load");
        await libbpf.ask(`listen ${LISTENING} target_socket ${hex(0, 4)}`);
        await libbpf.ask(`update add_ports ${hex(ADDED, 2)} 01`);
        const refused = expect.objectContaining({ ok: false, error: "ECONNREFUSED" });
        expect(await libbpf.tryAsk(`connect ${ADDED}`), "not attached yet").toEqual(refused);

        await libbpf.ask("attach-netns sk_dispatch");
        expect(await libbpf.ask(`connect ${ADDED}`)).toMatchObject({ acceptedBy: LISTENING });
        expect(await libbpf.ask(`connect ${LISTENING}`)).toMatchObject({ acceptedBy: LISTENING });
        expect(await libbpf.tryAsk(`connect ${OTHER}`)).toEqual(refused);
      }));
  });
});
