import {
  block,
  define,
  f32,
  f32x4,
  get,
  i32,
  i32x4,
  increase,
  loopWhile,
  set,
  v128,
  when,
  type Local,
} from "./asm.ts";
import { I32, type Bytes, type FunctionSpec } from "./encoder.ts";

export type PackFormat = "f32" | "bf16" | "q8";
/** Which index runs along memory: the depth of the product, or the rows or columns of the panel. */
export type PackOrder = "depth" | "panel";

const SIZE = { f32: 4, bf16: 2, q8: 1 } as const;
const Q8_BLOCK_BITS = 5;
/** Lanes 0..3 of a, 4..7 of b, as bytes for the shuffle. */
const lanes = (...picks: readonly number[]): Bytes =>
  picks.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));

/** Four neighbouring elements at `address` as f32; q8 is not scaled yet. */
function loadFour(format: PackFormat, address: Bytes): Bytes {
  if (format === "f32") return v128.load(address);
  if (format === "bf16") return i32x4.shl(v128.load16x4U(address), 16);
  return f32x4.convertI32x4(i32x4.extendLow8(v128.load32Zero(address)));
}

function loadOne(format: PackFormat, address: Bytes): Bytes {
  if (format === "f32") return f32.load(address);
  if (format === "bf16") return f32.reinterpretI32(i32.shl(i32.load16U(address), i32.const(16)));
  return f32.convertI32(i32.load8S(address));
}

/** Name of the exported function. */
export function packName(width: number, format: PackFormat, order: PackOrder): string {
  return `pack${width}_${format}_${order}`;
}

/**
 * `pack(src, stride, count, depth, padded, dst, scales, scaleStride, column)` writes panels
 * [padded, width] of f32, the last panel and the depth filled up with zeros.
 *
 * The element (panel index p < count, depth k < depth) lies at src + p·stride + k·size when order is
 * "depth", at src + k·stride + p·size when it is "panel"; stride in bytes. For q8, `scales` is the
 * scale row of the first line, scaleStride the bytes to the next line's and `column` the number of
 * the first element within its line, a multiple of 4.
 */
