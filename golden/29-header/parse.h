/* Included by prog.c: its functions' lines speak of this file. */

struct cursor {
	unsigned char *pos;
	unsigned char *end;
};

static __attribute__((always_inline)) int parse_byte(struct cursor *c)
{
	if (c->pos + 1 > c->end)
		return -1;
	return *c->pos++;
}

static __attribute__((noinline)) int parse_word(struct cursor *c)
{
	int high = parse_byte(c);
	int low = parse_byte(c);

	return high < 0 || low < 0 ? -1 : high << 8 | low;
}
