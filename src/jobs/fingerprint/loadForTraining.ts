import { estimateMemory } from "@/engine/models/memory.ts";
import { EngineError } from "@/engine/errors.ts";
import type { Recipe } from "@/fingerprint/embed/recipe.ts";
import { formatBytes } from "@/lib/format.ts";
import { openDevice } from "../openDevice.ts";
import { say, type Loaded, type Run } from "./context.ts";

/** Above this, activations are recomputed in the backward pass. */
const CHECKPOINT_ABOVE_PARAMETERS = 50e6;

/** Frozen weights are rounded to bf16 only where memory is short: it moves the model a little. */
function keepsFullPrecision({ trainable }: Recipe): boolean {
  return trainable.kind === "full" || trainable.kind === "body";
}

/** Opens the device the settings ask for and loads the model for training. */
export async function loadForTraining(run: Run, recipe: Recipe): Promise<Loaded> {
  const { opened, settings, context } = run;
  const { folder } = opened;
  const { engine, report } = await openDevice(settings.device);
  context.emit({ type: "device", device: report });
  try {
    const checkpoint = folder.parameterCount > CHECKPOINT_ABOVE_PARAMETERS;
    const memory = estimateMemory(folder.config, {
      trainable: recipe.trainable,
      frozenFormat: keepsFullPrecision(recipe) ? "f32" : "bf16",
      checkpoint,
      keepOriginal: recipe.averageLambda > 0,
      savesValues: recipe.fakeInt4Every > 0 || recipe.metaEvery > 0,
      sequenceTokens: recipe.benignLength,
      rows: recipe.benignSequences * recipe.benignLength,
    });
    if (memory.largestTensorBytes > engine.device.maxBufferBytes) {
      throw new EngineError(
        "GPU_LIMIT_TOO_LOW",
        `The largest tensor needs ${formatBytes(memory.largestTensorBytes)} in one buffer; ` +
          `this device allows ${formatBytes(engine.device.maxBufferBytes)}.`,
        "Choose a device with more memory, a smaller model, or LoRA with frozen weights.",
      );
    }
    const frozenFormat = keepsFullPrecision(recipe) ? "f32" : "bf16";
    const model = await engine.load(folder.config, folder.weights, {
      trainable: recipe.trainable,
      frozenFormat,
      checkpoint,
      keepOriginal: recipe.averageLambda > 0,
      signal: context.signal,
      onProgress: ({ done, total, tensor }) =>
        say(context, "open", `Loading ${tensor}`, done / total),
    });
    return { engine, report, model };
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
