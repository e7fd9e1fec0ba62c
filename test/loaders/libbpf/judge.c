// The libbpf harness: an object file is opened, loaded, attached and asked through libbpf's public API, step by step.
//
// One command a line on stdin, one JSON line on stdout for each, until stdin ends:
//
//   open FILE [PIN_ROOT]     bpf_object__open_file
//   leave PROG               bpf_program__set_autoload: not to be loaded
//   load                     bpf_object__load
//   programs | maps          what the kernel holds of each, from bpf_obj_get_info_by_fd
//   view                     the same and more, but only what the object file decides: see view.c
//   attach PROG              bpf_program__attach, the way of its section name
//   lookup MAP KEY [FLAGS]   KEY and VALUE are hex bytes, FLAGS a number
//   update MAP KEY VALUE
//   run PROG [INPUT]         BPF_PROG_TEST_RUN, once: INPUT is a packet, or the context of programs that take no packet
//   peek ADDRESS SIZE        bytes of this process's memory, where libbpf has mapped arenas; both are numbers
//   poke ADDRESS BYTES
//   ring-read MAP MS         polls for MS milliseconds; the records that came
//   ring-send MAP RECORD     into a user ring buffer
//   register MAP             bpf_map__attach_struct_ops; what is registered without a link goes when stdin ends
//   perf-open MAP            samples are counted from here on
//   perf-read MS             polls for MS milliseconds; the distinct samples so far with their counts
//   netns                    moves this process to a new network namespace of its own, with lo up
//   listen PORT MAP KEY      a TCP listener on 127.0.0.1:PORT, put in the socket map
//   attach-netns PROG        to the current network namespace
//   connect PORT             to 127.0.0.1:PORT; says which listener accepted, or the error
//   transfer PORT NAME BYTES sends so many bytes over TCP on 127.0.0.1:PORT under the congestion control NAME
//   ids                      of every program, map, link and BTF object in the kernel; needs no object
//   link OUT IN...           what bpftool gen object does, with this libbpf; needs no object
//   connect-on FD COUNT      calls connect(2) COUNT times on a socket that is descriptor FD; what comes of it is ignored
//
// A reply has "ok"; a failed one has "error" (the errno's name or text); "log" holds what libbpf printed meanwhile at
// levels warn and info: libbpf tells of dropped BTF in an info line only. All that a run made (programs, maps, links,
// sockets, the namespace) goes with the process, but for pins, which are the caller's.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "judge.h"

#define MAX_BYTES 4096  // keys, values, test run input, and samples
#define MAX_LINKS 16
#define MAX_LISTENERS 8
#define MAX_SAMPLES 4096 // distinct ones

static struct bpf_object *object;
static struct bpf_link *links[MAX_LINKS];
static int link_count;
static struct perf_buffer *perf;
static struct { int fd, port; } listeners[MAX_LISTENERS];
static int listener_count;
static struct sample { size_t size; unsigned long count; unsigned char *data; } samples[MAX_SAMPLES];
static int sample_count;
static unsigned long lost_count;
static char log_text[1 << 16];
static size_t log_size;

// ── JSON out ──

void put_string(const char *text)
{
	putchar('"');
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < 0x20)
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

void put_hex(const unsigned char *data, size_t size)
{
	putchar('"');
	for (size_t i = 0; i < size; i++)
		printf("%02x", data[i]);
	putchar('"');
}

/** Ends the reply that a command began with `{"ok":true,…` or `{"ok":false,…`. */
static void end_reply(void)
{
	printf(",\"log\":");
	put_string(log_text);
	puts("}");
	fflush(stdout);
	log_size = 0;
	log_text[0] = 0;
}

static void fail(const char *what)
{
	printf("{\"ok\":false,\"error\":");
	put_string(what);
}

/** `error` is libbpf's: a negative errno. */
static void fail_errno(int error)
{
	const char *name = strerrorname_np(error < 0 ? -error : error);
	fail(name ? name : "unknown errno");
}

