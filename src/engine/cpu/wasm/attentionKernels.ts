import {
  block,
  define,
  f32,
  f32x4,
  f64,
  f64x2,
  get,
  i32,
  increase,
  loopWhile,
  set,
  v128,
} from "./asm.ts";
import { F32, I32, type FunctionSpec } from "./encoder.ts";
import { addToF64, expMaker, maxLanes, vectorLoop } from "./vectorLoop.ts";

/** Kernels on a block of scores [rows, keys] whose row r may see the keys before first + r + 1. */
export interface AttentionKernels {
  /** Softmax of every row, zero where it may not look; max[r] and sum[r] of e^(s − max) are kept. */
  softmaxRows(s: number, rows: number, keys: number, first: number, max: number, sum: number): void;
  /**
   * p = e^(p − lse[r]), dp = p·(dp − delta[r])·scale, both zero where the row may not look.
   */
  scoreGradRows(
    p: number,
    dp: number,
    rows: number,
    keys: number,
    first: number,
    lse: number,
    delta: number,
    scale: number,
  ): void;
}

export const ATTENTION_KERNEL_NAMES = [
  "softmaxRows",
  "scoreGradRows",
] as const satisfies readonly (keyof AttentionKernels)[];

const LOWEST = f32x4.const(Number.NEGATIVE_INFINITY);

function softmaxRows(relaxed: boolean): FunctionSpec {
  return define("softmaxRows", [I32, I32, I32, I32, I32, I32], [], (scope) => {
    const [s, rows, keys, count, max, sum] = [0, 1, 2, 3, 4, 5];
    const at = scope.i32();
    const [peak, e, total, factor] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()];
    const wholeSum = scope.f32();
    const exp = expMaker(scope, relaxed);
    return block(
      loopWhile(
        get(rows),
        block(
          increase(count, i32.const(1)),
          set(peak, LOWEST),
          set(at, get(s)),
          vectorLoop(scope, get(count), [at], (lanes) =>
            set(peak, f32x4.max(get(peak), lanes.only(lanes.load(at), LOWEST))),
          ),
          f32.store(get(max), maxLanes(peak)),
          set(peak, v128.load32Splat(get(max))),
          set(total, f64x2.zero()),
          set(at, get(s)),
          vectorLoop(scope, get(count), [at], (lanes) =>
            block(
              set(e, lanes.only(exp(f32x4.sub(lanes.load(at), get(peak))), f32x4.zero())),
              lanes.store(at, get(e)),
              addToF64(total, e),
            ),
          ),
          set(
            wholeSum,
            f32.demoteF64(f64.add(f64x2.lane(get(total), 0), f64x2.lane(get(total), 1))),
          ),
          f32.store(get(sum), get(wholeSum)),
          set(factor, f32x4.splat(f32.div(f32.const(1), get(wholeSum)))),
          vectorLoop(scope, get(count), [s], (lanes) =>
            lanes.store(s, f32x4.mul(lanes.load(s), get(factor))),
          ),
          vectorLoop(scope, i32.sub(get(keys), get(count)), [s], (lanes) =>
            lanes.store(s, f32x4.zero()),
          ),
          increase(max, i32.const(4)),
          increase(sum, i32.const(4)),
          increase(rows, i32.const(-1)),
        ),
      ),
    );
  });
}

function scoreGradRows(relaxed: boolean): FunctionSpec {
  return define("scoreGradRows", [I32, I32, I32, I32, I32, I32, I32, F32], [], (scope) => {
    const [p, dp, rows, keys, count, lse, delta, scale] = [0, 1, 2, 3, 4, 5, 6, 7];
    const [shift, mean, factor, e] = [scope.v128(), scope.v128(), scope.v128(), scope.v128()];
    const exp = expMaker(scope, relaxed);
    return block(
      set(factor, f32x4.splat(get(scale))),
      loopWhile(
        get(rows),
        block(
          increase(count, i32.const(1)),
          set(shift, v128.load32Splat(get(lse))),
          set(mean, v128.load32Splat(get(delta))),
          vectorLoop(scope, get(count), [p, dp], (lanes) =>
            block(
              set(e, exp(f32x4.sub(lanes.load(p), get(shift)))),
              lanes.store(p, get(e)),
              lanes.store(
                dp,
                f32x4.mul(f32x4.mul(get(e), f32x4.sub(lanes.load(dp), get(mean))), get(factor)),
              ),
            ),
          ),
          vectorLoop(scope, i32.sub(get(keys), get(count)), [p, dp], (lanes) =>
            block(lanes.store(p, f32x4.zero()), lanes.store(dp, f32x4.zero())),
          ),
          increase(lse, i32.const(4)),
          increase(delta, i32.const(4)),
          increase(rows, i32.const(-1)),
        ),
      ),
    );
  });
}

/** Code of all kernels of AttentionKernels. */
export function attentionKernels(relaxed: boolean): FunctionSpec[] {
  return [softmaxRows(relaxed), scoreGradRows(relaxed)];
}
