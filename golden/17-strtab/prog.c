// Names that are tails of each other: .strtab stores some of them once.
#define SEC(name) __attribute__((section(name), used))

int b SEC("btab") = 1;
int ab SEC("zab") = 2;
int _b;
int prog1 = 3;
int s SEC("maps") = 4;
int BTF;
int data;
int rel = 5;

SEC("my/xdp") int xdp(void *ctx)
{
	return b + ab;
}

SEC("q/xdp") int my_xdp(void *ctx)
{
	return _b + prog1 + s;
}

SEC("rel.xdp") int text(void *ctx)
{
	return BTF + data;
}

SEC("a_text") int _text(void *ctx)
{
	return rel;
}

char LICENSE[] SEC("license") = "GPL";
