import { EngineError } from "../errors.ts";
import type { GpuContext } from "./gpuContext.ts";

export interface ReadyPipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** For every storage binding, whether the kernel writes it. */
  readonly writes: readonly boolean[];
}

const BINDING = /@group\(0\) @binding\((\d+)\) var<(storage, read_write|storage, read|uniform)>/g;

/**
 * Pipelines by their WGSL, compiled once per device and concurrently. Layouts are explicit, read off
 * the declarations, since an automatic one leaves out bindings that a variant does not use.
 */
export class Pipelines {
  readonly #context: GpuContext;
  readonly #ready = new Map<string, Promise<ReadyPipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();

  constructor(context: GpuContext) {
    this.#context = context;
  }

  /** @throws {EngineError} GPU_VALIDATION with the compiler's message. */
  async get(source: string, label: string): Promise<ReadyPipeline> {
    let ready = this.#ready.get(source);
    if (ready === undefined) {
      ready = this.#compile(source, label);
      this.#ready.set(source, ready);
    }
    return this.#context.race(ready);
  }

  async #compile(source: string, label: string): Promise<ReadyPipeline> {
    const { gpu } = this.#context;
    const types = [...source.matchAll(BINDING)].map((match) => match[2]);
    const layout = this.#layout(types);
    gpu.pushErrorScope("validation");
    const module = gpu.createShaderModule({ label, code: source });
    const pipeline = gpu.createComputePipelineAsync({
      label,
      layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    const scope = gpu.popErrorScope();
    try {
      const [compiled] = await Promise.all([pipeline, scope]);
      const storage = types.filter((type) => type !== "uniform");
      return { pipeline: compiled, layout, writes: storage.map((type) => type.endsWith("write")) };
    } catch (cause) {
      this.#context.check();
      throw await compileError(module, label, cause);
    }
  }

  #layout(types: readonly string[]): GPUBindGroupLayout {
    const key = types.join();
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = this.#context.gpu.createBindGroupLayout({
        label: key,
        entries: types.map((type, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: bufferType(type) },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }
}

function bufferType(type: string): GPUBufferBindingType {
  if (type === "uniform") return "uniform";
  return type === "storage, read_write" ? "storage" : "read-only-storage";
}

async function compileError(
  module: GPUShaderModule,
  label: string,
  cause: unknown,
): Promise<EngineError> {
  const info = await module.getCompilationInfo();
  const messages = info.messages.map((m) => `${m.lineNum}:${m.linePos} ${m.message}`);
  return new EngineError(
    "GPU_VALIDATION",
    `The kernel ${label} does not compile on this device.`,
    "Update the browser and the graphics driver, or run on the processor.",
    { cause, details: [...messages, String(cause)].join("\n").slice(0, 2000) },
  );
}
