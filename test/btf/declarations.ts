// C declarations of great variety, for the comparison with clang. In each, `$` becomes a number of its own, so that
// tags and names do not meet. `use` names a type with `@` where a variable's name stands; what is left without it is
// a C type name.

export interface DeclarationCase {
  readonly types: string;
  readonly uses: readonly string[];
}

/** Declarations, then the uses of what they declare. */
function types(text: string, ...uses: string[]): DeclarationCase {
  return {
    types: text,
    uses: uses.length === 0 ? [`${/^(?:typedef .* )?(\w+ \w+\$)/.exec(text)?.[1]} @`] : uses,
  };
}

/** Type names that need no declaration. */
function names(...uses: string[]): DeclarationCase[] {
  return uses.map((use) => ({ types: "", uses: [use] }));
}

/** A struct by its members. */
function members(...bodies: string[]): DeclarationCase[] {
  return bodies.map((body) => types(`struct s$ { ${body} };`, "struct s$ @"));
}

/** A struct by its members, as it is and packed. */
function packed(...bodies: string[]): DeclarationCase[] {
  return bodies.flatMap((body) => [
    types(`struct s$ { ${body} };`, "struct s$ @"),
    types(
      `struct s$ { ${body} } __attribute__((packed));`,
      "struct s$ @",
      "struct { char c; struct s$ s; } @",
    ),
    types(`union u$ { ${body} };`, "union u$ @"),
  ]);
}

/** An enum by its enumerators, as it is and packed. */
function enums(...bodies: string[]): DeclarationCase[] {
  return bodies.flatMap((body) => [
    types(`enum e$ { ${body} };`, "enum e$ @"),
    types(
      `enum __attribute__((packed)) p$ { ${body.replaceAll(/\b([A-Z])\$/g, "P$1$$")} };`,
      "enum p$ @",
      "struct { char c; enum p$ e; } @",
    ),
  ]);
}

const TAG = '__attribute__((btf_type_tag("t$")))';
const TAG2 = '__attribute__((btf_type_tag("second")))';
const DTAG = '__attribute__((btf_decl_tag("d$")))';
const DTAG2 = '__attribute__((btf_decl_tag("other")))';

