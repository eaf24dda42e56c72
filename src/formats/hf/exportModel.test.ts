import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { concatBytes, fromUtf8, utf8 } from "@/lib/bytes.ts";
import { bytesSource } from "../byteSource.ts";
import { buildSafetensors } from "../safetensors/writer.ts";
import type { TensorValues } from "../safetensors/writer.ts";
import { exportModelFolder } from "./exportModel.ts";
import type { ExportOptions } from "./exportModel.ts";
import type { FolderFile } from "./folderFiles.ts";
import { amendModelCard } from "./modelCard.ts";
import { openModelFolder } from "./modelFolder.ts";

const fixtures = new URL("../fixtures/tied/", import.meta.url);
const tied: FolderFile[] = readdirSync(fixtures).map((name) => ({
  path: name,
  source: bytesSource(name, readFileSync(new URL(name, fixtures))),
}));
const text = (path: string, content: string | Uint8Array): FolderFile => ({
  path,
  source: bytesSource(path, typeof content === "string" ? utf8(content) : content),
});

async function run(
  files: readonly FolderFile[],
  changed: Record<string, Float32Array> = {},
  options?: ExportOptions,
): Promise<Map<string, Uint8Array>> {
  const values = new Map(
    Object.entries(changed).map(([name, value]): [string, TensorValues] => [
      name,
      async () => value,
    ]),
  );
  const out = new Map<string, Uint8Array>();
  for await (const file of exportModelFolder(await openModelFolder(files), values, options)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.stream) chunks.push(chunk);
    const bytes = concatBytes(chunks);
    expect(bytes.length, file.path).toBe(file.sizeBytes);
    expect(out.has(file.path)).toBe(false);
    out.set(file.path, bytes);
  }
  return out;
}

async function contents(files: readonly FolderFile[]): Promise<Map<string, Uint8Array>> {
  const entries = files.map(
    async ({ path, source }) => [path, await source.read(0, source.sizeBytes)] as const,
  );
  return new Map(await Promise.all(entries));
}

const reopen = (out: ReadonlyMap<string, Uint8Array>) =>
  openModelFolder([...out].map(([path, bytes]) => text(path, bytes)));

test("nothing changed: every file byte for byte", async () => {
  const files = [...tied, text("LICENSE", "MIT"), text("assets/logo.bin.txt", "x")];
  const sorted = (map: Map<string, Uint8Array>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted(await run(files))).toEqual(sorted(await contents(files)));
});

test("changed tensors are replaced in their shards, all else stays", async () => {
  const before = await openModelFolder(tied);
  const name = "model.layers.1.mlp.down_proj.weight";
  const values = (await before.weights.readF32(name)).map((value) => value + 0.5);
  const after = await reopen(await run(tied, { [name]: values }));
  after.checkTensors();
  expect(after.tensors).toEqual(before.tensors);
  for (const tensor of before.weights.names()) {
    const old = await before.weights.readF32(tensor);
    const found = await after.weights.readF32(tensor);
    if (tensor !== name) expect(found).toEqual(old);
    // F16 keeps 11 bits, so values below 1 move by at most 2^-12.
    else
      found.forEach((value, i) =>
        expect(Math.abs(value - values[i])).toBeLessThanOrEqual(2 ** -12),
      );
  }
});

test("a tensor that is not there cannot be replaced", async () => {
  await expect(run(tied, { "lm_head.weight": new Float32Array(4) })).rejects.toMatchObject({
    code: "TENSOR_MISSING",
  });
});

test("a stored output projection follows a tied embedding", async () => {
  const config = {
    model_type: "llama",
    vocab_size: 2,
    hidden_size: 2,
    intermediate_size: 2,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    tie_word_embeddings: true,
  };
  const zero = { dtype: "F32" as const, shape: [2, 2], bytes: new Uint8Array(16) };
  const weights = buildSafetensors([
    { name: "model.embed_tokens.weight", ...zero },
    { name: "lm_head.weight", ...zero },
  ]);
  const files = [text("config.json", JSON.stringify(config)), text("model.safetensors", weights)];
  const embedding = Float32Array.of(1, 2, 3, 4);
  const after = await reopen(await run(files, { "model.embed_tokens.weight": embedding }));
  expect(await after.weights.readF32("lm_head.weight")).toEqual(embedding);
});

test("weights in other formats are left out", async () => {
  const out = await run([...tied, text("pytorch_model.bin", "x"), text("model.gguf", "x")]);
  expect([...out.keys()].sort()).toEqual(tied.map(({ path }) => path).sort());
});

test("extra files are added and replace those of the same path", async () => {
  const extraFiles = [
    { path: "signet.json", bytes: utf8("{}") },
    { path: "generation_config.json", bytes: utf8("[]") },
  ];
  const out = await run(tied, {}, { extraFiles });
  expect(out.get("signet.json")).toEqual(utf8("{}"));
  expect(out.get("generation_config.json")).toEqual(utf8("[]"));
});

test("exporting stops when aborted", async () => {
  const control = new AbortController();
  const folder = await openModelFolder(tied);
  const drain = async () => {
    for await (const file of exportModelFolder(folder, new Map(), { signal: control.signal })) {
      control.abort();
      for await (const chunk of file.stream) expect(chunk.length).toBeGreaterThan(0);
    }
  };
  await expect(drain()).rejects.toMatchObject({ name: "AbortError" });
});

describe("the model card", () => {
  const front = "---\nlicense: mit\nbase_model: x/y\n---\n\n# Model\n\nWords.\n";

  test("keeps front matter and text and is written once", async () => {
    const files = [...tied, text("README.md", front)];
    const readme = (await run(files, {}, { card: "## Fingerprint\n\nOne." })).get("README.md");
    const first = fromUtf8(readme ?? new Uint8Array());
    expect(first.startsWith(front.trimEnd())).toBe(true);
    expect(first).toContain("## Fingerprint\n\nOne.");
    const again = amendModelCard(`${first}\nMore words.\n`, "## Fingerprint\n\nTwo.");
    expect(again).toContain("Two.");
    expect(again).not.toContain("One.");
    expect(again).toContain("More words.");
    expect(again.match(/## Fingerprint/g)).toHaveLength(1);
  });

  test("is made when there is none, and left alone without a section", async () => {
    const made = (await run(tied, {}, { card: "Text." })).get("README.md");
    expect(fromUtf8(made ?? new Uint8Array())).toContain("Text.");
    expect((await run(tied)).has("README.md")).toBe(false);
  });

  test("a section with $& is taken literally", () => {
    expect(amendModelCard(amendModelCard("a", "b"), "$& $1")).toContain("$& $1");
  });
});
