import { throwIfAborted } from "@/lib/errors.ts";
import { EngineError } from "../errors.ts";
import { resizeMatrix } from "../models/padding.ts";
import { weightShapes } from "../models/parameters.ts";
import type { ParameterSpec, ParameterStore } from "../tape/ir.ts";
import { elementCount } from "../tape/slots.ts";
import type { ModelConfig, TrainableSet, TrainerState } from "../types.ts";

type Tensors = TrainerState["tensors"];

/** Shape of a trained parameter without the padding that the store adds. */
function plainShape(
  config: ModelConfig,
  trainable: TrainableSet,
  { name, shape }: ParameterSpec,
): readonly number[] {
  if (trainable.kind !== "lora") return weightShapes(config).get(name) ?? shape;
  const { rank } = trainable;
  return name.endsWith("lora_A.weight") ? [rank, shape[1]] : [shape[0], rank];
}

/** Reads every trained parameter with its moments. */
export async function readTrainerState(
  config: ModelConfig,
  trainable: TrainableSet,
  specs: readonly ParameterSpec[],
  store: ParameterStore,
  signal?: AbortSignal,
): Promise<Tensors> {
  const tensors: Tensors = {};
  for (const spec of specs) {
    if (!spec.trainable) continue;
    throwIfAborted(signal);
    const plain = plainShape(config, trainable, spec);
    const [value, m, v] = await Promise.all(
      (["value", "m", "v"] as const).map(async (part) =>
        resizeMatrix(await store.read(spec.name, part), spec.shape, plain),
      ),
    );
    tensors[spec.name] = { value, m, v };
  }
  return tensors;
}

/**
 * Writes a state back; everything is checked before anything is written.
 * @throws EngineError CHECKPOINT_MISMATCH
 */
export function writeTrainerState(
  config: ModelConfig,
  trainable: TrainableSet,
  specs: readonly ParameterSpec[],
  store: ParameterStore,
  tensors: Tensors,
): void {
  const trained = specs.filter((spec) => spec.trainable);
  for (const spec of trained) {
    const count = elementCount(plainShape(config, trainable, spec));
    const found = tensors[spec.name];
    if (!found) throw mismatch(spec.name, `${count} values`, "nothing");
    for (const values of [found.value, found.m, found.v]) {
      if (values.length !== count) {
        throw mismatch(spec.name, `${count} values`, `${values.length}`);
      }
    }
  }
  for (const spec of trained) {
    const plain = plainShape(config, trainable, spec);
    const { value, m, v } = tensors[spec.name];
    store.write(spec.name, resizeMatrix(value, plain, spec.shape));
    store.writeMoment(spec.name, "m", resizeMatrix(m, plain, spec.shape));
    store.writeMoment(spec.name, "v", resizeMatrix(v, plain, spec.shape));
  }
}

function mismatch(name: string, wanted: string, found: string): EngineError {
  return new EngineError(
    "CHECKPOINT_MISMATCH",
    `The checkpoint does not fit this model: ${name} should have ${wanted}, found ${found}.`,
    "Resume with the model and the settings the run was started with.",
    { details: name },
  );
}
