import {
  F32,
  F64,
  I32,
  V128,
  signed,
  unsigned,
  type Bytes,
  type FunctionSpec,
  type ValueType,
} from "./encoder.ts";

/**
 * Instructions as expressions: every function takes the code of its operands and returns the code
 * that leaves the result on the stack. A local is its index.
 */

export type Local = number;

/** Collects the locals of a function while its body is written. */
export class Scope {
  readonly locals: ValueType[] = [];
  private readonly paramCount: number;

  constructor(paramCount: number) {
    this.paramCount = paramCount;
  }

  i32(): Local {
    return this.add(I32);
  }

  f32(): Local {
    return this.add(F32);
  }

  f64(): Local {
    return this.add(F64);
  }

  v128(): Local {
    return this.add(V128);
  }

  private add(type: ValueType): Local {
    this.locals.push(type);
    return this.paramCount + this.locals.length - 1;
  }
}

/** A function whose body is made by `build` from the scope; parameters are locals 0, 1, 2, … */
export function define(
  name: string,
  params: readonly ValueType[],
  results: readonly ValueType[],
  build: (scope: Scope) => Bytes,
): FunctionSpec {
  const scope = new Scope(params.length);
  const body = build(scope);
  return { name, params, results, locals: scope.locals, body };
}

export const block = (...parts: readonly Bytes[]): number[] => parts.flat();
export const get = (local: Local): Bytes => [0x20, ...unsigned(local)];
export const set = (local: Local, value: Bytes): Bytes => [...value, 0x21, ...unsigned(local)];

const unary = (code: Bytes) => (a: Bytes) => [...a, ...code];
const binary = (code: Bytes) => (a: Bytes, b: Bytes) => [...a, ...b, ...code];
const memory =
  (code: Bytes) =>
  (address: Bytes, offset = 0) => [...address, ...code, 0, ...unsigned(offset)];
const store =
  (code: Bytes) =>
  (address: Bytes, value: Bytes, offset = 0) => [
    ...address,
    ...value,
    ...code,
    0,
    ...unsigned(offset),
  ];
const simd = (code: number): Bytes => [0xfd, ...unsigned(code)];

export const i32 = {
  const: (value: number): Bytes => [0x41, ...signed(value)],
  add: binary([0x6a]),
  sub: binary([0x6b]),
  mul: binary([0x6c]),
  and: binary([0x71]),
  shl: binary([0x74]),
  shrU: binary([0x76]),
  ltU: binary([0x49]),
  leU: binary([0x4d]),
  load8S: memory([0x2c]),
  load16U: memory([0x2f]),
};

function f32Const(value: number): Bytes {
  return [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
}

export const f32 = {
  const: f32Const,
  load: memory([0x2a]),
  store: store([0x38]),
  add: binary([0x92]),
  mul: binary([0x94]),
  div: binary([0x95]),
  max: binary([0x97]),
  sqrt: unary([0x91]),
  convertI32: unary([0xb2]),
  reinterpretI32: unary([0xbe]),
  demoteF64: unary([0xb6]),
};

export const v128 = {
  load: memory(simd(0x00)),
  load16x4U: memory(simd(0x04)),
  load32Splat: memory(simd(0x09)),
  load32Zero: memory(simd(0x5c)),
  /** Writes one lane of four bytes. */
  store32Lane: (address: Bytes, value: Bytes, lane: number): Bytes =>
    block(address, value, simd(0x5a), [0, lane * 4, lane]),
  store: store(simd(0x0b)),
  and: binary(simd(0x4e)),
  /** a and not b. */
  andNot: binary(simd(0x4f)),
  /** Bits of a where the mask is set, else of b. */
  select: (a: Bytes, b: Bytes, mask: Bytes): Bytes => block(a, b, mask, simd(0x52)),
  /** Bytes 0–15 pick from `a`, 16–31 from `b`. */
  shuffle: (a: Bytes, b: Bytes, lanes: Bytes): Bytes => [...a, ...b, ...simd(0x0d), ...lanes],
};

export const f32x4 = {
  splat: unary(simd(0x13)),
  zero: (): Bytes => [...simd(0x0c), ...Array<number>(16).fill(0)],
  const: (value: number): Bytes => [...f32Const(value), ...simd(0x13)],
  lane: (a: Bytes, lane: number): Bytes => [...a, ...simd(0x1f), lane],
  nearest: unary(simd(0x6a)),
  neg: unary(simd(0xe1)),
  lt: binary(simd(0x43)),
  add: binary(simd(0xe4)),
  sub: binary(simd(0xe5)),
  mul: binary(simd(0xe6)),
  div: binary(simd(0xe7)),
  sqrt: unary(simd(0xe3)),
  min: binary(simd(0xe8)),
  max: binary(simd(0xe9)),
  convertI32x4: unary(simd(0xfa)),
  /** a·b + c, fused or not as the processor likes. */
  relaxedMadd: (a: Bytes, b: Bytes, c: Bytes): Bytes => [...a, ...b, ...c, ...simd(0x105)],
};

export const f64x2 = {
  zero: f32x4.zero,
  add: binary(simd(0xf0)),
  lane: (a: Bytes, lane: number): Bytes => [...a, ...simd(0x21), lane],
  /** The two lower lanes of f32x4. */
  promoteLow: unary(simd(0x5f)),
};

export const f64 = { add: binary([0xa0]) };

export const i32x4 = {
  /** 0, 1, 2, 3. */
  lanes: (): Bytes =>
    block(
      simd(0x0c),
      [0, 1, 2, 3].flatMap((lane) => [lane, 0, 0, 0]),
    ),
  splat: unary(simd(0x11)),
  ltS: binary(simd(0x39)),
  const: (value: number): Bytes => [...i32.const(value), ...simd(0x11)],
  add: binary(simd(0xae)),
  shl: (a: Bytes, bits: number): Bytes => [...a, ...i32.const(bits), ...simd(0xab)],
  truncSatF32x4: unary(simd(0xf8)),
  /** The four lowest bytes of a, sign-extended. */
  extendLow8: unary([...simd(0x87), ...simd(0xa7)]),
};

export const when = (condition: Bytes, then: Bytes, otherwise?: Bytes): Bytes =>
  otherwise
    ? [...condition, 0x04, 0x40, ...then, 0x05, ...otherwise, 0x0b]
    : [...condition, 0x04, 0x40, ...then, 0x0b];

/** `while (condition) body`. */
export const loopWhile = (condition: Bytes, body: Bytes): Bytes =>
  block([0x02, 0x40, 0x03, 0x40], condition, [0x45, 0x0d, 1], body, [0x0c, 0, 0x0b, 0x0b]);

/** `do body while (condition)`; the cheaper loop when the first turn is certain. */
export const doWhile = (body: Bytes, condition: Bytes): Bytes =>
  block([0x03, 0x40], body, condition, [0x0d, 0, 0x0b]);

/** `local += value`. */
export const increase = (local: Local, value: Bytes): Bytes =>
  set(local, i32.add(get(local), value));
