module tsbpf.test/published-objects

go 1.25.0

require (
	github.com/cilium/ebpf v0.22.0
	github.com/inspektor-gadget/inspektor-gadget v0.20.0
	github.com/netobserv/netobserv-ebpf-agent v0.3.3
)
