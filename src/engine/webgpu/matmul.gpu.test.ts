import { afterAll, beforeAll, expect, test } from "vitest";
import type { CpuBackend } from "../cpu/backend.ts";
import { createCpuBackend } from "../cpu/backend.ts";
import type { MatmulAttrs } from "../tape/ir.ts";
import type { WebGpuBackend } from "./backend.ts";
import { createWebGpuBackend } from "./backend.ts";
import type { MatmulVariant } from "./launch.ts";
import type { Operand } from "./testing/singleOp.ts";
import { OperandMaker, random, relativeError, runOp } from "./testing/singleOp.ts";

/** `card`: the register variant with the smaller blocks that it has on graphics cards. */
type Variant = MatmulVariant | "card";
const VARIANTS = {
  reg: { forceVariant: "reg", tuneFor: "software" },
  shared: { forceVariant: "shared", tuneFor: "software" },
  card: { forceVariant: "reg", tuneFor: "hardware" },
} as const;
const backends = new Map<Variant, WebGpuBackend>();
let cpu: CpuBackend;

beforeAll(async () => {
  cpu = await createCpuBackend();
  for (const variant of ["reg", "shared", "card"] as const) {
    const backend = await createWebGpuBackend(VARIANTS[variant]);
    expect(await backend.matmul()).toBe(VARIANTS[variant].forceVariant);
    backends.set(variant, backend);
  }
});

afterAll(() => {
  for (const backend of backends.values()) backend.dispose();
  cpu.dispose();
});

type Format = "f32" | "bf16" | "q8";

async function expectMatmul(
  variant: Variant,
  some: Partial<MatmulAttrs> & Pick<MatmulAttrs, "M" | "N" | "K">,
  format: Format = "f32",
  role: "output" | "grad" = "output",
): Promise<void> {
  const attrs = {
    transA: false,
    transB: false,
    alpha: 1,
    accumulate: false,
    hasBias: false,
    hasResidual: false,
    ...some,
  };
  const { M, N, K, transA, transB } = attrs;
  const t = new OperandMaker();
  const a = t.make(transA ? [K, M] : [M, K], random(M * K, 1));
  const weight = format === "f32" ? {} : ({ role: "weight", format } as const);
  const b = t.make(transB ? [N, K] : [K, N], random(N * K, 2), weight);
  const c = t.make([M, N], random(M * N, 3), { role });
  const reads: Operand[] = [a, b];
  if (attrs.hasBias) reads.push(t.make([N], random(N, 4), { role: "weight" }));
  if (attrs.hasResidual) reads.push(t.make([M, N], random(M * N, 5)));
  if (attrs.accumulate) reads.push(c);
  const backend = backends.get(variant);
  if (backend === undefined) throw new Error("the backend is made before the tests");
  const [actual] = await runOp(backend, { kind: "matmul", attrs }, reads, [c]);
  const [expected] = await runOp(cpu, { kind: "matmul", attrs }, reads, [c]);
  expect(relativeError(actual, expected)).toBeLessThan(5e-6);
}

const LAYOUTS = [
  { transA: false, transB: true },
  { transA: false, transB: false },
  { transA: true, transB: false },
];

for (const variant of ["reg", "shared"] as const) {
  for (const layout of LAYOUTS) {
    const name = `${variant} ${layout.transA ? "T" : "N"}${layout.transB ? "T" : "N"}`;

    test(`${name}: more than a tile, not a multiple of one`, async () => {
      await expectMatmul(variant, { M: 68, N: 76, K: 36, ...layout });
    });

    test(`${name}: bias, residual, alpha, accumulate`, async () => {
      const all = { alpha: 0.5, accumulate: true, hasBias: true, hasResidual: true };
      await expectMatmul(variant, { M: 24, N: 20, K: 8, ...layout, ...all });
    });

    // The shared variant takes seconds to compile in software; formats are the loader's affair alone.
    const formats: Format[] = variant === "reg" ? ["bf16", "q8"] : layout.transA ? [] : ["q8"];
    for (const format of formats) {
      test(`${name}: B in ${format}`, async () => {
        await expectMatmul(variant, { M: 68, N: 68, K: 100, ...layout }, format);
        await expectMatmul(variant, { M: 5, N: 6, K: 43, ...layout }, format);
      });
    }
  }
}

test("large enough to be cut into several dispatches in software", async () => {
  await expectMatmul("reg", { M: 512, N: 260, K: 512, transB: true });
});

test("large products, which get larger blocks in software", async () => {
  for (const layout of LAYOUTS) {
    const all = { alpha: 0.5, accumulate: true, hasBias: true, hasResidual: true };
    await expectMatmul("reg", { M: 516, N: 268, K: 132, ...layout, ...all });
  }
});

test("one option at a time", async () => {
  const shape = { M: 20, N: 24, K: 12, transB: true };
  await expectMatmul("reg", { ...shape, hasBias: true });
  await expectMatmul("reg", { ...shape, hasResidual: true });
  await expectMatmul("reg", { ...shape, accumulate: true });
  await expectMatmul("reg", { ...shape, alpha: 3 });
  // A gradient accumulates by itself.
  await expectMatmul("reg", { ...shape, transA: true, transB: false }, "f32", "grad");
});

test("one value at a time: lengths that are not multiples of 4", async () => {
  for (const layout of LAYOUTS) {
    const all = { alpha: -2, accumulate: true, hasBias: true, hasResidual: true };
    await expectMatmul("reg", { M: 43, N: 18, K: 6, ...layout, ...all });
  }
  await expectMatmul("reg", { M: 33, N: 35, K: 7, transA: true, transB: true });
});

test("narrow: few rows or columns, as in LoRA and decoding", async () => {
  for (const variant of ["reg", "card"] as const) {
    for (const [M, N, K] of [
      [1, 132, 64],
      [3, 64, 16],
      [16, 72, 20],
      [72, 8, 32],
      [72, 16, 8],
      [100, 40, 8],
    ]) {
      await expectMatmul(variant, { M, N, K, transB: true });
      await expectMatmul(variant, { M, N, K });
    }
    await expectMatmul(variant, { M: 8, N: 64, K: 70, transA: true });
    await expectMatmul(variant, { M: 64, N: 16, K: 70, transA: true });
  }
});

test("a card chooses between both by measuring them", async () => {
  const backend = await createWebGpuBackend({ tuneFor: "hardware" });
  expect(["reg", "shared"]).toContain(await backend.matmul());
  backend.dispose();
});
