// Everything that CO-RE can ask: fields, sizes, types, enumerators, bit-fields, flavours, ids.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#ifndef bpf_core_field_offset
#define bpf_core_field_offset(type, field) __builtin_preserve_field_info(((type *)0)->field, 0)
#endif
#include <bpf/bpf_tracing.h>

struct task_struct___renamed { unsigned int __state; long state; int gone; } __attribute__((preserve_access_index));
struct sk_buff___bits { __u8 pkt_type : 3, nohdr : 1; } __attribute__((preserve_access_index));
enum bpf_map_type___future { BPF_MAP_TYPE_FUTURE = 77 };
typedef struct { int counter; } atomic_t___mine;
__u64 answers[16];

SEC("tp_btf/kfree_skb") int BPF_PROG(ask, struct sk_buff *skb, void *location)
{
	struct task_struct___renamed *task = (void *)bpf_get_current_task_btf();
	struct sk_buff___bits *bits = (void *)skb;
	answers[0] = bpf_core_field_exists(task->__state) ? task->__state : 0;
	answers[1] = bpf_core_field_exists(task->state);
	answers[2] = bpf_core_field_exists(task->gone);
	answers[3] = bpf_core_field_size(skb->cb);
	answers[4] = bpf_core_type_exists(struct bpf_refcount);
	answers[5] = bpf_core_type_size(struct task_struct);
	answers[6] = bpf_core_enum_value_exists(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF);
	answers[7] = bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_ARENA);
	answers[8] = bpf_core_enum_value_exists(enum bpf_map_type___future, BPF_MAP_TYPE_FUTURE);
	answers[9] = BPF_CORE_READ_BITFIELD(skb, pkt_type);
	answers[10] = BPF_CORE_READ_BITFIELD_PROBED(bits, nohdr);
	answers[11] = bpf_core_type_id_kernel(struct sk_buff);
	answers[12] = bpf_core_type_id_local(atomic_t___mine);
	answers[13] = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
	answers[14] = bpf_core_field_offset(struct sk_buff, data);
	answers[15] = bpf_core_type_exists(atomic_t___mine);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
