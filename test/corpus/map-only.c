// Maps and nothing else.

#include "bpf.h"

struct { __uint(type, 22); __uint(max_entries, 3); __type(value, __u64); } queue SEC(".maps");
struct { __uint(type, 11); __uint(map_flags, 1); __uint(max_entries, 3); __uint(key_size, 8); __uint(value_size, 8); } trie SEC(".maps");
