import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { utf8 } from "@/lib/bytes.ts";
import { bytesSource } from "../byteSource.ts";
import type { Dtype } from "../dtype.ts";
import { DTYPE_BITS } from "../dtype.ts";
import { FormatError } from "../errors.ts";
import { openSafetensors } from "../safetensors/reader.ts";
import { buildSafetensors } from "../safetensors/writer.ts";
import { parseConfig } from "./config.ts";
import { expectedTensors } from "./expectedTensors.ts";
import type { FolderFile } from "./folderFiles.ts";
import { hashModel, hashModelFiles } from "./hashModel.ts";
import { openModelFolder } from "./modelFolder.ts";

// Made by scripts/oracle/make_format_goldens.py with transformers: qwen2, F16, tied, three shards.
const fixtures = new URL("../fixtures/", import.meta.url);
const tied: FolderFile[] = readdirSync(new URL("tied/", fixtures)).map((name) => ({
  path: `tied/${name}`,
  source: bytesSource(name, readFileSync(new URL(`tied/${name}`, fixtures))),
}));
const golden: { parameters: number; heads: Record<string, number[]> } = JSON.parse(
  readFileSync(new URL("tied.json", fixtures), "utf8"),
);

const rawConfig = {
  model_type: "llama",
  vocab_size: 8,
  hidden_size: 4,
  intermediate_size: 6,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  eos_token_id: 5,
};
type Shapes = Map<string, readonly number[]>;

const text = (path: string, content: string): FolderFile => ({
  path,
  source: bytesSource(path.split("/").at(-1) ?? path, utf8(content)),
});

function weights(path: string, change: (shapes: Shapes) => void = () => {}, dtype: Dtype = "BF16") {
  const shapes: Shapes = expectedTensors(parseConfig(rawConfig));
  change(shapes);
  const tensors = [...shapes].map(([name, shape]) => {
    const elements = shape.reduce((product, dim) => product * dim, 1);
    return { name, dtype, shape, bytes: new Uint8Array((elements * DTYPE_BITS[dtype]) / 8) };
  });
  return { path, source: bytesSource("model.safetensors", buildSafetensors(tensors)) };
}

const config = text("config.json", JSON.stringify(rawConfig));
const codeOf = (error: unknown) => (error instanceof FormatError ? error.code : error);

