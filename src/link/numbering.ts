// Numbers for lists of numbers: equal lists get the same one. So a key that holds other keys stays short, and two large
// keys are compared by comparing two numbers.
//
// Lists are made on a stack, because to make one takes making those inside it: `open`, then `push` what it holds (which
// may open and close others in between), then `close`. A hash table with open addressing finds equal lists: a text
// for each, as the key of a Map, costs ten times as much, and kernel types have a million members.

/** Slots that are looked at for one list. More are only needed where somebody chose lists that collide. */
const MAX_STEPS = 32;

/** The 32-bit constants of MurmurHash3's mixing (A. Appleby, 2011; public domain). */
const MIX_1 = 0xcc9e2d51 | 0;
const MIX_2 = 0x1b873593;
const MIX_3 = 0xe6546b64 | 0;
const FINAL_1 = 0x85ebca6b | 0;

export class Numbering {
  /** Lists under construction, one behind the other. */
  #stack = new Int32Array(1024);
  #height = 0;
  /** All lists that have a number, one behind the other. */
  #lists = new Int32Array(1 << 14);
  /** By number: where the list ends; it begins where the one before ends. */
  #ends = new Int32Array(1 << 10);
  #hashes = new Int32Array(1 << 10);
  /** Numbers by hash; 0 is a free slot. Their count is a power of two, and half of them are free. */
  #slots = new Int32Array(1 << 11);
  #count = 0;
  /** The number that was given last. */
  #last = 0;
  /** Lists that found no slot, as texts. */
  readonly #others = new Map<string, number>();

  /** Begins a list; `close` wants the result. */
  open(): number {
    return this.#height;
  }

  /** Adds an integer of 32 bits, signed or not. */
  push(value: number): void {
    if (this.#height === this.#stack.length) this.#stack = grown(this.#stack);
    this.#stack[this.#height++] = value;
  }

  /** Ends the list that began at `start`, and returns its number: from 1. */
  close(start: number): number {
    // Inputs of one project bring the same lists in the same order: the next one is often known by its neighbour.
    let found = this.#last + 1;
    if (found > this.#count || !this.#equals(found, start)) {
      found = this.#find(start, hashOf(this.#stack, start, this.#height));
    }
    this.#last = found;
    this.#height = start;
    return found;
  }

  #find(start: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let step = 0; step < MAX_STEPS; step++) {
      const slot = (hash + step) & mask;
      const known = this.#slots[slot]!;
      if (known === 0) {
        const number = this.#store(start, hash);
        this.#slots[slot] = number;
        if (this.#count * 2 > this.#slots.length) this.#rehash();
        return number;
      }
      if (this.#hashes[known] === hash && this.#equals(known, start)) return known;
    }
    const text = this.#stack.subarray(start, this.#height).join();
    const number = this.#others.get(text) ?? this.#store(start, hash);
    this.#others.set(text, number);
    return number;
  }

  #equals(number: number, start: number): boolean {
    const from = this.#ends[number - 1]!;
    const length = this.#ends[number]! - from;
    if (length !== this.#height - start) return false;
    const [lists, stack] = [this.#lists, this.#stack];
    for (let i = 0; i < length; i++) if (lists[from + i] !== stack[start + i]) return false;
    return true;
  }

  #store(start: number, hash: number): number {
    const from = this.#ends[this.#count]!;
    const end = from + this.#height - start;
    while (end > this.#lists.length) this.#lists = grown(this.#lists);
    this.#lists.set(this.#stack.subarray(start, this.#height), from);
    const number = ++this.#count;
    if (number === this.#ends.length) {
      this.#ends = grown(this.#ends);
      this.#hashes = grown(this.#hashes);
    }
    this.#ends[number] = end;
    this.#hashes[number] = hash;
    return number;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let number = 1; number <= this.#count; number++) {
      const hash = this.#hashes[number]!;
      let step = 0;
      while (step < MAX_STEPS && this.#slots[(hash + step) & mask] !== 0) step++;
      if (step < MAX_STEPS) this.#slots[(hash + step) & mask] = number;
      else this.#others.set(this.#textOf(number), number);
    }
  }

  #textOf(number: number): string {
    return this.#lists.subarray(this.#ends[number - 1]!, this.#ends[number]!).join();
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** A hash of 32 bits of the values from `start` to before `end`. Not one that nobody can find collisions of. */
export function hashOf(values: Int32Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) {
    let mixed = Math.imul(values[i]!, MIX_1);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), MIX_2);
    hash ^= mixed;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + MIX_3;
  }
  hash = Math.imul(hash ^ (hash >>> 16), FINAL_1);
  return (hash ^ (hash >>> 13)) | 0;
}
