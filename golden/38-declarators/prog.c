// Declarators: arrays of pointers, pointers to arrays, tables of functions, zero lengths, qualifiers at every level.
#define SEC(name) __attribute__((section(name), used))

typedef unsigned int __u32;
typedef __u32 quad_t[4];
typedef void (*handler_t)(int);

struct cell {
	quad_t quad;
	const char *const *names;
	int (*row)[3];
};

const char *words[3];
int (*matrix)[2][5];
handler_t handlers[2];
int (*(*chooser)(int which))(void);
struct cell cells[2][3];
volatile const struct cell *volatile seen_cell;
quad_t quads[2];
struct {
	struct cell *first;
	union {
		int flexible[0];
		long word;
	};
} holder;
void *const fixed = 0;
unsigned __int128 huge;

SEC("tc") int prog(void *ctx)
{
	return cells[1][2].quad[3] + quads[1][1];
}

char _license[] SEC("license") = "GPL";
