// Code that a generator wrote: #line names files that cannot be read, so the records carry no text.
#define SEC(name) __attribute__((section(name), used))

SEC("tc") int prog(int *ctx)
{
	int sum = ctx[0];

#line 100 "rules.y"
	if (sum > 3)
		sum += ctx[1];
#line 7 "/usr/src/other.y"
	sum ^= ctx[2];
#line 12 "prog.c"
	return sum;
}

char _license[] SEC("license") = "GPL";
