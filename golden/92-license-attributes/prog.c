// A license with everything that a variable can have: weak and hidden, an alignment, tags, a length of its own.
#define SEC(name) __attribute__((section(name), used))
#define __tag(x) __attribute__((btf_decl_tag(x)))

int before = 1;

const char LICENSE[16] SEC("license") __attribute__((weak, visibility("hidden"), aligned(8))) __tag("license") __tag("second") = "GPL v2";

int after = 2;

SEC("socket") int prog(void *ctx)
{
	return before + after;
}
