// What judge.c and view.c share: JSON on stdout.

#include <stddef.h>

struct bpf_object;

void put_string(const char *text);
void put_hex(const unsigned char *data, size_t size);

/** The rest of the reply to `view`: programs and maps. */
void put_view(const struct bpf_object *object);
