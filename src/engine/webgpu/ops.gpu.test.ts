import { afterAll, beforeAll, expect, test } from "vitest";
import type { CpuBackend } from "../cpu/backend.ts";
import { createCpuBackend } from "../cpu/backend.ts";
import type { Instruction } from "../tape/ir.ts";
import type { WebGpuBackend } from "./backend.ts";
import { createWebGpuBackend } from "./backend.ts";
import type { Operand } from "./testing/singleOp.ts";
import { OperandMaker, random, relativeError, runOp } from "./testing/singleOp.ts";

let gpu: WebGpuBackend;
/** The same adapter with the kernels that a graphics card gets. */
let asCard: WebGpuBackend;
let cpu: CpuBackend;

beforeAll(async () => {
  cpu = await createCpuBackend();
  gpu = await createWebGpuBackend({ tuneFor: "software" });
  asCard = await createWebGpuBackend({ tuneFor: "hardware", forceVariant: "reg" });
});

afterAll(() => {
  gpu.dispose();
  asCard.dispose();
  cpu.dispose();
});

/** Kinds with other kernels on a graphics card. */
const TUNED = new Set(["biasGrad", "rmsNorm", "rmsNormGradX", "rmsNormGradG", "nll", "lossHead"]);

/** The backends agree on what the instruction writes, and the device agrees with itself bit for bit. */
async function expectAgreement(
  instruction: Instruction,
  reads: Operand[],
  writes: Operand[],
  tolerance = 5e-6,
): Promise<void> {
  const actual = await runOp(gpu, instruction, reads, writes);
  const again = await runOp(gpu, instruction, reads, writes);
  const expected = await runOp(cpu, instruction, reads, writes);
  expect(expected.some((values) => values.some((value) => value !== 0))).toBe(true);
  if (TUNED.has(instruction.kind)) {
    const onCard = await runOp(asCard, instruction, reads, writes);
    for (const [i, values] of expected.entries()) {
      expect(relativeError(onCard[i], values), `write ${i}, as a card`).toBeLessThan(tolerance);
    }
  }
  for (const [i, values] of expected.entries()) {
    expect(relativeError(actual[i], values), `write ${i}`).toBeLessThan(tolerance);
    expect(new Uint32Array(again[i].buffer), `write ${i}`).toEqual(
      new Uint32Array(actual[i].buffer),
    );
  }
}

const tokens = (count: number, vocab: number) =>
  Int32Array.from(random(count, 99), (x) => Math.floor(((x + 1) / 2) * vocab));

for (const dim of [18, 24, 172]) {
  for (const format of ["f32", "bf16", "q8"] as const) {
    test(`embed dim ${dim} ${format}`, async () => {
      const t = new OperandMaker();
      const [rows, vocab] = [7, 11];
      const E = t.make([vocab, dim], random(vocab * dim, 1), { role: "weight", format });
      const ids = t.make([rows], tokens(rows, vocab));
      const x = t.make([rows, dim], new Float32Array(rows * dim));
      await expectAgreement({ kind: "embed", attrs: { rows, dim, vocab } }, [E, ids], [x]);
    });
  }

  for (const role of ["grad", "output"] as const) {
    test(`embedGrad dim ${dim} into ${role}`, async () => {
      const t = new OperandMaker();
      const [rows, vocab] = [6, 9];
      // Tokens 4 (rows 0, 3, 5) and 8 (row 1); rows 2 and 4 belong to none.
      const csr = new Int32Array(2 + 3 * rows).fill(-7);
      csr.set([2, 4, 8, 0, 3, 4, 0, 3, 5, 1]);
      const dx = t.make([rows, dim], random(rows * dim, 2));
      const dE = t.make([vocab, dim], random(vocab * dim, 3), { role });
      await expectAgreement(
        { kind: "embedGrad", attrs: { rows, dim, vocab } },
        [t.make([csr.length], csr), dx, dE],
        [dE],
      );
    });
    test(`biasGrad and rmsNormGradG dim ${dim} into ${role}`, async () => {
      const t = new OperandMaker();
      const rows = 37;
      const dy = t.make([rows, dim], random(rows * dim, 4));
      const x = t.make([rows, dim], random(rows * dim, 5));
      const inv = t.make([rows], random(rows, 6));
      const out = t.make([dim], new Float32Array(dim), { role });
      await expectAgreement({ kind: "biasGrad", attrs: { rows, dim } }, [dy], [out]);
      await expectAgreement({ kind: "rmsNormGradG", attrs: { rows, dim } }, [dy, x, inv], [out]);
    });
  }

  test(`rmsNorm dim ${dim}, forward and backward`, async () => {
    const t = new OperandMaker();
    const rows = 5;
    const x = t.make([rows, dim], random(rows * dim, 7));
    const g = t.make([dim], random(dim, 8), { role: "weight" });
    const y = t.make([rows, dim], new Float32Array(rows * dim));
    const inv = t.make([rows], random(rows, 9));
    await expectAgreement({ kind: "rmsNorm", attrs: { rows, dim, eps: 1e-5 } }, [x, g], [y, inv]);
    const dy = t.make([rows, dim], random(rows * dim, 10));
    const dx = t.make([rows, dim], random(rows * dim, 11));
    for (const accumulate of [false, true]) {
      await expectAgreement(
        { kind: "rmsNormGradX", attrs: { rows, dim, accumulate } },
        [dy, x, g, inv],
        [dx],
      );
    }
  });

  test(`gatherRows dim ${dim}`, async () => {
    const t = new OperandMaker();
    const x = t.make([9, dim], random(9 * dim, 12));
    const rows = t.make([5], Int32Array.from([8, -1, 0, 0, 3]));
    const y = t.make([5, dim], random(5 * dim, 13));
    const attrs = { rowsIn: 9, rowsOut: 5, dim };
    await expectAgreement({ kind: "gatherRows", attrs }, [x, rows], [y]);
  });
}

