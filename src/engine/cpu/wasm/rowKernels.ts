import {
  block,
  define,
  f32,
  f32x4,
  f64,
  f64x2,
  get,
  i32,
  i32x4,
  increase,
  loopWhile,
  set,
  v128,
  type Local,
} from "./asm.ts";
import { F32, F64, I32, type Bytes, type FunctionSpec } from "./encoder.ts";
import { addToF64, expMaker, maxLanes, sumLanes, vectorLoop } from "./vectorLoop.ts";

/** Kernels along rows. Addresses in bytes, counts in elements. */
export interface RowKernels {
  /** Largest element, NaN when there is one. */
  rowMax(src: number, count: number): number;
  /** dst = e^(src − shift); returns the sum, added up in f64. */
  expRow(dst: number, src: number, count: number, shift: number): number;
  /** The sum of e^(src − shift). */
  sumExp(src: number, count: number, shift: number): number;
  /** dst *= factor. */
  scaleRow(dst: number, count: number, factor: number): void;
  /** dst += src. */
  addTo(src: number, dst: number, count: number): void;
  /** Semantics of these as in tape/ir.ts. */
  swiglu(gate: number, up: number, y: number, count: number): void;
  swigluGrad(dy: number, gate: number, up: number, count: number): void;
  rmsNorm(
    x: number,
    g: number,
    y: number,
    invRms: number,
    dim: number,
    eps: number,
    rows: number,
  ): void;
  rmsGradX(
    dy: number,
    x: number,
    g: number,
    invRms: number,
    dx: number,
    dim: number,
    accumulate: number,
    rows: number,
  ): void;
  rmsGradG(dy: number, x: number, invRms: number, dg: number, dim: number, rows: number): void;
  /** One AdamW step; rest = 1 − beta, decay = lr·weightDecay, rate = lr·c1. */
  adamw(
    w: number,
    g: number,
    m: number,
    v: number,
    count: number,
    gradScale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    c2: number,
    epsilon: number,
    decay: number,
    rate: number,
  ): void;
}

export const ROW_KERNEL_NAMES = [
  "rowMax",
  "expRow",
  "sumExp",
  "scaleRow",
  "addTo",
  "swiglu",
  "swigluGrad",
  "rmsNorm",
  "rmsGradX",
  "rmsGradG",
  "adamw",
] as const satisfies readonly (keyof RowKernels)[];

const ONE = f32x4.const(1);

/** Adds the rows' loop: `rows` turns of body, with invRms advanced by one element. */
function eachRow(rows: Local, inverse: Local, body: Bytes): Bytes {
  return loopWhile(
    get(rows),
    block(body, increase(inverse, i32.const(4)), increase(rows, i32.const(-1))),
  );
}

function simpleKernels(relaxed: boolean): FunctionSpec[] {
  const rowMax = define("rowMax", [I32, I32], [F32], (scope) => {
    const max = scope.v128();
    const lowest = f32x4.const(Number.NEGATIVE_INFINITY);
    return block(
      set(max, lowest),
      vectorLoop(scope, get(1), [0], (lanes) =>
        set(max, f32x4.max(get(max), lanes.only(lanes.load(0), lowest))),
      ),
      maxLanes(max),
    );
  });
  const expSum = (name: "expRow" | "sumExp"): FunctionSpec => {
    const keeps = name === "expRow";
    const params = keeps ? ([I32, I32, I32, F32] as const) : ([I32, I32, F32] as const);
    return define(name, params, [F64], (scope) => {
      const src = keeps ? 1 : 0;
      const [sum, e, shift] = [scope.v128(), scope.v128(), scope.v128()];
      const exp = expMaker(scope, relaxed);
      return block(
        set(shift, f32x4.splat(get(src + 2))),
        set(sum, f64x2.zero()),
        vectorLoop(scope, get(src + 1), keeps ? [0, src] : [src], (lanes) =>
          block(
            set(e, lanes.only(exp(f32x4.sub(lanes.load(src), get(shift))), f32x4.zero())),
            keeps ? lanes.store(0, get(e)) : [],
            addToF64(sum, e),
          ),
        ),
        f64.add(f64x2.lane(get(sum), 0), f64x2.lane(get(sum), 1)),
      );
    });
  };
  const scaleRow = define("scaleRow", [I32, I32, F32], [], (scope) => {
    const factor = scope.v128();
    return block(
      set(factor, f32x4.splat(get(2))),
      vectorLoop(scope, get(1), [0], (lanes) =>
        lanes.store(0, f32x4.mul(lanes.load(0), get(factor))),
      ),
    );
  });
  const addTo = define("addTo", [I32, I32, I32], [], (scope) =>
    vectorLoop(scope, get(2), [0, 1], (lanes) =>
      lanes.store(1, f32x4.add(lanes.load(1), lanes.load(0))),
    ),
  );
  return [rowMax, expSum("expRow"), expSum("sumExp"), scaleRow, addTo];
}