static void succeed(void)
{
	printf("{\"ok\":true");
}

static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_DEBUG)
		return 0;
	int size = vsnprintf(log_text + log_size, sizeof(log_text) - log_size, format, args);
	if (size > 0)
		log_size += (size_t)size;
	if (log_size >= sizeof(log_text))
		log_size = sizeof(log_text) - 1;
	return size;
}

// ── words in ──

/** Bytes from hex digits; the count, or -1 for what is not hex or too long. */
static int parse_hex(const char *text, unsigned char *out)
{
	size_t digits = text ? strlen(text) : 1;
	if (digits % 2 != 0 || digits / 2 > MAX_BYTES)
		return -1;
	for (size_t i = 0; i < digits / 2; i++) {
		unsigned int byte;
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -1;
		out[i] = (unsigned char)byte;
	}
	return (int)(digits / 2);
}

static struct bpf_map *find_map(const char *name)
{
	struct bpf_map *map = object && name ? bpf_object__find_map_by_name(object, name) : NULL;
	if (!map)
		fail("no such map");
	return map;
}

static struct bpf_program *find_program(const char *name)
{
	struct bpf_program *prog = object && name ? bpf_object__find_program_by_name(object, name) : NULL;
	if (!prog)
		fail("no such program");
	return prog;
}

// ── the object ──

static void open_object(const char *file, const char *pin_root)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .pin_root_path = pin_root);
	if (object)
		return fail("an object is open already");
	if (!file)
		return fail("which file?");
	struct bpf_object *opened = bpf_object__open_file(file, &opts);
	if (!opened)
		return fail_errno(errno);
	object = opened;
	succeed();
}

/** bpf_linker, on the rest of the command line. */
static void link_files(char *files)
{
	const char *out = strtok_r(NULL, " \n", &files);
	struct bpf_linker *linker = out ? bpf_linker__new(out, NULL) : NULL;
	if (!linker)
		return fail_errno(errno);
	int error = 0;
	for (const char *in = strtok_r(NULL, " \n", &files); in && !error; in = strtok_r(NULL, " \n", &files))
		error = bpf_linker__add_file(linker, in, NULL);
	if (!error)
		error = bpf_linker__finalize(linker);
	bpf_linker__free(linker);
	if (error)
		return fail_errno(error);
	succeed();
}

static void load_object(void)
{
	int error = object ? bpf_object__load(object) : -EINVAL;
	if (error)
		return fail_errno(error);
	succeed();
}

static void leave(const char *name)
{
	struct bpf_program *prog = find_program(name);
	if (!prog)
		return;
	int error = bpf_program__set_autoload(prog, false);
	if (error)
		return fail_errno(error);
	succeed();
}

static void view_object(void)
{
	succeed();
	put_view(object);
}

static void list_programs(void)
{
	struct bpf_program *prog;
	const char *comma = "";
	succeed();
	printf(",\"programs\":[");
	bpf_object__for_each_program(prog, object) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);
		bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size); // all zero before load
		printf("%s{\"name\":", comma);
		put_string(bpf_program__name(prog));
		printf(",\"section\":");
		put_string(bpf_program__section_name(prog));
		printf(",\"type\":%d,\"id\":%u,\"btfId\":%u,\"funcInfos\":%u,\"lineInfos\":%u}",
		       (int)bpf_program__type(prog), info.id, info.btf_id, info.nr_func_info, info.nr_line_info);
		comma = ",";
	}
	printf("]");
}

static void list_maps(void)
{
	struct bpf_map *map;
	const char *comma = "";
	succeed();
	printf(",\"maps\":[");
	bpf_object__for_each_map(map, object) {
		struct bpf_map_info info = {};
		__u32 size = sizeof(info);
		bpf_obj_get_info_by_fd(bpf_map__fd(map), &info, &size);
		printf("%s{\"name\":", comma);
		put_string(bpf_map__name(map));
		printf(",\"type\":%u,\"id\":%u,\"keySize\":%u,\"valueSize\":%u,\"maxEntries\":%u,\"flags\":%u", info.type,
		       info.id, info.key_size, info.value_size, info.max_entries, info.map_flags);
		printf(",\"btfId\":%u,\"keyType\":%u,\"valueType\":%u,\"pin\":", info.btf_id, info.btf_key_type_id,
		       info.btf_value_type_id);
		put_string(bpf_map__pin_path(map) ? bpf_map__pin_path(map) : "");
		printf("}");
		comma = ",";
	}
	printf("]");
}

