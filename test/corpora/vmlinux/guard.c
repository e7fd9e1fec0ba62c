// LSM hooks: a policy that user space sets, and a message for what was refused.

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

enum verdict { ALLOW, WARN, DENY };
struct rule { enum verdict verdict; __u64 hits; };
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 256); __type(key, __u64); __type(value, struct rule); __uint(pinning, LIBBPF_PIN_BY_NAME); } rules SEC(".maps");
volatile const enum verdict otherwise = ALLOW;

SEC("lsm/file_open") int BPF_PROG(may_open, struct file *file, int before)
{
	__u64 inode = BPF_CORE_READ(file, f_inode, i_ino);
	struct rule *rule = bpf_map_lookup_elem(&rules, &inode);
	enum verdict verdict = rule ? rule->verdict : otherwise;
	if (before)
		return before;
	if (rule)
		__sync_fetch_and_add(&rule->hits, 1);
	if (verdict == WARN)
		bpf_printk("inode %llu opened with flags %x", inode, BPF_CORE_READ(file, f_flags));
	return verdict == DENY ? -1 : 0;
}

SEC("lsm.s/bprm_committed_creds") void BPF_PROG(committed, struct linux_binprm *binary)
{
	bpf_printk("%s has new credentials", BPF_CORE_READ(binary, filename));
}

char LICENSE[] SEC("license") = "GPL";