function swigluKernels(relaxed: boolean): FunctionSpec[] {
  const swiglu = define("swiglu", [I32, I32, I32, I32], [], (scope) => {
    const exp = expMaker(scope, relaxed);
    return vectorLoop(scope, get(3), [0, 1, 2], (lanes) => {
      const sigmoidInverse = f32x4.add(ONE, exp(f32x4.neg(lanes.load(0))));
      return lanes.store(2, f32x4.mul(f32x4.div(lanes.load(0), sigmoidInverse), lanes.load(1)));
    });
  });
  const swigluGrad = define("swigluGrad", [I32, I32, I32, I32], [], (scope) => {
    const exp = expMaker(scope, relaxed);
    const [g, u, d, s] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()];
    return vectorLoop(scope, get(3), [0, 1, 2], (lanes) =>
      block(
        set(d, lanes.load(0)),
        set(g, lanes.load(1)),
        set(u, lanes.load(2)),
        set(s, f32x4.div(ONE, f32x4.add(ONE, exp(f32x4.neg(get(g)))))),
        lanes.store(2, f32x4.mul(f32x4.mul(get(d), get(g)), get(s))),
        lanes.store(
          1,
          f32x4.mul(
            f32x4.mul(f32x4.mul(get(d), get(u)), get(s)),
            f32x4.add(ONE, f32x4.mul(get(g), f32x4.sub(ONE, get(s)))),
          ),
        ),
      ),
    );
  });
  return [swiglu, swigluGrad];
}