test("more workgroups than a dispatch has in one dimension", async () => {
  const t = new OperandMaker();
  const [rows, dim] = [70_001, 4];
  // Row r belongs to id rows − 1 − r.
  const csr = new Int32Array(2 + 3 * rows);
  csr[0] = rows;
  for (let i = 0; i < rows; i++) {
    csr[1 + i] = rows - 1 - i;
    csr[1 + rows + i] = i;
    csr[2 + 2 * rows + i] = i;
  }
  csr[1 + 2 * rows] = rows;
  const dx = t.make([rows, dim], random(rows * dim, 25));
  const dE = t.make([rows, dim], random(rows * dim, 26));
  await expectAgreement(
    { kind: "embedGrad", attrs: { rows, dim, vocab: rows } },
    [t.make([csr.length], csr), dx, dE],
    [dE],
  );
});

for (const count of [43 * 3, 4 * 65]) {
  test(`add, swiglu and swigluGrad on ${count} values`, async () => {
    const t = new OperandMaker();
    const a = t.make([count], random(count, 14, 8));
    const b = t.make([count], random(count, 15));
    const c = t.make([count], random(count, 16));
    await expectAgreement({ kind: "add", attrs: { count } }, [a, c], [c]);
    await expectAgreement({ kind: "swiglu", attrs: { count } }, [a, b], [c]);
    await expectAgreement({ kind: "swigluGrad", attrs: { count } }, [c, a, b], [a, b]);
  });
}

