import { compareModel, type ModelOptions, type ModelResult } from "./compareModel.ts";
import { cpuMatmul, type MatmulResult } from "./cpuMatmul.ts";
import { GpuMeter } from "./gpuMeter.ts";

/** What scripts/bench.mjs calls in the page. */
export interface BenchPage {
  compareModel(
    options: Omit<ModelOptions, "onProgress" | "processorSeconds">,
  ): Promise<ModelResult>;
  cpuMatmul(): Promise<MatmulResult[]>;
}

declare global {
  // Set by the page, the others by the script that drives it.
  var signetBench: BenchPage | undefined;
  var benchProgress: ((text: string) => Promise<void>) | undefined;
  var benchProcessorSeconds: (() => Promise<number>) | undefined;
}

const meter = new GpuMeter();
meter.install();

globalThis.signetBench = {
  compareModel: (options) =>
    compareModel(meter, {
      ...options,
      onProgress: (text) => void globalThis.benchProgress?.(text),
      processorSeconds: async () => (await globalThis.benchProcessorSeconds?.()) ?? 0,
    }),
  cpuMatmul,
};