describe("a sharded folder of transformers", () => {
  test("opens with its config, tensors and ids", async () => {
    const folder = await openModelFolder(tied);
    folder.checkTensors();
    expect(folder.root).toBe("tied");
    expect(folder.config).toMatchObject({ architecture: "qwen2", tiedEmbeddings: true });
    expect(folder.parameterCount).toBe(golden.parameters);
    expect([...folder.weightFiles.keys()]).toHaveLength(3);
    expect(folder.generationConfig).toEqual({ eosIds: [3, 5], bosId: 1 });
    expect(folder.warnings).toEqual([]);
    expect(folder.sidecars.map(({ path }) => path).sort()).toEqual([
      "config.json",
      "generation_config.json",
      "model.safetensors.index.json",
    ]);
    const embedding = folder.tensors.find(({ name }) => name === "model.embed_tokens.weight");
    expect(embedding).toMatchObject({ dtype: "F16", shape: [24, 16], sizeBytes: 768 });
    expect(embedding?.file).toMatch(/-of-00003\.safetensors$/);
  });

  test("reads through the shards what torch has", async () => {
    const { weights: source } = await openModelFolder(tied);
    expect([...source.names()].sort()).toEqual(Object.keys(golden.heads).sort());
    for (const [name, head] of Object.entries(golden.heads)) {
      expect(Array.from((await source.readF32(name)).slice(0, 4)), name).toEqual(head);
    }
    await expect(source.readF32("lm_head.weight")).rejects.toMatchObject({
      code: "TENSOR_MISSING",
    });
    expect(() => source.shape("x")).toThrow(FormatError);
  });

  test("hashes as sha256sum does", async () => {
    // cd tied; export LC_ALL=C; sha256sum $(printf '%s\n' config.json *.safetensors | sort) | sha256sum
    const folder = await openModelFolder(tied);
    const seen: number[] = [];
    const hash = await hashModel(folder, undefined, ({ doneBytes, totalBytes }) => {
      seen.push(doneBytes / totalBytes);
    });
    expect(hash).toBe("74374f98a03ee4638a94d8ceae2248e94ab4c739c143a273221359fddcdede9a");
    expect(seen.at(-1)).toBe(1);
    const paths = (await hashModelFiles(folder)).map(({ path }) => path);
    expect(paths).toEqual(["config.json", ...folder.weightFiles.keys()]);
    await expect(hashModel(folder, AbortSignal.abort())).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  test.each([1, 2, 3])("shard %d missing", async (number) => {
    const shard = `model-0000${number}-of-00003.safetensors`;
    const files = tied.filter(({ path }) => !path.endsWith(shard));
    await expect(openModelFolder(files)).rejects.toMatchObject({
      code: "SHARD_MISSING",
      message: `1 of 3 shards are missing: ${shard}.`,
    });
  });

  test("index missing", async () => {
    const files = tied.filter(({ path }) => !path.endsWith("index.json"));
    await expect(openModelFolder(files)).rejects.toMatchObject({ code: "SHARD_MISSING" });
  });

  test("shards exchanged", async () => {
    const [first, second] = tied.filter(({ path }) => path.endsWith(".safetensors"));
    const files = tied.map((file) => {
      if (file === first) return { ...file, source: second.source };
      return file === second ? { ...file, source: first.source } : file;
    });
    await expect(openModelFolder(files)).rejects.toMatchObject({ code: "SHARD_MISMATCH" });
  });
});

describe("finding the model", () => {
  const model = [config, weights("model.safetensors")];
  const under = (prefix: string) =>
    model.map(({ path, source }) => ({ path: `${prefix}${path}`, source }));

  test.each([
    ["", ""],
    ["./", ""],
    ["/", ""],
    ["a/b/", "a/b"],
    ["a\\b\\", "a/b"],
  ])("under %j", async (prefix, root) => {
    expect((await openModelFolder(under(prefix))).root).toBe(root);
  });

  test("the shallowest of several, without what lies beside it", async () => {
    const folder = await openModelFolder([
      ...under("m/"),
      ...under("m/checkpoint-5/"),
      text("notes.txt", "x"),
      text("m/.git/HEAD", "x"),
      text("m/.gitattributes", "x"),
    ]);
    expect(folder.root).toBe("m");
    expect(folder.sidecars.map(({ path }) => path)).toEqual([
      "config.json",
      "checkpoint-5/config.json",
      ".gitattributes",
    ]);
    expect(folder.foreignWeights).toEqual(["checkpoint-5/model.safetensors"]);
  });

  test("two at the same depth", async () => {
    await expect(openModelFolder([...under("a/"), ...under("b/")])).rejects.toMatchObject({
      code: "FOLDER_AMBIGUOUS",
      message: "There are 2 models here: a, b.",
    });
  });

  test("other weights are told apart from sidecars", async () => {
    const folder = await openModelFolder([
      ...model,
      ...["pytorch_model.bin", "onnx/model.onnx", "m.gguf", "optimizer.pt"].map((path) =>
        text(path, "x"),
      ),
      text("model.safetensors.index.json", "{}"),
      text("training_args.bin", "x"),
      text("tokenizer.model", "x"),
    ]);
    expect(folder.foreignWeights).toEqual([
      "pytorch_model.bin",
      "onnx/model.onnx",
      "m.gguf",
      "optimizer.pt",
      "model.safetensors.index.json",
    ]);
    expect(folder.sidecars.map(({ path }) => path)).toEqual([
      "config.json",
      "training_args.bin",
      "tokenizer.model",
    ]);
    expect(folder.tokenizerFiles.others).toEqual(["tokenizer.model"]);
    expect(folder.warnings).toHaveLength(1);
  });

  test("a single safetensors file of another name", async () => {
    const folder = await openModelFolder([config, weights("weights.safetensors")]);
    expect([...folder.weightFiles.keys()]).toEqual(["weights.safetensors"]);
    expect(folder.generationConfig).toEqual({ eosIds: [5], bosId: null });
  });

  test.each<[string, FolderFile[], string, RegExp]>([
    ["nothing", [], "CONFIG_MISSING", /no files/],
    ["only text", [text("a.txt", "x"), text("b.txt", "y")], "CONFIG_MISSING", /no config\.json/],
    ["one unknown file", [text("a.xyz", "hello")], "UNSUPPORTED_FORMAT", /68 65 6c 6c 6f/],
    [
      "GGUF alone",
      [text("m.gguf", "GGUF\x03\0\0\0")],
      "UNSUPPORTED_FORMAT",
      /GGUF file \(first bytes 47 47 55 46/,
    ],
    [
      "ONNX with config",
      [config, text("onnx/model.onnx", "\x08\x0a\x12\x07pytorch")],
      "UNSUPPORTED_FORMAT",
      /ONNX/,
    ],
    [
      "pickle alone",
      [config, text("pytorch_model.bin", "PK\x03\x04xxxx")],
      "UNSUPPORTED_FORMAT",
      /50 4b 03 04/,
    ],
    ["no weights", [config], "WEIGHTS_MISSING", /no safetensors/],
    ["no config", [weights("model.safetensors")], "CONFIG_MISSING", /no config\.json beside/],
    [
      "adapter",
      [text("adapter_config.json", "{}"), weights("adapter_model.safetensors")],
      "UNSUPPORTED_FORMAT",
      /LoRA/,
    ],
    [
      "adapter with config",
      [config, weights("adapter_model.safetensors")],
      "UNSUPPORTED_FORMAT",
      /LoRA/,
    ],
    [
      "two weight files",
      [config, weights("a.safetensors"), weights("b.safetensors")],
      "WEIGHTS_MISSING",
      /2 safetensors files/,
    ],
    [
      "config no JSON",
      [text("config.json", "{"), weights("model.safetensors")],
      "JSON_INVALID",
      /config\.json/,
    ],
    ["paths that climb out", [{ ...config, path: "../config.json" }], "CONFIG_MISSING", /no files/],
  ])("%s", async (_, files, code, message) => {
    const error: unknown = await openModelFolder(files).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("config and tensors", () => {
  const check = async (change: (shapes: Shapes) => void, dtype?: Dtype) => {
    const folder = await openModelFolder([config, weights("model.safetensors", change, dtype)]);
    folder.checkTensors();
    return folder;
  };

  test("agree", async () => {
    const folder = await check((shapes) => {
      shapes.set("model.layers.0.self_attn.rotary_emb.inv_freq", [1]);
      shapes.set("extra.buffer", [3]);
    });
    // 2·8·4 embeddings, 2 layers of 4·16 + 3·24 + 2·4, 4 for the last norm.
    expect(folder.parameterCount).toBe(64 + 2 * (64 + 72 + 8) + 4);
  });

  const q = "model.layers.1.self_attn.q_proj.weight";
  test.each<[string, (shapes: Shapes) => void, string, RegExp]>([
    [
      "missing",
      (s) => s.delete(q),
      "TENSOR_MISSING",
      /q_proj\.weight": wanted \[4, 4\], found nothing/,
    ],
    ["no output", (s) => s.delete("lm_head.weight"), "TENSOR_MISSING", /lm_head/],
    [
      "wrong shape",
      (s) => s.set(q, [2, 4]),
      "TENSOR_SHAPE",
      /q_proj\.weight": wanted \[4, 4\], found \[2, 4\]/,
    ],
    ["wrong rank", (s) => s.set(q, [16]), "TENSOR_SHAPE", /found \[16\]/],
    [
      "a layer too many",
      (s) => s.set("model.layers.2.mlp.up_proj.weight", [6, 4]),
      "TENSOR_UNEXPECTED",
      /layers\.2/,
    ],
    [
      "a bias",
      (s) => s.set("model.layers.0.self_attn.q_proj.bias", [4]),
      "TENSOR_UNEXPECTED",
      /bias/,
    ],
  ])("disagree: %s", async (_, change, code, message) => {
    const error: unknown = await check(change).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("weights of a type that is not read", async () => {
    expect(codeOf(await check(() => {}, "F64").catch((error: unknown) => error))).toBe(
      "UNSUPPORTED_DTYPE",
    );
  });
});

test("the weights of every architecture in the golden configs have a place", () => {
  const goldens: { raw: unknown }[] = JSON.parse(
    readFileSync(new URL("configs.json", fixtures), "utf8"),
  );
  for (const { raw } of goldens) {
    const parsed = parseConfig(raw);
    const shapes = expectedTensors(parsed);
    expect(shapes.has("lm_head.weight")).toBe(!parsed.tiedEmbeddings);
    expect(shapes.has("model.layers.2.self_attn.k_norm.weight")).toBe(parsed.qkNorm);
    expect(shapes.has("model.layers.2.self_attn.v_proj.bias")).toBe(parsed.qkvBias);
    expect(shapes.has("model.layers.2.self_attn.o_proj.bias")).toBe(parsed.outputBias);
  }
});

test("opening reads headers only", async () => {
  const file = weights("model.safetensors");
  const { dataStart } = await openSafetensors(file.source);
  let furthest = 0;
  const watched = {
    ...file.source,
    read: (start: number, end: number) => {
      furthest = Math.max(furthest, end);
      return file.source.read(start, end);
    },
  };
  await openModelFolder([config, { path: file.path, source: watched }]);
  expect(furthest).toBe(dataStart);
});
