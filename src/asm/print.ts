// One instruction as text: the pseudo-C of llvm-objdump --no-print-imm-hex and of clang -S. parse.ts is the inverse.
//
// Where LLVM has no spelling of its own, or one that loses bits, ours is
//
//   call pc+5                   call, src 1: the kernel verifier's spelling (LLVM prints "call 5" for every src)
//   call kfunc 5                call, src 2: by BTF id
//   ld_pseudo r1, 2, 8589934592 ld_imm64, src 1..6: LLVM's spelling, but with all 64 bits, unsigned
//   r0 = *(u8 *)skb[r1 + 4]     ldind with an immediate that is not 0 (LLVM leaves it out)

import { assert, assertNever } from "../base/index.js";
import type { Form } from "./forms.js";
import type { Insn } from "./instruction.js";
import { formOf } from "./isa.js";
import { ALU_OPERATOR, JMP_OPERATOR, PSEUDO } from "./opcodes.js";

/**
 * The text of a legal instruction. `symbol`, if given, stands for the target of a jump or call or for the address
 * of an ld_imm64; it is written as it is, an addend included ("msg + 4").
 */
export function printInsn(insn: Insn, symbol?: string): string {
  const form = formOf(insn);
  assert(form !== undefined, `no legal instruction has opcode ${insn.opcode} and these fields`);
  return printForm(insn, form, symbol);
}

function printForm(insn: Insn, form: Form, symbol: string | undefined): string {
  const { dst, src, offset, imm } = insn;
  switch (form.kind) {
    case "alu": {
      const letter = letterOf(form.width);
      const operand = form.operand === "reg" ? letter + src : imm;
      return `${letter}${dst} ${ALU_OPERATOR[form.alu]} ${operand}`;
    }
    case "movsx":
      return `${letterOf(form.width)}${dst} = (s${form.bits})${letterOf(form.width)}${src}`;
    case "neg":
      return `${letterOf(form.width)}${dst} = -${letterOf(form.width)}${dst}`;
    case "end":
      return `r${dst} = ${form.order}${form.bits} r${dst}`;
    case "addr_space_cast":
      return `r${dst} = addr_space_cast(r${src}, ${imm >>> 16}, ${imm & 0xffff})`;
    case "ld_packet": {
      const at = form.mode === "abs" ? String(imm) : imm === 0 ? `r${src}` : `r${src} ${signed(imm)}`;
      return `r0 = *(u${form.size} *)skb[${at}]`;
    }
    case "ldx": {
      const letter = form.signed ? "r" : letterOf(form.size);
      return `${letter}${dst} = *(${form.signed ? "s" : "u"}${form.size} *)${address(src, offset)}`;
    }
    case "st": {
      const value = form.operand === "reg" ? letterOf(form.size) + src : imm;
      return `*(u${form.size} *)${address(dst, offset)} = ${value}`;
    }
    case "atomic": {
      const value = letterOf(form.size) + src;
      const at = `*)${address(dst, offset)}`;
      return form.fetch
        ? `${value} = atomic_fetch_${form.atomic}((u${form.size} ${at}, ${value})`
        : `lock *(u${form.size} ${at} ${ALU_OPERATOR[form.atomic]} ${value}`;
    }
    case "xchg":
    case "cmpxchg": {
      // LLVM: xchg_64 and xchg32_32.
      const name = form.size === 64 ? `${form.kind}_64` : `${form.kind}32_32`;
      const letter = letterOf(form.size);
      const at = `r${dst} ${signed(offset)}`;
      return form.kind === "xchg"
        ? `${letter}${src} = ${name}(${at}, ${letter}${src})`
        : `${letter}0 = ${name}(${at}, ${letter}0, ${letter}${src})`;
    }
    case "load_acquire":
      return `${letterOf(form.size)}${dst} = load_acquire((u${form.size} *)${address(src, offset)})`;
    case "store_release":
      return `store_release((u${form.size} *)${address(dst, offset)}, ${letterOf(form.size)}${src})`;
    case "jump": {
      const letter = letterOf(form.width);
      const operand = form.operand === "reg" ? letter + src : imm;
      return `if ${letter}${dst} ${JMP_OPERATOR[form.jump]} ${operand} goto ${symbol ?? slots(offset)}`;
    }
    case "goto":
    case "may_goto":
      return `${form.kind} ${symbol ?? slots(offset)}`;
    case "gotol":
      return `gotol ${symbol ?? slots(imm)}`;
    case "gotox":
    case "callx":
      return `${form.kind} r${dst}`;
    case "exit":
      return "exit";
    case "call":
      if (symbol !== undefined) return `call ${symbol}`;
      if (form.callee === "local") return `call pc${slots(imm)}`;
      return form.callee === "kfunc" ? `call kfunc ${imm}` : `call ${imm}`;
    case "ld_imm64": {
      if (symbol !== undefined) return `r${dst} = ${symbol} ll`;
      const value = (BigInt(insn.high) << 32n) | BigInt(imm >>> 0);
      if (form.pseudo === "value") return `r${dst} = ${value} ll`;
      return `ld_pseudo r${dst}, ${PSEUDO[form.pseudo]}, ${BigInt.asUintN(64, value)}`;
    }
    default:
      return assertNever(form);
  }
}

/** r for 64 bits, w for the lower 32 and what fits in them. */
function letterOf(bits: number): "r" | "w" {
  return bits === 64 ? "r" : "w";
}

/** The distance of a jump: always with its sign. */
function slots(distance: number): string {
  return distance < 0 ? String(distance) : `+${distance}`;
}

function signed(offset: number): string {
  return offset < 0 ? `- ${-offset}` : `+ ${offset}`;
}

function address(base: number, offset: number): string {
  return `(r${base} ${signed(offset)})`;
}
