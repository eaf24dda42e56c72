import type { TrainerState } from "@/engine/types.ts";
import type { EmbedSnapshot } from "@/fingerprint/embed/embed.ts";
import type { EmbedProgress } from "@/fingerprint/embed/schedule.ts";
import type { RunDirectory } from "@/storage/runDirectory.ts";
import { JobError } from "../errors.ts";

const FILE = "checkpoint.bin";
const PARTS = ["value", "m", "v"] as const;

interface Header {
  version: 1;
  step: number;
  progress: EmbedProgress;
  tensors: { name: string; length: number }[];
}

/**
 * Writes a trainer's state: uint32 length of a JSON header, the header, then for each tensor value, m
 * and v as little-endian f32. The file is replaced at once.
 *
 * @returns its size in bytes
 */
export async function writeCheckpoint(
  directory: RunDirectory,
  { state, progress }: EmbedSnapshot,
): Promise<number> {
  const tensors = Object.entries(state.tensors);
  const header: Header = {
    version: 1,
    step: state.step,
    progress,
    tensors: tensors.map(([name, { value }]) => ({ name, length: value.length })),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const writer = await directory.openWriter(FILE);
  try {
    await writer.write(new Uint8Array(Uint32Array.of(json.length).buffer));
    await writer.write(json);
    let sizeBytes = 4 + json.length;
    for (const [, tensor] of tensors) {
      for (const part of PARTS) {
        const values = new Float32Array(tensor[part]);
        await writer.write(new Uint8Array(values.buffer));
        sizeBytes += values.byteLength;
      }
    }
    await writer.commit();
    return sizeBytes;
  } finally {
    await writer.discard();
  }
}

/** The last checkpoint of a run, or null when it has none yet. */
export async function readCheckpoint(directory: RunDirectory): Promise<EmbedSnapshot | null> {
  if (!(await directory.has(FILE))) return null;
  const file = await directory.read(FILE);
  try {
    const [headerBytes] = new Uint32Array(await file.slice(0, 4).arrayBuffer());
    const header: Header = JSON.parse(await file.slice(4, 4 + headerBytes).text());
    const tensors: TrainerState["tensors"] = {};
    let at = 4 + headerBytes;
    const next = async (length: number): Promise<Float32Array> => {
      const buffer = await file.slice(at, at + 4 * length).arrayBuffer();
      if (buffer.byteLength !== 4 * length) throw new RangeError("the checkpoint is cut short");
      at += 4 * length;
      return new Float32Array(buffer);
    };
    for (const { name, length } of header.tensors) {
      tensors[name] = { value: await next(length), m: await next(length), v: await next(length) };
    }
    return { state: { step: header.step, tensors }, progress: header.progress };
  } catch (cause) {
    throw new JobError(
      "CHECKPOINT_DAMAGED",
      "The checkpoint of this run cannot be read.",
      "Delete the run and start again.",
      { cause },
    );
  }
}

export async function removeCheckpoint(directory: RunDirectory): Promise<void> {
  await directory.remove(FILE);
}