export function packKernel(width: number, format: PackFormat, order: PackOrder): FunctionSpec {
  const params = [I32, I32, I32, I32, I32, I32, I32, I32, I32] as const;
  return define(packName(width, format, order), params, [], (scope) => {
    const [src, stride, count, depth, padded, dst, scales, scaleStride, column] = params.map(
      (_, i) => i,
    );
    const panel = scope.i32();
    const k = scope.i32();
    const p = scope.i32();
    const out = scope.i32();
    const at = scope.i32();
    const scaleAt = scope.i32();
    const rows = Array.from({ length: 4 }, () => scope.v128());
    const pairs = Array.from({ length: 4 }, () => scope.v128());
    const size = SIZE[format];
    const outStep = width * 4;

    /** Address of the scale of element `index` of the line whose scale row is at `row`. */
    const scaleOf = (row: Bytes, index: Bytes): Bytes =>
      i32.add(
        row,
        i32.shl(i32.shrU(i32.add(get(column), index), i32.const(Q8_BLOCK_BITS)), i32.const(2)),
      );

    const line = order === "depth" ? i32.add(get(panel), get(p)) : get(k);
    const along = order === "depth" ? get(k) : i32.add(get(panel), get(p));
    const elementAddress = i32.add(
      get(src),
      i32.add(i32.mul(line, get(stride)), i32.mul(along, i32.const(size))),
    );
    const element =
      format === "q8"
        ? f32.mul(
            loadOne(format, elementAddress),
            f32.load(scaleOf(i32.add(get(scales), i32.mul(line, get(scaleStride))), along)),
          )
        : loadOne(format, elementAddress);

    /** One element at a time for k..padded of the panel at `panel`, zero outside. */
    const slow = loopWhile(
      i32.ltU(get(k), get(padded)),
      block(
        set(p, i32.const(0)),
        loopWhile(
          i32.ltU(get(p), i32.const(width)),
          block(
            when(
              i32.and(
                i32.ltU(get(k), get(depth)),
                i32.ltU(i32.add(get(panel), get(p)), get(count)),
              ),
              f32.store(get(out), element),
              f32.store(get(out), f32.const(0)),
            ),
            increase(out, i32.const(4)),
            increase(p, i32.const(1)),
          ),
        ),
        increase(k, i32.const(1)),
      ),
    );

    const fast = order === "depth" ? fastDepth() : fastPanel();

    /** Transposes blocks of 4×4 while four more steps of depth are left. */
    function fastDepth(): Bytes {
      const loadRow = (local: Local): Bytes => {
        const loaded = loadFour(format, get(at));
        return set(
          local,
          format === "q8"
            ? f32x4.mul(loaded, v128.load32Splat(scaleOf(get(scaleAt), get(k))))
            : loaded,
        );
      };
      const group = (g: number): Bytes =>
        block(
          ...rows.map((local, y) =>
            block(
              loadRow(local),
              g * 4 + y + 1 < width
                ? block(
                    increase(at, get(stride)),
                    format === "q8" ? increase(scaleAt, get(scaleStride)) : [],
                  )
                : [],
            ),
          ),
          set(pairs[0], v128.shuffle(get(rows[0]), get(rows[1]), lanes(0, 4, 1, 5))),
          set(pairs[1], v128.shuffle(get(rows[0]), get(rows[1]), lanes(2, 6, 3, 7))),
          set(pairs[2], v128.shuffle(get(rows[2]), get(rows[3]), lanes(0, 4, 1, 5))),
          set(pairs[3], v128.shuffle(get(rows[2]), get(rows[3]), lanes(2, 6, 3, 7))),
          ...[0, 1, 2, 3].map((y) => {
            const first = pairs[y >> 1];
            const second = pairs[2 + (y >> 1)];
            const pick = y % 2 === 0 ? lanes(0, 1, 4, 5) : lanes(2, 3, 6, 7);
            return v128.store(
              get(out),
              v128.shuffle(get(first), get(second), pick),
              y * outStep + g * 16,
            );
          }),
        );
      return loopWhile(
        i32.leU(i32.add(get(k), i32.const(4)), get(depth)),
        block(
          set(
            at,
            i32.add(
              i32.add(get(src), i32.mul(get(panel), get(stride))),
              i32.mul(get(k), i32.const(size)),
            ),
          ),
          format === "q8"
            ? set(scaleAt, i32.add(get(scales), i32.mul(get(panel), get(scaleStride))))
            : [],
          ...Array.from({ length: width / 4 }, (_, g) => group(g)),
          increase(out, i32.const(4 * outStep)),
          increase(k, i32.const(4)),
        ),
      );
    }

    function fastPanel(): Bytes {
      const group = (g: number): Bytes => {
        const loaded = loadFour(format, i32.add(get(at), i32.const(g * 4 * size)));
        const index = i32.add(get(panel), i32.const(g * 4));
        const value =
          format === "q8"
            ? f32x4.mul(loaded, v128.load32Splat(scaleOf(get(scaleAt), index)))
            : loaded;
        return v128.store(get(out), value, g * 16);
      };
      return block(
        set(at, i32.add(get(src), i32.mul(get(panel), i32.const(size)))),
        set(scaleAt, get(scales)),
        loopWhile(
          i32.ltU(get(k), get(depth)),
          block(
            ...Array.from({ length: width / 4 }, (_, g) => group(g)),
            increase(at, get(stride)),
            increase(scaleAt, get(scaleStride)),
            increase(out, i32.const(outStep)),
            increase(k, i32.const(1)),
          ),
        ),
      );
    }

    return block(
      set(panel, i32.const(0)),
      set(out, get(dst)),
      loopWhile(
        i32.ltU(get(panel), get(count)),
        block(
          set(k, i32.const(0)),
          when(i32.leU(i32.add(get(panel), i32.const(width)), get(count)), fast),
          slow,
          increase(panel, i32.const(width)),
        ),
      ),
    );
  });
}
