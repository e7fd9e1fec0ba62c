// What the kernel holds of a loaded object, as far as it follows from the object file and not from the moment of loading:
// the command `view` of judge.c. Ids of programs, maps and BTF differ at each load, so names and C text stand for them.

#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "judge.h"

// ── types as C ──

struct text {
	char *data;
	size_t size;
};

static void append(void *ctx, const char *format, va_list args)
{
	struct text *text = ctx;
	char *more = NULL;
	int size = vasprintf(&more, format, args);
	if (size < 0)
		abort();
	text->data = realloc(text->data, text->size + (size_t)size + 1);
	if (!text->data)
		abort();
	memcpy(text->data + text->size, more, (size_t)size + 1);
	text->size += (size_t)size;
	free(more);
}

static void append_text(struct text *text, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	append(text, format, args);
	va_end(args);
}

static void append_declaration(struct text *text, struct btf_dump *dump, __u32 id, const char *name)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = name);
	if (btf_dump__emit_type_decl(dump, id, &opts))
		append_text(text, "type that has no declaration");
	append_text(text, ";\n");
}

/** `T name;`, and the definitions that it needs; of a data section, each variable with its offset and size. */
static void put_type(const struct btf *btf, __u32 id, const char *name)
{
	struct text text = {};
	const struct btf_type *type = btf && id ? btf__type_by_id(btf, id) : NULL;
	struct btf_dump *dump = type ? btf_dump__new(btf, append, &text, NULL) : NULL;
	if (dump && btf_is_datasec(type)) {
		const struct btf_var_secinfo *entry = btf_var_secinfos(type);
		for (int i = 0; i < btf_vlen(type); i++, entry++) {
			const struct btf_type *var = btf__type_by_id(btf, entry->type);
			append_text(&text, "%u+%u linkage %u: ", entry->offset, entry->size, btf_var(var)->linkage);
			append_declaration(&text, dump, var->type, btf__name_by_offset(btf, var->name_off));
			btf_dump__dump_type(dump, var->type);
		}
	} else if (dump) {
		append_declaration(&text, dump, id, name);
		btf_dump__dump_type(dump, id);
	}
	put_string(text.data ? text.data : "");
	btf_dump__free(dump);
	free(text.data);
}

// ── programs ──

static const char *map_name(const struct bpf_object *object, __u32 id)
{
	struct bpf_map *map;
	bpf_object__for_each_map(map, object) {
		struct bpf_map_info info = {};
		__u32 size = sizeof(info);
		if (!bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &size) && info.id == id)
			return bpf_map__name(map);
	}
	return "";
}

static void put_functions(const struct btf *btf, const struct bpf_func_info *infos, __u32 count)
{
	printf(",\"functions\":[");
	for (__u32 i = 0; i < count; i++) {
		const struct btf_type *func = btf ? btf__type_by_id(btf, infos[i].type_id) : NULL;
		printf("%s{\"insn\":%u,\"linkage\":%u,\"c\":", i ? "," : "", infos[i].insn_off, func ? btf_vlen(func) : 0);
		put_type(btf, func ? func->type : 0, func ? btf__name_by_offset(btf, func->name_off) : "");
		printf("}");
	}
	printf("]");
}

static void put_lines(const struct btf *btf, const struct bpf_line_info *infos, __u32 count)
{
	printf(",\"lines\":[");
	for (__u32 i = 0; i < count; i++) {
		const char *file = btf ? btf__name_by_offset(btf, infos[i].file_name_off) : NULL;
		const char *line = btf ? btf__name_by_offset(btf, infos[i].line_off) : NULL;
		printf("%s{\"insn\":%u,\"line\":%u,\"column\":%u,\"file\":", i ? "," : "", infos[i].insn_off,
		       BPF_LINE_INFO_LINE_NUM(infos[i].line_col), BPF_LINE_INFO_LINE_COL(infos[i].line_col));
		put_string(file ? file : "");
		printf(",\"text\":");
		put_string(line ? line : "");
		printf("}");
	}
	printf("]");
}

static void put_program(const struct bpf_object *object, const struct bpf_program *prog)
{
	struct bpf_prog_info info = {}, more = {};
	__u32 size = sizeof(info);
	if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return; // all zero: it was not to be loaded
	more.nr_map_ids = info.nr_map_ids;
	more.nr_func_info = info.nr_func_info;
	more.nr_line_info = info.nr_line_info;
	more.func_info_rec_size = sizeof(struct bpf_func_info);
	more.line_info_rec_size = sizeof(struct bpf_line_info);
	__u32 *maps = calloc(info.nr_map_ids + 1, sizeof(*maps));
	struct bpf_func_info *funcs = calloc(info.nr_func_info + 1, sizeof(*funcs));
	struct bpf_line_info *lines = calloc(info.nr_line_info + 1, sizeof(*lines));
	more.map_ids = (__u64)(unsigned long)maps;
	more.func_info = (__u64)(unsigned long)funcs;
	more.line_info = (__u64)(unsigned long)lines;
	size = sizeof(more);
	if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &more, &size))
		more.nr_map_ids = more.nr_func_info = more.nr_line_info = 0; // the counts will differ
	struct btf *btf = info.btf_id ? btf__load_from_kernel_by_id(info.btf_id) : NULL;
	printf(",\"type\":%u,\"attachType\":%d,\"gpl\":%u,\"tag\":", info.type,
	       (int)bpf_program__expected_attach_type(prog), info.gpl_compatible);
	put_hex(info.tag, sizeof(info.tag));
	printf(",\"btf\":%s,\"maps\":[", btf ? "true" : "false");
	for (__u32 i = 0; i < more.nr_map_ids; i++) {
		printf("%s", i ? "," : "");
		put_string(map_name(object, maps[i]));
	}
	printf("]");
	put_functions(btf, funcs, more.nr_func_info);
	put_lines(btf, lines, more.nr_line_info);
	btf__free(btf);
	free(maps);
	free(funcs);
	free(lines);
}

// ── maps ──

static void put_map(const struct bpf_map *map)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	if (bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &size))
		return;
	struct btf *btf = info.btf_id ? btf__load_from_kernel_by_id(info.btf_id) : NULL;
	printf(",\"type\":%u,\"kernelName\":", info.type);
	put_string(info.name);
	printf(",\"keySize\":%u,\"valueSize\":%u,\"maxEntries\":%u,\"flags\":%u,\"extra\":\"%llu\",\"key\":", info.key_size,
	       info.value_size, info.max_entries, info.map_flags, (unsigned long long)info.map_extra);
	put_type(btf, info.btf_key_type_id, "key");
	printf(",\"value\":");
	put_type(btf, info.btf_value_type_id, "value");
	btf__free(btf);
}

void put_view(const struct bpf_object *object)
{
	struct bpf_program *prog;
	struct bpf_map *map;
	const char *comma = "";
	printf(",\"programs\":[");
	bpf_object__for_each_program(prog, object) {
		printf("%s{\"name\":", comma);
		put_string(bpf_program__name(prog));
		put_program(object, prog);
		printf("}");
		comma = ",";
	}
	printf("],\"maps\":[");
	comma = "";
	bpf_object__for_each_map(map, object) {
		printf("%s{\"name\":", comma);
		put_string(bpf_map__name(map));
		put_map(map);
		printf("}");
		comma = ",";
	}
	printf("]");
}