function normKernels(): FunctionSpec[] {
  const rmsNorm = define("rmsNorm", [I32, I32, I32, I32, I32, F32, I32], [], (scope) => {
    const [x, g, y, inverse, dim, eps, rows] = [0, 1, 2, 3, 4, 5, 6];
    const [from, gain] = [scope.i32(), scope.i32()];
    const [sum, factor, value] = [scope.v128(), scope.v128(), scope.v128()];
    const r = scope.f32();
    const meanSquare = f32.div(sumLanes(sum), f32.convertI32(get(dim)));
    const body = block(
      set(sum, f32x4.zero()),
      set(from, get(x)),
      vectorLoop(scope, get(dim), [from], (lanes) =>
        block(
          set(value, lanes.only(lanes.load(from), f32x4.zero())),
          set(sum, f32x4.add(get(sum), f32x4.mul(get(value), get(value)))),
        ),
      ),
      set(r, f32.div(f32.const(1), f32.sqrt(f32.add(meanSquare, get(eps))))),
      f32.store(get(inverse), get(r)),
      set(factor, f32x4.splat(get(r))),
      set(gain, get(g)),
      vectorLoop(scope, get(dim), [x, gain, y], (lanes) =>
        lanes.store(y, f32x4.mul(f32x4.mul(lanes.load(x), get(factor)), lanes.load(gain))),
      ),
    );
    return eachRow(rows, inverse, body);
  });
  const rmsGradX = define("rmsGradX", [I32, I32, I32, I32, I32, I32, I32, I32], [], (scope) => {
    const [dy, x, g, inverse, dx, dim, accumulate, rows] = [0, 1, 2, 3, 4, 5, 6, 7];
    const [dyAt, xAt, gAt] = [scope.i32(), scope.i32(), scope.i32()];
    const [sum, factor, pull, keep] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()];
    const r = scope.f32();
    const cube = f32.mul(f32.mul(get(r), get(r)), get(r));
    const body = block(
      set(sum, f32x4.zero()),
      set(dyAt, get(dy)),
      set(xAt, get(x)),
      set(gAt, get(g)),
      vectorLoop(scope, get(dim), [dyAt, xAt, gAt], (lanes) => {
        const product = f32x4.mul(f32x4.mul(lanes.load(dyAt), lanes.load(gAt)), lanes.load(xAt));
        return set(sum, f32x4.add(get(sum), lanes.only(product, f32x4.zero())));
      }),
      set(r, f32.load(get(inverse))),
      set(factor, f32x4.splat(get(r))),
      set(pull, f32x4.splat(f32.div(f32.mul(sumLanes(sum), cube), f32.convertI32(get(dim))))),
      set(gAt, get(g)),
      vectorLoop(scope, get(dim), [dy, x, gAt, dx], (lanes) => {
        const direct = f32x4.mul(f32x4.mul(lanes.load(dy), lanes.load(gAt)), get(factor));
        const value = f32x4.sub(direct, f32x4.mul(lanes.load(x), get(pull)));
        const before = v128.and(lanes.load(dx), get(keep));
        return lanes.store(dx, f32x4.add(value, before));
      }),
    );
    return block(
      // All bits when adding to dx, none when replacing it.
      set(keep, i32x4.splat(i32.sub(i32.const(0), get(accumulate)))),
      eachRow(rows, inverse, body),
    );
  });
  const rmsGradG = define("rmsGradG", [I32, I32, I32, I32, I32, I32], [], (scope) => {
    const [dy, x, inverse, dg, dim, rows] = [0, 1, 2, 3, 4, 5];
    const at = scope.i32();
    const factor = scope.v128();
    const body = block(
      set(at, get(dg)),
      set(factor, v128.load32Splat(get(inverse))),
      vectorLoop(scope, get(dim), [dy, x, at], (lanes) => {
        const product = f32x4.mul(f32x4.mul(lanes.load(dy), lanes.load(x)), get(factor));
        return lanes.store(at, f32x4.add(lanes.load(at), product));
      }),
    );
    return eachRow(rows, inverse, body);
  });
  return [rmsNorm, rmsGradX, rmsGradG];
}

function adamwKernel(): FunctionSpec {
  const params = [I32, I32, I32, I32, I32, F32, F32, F32, F32, F32, F32, F32, F32, F32] as const;
  return define("adamw", params, [], (scope) => {
    const [w, g, m, v, count, ...figures] = params.map((_, i) => i);
    const splats = figures.map((figure) => ({ figure, local: scope.v128() }));
    const names = splats.map(({ local }) => get(local));
    const [gradScale, beta1, rest1, beta2, rest2, c2, epsilon, decay, rate] = names;
    const [grad, mean, square, old] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()];
    const blend = (kept: Bytes, beta: Bytes, fresh: Bytes, rest: Bytes): Bytes =>
      f32x4.add(f32x4.mul(kept, beta), f32x4.mul(fresh, rest));
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(get(square), c2)), epsilon);
    const change = f32x4.add(
      f32x4.mul(get(old), decay),
      f32x4.div(f32x4.mul(get(mean), rate), root),
    );
    return block(
      ...splats.map(({ figure, local }) => set(local, f32x4.splat(get(figure)))),
      vectorLoop(scope, get(count), [w, g, m, v], (lanes) =>
        block(
          set(grad, f32x4.mul(lanes.load(g), gradScale)),
          set(mean, blend(lanes.load(m), beta1, get(grad), rest1)),
          set(square, blend(lanes.load(v), beta2, f32x4.mul(get(grad), get(grad)), rest2)),
          lanes.store(m, get(mean)),
          lanes.store(v, get(square)),
          set(old, lanes.load(w)),
          lanes.store(w, f32x4.sub(get(old), change)),
        ),
      ),
    );
  });
}

/** Code of all kernels of RowKernels. */
export function rowKernels(relaxed: boolean): FunctionSpec[] {
  return [...simpleKernels(relaxed), ...swigluKernels(relaxed), ...normKernels(), adamwKernel()];
}
