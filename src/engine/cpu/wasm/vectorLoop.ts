import {
  block,
  f32,
  f32x4,
  f64x2,
  get,
  i32,
  i32x4,
  increase,
  loopWhile,
  set,
  v128,
  when,
  type Local,
  type Scope,
} from "./asm.ts";
import type { Bytes } from "./encoder.ts";
import { madd } from "./gemmKernel.ts";

/** How the body of a vector loop touches memory; differs between full vectors and the last lanes. */
export interface Lanes {
  load(pointer: Local): Bytes;
  store(pointer: Local, value: Bytes): Bytes;
  /** The value with lanes past the end replaced. */
  only(value: Bytes, otherwise: Bytes): Bytes;
}

const load = (pointer: Local): Bytes => v128.load(get(pointer));

const FULL: Lanes = {
  load,
  store: (pointer, value) => v128.store(get(pointer), value),
  only: (value) => value,
};

/**
 * Runs `body` over `count` elements of the arrays at `pointers` (advanced by it), four at a time and
 * once more for what is left. Loads may read up to 12 bytes past the end.
 */
export function vectorLoop(
  scope: Scope,
  count: Bytes,
  pointers: readonly Local[],
  body: (lanes: Lanes) => Bytes,
): Bytes {
  const left = scope.i32();
  const mask = scope.v128();
  const last = scope.v128();
  const partial: Lanes = {
    load,
    store: (pointer, value) =>
      block(
        set(last, value),
        v128.store32Lane(get(pointer), get(last), 0),
        ...[1, 2].map((lane) =>
          when(
            i32.ltU(i32.const(lane), get(left)),
            v128.store32Lane(get(pointer), get(last), lane),
          ),
        ),
      ),
    only: (value, otherwise) => v128.select(value, otherwise, get(mask)),
  };
  return block(
    set(left, count),
    loopWhile(
      i32.leU(i32.const(4), get(left)),
      block(
        body(FULL),
        ...pointers.map((pointer) => increase(pointer, i32.const(16))),
        increase(left, i32.const(-4)),
      ),
    ),
    when(
      get(left),
      block(
        set(mask, i32x4.ltS(i32x4.lanes(), i32x4.splat(get(left)))),
        body(partial),
        ...pointers.map((pointer) => increase(pointer, i32.shl(get(left), i32.const(2)))),
      ),
    ),
  );
}

/** Sum of the four lanes. */
export function sumLanes(v: Local): Bytes {
  const lane = (i: number): Bytes => f32x4.lane(get(v), i);
  return f32.add(f32.add(lane(0), lane(1)), f32.add(lane(2), lane(3)));
}

/** Largest of the four lanes, NaN when there is one. */
export function maxLanes(v: Local): Bytes {
  const lane = (i: number): Bytes => f32x4.lane(get(v), i);
  return f32.max(f32.max(lane(0), lane(1)), f32.max(lane(2), lane(3)));
}

/** Adds the four lanes of f32 `value` to the two f64 lanes of `sum`. */
export function addToF64(sum: Local, value: Local): Bytes {
  const high = v128.shuffle(
    get(value),
    get(value),
    [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
  );
  return set(
    sum,
    f64x2.add(f64x2.add(get(sum), f64x2.promoteLow(get(value))), f64x2.promoteLow(high)),
  );
}

/** ln 2 in two parts; the first has few digits, so that n·LN2_HIGH is exact. */
const LN2_HIGH = 0.693_359_375;
const LN2_LOW = -2.121_944_4e-4;
const LOWEST = -87.336;
const HIGHEST = 88;
/** expf of the Cephes library (Moshier, 1989): (e^r − 1 − r) / r² for |r| ≤ ln 2 / 2. */
const EXP_COEFFICIENTS = [
  1.987_569_15e-4, 1.398_199_950_7e-3, 8.333_451_907_3e-3, 4.166_579_589_4e-2, 1.666_666_545_9e-1,
  5.000_000_120_1e-1,
];

/**
 * Code that returns a function of x → code of e^x to about 1 ulp. Below −87.336 the result is 0, above
 * 88 it is e^88, NaN stays NaN.
 */
export function expMaker(scope: Scope, relaxed: boolean): (x: Bytes) => Bytes {
  const x = scope.v128();
  const n = scope.v128();
  const r = scope.v128();
  const p = scope.v128();
  const fma = (a: Bytes, b: Bytes, c: Bytes): Bytes => madd(relaxed, a, b, c);
  return (argument) => {
    const [first, ...others] = EXP_COEFFICIENTS;
    return block(
      set(x, f32x4.min(argument, f32x4.const(HIGHEST))),
      set(
        n,
        f32x4.nearest(f32x4.mul(f32x4.max(get(x), f32x4.const(LOWEST)), f32x4.const(Math.LOG2E))),
      ),
      set(r, fma(get(n), f32x4.const(-LN2_HIGH), f32x4.max(get(x), f32x4.const(LOWEST)))),
      set(r, fma(get(n), f32x4.const(-LN2_LOW), get(r))),
      set(p, f32x4.const(first)),
      ...others.map((coefficient) => set(p, fma(get(p), get(r), f32x4.const(coefficient)))),
      set(p, f32x4.add(fma(f32x4.mul(get(r), get(r)), get(p), get(r)), f32x4.const(1))),
      v128.andNot(
        f32x4.mul(get(p), i32x4.shl(i32x4.add(i32x4.truncSatF32x4(get(n)), i32x4.const(127)), 23)),
        f32x4.lt(get(x), f32x4.const(LOWEST)),
      ),
    );
  };
}
