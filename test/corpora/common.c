// Common symbols, as compilers made them by default once: tentative definitions without a place of their own.

int counter;
long table[4];
static int local;

__attribute__((section("tc"))) int prog(int *c)
{
	counter += *c;
	table[1]++;
	local += 2;
	return local + counter;
}

char LICENSE[] __attribute__((section("license"))) = "GPL";