for (const headDim of [6, 16, 64, 128]) {
  const [batch, seq, headCount, kvHeadCount] = [2, headDim > 64 ? 9 : 70, 4, 2];
  const rows = batch * seq;

  test(`rope head_dim ${headDim}`, async () => {
    const t = new OperandMaker();
    const heads = 3;
    const x = t.make([rows, heads * headDim], random(rows * heads * headDim, 17));
    const angles = random((seq * headDim) / 2, 18, 3);
    const table = Float32Array.from({ length: seq * headDim }, (_, i) =>
      i % 2 === 0 ? Math.cos(angles[i >> 1]) : Math.sin(angles[i >> 1]),
    );
    const cosSin = t.make([seq, headDim / 2, 2], table);
    for (const direction of [1, -1] as const) {
      const attrs = { rows, heads, headDim, seq, direction };
      await expectAgreement({ kind: "rope", attrs }, [x, cosSin], [x]);
    }
  });

  test(`attention head_dim ${headDim}, forward and backward`, async () => {
    const t = new OperandMaker();
    const wide = rows * headCount * headDim;
    const narrow = rows * kvHeadCount * headDim;
    const stats = batch * headCount * seq;
    const attrs = { batch, seq, headCount, kvHeadCount, headDim, scale: 1 / Math.sqrt(headDim) };
    const q = t.make([rows, headCount * headDim], random(wide, 19, 2));
    const k = t.make([rows, kvHeadCount * headDim], random(narrow, 20, 2));
    const v = t.make([rows, kvHeadCount * headDim], random(narrow, 21));
    const o = t.make([rows, headCount * headDim], new Float32Array(wide));
    const lse = t.make([stats], new Float32Array(stats));
    await expectAgreement({ kind: "attention", attrs }, [q, k, v], [o, lse]);
    // The same generator makes all lengths; 128 takes seconds to compile in software.
    if (headDim > 64) return;
    [o.data, lse.data] = await runOp(cpu, { kind: "attention", attrs }, [q, k, v], [o, lse]);
    const dO = t.make([rows, headCount * headDim], random(wide, 22));
    const dq = t.make([rows, headCount * headDim], new Float32Array(wide));
    const delta = t.make([stats], new Float32Array(stats));
    const forQ: Instruction = { kind: "attentionGradQ", attrs };
    await expectAgreement(forQ, [q, k, v, o, lse, dO], [dq, delta], 2e-5);
    [, delta.data] = await runOp(cpu, forQ, [q, k, v, o, lse, dO], [dq, delta]);
    const dk = t.make([rows, kvHeadCount * headDim], new Float32Array(narrow));
    const dv = t.make([rows, kvHeadCount * headDim], new Float32Array(narrow));
    const forKV: Instruction = { kind: "attentionGradKV", attrs };
    await expectAgreement(forKV, [q, k, v, lse, dO, delta], [dk, dv], 2e-5);
  });
}

for (const vocab of [5, 512, 1003]) {
  const stride = Math.ceil(vocab / 4) * 4;
  test(`nll over ${vocab} tokens`, async () => {
    const t = new OperandMaker();
    const rows = 6;
    const z = t.make([rows, stride], random(rows * stride, 23, 20));
    const targets = t.make([rows], Int32Array.from([0, vocab - 1, -1, 2, 3, 4]));
    const out = t.make([rows, 2], new Float32Array(rows * 2));
    await expectAgreement({ kind: "nll", attrs: { rows, vocab, stride } }, [z, targets], [out]);
  });

  test(`lossHead over ${vocab} tokens`, async () => {
    const t = new OperandMaker();
    const width = 5;
    const rows: { i32: number[]; f32: number[] }[] = [
      { i32: [-1, 0, 0, 0], f32: [1, 0, 0, 0] },
      // target: above and below its floor
      { i32: [0, 1, 0, 0, vocab - 1], f32: [0.7, 0, 0, 0] },
      { i32: [0, 1, 0, 0, 2], f32: [1, 99, 0, 0] },
      // choice: with an active hinge, satisfied, alone
      { i32: [1, 4, 2, 0, 3, 0, 1, vocab - 1], f32: [1.5, 0.1, 90, 0, -1, -2, -1.5, -3] },
      { i32: [1, 4, 0, 0, 3, 0, 1, 2], f32: [1, 99, -90, 0, -1, -2, -1.5, -3] },
      { i32: [1, 1, 0, 0, 3], f32: [1, 0, 1, 0, -1] },
      // distil: with a rest, without
      { i32: [2, 3, 0, 0, 1, 4, 0], f32: [2, 0, 0, 0, 0.3, 0.2, 0.1] },
      { i32: [2, 2, 0, 0, 1, 2], f32: [1, 0, 0, 0, 0.5, 0.5] },
    ];
    const z = t.make([rows.length, stride], random(rows.length * stride, 24, 6));
    const ids = new Int32Array(rows.length * (width + 4));
    const values = new Float32Array(rows.length * (width + 4));
    rows.forEach(({ i32, f32 }, r) => {
      ids.set(i32, r * (width + 4));
      values.set(f32, r * (width + 4));
    });
    const loss = t.make([rows.length], new Float32Array(rows.length));
    await expectAgreement(
      { kind: "lossHead", attrs: { rows: rows.length, vocab, stride, width } },
      [z, t.make([rows.length, width + 4], ids), t.make([rows.length, width + 4], values)],
      [z, loss],
      2e-5,
    );
  });
}