export const CASES: readonly DeclarationCase[] = [
  // base types in their spellings
  ...names(
    "char @",
    "signed char @",
    "unsigned char @",
    "char unsigned @",
    "short @",
    "short int @",
    "int short signed @",
  ),
  ...names(
    "unsigned short @",
    "short unsigned int @",
    "int @",
    "signed @",
    "signed int @",
    "unsigned @",
    "int unsigned @",
  ),
  ...names(
    "long @",
    "long int @",
    "signed long int @",
    "unsigned long @",
    "long unsigned int @",
    "int long unsigned @",
  ),
  ...names(
    "long long @",
    "long long int @",
    "long int long @",
    "unsigned long long @",
    "long unsigned long int @",
  ),
  ...names(
    "__int128 @",
    "signed __int128 @",
    "unsigned __int128 @",
    "_Bool @",
    "float @",
    "double @",
    "long double @",
  ),
  ...names(
    "double long @",
    "__signed__ int @",
    "__u8 @",
    "__s8 @",
    "__u16 @",
    "__s16 @",
    "__u32 @",
    "__s32 @",
    "__u64 @",
  ),
  ...names(
    "__s64 @",
    "__be16 @",
    "__be32 @",
    "__be64 @",
    "__le16 @",
    "__le32 @",
    "__le64 @",
    "__sum16 @",
    "__wsum @",
  ),
  ...names(
    "u8 @",
    "s8 @",
    "u16 @",
    "s16 @",
    "u32 @",
    "s32 @",
    "u64 @",
    "s64 @",
    "bool @",
    "size_t @",
    "uint8_t @",
  ),
  ...names("int8_t @", "uint16_t @", "int16_t @", "uint32_t @", "int32_t @", "uint64_t @", "int64_t @"),

  // pointers and qualifiers
  ...names(
    "void *@",
    "const void *@",
    "void *const @",
    "const char *@",
    "char const *@",
    "const char *const @",
  ),
  ...names("const volatile int @", "volatile const int @", "int volatile const @", "int *restrict @"),
  ...names(
    "int *const volatile restrict @",
    "int *restrict volatile const @",
    "int *volatile const *const *@",
  ),
  ...names(
    "const int *volatile *restrict *const @",
    "volatile int *@",
    "const const int *@",
    "__const int *__restrict__ @",
  ),
  ...names("int ***@", "void **@", "const void *const *@", "__volatile__ long @"),
  ...names("__builtin_va_list @", "__builtin_va_list *@", "__int128_t @", "__uint128_t *@"),
  ...names(
    "_Atomic int @",
    "_Atomic(int) *@",
    "_Atomic u8 @[3]",
    "int *_Atomic @",
    "_Atomic(int *) @",
    "_Atomic _Bool @",
    "const _Atomic unsigned long @",
    "__extension__ long @",
  ),

  // arrays
  ...names(
    "int @[1]",
    "int @[3][4]",
    "int @[2][3][4]",
    "char @[0]",
    "const int @[3]",
    "const char *const @[2]",
  ),
  ...names("int *@[7]", "int (*@)[5]", "char (*@)[]", "char (*(*@)[2])[3]", "volatile int (*const @[4])[2]"),
  ...names("int @[sizeof(long) + 'a']", "int @[(1 < 2) + (3 >= 3) + !5 + (1 && 0)]", "char @[0x10 << 2 | 1]"),
  ...names(
    "int @[~0 + 5]",
    "int @[7 / 2 * 3 % 5]",
    "int @[1 ? 3 : 4]",
    "int @[-(-3)]",
    "int @[017]",
    "int @[0b101]",
  ),
  ...names(
    "int @[(unsigned char)300]",
    "int @[(char)-1 + 5]",
    "int @['\\n']",
    "int @['\\x41' + '\\101']",
    "int @[5ULL]",
  ),
  ...names(
    "int @[sizeof(struct { char a; int b; })]",
    "int @[_Alignof(long)]",
    "int @[sizeof(int[3]) / sizeof(int)]",
  ),
  ...names(
    "int @[-1 > 0u]",
    "int @[(~0u >> 28) ^ 1]",
    "int @[10 - 2 - 3]",
    "int @[1 == 1 != 0]",
    "int @[6 & 3 | 8]",
  ),
  types("typedef int a$[3];", "a$ @", "const a$ @", "a$ @[2]", "const a$ @[2]", "const volatile a$ *@"),
  types("typedef const int c$; typedef c$ cc$[2];", "volatile c$ @", "cc$ @", "volatile cc$ @"),

  // functions
  ...names(
    "int (*@)(void)",
    "int (*@)()",
    "void (*@)(int)",
    "int (*@)(int a, ...)",
    "int (*@)(int, long, char)",
  ),
  ...names(
    "int (*@[3])(const char *x, int y[4], int f(int))",
    "int (*(*@)(int))(long)",
    "void *(*@)(const void *, size_t)",
  ),
  ...names("int (*@)(void (*cb)(int), ...)", "const int *const volatile (*@)(void)", "int (*@)(const int x)"),
  ...names(
    "int (*@)(int x[], const int y, int z[const 3])",
    "int (*@)(const int x[3][4])",
    "int (*@)(register int x)",
  ),
  ...names(
    "void (*(*@)(int, void (*)(int)))(int)",
    "int (*(*@)[3])(int)",
    "int *(*@)(int *restrict p, int n)",
  ),
  ...names(
    "int (*const @[2])(void)",
    "_Bool (*@)(unsigned, float, double)",
    "int (*@)(int x[static 3])",
    "int (*@)(char (*)[4])",
  ),
  types(
    "typedef int f$(int a);",
    "f$ *@",
    "const f$ *@",
    "f$ *@[2]",
    "struct { f$ *cb; int (*o)(f$ *f, f$ g); } @",
  ),
  types(
    "typedef int a$[3]; typedef int b$[2][3];",
    "int (*@)(const a$ x, a$ y)",
    "int (*@)(const b$ x)",
    "int (*@)(a$ *x)",
  ),
  types(
    "typedef int a$[3]; typedef a$ b$[2]; typedef const int c$[2];",
    "int (*@)(const b$ x)",
    "int (*@)(volatile c$ x)",
    "const b$ @",
  ),
  types("struct p$ { int x; };", "struct p$ (*@)(struct p$ by_value, struct p$ *by_pointer)"),
  types("typedef void (*s$)(int); ", "s$ (*@)(int, s$)", "s$ @[2]", "s$ *const @"),

  // structs
  ...members(
    "int a;",
    "char a; int b;",
    "char a; short b; int c; long d;",
    "long d; int c; short b; char a;",
    "char a[3]; int b;",
  ),
  ...members(
    "int a, b, *c, d[2];",
    "char c; __int128 d;",
    "char c; long double d;",
    "char c; double d; float e;",
    "",
  ),
  ...members(
    "char c; void *p;",
    "int n; char d[];",
    "int n; struct { int x; } items[];",
    "int a[0]; int b;",
    "struct { } e; int b;",
  ),
  ...members(
    "int x; union { int y; float z; }; struct { char q; };",
    "union { struct { int a; int b; }; long c; }; char d;",
  ),
  ...members(
    "struct { struct { struct { int deep; }; }; };",
    "struct { int a; } named; struct { char b; } other[2];",
  ),
  ...members(
    "const char d; volatile int e; int *const f;",
    "struct { int b; } c[2][3];",
    "int (*cb)(void *, int); void *priv;",
  ),
  ...members("enum { A$, B$ = 7 } k; enum n$ { C$ = -5 } z;", "_Bool b; enum { D$ = 1ULL << 40 } e; char c;"),
  ...members(
    "struct s$ *next, *prev;",
    "struct s$ *(*get)(struct s$ *self);",
    "struct s$ **table[4];",
    "const struct s$ *const c;",
  ),
  ...members(
    "struct o$ *opaque; union ou$ *other;",
    "int a;; int b;",
    "int : 5; int a;",
    "char u; unsigned char v; signed char w;",
  ),
  types(
    "struct in$ { char c; long l; }; struct out$ { char a; struct in$ i; char b; };",
    "struct out$ @",
    "struct in$ @[3]",
  ),
  types("struct n$ { struct m$ { int q; } a; struct m$ *b; };", "struct n$ @", "struct m$ @"),
  types(
    "struct va$ { int x; struct va$ *n; struct vb$ *o; }; struct vb$ { struct va$ in; };",
    "struct va$ @",
    "struct vb$ @",
  ),
  types("struct f$;", "struct f$ *@"),
  types("union f$;", "union f$ *const *@"),
  types("", "struct nowhere$ *@", "union nowhere_u$ *@[2]", "enum nowhere_e$ *@"),
  types("typedef struct op$ op_t$;", "op_t$ *@", "const op_t$ *@"),
  types("typedef struct { int x; } t$;", "t$ @", "t$ *@", "const t$ @[2]"),
  types("typedef struct t$ { int x; struct t$ *n; } t$;", "t$ @", "struct t$ *@"),
  types("typedef int a$, *b$, c$[3], (*d$)(void);", "a$ @", "b$ @", "c$ @", "d$ @", "const b$ @"),
  types(
    "typedef int x1$; typedef x1$ x2$; typedef const x2$ x3$; typedef x3$ *x4$;",
    "x2$ @",
    "x3$ @",
    "x4$ @",
  ),
  types("int typedef w$;", "w$ @"),
  types("typedef enum { TA$, TB$ } te$;", "te$ @", "te$ *@"),
  types("typedef union { int i; float f; } tu$;", "tu$ @", "volatile tu$ @"),
  types("struct { int a; } typedef odd$;", "odd$ @"),

  // unions
  types("union u$ { int a; char b; };", "union u$ @"),
  types("union u$ { char a[5]; int b; };", "union u$ @"),
  types("union u$ { };", "union u$ @"),
  types("union u$ { struct { char a; long b; } x; int y; };", "union u$ @", "const union u$ *@"),
  types("union u$ { int a : 3; char b; long long c : 33; };", "union u$ @"),

  // bit-fields
  ...packed("int a : 3; unsigned b : 5; int : 0; int c; int : 4; int d : 2;", "unsigned a : 31, : 0, b : 1;"),
  ...packed(
    "unsigned long long a : 40, b : 20, c : 10;",
    "_Bool a : 1; char b : 3; short s : 9;",
    "char c; int : 0; char d;",
  ),
  ...packed(
    "char c; long : 0; char d;",
    "char c; int : 17; char d;",
    "char a; int b : 12; int c : 20; long d : 40; char e;",
  ),
  ...packed(
    "_Bool a : 1, b : 1; unsigned char c : 6; unsigned short d : 10;",
    "char a : 7; char b : 2; int c : 1;",
  ),
  ...packed(
    "int a : 3; struct { int b : 2; } x; char c : 1;",
    "__u32 a : 4, b : 28; __u64 c : 60;",
    "volatile int a : 3; const int b : 4;",
  ),
  ...packed(
    "int a : 32; char b; int c : 1;",
    "char a; short b : 9; long c : 33; int d : 1; char e : 1;",
    "long a : 63; int b : 2;",
  ),
  ...packed(
    "int a : 1; int : 0; int b : 1; char : 0; int c : 1;",
    "unsigned char a : 4, b : 4, c : 4; short d;",
  ),
  ...packed(
    "unsigned __int128 a : 100; int b : 3;",
    "char a; int : 3; int : 30; char b;",
    "short a : 1; int b : 30; short c : 15;",
  ),
  types("enum k$ { K$ }; struct s$ { enum k$ e : 4; enum k$ f : 3; char c; };", "struct s$ @"),
  types("enum k$ { N$ = -1 }; struct s$ { int a; enum k$ e : 4; };", "struct s$ @"),
  types(
    "typedef int T$; struct s$ { char c; int b : 4; T$ d : 4; } __attribute__((packed, aligned(2)));",
    "struct s$ @",
  ),
  types("struct s$ { char a; int b : 9 __attribute__((aligned(8))); int c : 3; };", "struct s$ @"),
  types(
    "typedef int a$ __attribute__((aligned(8)));",
    "struct { char c; a$ b : 3; a$ d : 30; } @",
    "struct { char c; a$ b : 3; } __attribute__((packed)) @",
  ),
  types(
    "typedef long a$ __attribute__((aligned(1)));",
    "struct { char c; a$ b : 33; a$ d : 33; char e; } @",
    "struct { char c; a$ : 0; a$ d : 3; } @",
  ),
  types(
    "typedef struct { char c; } a$ __attribute__((aligned(4)));",
    "struct { char c; a$ b; } @",
    "struct { char c; a$ b; } __attribute__((packed)) @",
  ),
  types("struct s$ { int x : 1 __attribute__((packed)); long y; };", "struct s$ @"),
  types("struct s$ { char a; int b : 30 __attribute__((packed)); int c : 5; };", "struct s$ @"),

  // packed and aligned
  ...packed(
    "char a; int b;",
    "char a; long b; short c;",
    "char a; struct { char x; long y; } b; char c;",
    "short a; __int128 b;",
  ),
  types(
    "struct __attribute__((packed)) s$ { char a; int b; };",
    "struct s$ @",
    "struct { char c; struct s$ s[2]; } @",
  ),
  types("struct s$ { char a; int b __attribute__((aligned(16))); };", "struct s$ @"),
  types("struct s$ { char a; __attribute__((aligned(4))) char b, c; };", "struct s$ @"),
  types(
    "struct s$ { char a; } __attribute__((aligned(32)));",
    "struct s$ @",
    "struct { char c; struct s$ s; } @",
  ),
  types("struct s$ { char a; int b __attribute__((packed)); };", "struct s$ @"),
  types("struct s$ { char a; int b __attribute__((packed, aligned(2))); };", "struct s$ @"),
  types("struct __attribute__((aligned)) s$ { char c; };", "struct s$ @"),
  types("struct s$ { char c; _Alignas(8) char d; _Alignas(long) char e; };", "struct s$ @"),
  types("struct s$ { char c; int d; } __attribute__((packed)) __attribute__((aligned(8)));", "struct s$ @"),
  types(
    "struct s$ { char c; int d; } __attribute__((__packed__, __aligned__(2)));",
    "struct s$ @",
    "struct { char c; struct s$ s; } @",
  ),
  types(
    "typedef int a$ __attribute__((aligned(64)));",
    "struct { char c; a$ x; } @",
    "a$ @",
    "struct { char c; a$ x; } __attribute__((packed)) @",
  ),
  types("typedef char a$ __attribute__((aligned(2)));", "struct { char c; a$ d; } @"),
  types(
    "typedef long a$ __attribute__((aligned(1)));",
    "struct { char c; a$ d; } @",
    "struct { char c; const a$ d; int e; } @",
  ),
  types(
    "typedef struct { char a; } __attribute__((aligned(8))) t$;",
    "struct { char x; t$ t; } @",
    "t$ @[2]",
  ),
  types("typedef struct p$ { char a; long b; } __attribute__((packed)) t$;", "struct { char x; t$ t; } @"),
  types(
    "union u$ { char a; short b; } __attribute__((aligned(8)));",
    "union u$ @",
    "struct { char x; union u$ u; } @",
  ),
  types("struct s$ { int a; } __attribute__((preserve_access_index));", "struct s$ @"),
  types("struct s$ { char c; struct { int x; } __attribute__((packed)) in; short d; };", "struct s$ @"),
  types("struct s$ { char c; struct { char y; long x; } __attribute__((packed)); short d; };", "struct s$ @"),
  types("struct s$ { int a; } __attribute__((unused, may_alias));", "struct s$ @"),

  // enums
  ...enums(
    "A$",
    "A$, B$, C$ = 10",
    "M$ = -1, N$ = 5",
    "A$ = 0x100000000ULL",
    "A$ = -1LL, B$ = 0xffffffffULL",
    "A$ = 0x80000000",
  ),
  ...enums(
    "A$ = 0xffffffff",
    "A$ = 1 << 31",
    "A$ = ~0",
    "A$ = ~0U",
    "A$ = 0x7fffffff, B$",
    "A$ = 0xffffffff, B$",
    "A$ = 127, B$ = -128",
  ),
  ...enums(
    "A$ = 255",
    "A$ = 256",
    "A$ = 65536",
    "A$ = 'a', B$ = '\\n', C$ = '\\xff', D$ = '\\377'",
    "A$ = -1LL, B$",
    "A$ = 65535, B$ = -1",
  ),
  ...enums(
    "A$ = (unsigned char)-1, B$ = 5 / -2, C$ = -5 % 3, D$ = -1 >> 1, E$ = -1U >> 1, F$ = (1 ? -1 : 0u)",
  ),
  ...enums(
    "A$ = 0x8000000000000000ULL",
    "A$ = sizeof(int) * 4 - 0x80000000",
    "A$ = 3, B$ = A$ + 1, C$ = A$ | B$,",
    "A$ = -0x7fffffff - 1",
  ),
  ...enums(
    "A$ = 2, B$ = 1, C$ = 1",
    "A$ = sizeof(struct { int a; char b; }), B$ = _Alignof(short)",
    "A$ = 10 > 3 ? 4 : 5, B$ = !A$",
  ),
  types("enum __attribute__((mode(byte))) e$ { A$ = 1 };", "enum e$ @"),
  types("enum e$ { A$ = 1 } __attribute__((mode(word)));", "enum e$ @"),
  types("enum e$ : char { A$ };", "enum e$ @"),
  types("enum e$ : unsigned long { A$ = 1 };", "enum e$ @"),
  types("enum e$ : unsigned short { A$ = 1, B$ = 65535 };", "enum e$ @", "struct { char c; enum e$ e; } @"),
  types("enum e$ { A$ = 4 }; struct s$ { int x[A$]; char y[A$ * 2 - 1]; };", "struct s$ @"),
  types(
    "enum e$ { A$ = __builtin_offsetof(struct q$ { int a; struct { char b; long c; } d; }, d.c) };",
    "enum e$ @",
  ),
  types("enum e$ { OLD$ __attribute__((deprecated)) = 3, NEW$ };", "enum e$ @"),
  types("enum { AN$ = 9 };", "int @[AN$]", "enum { LOCAL$ = AN$ + 1 } @"),

  // type tags and declaration tags
  ...names(
    `int ${TAG} *@`,
    `int ${TAG} ${TAG2} *@`,
    `int ${TAG} *${TAG2} *@`,
    `const int ${TAG} *@`,
    `${TAG} const int *@`,
  ),
  ...names(
    `int ${TAG} const volatile ${TAG2} *@`,
    `int ${TAG} @`,
    `int *${TAG} @`,
    `int ${TAG} @[3]`,
    `int ${TAG} (*@)[3]`,
  ),
  ...names(
    `int *const ${TAG} *@`,
    `int *${TAG} const volatile *@`,
    `int ${TAG} *(*@)(int ${TAG2} *x)`,
    `void ${TAG} *@`,
  ),
  types(`typedef int ${TAG} T$;`, "T$ *@"),
  types(`typedef int ${TAG} *T$;`, "T$ @", "const T$ @"),
  types(`struct s$ { int ${TAG} *p; struct s$ ${TAG2} *q[2]; void ${TAG} *const r; };`, "struct s$ @"),
  types(
    "",
    `struct { int a; } ${TAG} *@`,
    `struct ${TAG} q$ { int a; } *@`,
    `enum { K$ } ${TAG} *@`,
    `struct q$ @`,
  ),
  types(
    `struct o$ { int a; };`,
    `struct o$ ${TAG} *@`,
    `const struct o$ ${TAG} *const *@`,
    `${TAG} struct o$ *@`,
  ),
  types(`struct o$ { int a; }; struct s$ { struct o$ ${TAG} *kptr; };`, "struct s$ @", "struct o$ @"),
  types(`struct s$ { int a ${DTAG}; int b ${DTAG} ${DTAG2}; } ${DTAG} ${DTAG2};`, "struct s$ @"),
  types(`struct s$ { int : 3; int a : 3 ${DTAG}; int *b ${DTAG2}, c; };`, "struct s$ @"),
  types(`struct s$ { ${DTAG} int a, b; };`, "struct s$ @"),
  types(`struct ${DTAG} s$ { struct { int a; } in ${DTAG2}; };`, "struct s$ @"),
  types(`union ${DTAG} u$ { int a ${DTAG2}; float b; };`, "union u$ @"),
  types(`typedef struct s$ { int a; } t$ ${DTAG};`, "t$ @"),
  types(`typedef int t$ ${DTAG} ${DTAG2};`, "t$ @", "t$ *@"),
  ...names("int __attribute__((address_space(1))) *@"),
  types("typedef int __attribute__((address_space(1))) t$;", "t$ *@"),

  // vectors and modes
  ...names(
    "int __attribute__((vector_size(16))) @",
    "float __attribute__((vector_size(8))) @",
    "unsigned char __attribute__((vector_size(32))) @",
  ),
  ...names(
    "unsigned __attribute__((mode(DI))) @",
    "int __attribute__((mode(QI))) @",
    "int __attribute__((__mode__(__HI__))) @",
  ),
  types(
    "typedef int v$ __attribute__((vector_size(16)));",
    "v$ @",
    "v$ @[2]",
    "int (*@)(v$)",
    "struct { char c; v$ v; } @",
  ),
  types("struct s$ { char c; int v __attribute__((vector_size(8))); };", "struct s$ @"),

  // text around it
  types("// a comment\nstruct s$ { /* another */ int a; }; /* and one ; more } */", "struct s$ @"),
  types("struct\n\ts$\n{\n\tint a;\n}\n;", "struct s$ @"),
];
