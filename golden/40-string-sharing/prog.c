// .BTF stores a string once, whatever it is: line texts, parameters, types, sections. A section whose name was seen
// earlier as something else comes earlier in .BTF.ext.
#define SEC(name) __attribute__((section(name), used))

struct c {
	int x;
	int tc;
};

__attribute__((noinline)) int x(int tc)
{
	return tc
* tc;
}

SEC("socket") int first(struct c *c)
{
	return x(c->tc);
}

SEC("c") int second(int *socket)
{
	return
x
(*socket);
}

SEC("tc") int third(struct c *second)
{
	return second->x;
}

char _license[] SEC("license") = "GPL";
