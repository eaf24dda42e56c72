import { createCpuBackend } from "@/engine/cpu/backend.ts";
import { DecoderModel } from "@/engine/models/loadedModel.ts";
import type { Backend } from "@/engine/tape/ir.ts";
import type { CompiledPlan } from "@/engine/webgpu/compiledPlan.ts";
import { createWebGpuBackend, type WebGpuBackend } from "@/engine/webgpu/backend.ts";
import { trainBatchOf, weightSourceOf, type BenchCase } from "./benchModels.ts";
import type { Contender } from "./contender.ts";

/**
 * Loads the model and makes a trainer. The other engines hold no copy of the original weights, so
 * none is held here.
 */
async function open(backend: Backend, bench: BenchCase) {
  const model = await DecoderModel.load(backend, bench.model.config, weightSourceOf(bench), {
    trainable: { kind: "full" },
    keepOriginal: false,
  });
  const { learningRate, ...options } = bench.hyper;
  const trainer = await model.trainer(options);
  const batch = trainBatchOf(bench);
  return { model, step: async () => (await trainer.step(batch, { learningRate })).loss };
}

export async function signetCpu(bench: BenchCase): Promise<Contender> {
  const backend = await createCpuBackend();
  const { step } = await open(backend, bench);
  return { name: "Signet CPU", device: backend.name, gpu: undefined, step };
}

export async function signetWebGpu(bench: BenchCase): Promise<Contender> {
  const backend = await createWebGpuBackend();
  const seen = rememberPlan(backend);
  const { model, step } = await open(seen.backend, bench);
  const { gpu } = backend;
  return {
    name: "Signet WebGPU",
    device: `${backend.device.name}, matmul ${await backend.matmul()}`,
    gpu,
    async step() {
      const loss = await step();
      // The update is submitted when the step resolves, not yet done.
      await gpu.queue.onSubmittedWorkDone();
      return loss;
    },
    ownPeakBytes: () => backend.memory().peakBytes,
    async profile() {
      const ms = await backend.profile(seen.plan());
      const timed = async (kind: string, work: () => unknown) => {
        const startedAt = performance.now();
        await work();
        await gpu.queue.onSubmittedWorkDone();
        ms.set(kind, performance.now() - startedAt);
      };
      const { store } = model;
      await timed("gradient norm", () => store.gradNorm());
      const { learningRate: _, ...hyper } = bench.hyper;
      // With a rate of zero the weights stay; the work is the same.
      await timed("AdamW", () =>
        store.adamw({ ...hyper, learningRate: 0, c1: 1, c2: 1, gradScale: 1 }),
      );
      await timed("zero gradient", () => store.zeroGrad());
      return ms;
    },
  };
}

/** The backend, and the plan it compiled last: the training step. */
function rememberPlan(inner: WebGpuBackend): {
  backend: WebGpuBackend;
  plan: () => CompiledPlan;
} {
  let last: CompiledPlan | undefined;
  const backend: WebGpuBackend = {
    ...inner,
    compile: async (...args) => (last = await inner.compile(...args)),
  };
  return {
    backend,
    plan: () => {
      if (last === undefined) throw new Error("no step has been run");
      return last;
    },
  };
}
