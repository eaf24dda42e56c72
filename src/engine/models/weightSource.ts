import { EngineError } from "../errors.ts";
import type { ModelConfig, WeightSource } from "../types.ts";
import { LM_HEAD_NAME, weightShapes } from "./parameters.ts";

/**
 * Compares a checkpoint with the configuration before anything is read.
 * @throws EngineError WEIGHTS_MISMATCH naming the tensor, the shape wanted and the shape found
 */
export function checkWeights(config: ModelConfig, source: WeightSource): void {
  const present = new Set(source.names());
  const expected = weightShapes(config);
  for (const [name, wanted] of expected) {
    if (!present.has(name)) throw mismatch(name, wanted, "nothing");
    const found = source.shape(name);
    const same = found.length === wanted.length && wanted.every((size, i) => size === found[i]);
    if (!same) throw mismatch(name, wanted, describe(found));
  }
  const foreign = [...present].find((name) => isUnexpectedPart(name, expected));
  if (foreign !== undefined) {
    throw new EngineError(
      "WEIGHTS_MISMATCH",
      `The weights hold ${foreign}, which a ${config.architecture} of this configuration does not have.`,
      "Check that config.json belongs to these weights.",
      { details: `${foreign}: wanted nothing, found ${describe(source.shape(foreign))}` },
    );
  }
}

/**
 * A tensor inside a block that this architecture would silently ignore, such as a bias or one more
 * layer. Buffers (rotary tables) and a copy of the tied logits matrix do no harm.
 */
function isUnexpectedPart(name: string, expected: ReadonlyMap<string, unknown>): boolean {
  if (expected.has(name) || name === LM_HEAD_NAME) return false;
  return name.startsWith("model.layers.") && /\.(weight|bias)$/.test(name);
}

function describe(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

function mismatch(name: string, wanted: readonly number[], found: string): EngineError {
  return new EngineError(
    "WEIGHTS_MISMATCH",
    `${name} should have the shape ${describe(wanted)}, found ${found}.`,
    "Check that config.json belongs to these weights and that no shard is missing.",
    { details: `${name}: wanted ${describe(wanted)}, found ${found}` },
  );
}

/**
 * Reads one tensor and checks its length and numbers.
 * @throws EngineError WEIGHTS_MISMATCH when it is short, or holds NaN or infinity
 */
export async function readTensor(
  source: WeightSource,
  name: string,
  shape: readonly number[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const values = await source.readF32(name, signal);
  const count = shape.reduce((product, size) => product * size, 1);
  if (values.length !== count) throw mismatch(name, shape, `${values.length} values`);
  if (!values.every(Number.isFinite)) {
    throw new EngineError(
      "WEIGHTS_MISMATCH",
      `${name} holds values that are not numbers.`,
      "The file is damaged or the training that made it diverged; get it again from its source.",
      { details: name },
    );
  }
  return values;
}
