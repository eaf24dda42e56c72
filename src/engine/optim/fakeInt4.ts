import { roundToInt4 } from "../cpu/quantise.ts";
import { addLora } from "../models/lora.ts";
import type { DecoderModel } from "../models/loadedModel.ts";
import { loraNames, storedRank } from "../models/parameters.ts";

/**
 * Runs `work` with rounded weights and brings the exact ones back. Trained matrices
 * are rounded on the device. With LoRA it is the merged matrices that an attacker would round, not the
 * factors, so the frozen weights meanwhile hold Q(W + s·B·A) − s·B·A: the forward pass sees the rounded
 * sum, and the gradients of A and B are those of the straight-through estimator. That reads every
 * adapted weight from its source twice, which costs more than the step itself on large models.
 * @param restores who calls restoreValues; the caller does when it holds a save of its own
 */
export async function withInt4Weights<T>(
  model: DecoderModel,
  restores: "here" | "caller",
  work: () => Promise<T>,
): Promise<T> {
  if (model.trainable.kind === "lora") return withRoundedBase(model, work);
  model.store.enterFakeInt4();
  try {
    return await work();
  } finally {
    if (restores === "here") model.store.restoreValues();
  }
}

async function withRoundedBase<T>(model: DecoderModel, work: () => Promise<T>): Promise<T> {
  const touched: string[] = [];
  try {
    for (const name of model.trainedNames()) {
      touched.push(name);
      await roundBase(model, name);
    }
    return await work();
  } finally {
    for (const name of touched) model.store.write(name, await model.readSource(name));
  }
}

async function roundBase(model: DecoderModel, name: string): Promise<void> {
  const { trainable, store } = model;
  if (trainable.kind !== "lora") return;
  const { down, up } = loraNames(name);
  const [A, B] = await Promise.all([store.read(down), store.read(up)]);
  const rank = storedRank(trainable.rank);
  const scale = trainable.alpha / trainable.rank;
  const values = (await model.readSource(name)).slice();
  addLora(values, B, A, rank, scale);
  roundToInt4(values, A.length / rank);
  addLora(values, B, A, rank, -scale);
  store.write(name, values);
}