static void put_ids(const char *kind, int (*next)(__u32, __u32 *))
{
	const char *comma = "";
	printf(",\"%s\":[", kind);
	for (__u32 id = 0; next(id, &id) == 0; comma = ",")
		printf("%s%u", comma, id);
	printf("]");
}

/**
 * Asks for ids only, and opens nothing: to open and close a program array that is just going away leaks it for good, since
 * the kernel (6.18, prog_array_map_clear) takes a reference for each last close, but queues the work that drops it once.
 */
static void list_ids(void)
{
	succeed();
	put_ids("prog", bpf_prog_get_next_id);
	put_ids("map", bpf_map_get_next_id);
	put_ids("link", bpf_link_get_next_id);
	put_ids("btf", bpf_btf_get_next_id);
}

/** Takes the link that an attach call returned: NULL and errno where it failed. */
static void keep_link(struct bpf_link *link)
{
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	if (!link)
		return fail_errno(errno);
	links[link_count++] = link;
	bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size); // a perf event of an old kernel is no link: id 0
	succeed();
	printf(",\"linkId\":%u", info.id);
}

static void register_operations(const char *name)
{
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	if (link_count == MAX_LINKS)
		return fail("too many links");
	struct bpf_link *link = bpf_map__attach_struct_ops(map);
	if (!link)
		return fail_errno(errno);
	links[link_count++] = link;
	succeed();
}

static void attach(const char *name, bool to_netns)
{
	struct bpf_program *prog = find_program(name);
	if (!prog)
		return;
	if (link_count == MAX_LINKS)
		return fail("too many links");
	if (!to_netns)
		return keep_link(bpf_program__attach(prog));
	int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (netns < 0)
		return fail_errno(errno);
	keep_link(bpf_program__attach_netns(prog, netns));
	close(netns);
}

static void look_up(const char *name, const char *key_hex, const char *flags)
{
	unsigned char key[MAX_BYTES], value[MAX_BYTES];
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	if (parse_hex(key_hex, key) != (int)bpf_map__key_size(map) || bpf_map__value_size(map) > MAX_BYTES)
		return fail("key does not fit the map");
	if (bpf_map_lookup_elem_flags(bpf_map__fd(map), key, value, flags ? strtoull(flags, NULL, 0) : 0))
		return fail_errno(errno);
	succeed();
	printf(",\"value\":");
	put_hex(value, bpf_map__value_size(map));
}

static void update(const char *name, const char *key_hex, const char *value_hex)
{
	unsigned char key[MAX_BYTES], value[MAX_BYTES];
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	if (parse_hex(key_hex, key) != (int)bpf_map__key_size(map) ||
	    parse_hex(value_hex, value) != (int)bpf_map__value_size(map))
		return fail("key or value does not fit the map");
	if (bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY))
		return fail_errno(errno);
	succeed();
}

static void run(const char *name, const char *input_hex)
{
	unsigned char input[MAX_BYTES], output[MAX_BYTES];
	struct bpf_program *prog = find_program(name);
	if (!prog)
		return;
	int size = parse_hex(input_hex ? input_hex : "", input);
	if (size < 0)
		return fail("input is not hex");
	enum bpf_prog_type type = bpf_program__type(prog);
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	if (type == BPF_PROG_TYPE_SYSCALL || type == BPF_PROG_TYPE_RAW_TRACEPOINT) {
		opts.ctx_in = size ? input : NULL; // these refuse every other field
		opts.ctx_size_in = (__u32)size;
	} else {
		opts.data_in = input;
		opts.data_size_in = (__u32)size;
		opts.data_out = output;
		opts.data_size_out = sizeof(output);
		opts.repeat = 1;
	}
	int error = bpf_prog_test_run_opts(bpf_program__fd(prog), &opts);
	if (error)
		return fail_errno(error);
	succeed();
	printf(",\"retval\":%u,\"output\":", opts.retval);
	put_hex(output, opts.data_size_out);
}

