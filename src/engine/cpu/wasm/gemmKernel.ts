import {
  block,
  define,
  doWhile,
  f32,
  f32x4,
  get,
  i32,
  increase,
  loopWhile,
  set,
  v128,
  when,
  type Local,
} from "./asm.ts";
import { F32, I32, type Bytes, type FunctionSpec } from "./encoder.ts";

/** Register block and unrolling of the inner loop. */
export interface GemmShape {
  /** Rows of C held in registers. */
  rows: number;
  /** Vectors of four columns of C held in registers. */
  vectors: number;
  /** Steps of k in one turn of the loop; packed panels are padded to a multiple of it. */
  unroll: number;
  /** Uses f32x4.relaxed_madd. */
  relaxed: boolean;
}

/** a·b + c in the way the variant allows. */
export function madd(relaxed: boolean, a: Bytes, b: Bytes, c: Bytes): Bytes {
  return relaxed ? f32x4.relaxedMadd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

/**
 * `gemm(a, b, c, ldc, mb, nb, kb, alpha, accumulate, tile)`: C[mb,nb] = alpha·A·B (+ C) for packed
 * panels, after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008).
 *
 * `a` holds panels [kb, rows], `b` panels [kb, 4·vectors]; kb is a multiple of `unroll`, edges are
 * zero. ldc is in bytes; `tile` is room for one register block, through which edge blocks go.
 */
export function gemmKernel(shape: GemmShape): FunctionSpec {
  const { rows, vectors, unroll, relaxed } = shape;
  const aStep = rows * 4;
  const bStep = vectors * 16;
  const columns = vectors * 4;
  const params = [I32, I32, I32, I32, I32, I32, I32, F32, I32, I32] as const;
  return define("gemm", params, [], (scope) => {
    const [a, b, c, ldc, mb, nb, kb, alpha, accumulate, tile] = params.map((_, i) => i);
    const i = scope.i32();
    const j = scope.i32();
    const pa = scope.i32();
    const pb = scope.i32();
    const end = scope.i32();
    const at = scope.i32();
    const r = scope.i32();
    const s = scope.i32();
    const from = scope.i32();
    const acc = Array.from({ length: rows * vectors }, () => scope.v128());
    const bv = Array.from({ length: vectors }, () => scope.v128());
    const av = scope.v128();

    const oneStep = (u: number): Bytes =>
      block(
        ...bv.map((local, x) => set(local, v128.load(get(pb), u * bStep + x * 16))),
        ...Array.from({ length: rows }, (_, y) =>
          block(
            set(av, v128.load32Splat(get(pa), u * aStep + y * 4)),
            ...bv.map((local, x) => {
              const sum: Local = acc[y * vectors + x];
              return set(sum, madd(relaxed, get(av), get(local), get(sum)));
            }),
          ),
        ),
      );

    const multiply = block(
      ...acc.map((local) => set(local, f32x4.zero())),
      set(end, i32.add(get(pa), i32.mul(get(kb), i32.const(aStep)))),
      doWhile(
        block(
          ...Array.from({ length: unroll }, (_, u) => oneStep(u)),
          increase(pb, i32.const(unroll * bStep)),
          increase(pa, i32.const(unroll * aStep)),
        ),
        i32.ltU(get(pa), get(end)),
      ),
    );

    const address = (y: number): Bytes =>
      set(at, y === 0 ? i32.add(get(from), i32.mul(get(i), get(ldc))) : i32.add(get(at), get(ldc)));
    const scaled = (y: number, x: number): Bytes => f32x4.mul(get(acc[y * vectors + x]), get(av));
    const fullTile = (add: boolean): Bytes =>
      block(
        ...Array.from({ length: rows }, (_, y) =>
          block(
            address(y),
            ...bv.map((_local, x) => {
              const value = scaled(y, x);
              return v128.store(
                get(at),
                add ? f32x4.add(value, v128.load(get(at), x * 16)) : value,
                x * 16,
              );
            }),
          ),
        ),
      );

    const edgeTile = block(
      ...Array.from({ length: rows }, (_, y) =>
        block(...bv.map((_local, x) => v128.store(get(tile), scaled(y, x), y * bStep + x * 16))),
      ),
      set(r, i32.const(0)),
      loopWhile(
        i32.and(i32.ltU(get(r), i32.const(rows)), i32.ltU(i32.add(get(i), get(r)), get(mb))),
        block(
          set(at, i32.add(get(from), i32.mul(i32.add(get(i), get(r)), get(ldc)))),
          set(end, i32.add(get(tile), i32.mul(get(r), i32.const(bStep)))),
          set(s, get(j)),
          loopWhile(
            i32.and(i32.ltU(get(s), get(nb)), i32.ltU(i32.sub(get(s), get(j)), i32.const(columns))),
            block(
              when(
                get(accumulate),
                f32.store(get(at), f32.add(f32.load(get(end)), f32.load(get(at)))),
                f32.store(get(at), f32.load(get(end))),
              ),
              increase(at, i32.const(4)),
              increase(end, i32.const(4)),
              increase(s, i32.const(1)),
            ),
          ),
          increase(r, i32.const(1)),
        ),
      ),
    );

    const isFull = i32.and(
      i32.leU(i32.add(get(i), i32.const(rows)), get(mb)),
      i32.leU(i32.add(get(j), i32.const(columns)), get(nb)),
    );

    return block(
      set(j, i32.const(0)),
      loopWhile(
        i32.ltU(get(j), get(nb)),
        block(
          set(from, i32.add(get(c), i32.mul(get(j), i32.const(4)))),
          set(i, i32.const(0)),
          set(pa, get(a)),
          loopWhile(
            i32.ltU(get(i), get(mb)),
            block(
              set(pb, get(b)),
              multiply,
              set(av, f32x4.splat(get(alpha))),
              when(isFull, when(get(accumulate), fullTile(true), fullTile(false)), edgeTile),
              increase(i, i32.const(rows)),
            ),
          ),
          increase(b, i32.mul(get(kb), i32.const(bStep))),
          increase(j, i32.const(columns)),
        ),
      ),
    );
  });
}
