import { generationConfigOf, tokenizerFilesOf } from "@/formats/hf/modelFolder.ts";
import type { FileEntry } from "@/rpc/protocols.ts";
import { readTokenizer } from "@/text/openTokenizer.ts";
import type { Tokenizer } from "@/text/tokenizer.ts";
import { JobError } from "../errors.ts";
import { folderFiles } from "../openModel.ts";

/**
 * The tokenizer among dropped files; a whole model folder will do, its weights are not read.
 * @throws JobError TOKENIZER_NEEDED; as readTokenizer.
 */
export async function tokenizerOf(
  entries: readonly FileEntry[],
  signal: AbortSignal,
): Promise<Tokenizer> {
  const files = await folderFiles(entries, signal);
  const found = files
    .filter(({ path }) => /(^|\/)tokenizer\.json$/.test(path))
    .toSorted((a, b) => a.path.length - b.path.length)[0];
  if (found === undefined) {
    throw new JobError(
      "TOKENIZER_NEEDED",
      "There is no tokenizer.json among these files.",
      "Add tokenizer.json and tokenizer_config.json as they were published with the model.",
    );
  }
  const prefix = found.path.slice(0, found.path.length - "tokenizer.json".length);
  const beside = new Map(
    files
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ path, source }) => [path.slice(prefix.length), source]),
  );
  const { eosIds } = await generationConfigOf(beside, {}, signal);
  return readTokenizer(tokenizerFilesOf(beside), eosIds, signal);
}
