// Two programs in one section, others in sections of their own, in mixed order.
#define SEC(name) __attribute__((section(name), used))

struct pt_regs {
	unsigned long di;
	unsigned long si;
};

int hits;

SEC("kprobe/vfs_read") int read_enter(struct pt_regs *regs)
{
	hits += regs->si > 4096;
	return 0;
}

SEC("kretprobe/vfs_read") int read_exit(struct pt_regs *regs)
{
	return 0;
}

SEC("kprobe/vfs_read") int read_too(struct pt_regs *regs)
{
	if (regs->di == 0)
		return 0;
	hits = 0;
	return 1;
}

SEC("uprobe//usr/lib/libc.so.6:malloc") int alloc(struct pt_regs *regs)
{
	return hits;
}

char _license[] SEC("license") = "Dual MIT/GPL";