// ── memory and ring buffers ──

/** Through the kernel, so that an address where nothing is mapped is an error and not the end of this process. */
static void peek(const char *address, const char *size_text)
{
	unsigned char bytes[MAX_BYTES];
	size_t size = size_text ? strtoul(size_text, NULL, 0) : 0;
	if (!address || size == 0 || size > sizeof(bytes))
		return fail("which bytes?");
	struct iovec local = { .iov_base = bytes, .iov_len = size };
	struct iovec remote = { .iov_base = (void *)strtoull(address, NULL, 0), .iov_len = size };
	ssize_t done = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	if (done != (ssize_t)size)
		return fail_errno(done < 0 ? errno : EFAULT);
	succeed();
	printf(",\"value\":");
	put_hex(bytes, size);
}

static void poke(const char *address, const char *value_hex)
{
	unsigned char bytes[MAX_BYTES];
	int size = parse_hex(value_hex, bytes);
	if (!address || size <= 0)
		return fail("which bytes?");
	struct iovec local = { .iov_base = bytes, .iov_len = (size_t)size };
	struct iovec remote = { .iov_base = (void *)strtoull(address, NULL, 0), .iov_len = (size_t)size };
	ssize_t done = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
	if (done != size)
		return fail_errno(done < 0 ? errno : EFAULT);
	succeed();
}

static int print_record(void *ctx, void *data, size_t size)
{
	const char **comma = ctx;
	printf("%s", *comma);
	put_hex(data, size);
	*comma = ",";
	return 0;
}

static void ring_read(const char *name, const char *ms)
{
	const char *comma = "";
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	struct ring_buffer *ring = ring_buffer__new(bpf_map__fd(map), print_record, &comma, NULL);
	if (!ring)
		return fail_errno(errno);
	succeed();
	printf(",\"records\":[");
	int count = ring_buffer__poll(ring, ms ? atoi(ms) : 0);
	printf("],\"polled\":%d", count);
	ring_buffer__free(ring);
}

static void ring_send(const char *name, const char *record_hex)
{
	unsigned char record[MAX_BYTES];
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	int size = parse_hex(record_hex, record);
	if (size <= 0)
		return fail("record is not hex");
	struct user_ring_buffer *ring = user_ring_buffer__new(bpf_map__fd(map), NULL);
	void *place = ring ? user_ring_buffer__reserve(ring, (__u32)size) : NULL;
	if (place) {
		memcpy(place, record, (size_t)size);
		user_ring_buffer__submit(ring, place);
		succeed();
	} else {
		fail_errno(errno);
	}
	user_ring_buffer__free(ring);
}

// ── perf events ──

static void on_sample(void *ctx, int cpu, void *data, __u32 size)
{
	(void)ctx;
	(void)cpu;
	for (int i = 0; i < sample_count; i++) {
		if (samples[i].size == size && memcmp(samples[i].data, data, size) == 0) {
			samples[i].count++;
			return;
		}
	}
	if (sample_count == MAX_SAMPLES || size > MAX_BYTES) {
		lost_count++;
		return;
	}
	unsigned char *copy = malloc(size);
	memcpy(copy, data, size);
	samples[sample_count++] = (struct sample){ .size = size, .count = 1, .data = copy };
}

static void on_lost(void *ctx, int cpu, __u64 count)
{
	(void)ctx;
	(void)cpu;
	lost_count += count;
}

