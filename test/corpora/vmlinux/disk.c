// A histogram of how long requests to disks take, by operation: bit-fields, flavours and a static function with a loop.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct disk_key { dev_t device; __u32 operation; };
struct histogram { __u32 slots[27]; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 10240); __type(key, struct request *); __type(value, __u64); } start SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, struct disk_key); __type(value, struct histogram); } histograms SEC(".maps");
struct request___old { struct gendisk *rq_disk; } __attribute__((preserve_access_index));
static struct histogram zero;
const volatile bool in_milliseconds;

static __always_inline __u32 log2_of(__u64 value)
{
	__u32 slot = 0;
	for (int i = 32; i; i >>= 1)
		if (value >> i) {
			value >>= i;
			slot += i;
		}
	return slot;
}

SEC("raw_tp/block_rq_issue") int BPF_PROG(issued, struct request *rq)
{
	__u64 now = bpf_ktime_get_ns();
	bpf_map_update_elem(&start, &rq, &now, 0);
	return 0;
}

SEC("raw_tp/block_rq_complete") int BPF_PROG(completed, struct request *rq, int error, unsigned int bytes)
{
	__u64 *begin = bpf_map_lookup_elem(&start, &rq);
	struct gendisk *disk;
	struct disk_key key = {};
	struct histogram *histogram;
	__u64 delta;
	__u32 slot;
	if (!begin)
		return 0;
	delta = (bpf_ktime_get_ns() - *begin) / (in_milliseconds ? 1000000 : 1000);
	if (bpf_core_field_exists(((struct request___old *)rq)->rq_disk))
		disk = BPF_CORE_READ((struct request___old *)rq, rq_disk);
	else
		disk = BPF_CORE_READ(rq, q, disk);
	key.device = BPF_CORE_READ(disk, major) << 20 | BPF_CORE_READ(disk, first_minor);
	key.operation = BPF_CORE_READ(rq, cmd_flags) & 0xff;
	histogram = bpf_map_lookup_elem(&histograms, &key);
	if (!histogram) {
		bpf_map_update_elem(&histograms, &key, &zero, BPF_NOEXIST);
		histogram = bpf_map_lookup_elem(&histograms, &key);
		if (!histogram)
			return 0;
	}
	slot = log2_of(delta);
	if (slot < 27)
		__sync_fetch_and_add(&histogram->slots[slot], 1);
	bpf_map_delete_elem(&start, &rq);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
