import type { Llama3RopeScaling, ModelConfig } from "../types.ts";

/**
 * Inverse frequencies of RoPE in single precision, as transformers computes them
 * (`modeling_rope_utils`, default and `llama3`).
 * @returns [headDim / 2], radians per position
 */
export function inverseFrequencies(
  headDim: number,
  theta: number,
  scaling: Llama3RopeScaling | null,
): Float32Array {
  const frequencies = new Float32Array(headDim / 2);
  for (let k = 0; k < frequencies.length; k++) {
    const exponent = Math.fround((2 * k) / headDim);
    const frequency = Math.fround(1 / Math.fround(Math.pow(theta, exponent)));
    frequencies[k] = scaling ? scaleLlama3(frequency, scaling) : frequency;
  }
  return frequencies;
}

/** Long waves are slowed down by `factor`, short ones kept, those between are blended. */
function scaleLlama3(frequency: number, scaling: Llama3RopeScaling): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = scaling;
  const waveLength = (2 * Math.PI) / frequency;
  if (waveLength < originalMaxPositions / highFreqFactor) return frequency;
  if (waveLength > originalMaxPositions / lowFreqFactor) return frequency / factor;
  const smooth =
    (originalMaxPositions / waveLength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/**
 * Cosine and sine of every angle. WGSL's own sin and cos are too coarse for training, hence a table.
 * @returns [seq, headDim / 2, 2]
 */
export function ropeTable(config: ModelConfig, seq: number): Float32Array {
  const frequencies = inverseFrequencies(config.headDim, config.ropeTheta, config.ropeScaling);
  const half = frequencies.length;
  const table = new Float32Array(seq * half * 2);
  for (let position = 0; position < seq; position++) {
    for (let k = 0; k < half; k++) {
      const angle = Math.fround(position * frequencies[k]);
      table[(position * half + k) * 2] = Math.cos(angle);
      table[(position * half + k) * 2 + 1] = Math.sin(angle);
    }
  }
  return table;
}
