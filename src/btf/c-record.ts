// Where the members of a struct or union lie: the System V rules as clang has them for BPF (clang,
// RecordLayoutBuilder.cpp). Only numbers come in and go out; c-composite.ts reads the C.

export interface FieldShape {
  /** Bytes; 0 for a flexible array. */
  readonly size: number;
  /** Bytes: the alignment of the type. */
  readonly align: number;
  /** Bits of a bit-field, 0 for the `:0` that ends a unit; `undefined` for a member that is none. */
  readonly width: number | undefined;
  readonly packed: boolean;
  /** Bytes that `aligned` on the member asks for; 0 for none. */
  readonly aligned: number;
  readonly named: boolean;
}

export interface RecordShape {
  /** Bytes. */
  readonly size: number;
  readonly align: number;
  /** Bits from the start, one a field. */
  readonly offsets: readonly number[];
}

/** `aligned` are the bytes that the attribute on the whole asks for, 0 for none. */
export function layOutRecord(
  union: boolean,
  fields: readonly FieldShape[],
  packed: boolean,
  aligned: number,
): RecordShape {
  const offsets: number[] = [];
  let align = Math.max(1, aligned);
  /** Bits that are taken so far. */
  let end = 0;
  for (const field of fields) {
    const { offset, width, asks } = placeField(field, union ? 0 : end, packed || field.packed);
    offsets.push(offset);
    end = Math.max(end, offset + width);
    align = Math.max(align, asks);
  }
  return { size: alignBits(end, align * 8) / 8, align, offsets };
}

/** A place, in bits, and the alignment in bytes that it asks of the whole. */
export interface Place {
  readonly offset: number;
  readonly width: number;
  readonly asks: number;
}

/** Where a field comes to lie behind `end` bits that are taken. */
export function placeField(field: FieldShape, end: number, packed: boolean): Place {
  return field.width === undefined ? placeMember(field, end, packed) : placeBits(field, end, packed);
}

function placeMember(field: FieldShape, end: number, packed: boolean): Place {
  const align = Math.max(packed ? 1 : field.align, field.aligned);
  return { offset: alignBits(end, align * 8), width: field.size * 8, asks: align };
}

/**
 * A bit-field goes on in the unit of its type that holds the bit before it, unless it would cross the end of that
 * unit. A packed one begins at the next bit. `:0` moves to the next unit, packed or not. Fields without a name ask
 * nothing of the whole.
 */
function placeBits(field: FieldShape, end: number, packed: boolean): Place {
  const width = field.width ?? 0;
  const unit = field.size * 8;
  const align = Math.max(packed && width !== 0 ? 1 : field.align * 8, field.aligned * 8);
  let offset = end;
  if (width === 0 || (end % align) + width > unit) offset = alignBits(end, align);
  else if (field.aligned !== 0) offset = alignBits(end, field.aligned * 8);
  return { offset, width, asks: field.named ? Math.max(1, align / 8) : 1 };
}

/** `offset` rounded up to a multiple of `align`, both in bits. */
export function alignBits(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}