static void perf_open(const char *name)
{
	struct bpf_map *map = find_map(name);
	if (!map)
		return;
	perf = perf_buffer__new(bpf_map__fd(map), 64, on_sample, on_lost, NULL, NULL); // 64 pages a CPU
	if (!perf)
		return fail_errno(errno);
	succeed();
}

static long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void perf_read(const char *ms)
{
	long end = now_ms() + (ms ? atol(ms) : 0);
	if (!perf)
		return fail("perf-open first");
	for (long left; (left = end - now_ms()) > 0;) {
		int error = perf_buffer__poll(perf, (int)left);
		if (error < 0 && error != -EINTR)
			return fail_errno(error);
	}
	succeed();
	printf(",\"lost\":%lu,\"samples\":[", lost_count);
	for (int i = 0; i < sample_count; i++) {
		printf("%s{\"count\":%lu,\"data\":", i ? "," : "", samples[i].count);
		put_hex(samples[i].data, samples[i].size);
		printf("}");
	}
	printf("]");
}

// ── sockets ──

static void enter_netns(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	if (unshare(CLONE_NEWNET))
		return fail_errno(errno);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int error = fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) ? errno : 0;
	if (fd >= 0)
		close(fd);
	if (error)
		return fail_errno(error);
	succeed();
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((unsigned short)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void listen_on(const char *port, const char *map_name, const char *key_hex)
{
	unsigned char key[MAX_BYTES];
	struct bpf_map *map = find_map(map_name);
	if (!map)
		return;
	if (parse_hex(key_hex, key) != (int)bpf_map__key_size(map))
		return fail("key does not fit the map");
	if (listener_count == MAX_LISTENERS)
		return fail("too many listeners");
	struct sockaddr_in address = loopback(atoi(port));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 8))
		return fail_errno(errno);
	listeners[listener_count].fd = fd;
	listeners[listener_count++].port = atoi(port);
	__u64 value = (__u64)fd; // a sockmap takes the descriptor, 4 or 8 bytes wide
	if (bpf_map_update_elem(bpf_map__fd(map), key, &value, BPF_ANY))
		return fail_errno(errno);
	succeed();
}

static void connect_to(const char *port)
{
	struct sockaddr_in address = loopback(port ? atoi(port) : 0);
	struct timeval two_seconds = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail_errno(errno);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &two_seconds, sizeof(two_seconds)); // bounds connect, too
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		fail_errno(errno);
		close(fd);
		return;
	}
	int accepted_by = 0;
	for (int i = 0; i < listener_count; i++) {
		int peer = accept(listeners[i].fd, NULL, NULL);
		if (peer < 0)
			continue;
		accepted_by = listeners[i].port;
		close(peer);
	}
	close(fd);
	succeed();
	printf(",\"acceptedBy\":%d", accepted_by);
}

static void connect_on(const char *fd_text, const char *count_text)
{
	struct sockaddr_in address = loopback(9); // discard, RFC 863: nobody listens there
	int wanted = fd_text ? atoi(fd_text) : -1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || dup2(fd, wanted) < 0)
		return fail_errno(errno);
	close(fd);
	for (int i = count_text ? atoi(count_text) : 0; i > 0; i--)
		(void)!connect(wanted, (struct sockaddr *)&address, sizeof(address));
	close(wanted);
	succeed();
}

