// Names that another input of the linker defines: functions and variables without a section, weak and hidden ones.
#define SEC(name) __attribute__((section(name), used))
#define __weak __attribute__((weak))
#define __hidden __attribute__((visibility("hidden")))

typedef unsigned int __u32;

struct settings {
	__u32 limit;
	char name[12];
};

extern struct settings settings;
extern const volatile int verbose;
extern long totals[];
extern __u32 optional __weak;
extern __u32 inside __hidden;
extern int unused;

extern int check(struct settings *s, int value);
extern int maybe(void) __weak;
extern long shared(long a) __hidden;

__u32 own = 3;

SEC("tc") int prog(int *ctx)
{
	int n = check(&settings, ctx[0]);

	if (verbose)
		totals[1] = n;
	if (maybe)
		n += maybe();
	if (&optional)
		n += optional;
	return shared(n) + inside + settings.limit + own;
}

char _license[] SEC("license") = "GPL";
