// String literals: equal ones are one, tails are not shared, those of several functions and of their inlined copies,
// empty, wide and long ones, and arrays of characters that are no literals.
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))

typedef unsigned int __u32;
typedef unsigned short __u16;

static long (*const bpf_trace_printk)(const char *fmt, __u32 size, ...) = (void *)6;
static long (*const bpf_strncmp)(const char *s1, __u32 size, const char *s2) = (void *)182;
static long (*const bpf_perf_event_output)(void *ctx, const void *data) = (void *)25;

static const char format[] = "value %d\n";
const char visible[] = "seen by all";
static const char tail[] = "by all";
char writable[12] = "hello";

static __noinline int is(const char *name, int size, const char *wanted)
{
	return bpf_strncmp(name, size, wanted) == 0;
}

static inline void say(const char *text)
{
	bpf_trace_printk(text, 7);
}

SEC("raw_tp/sys_enter") int first(const char *comm)
{
	if (is(comm, 16, "bash") || is(comm, 16, "dash") || is(comm, 16, "ash"))
		say("shell\n");
	if (is(comm, 16, ""))
		say("empty\n");
	return is(comm, 16, writable);
}

SEC("raw_tp/sys_exit") int second(const char *comm)
{
	if (is(comm, 16, "bash"))
		say("shell\n");
	bpf_trace_printk(format, sizeof(format), 3);
	bpf_perf_event_output((void *)comm, (const __u16[]){ 'w', 'i', 'd', 0 });
	bpf_perf_event_output((void *)comm, L"wide");
	bpf_perf_event_output((void *)comm, "caf\xc3\xa9 \x01\t\"quoted\" \\ end");
	bpf_perf_event_output((void *)comm, "with\0a NUL");
	bpf_perf_event_output((void *)comm, visible);
	return is(comm, 7, tail);
}

char _license[] SEC("license") = "Dual BSD/GPL";
