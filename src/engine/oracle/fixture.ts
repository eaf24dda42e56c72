import { invariant } from "@/lib/invariant.ts";
import type { LossRow, ModelConfig, WeightSource } from "../types.ts";

/** What scripts/oracle/make_gradient_fixtures.py writes beside the values. */
interface Manifest {
  config: ModelConfig;
  sequences: number[][];
  rows: LossRow[];
  rowLosses: number[];
  adamw: {
    learningRate: number;
    beta1: number;
    beta2: number;
    epsilon: number;
    weightDecay: number;
    maxGradNorm: number;
  };
  /** Loss and gradient norm of every AdamW step, before the step. */
  curve: number[];
  gradNorms: number[];
  lora?: { rank: number; alpha: number; rowLosses: number[] };
  tensors: Record<string, { offset: number; shape: number[] }>;
}

export const FIXTURE_NAMES = ["llama", "llama3", "mistral", "qwen2", "qwen3"] as const;
export type FixtureName = (typeof FIXTURE_NAMES)[number];

/** A tiny model with what PyTorch makes of it; for tests. */
export class Fixture {
  readonly manifest: Manifest;
  readonly #values: Float32Array;

  constructor(manifest: Manifest, values: Float32Array) {
    this.manifest = manifest;
    this.#values = values;
  }

  /** Names with this prefix, without it. */
  names(prefix: string): string[] {
    const start = `${prefix}/`;
    return Object.keys(this.manifest.tensors)
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length));
  }

  get(name: string): Float32Array {
    const entry = this.manifest.tensors[name];
    invariant(entry, `the fixture has ${name}`);
    const count = entry.shape.reduce((product, size) => product * size, 1);
    return this.#values.slice(entry.offset, entry.offset + count);
  }

  /** The weights as a checkpoint; `change` may alter a tensor on its way. */
  source(change: (name: string, values: Float32Array) => void = () => undefined): WeightSource {
    const names = this.names("weight");
    return {
      names: () => names,
      shape: (name) => this.manifest.tensors[`weight/${name}`]?.shape ?? [],
      readF32: async (name) => {
        const values = this.get(`weight/${name}`);
        change(name, values);
        return values;
      },
    };
  }
}

async function readBytes(file: string): Promise<ArrayBuffer> {
  const url = new URL(`../fixtures/${file}`, import.meta.url);
  if (url.protocol !== "file:") return (await fetch(url)).arrayBuffer();
  const { readFile } = await import("node:fs/promises");
  return new Uint8Array(await readFile(url)).buffer;
}

/** Reads a fixture, in Node as in a browser. */
export async function loadFixture(name: FixtureName): Promise<Fixture> {
  const [text, values] = await Promise.all([readBytes(`${name}.json`), readBytes(`${name}.bin`)]);
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(text));
  return new Fixture(manifest, new Float32Array(values));
}

/** ‖found − wanted‖ / ‖wanted‖. */
export function relativeError(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  invariant(found.length === wanted.length, `${found.length} values for ${wanted.length}`);
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < wanted.length; i++) {
    difference += (found[i] - wanted[i]) ** 2;
    norm += wanted[i] ** 2;
  }
  return Math.sqrt(difference / Math.max(norm, Number.MIN_VALUE));
}