/** Both ends are here: what one sends, the other receives before more is sent. Says which congestion control was used. */
static void transfer(const char *port, const char *name, const char *bytes_text)
{
	static char buffer[1 << 16];
	char used[16] = ""; // TCP_CA_NAME_MAX
	socklen_t used_size = sizeof(used);
	struct timeval two_seconds = { .tv_sec = 2 };
	struct sockaddr_in address = loopback(port ? atoi(port) : 0);
	size_t wanted = bytes_text ? strtoul(bytes_text, NULL, 0) : 0, sent = 0, received = 0;
	int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int sender = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int receiver = -1, error = 0;
	setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &two_seconds, sizeof(two_seconds)); // bounds connect
	if (!name || setsockopt(sender, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name)) ||
	    bind(server, (struct sockaddr *)&address, sizeof(address)) || listen(server, 1) ||
	    connect(sender, (struct sockaddr *)&address, sizeof(address)) || (receiver = accept(server, NULL, NULL)) < 0)
		error = errno ? errno : EINVAL;
	setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, &two_seconds, sizeof(two_seconds));
	while (!error && received < wanted) {
		size_t left = wanted - sent < sizeof(buffer) ? wanted - sent : sizeof(buffer);
		ssize_t out = left ? send(sender, buffer, left, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
		ssize_t in = out < 0 && errno != EAGAIN ? out : recv(receiver, buffer, sizeof(buffer), 0);
		if (in <= 0)
			error = in < 0 ? errno : EPIPE;
		sent += out > 0 ? (size_t)out : 0;
		received += in > 0 ? (size_t)in : 0;
	}
	if (!error && getsockopt(sender, IPPROTO_TCP, TCP_CONGESTION, used, &used_size))
		error = errno;
	close(sender);
	close(receiver);
	close(server);
	if (error)
		return fail_errno(error);
	succeed();
	printf(",\"received\":%zu,\"congestion\":", received);
	put_string(used);
}

// ── the loop ──

static void obey(char *line)
{
	char *rest = NULL;
	const char *command = strtok_r(line, " \n", &rest);
	if (command && strcmp(command, "link") == 0)
		return link_files(rest);
	const char *a = strtok_r(NULL, " \n", &rest);
	const char *b = a ? strtok_r(NULL, " \n", &rest) : NULL;
	const char *c = b ? strtok_r(NULL, " \n", &rest) : NULL;
	if (!command)
		return fail("empty command");
	if (strcmp(command, "open") == 0)
		return open_object(a, b);
	if (strcmp(command, "ids") == 0)
		return list_ids();
	if (!object && strcmp(command, "netns") != 0)
		return fail("open first");
	if (strcmp(command, "load") == 0)
		return load_object();
	if (strcmp(command, "leave") == 0)
		return leave(a);
	if (strcmp(command, "view") == 0)
		return view_object();
	if (strcmp(command, "programs") == 0)
		return list_programs();
	if (strcmp(command, "maps") == 0)
		return list_maps();
	if (strcmp(command, "attach") == 0)
		return attach(a, false);
	if (strcmp(command, "attach-netns") == 0)
		return attach(a, true);
	if (strcmp(command, "lookup") == 0)
		return look_up(a, b, c);
	if (strcmp(command, "update") == 0)
		return update(a, b, c);
	if (strcmp(command, "run") == 0)
		return run(a, b);
	if (strcmp(command, "peek") == 0)
		return peek(a, b);
	if (strcmp(command, "poke") == 0)
		return poke(a, b);
	if (strcmp(command, "ring-read") == 0)
		return ring_read(a, b);
	if (strcmp(command, "ring-send") == 0)
		return ring_send(a, b);
	if (strcmp(command, "register") == 0)
		return register_operations(a);
	if (strcmp(command, "perf-open") == 0)
		return perf_open(a);
	if (strcmp(command, "perf-read") == 0)
		return perf_read(a);
	if (strcmp(command, "netns") == 0)
		return enter_netns();
	if (strcmp(command, "listen") == 0)
		return a ? listen_on(a, b, c) : fail("which port?");
	if (strcmp(command, "connect") == 0)
		return connect_to(a);
	if (strcmp(command, "transfer") == 0)
		return transfer(a, b, c);
	if (strcmp(command, "connect-on") == 0)
		return connect_on(a, b);
	fail("unknown command");
}

int main(void)
{
	static char line[4 * MAX_BYTES];
	libbpf_set_print(keep_log);
	while (fgets(line, sizeof(line), stdin)) {
		obey(line);
		end_reply();
	}
	for (int i = 0; i < link_count; i++)
		bpf_link__destroy(links[i]);
	perf_buffer__free(perf);
	bpf_object__close(object);
	return 0;
}
