import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import {
  copyOfDemo,
  editBytes,
  editHeader,
  editJson,
  removeFile,
  tensor,
} from "./support/damage.ts";
import { openDemo, startRun } from "./support/steps.ts";
import { expect, test } from "./support/studio.ts";

/** Every error has a code, says what happened, and what to do about it. */
async function expectError(
  page: Page,
  testId: string,
  code: string,
  message: RegExp,
): Promise<void> {
  const notice = page.getByTestId(testId).first();
  await expect(notice.getByTestId("error-code")).toHaveText(code, { timeout: 60_000 });
  await expect(notice).toContainText(message);
  expect((await notice.locator("p").first().innerText()).length).toBeGreaterThan(15);
}

interface Case {
  name: string;
  code: string;
  message: RegExp;
  spoil: (folder: string) => Promise<void>;
}

const CASES: readonly Case[] = [
  {
    name: "weights that were cut short",
    code: "FILE_TRUNCATED",
    message: /model\.safetensors/,
    spoil: (folder) =>
      editBytes(folder, "model.safetensors", (bytes) => bytes.subarray(0, bytes.length - 1000)),
  },
  {
    name: "tensors that overlap",
    code: "TENSOR_SPANS",
    message: /overlap|gap|fill/i,
    spoil: (folder) =>
      editHeader(folder, (header) => {
        const [first, second] = Object.values(header).filter((entry) => entry.data_offsets);
        const sizeBytes = second.data_offsets[1] - second.data_offsets[0];
        second.data_offsets = [first.data_offsets[0], first.data_offsets[0] + sizeBytes];
      }),
  },
  {
    name: "a header that claims a terabyte",
    code: "HEADER_TOO_LARGE",
    message: /header/i,
    spoil: (folder) =>
      editBytes(folder, "model.safetensors", (bytes) => {
        bytes.writeBigUInt64LE(1n << 40n);
        return bytes;
      }),
  },
  {
    name: "a shard that is not there",
    code: "SHARD_MISSING",
    message: /model-00002-of-00002\.safetensors/,
    spoil: async (folder) => {
      await rename(
        join(folder, "model.safetensors"),
        join(folder, "model-00001-of-00002.safetensors"),
      );
      const index = {
        metadata: {},
        weight_map: {
          "model.embed_tokens.weight": "model-00001-of-00002.safetensors",
          "model.norm.weight": "model-00002-of-00002.safetensors",
        },
      };
      await writeFile(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
    },
  },
  {
    name: "a configuration of another model",
    code: "TENSOR_SHAPE",
    message: /shape|\[/i,
    spoil: (folder) =>
      editJson(folder, "config.json", (config) =>
        Object.assign(config, { intermediate_size: 384 }),
      ),
  },
  {
    name: "an architecture that is not known",
    code: "UNSUPPORTED_ARCHITECTURE",
    message: /gpt_neox/,
    spoil: (folder) =>
      editJson(folder, "config.json", (config) =>
        Object.assign(config, { model_type: "gpt_neox", architectures: ["GPTNeoXForCausalLM"] }),
      ),
  },
  {
    name: "a dtype that is not known",
    code: "UNSUPPORTED_DTYPE",
    message: /I16/,
    spoil: (folder) =>
      editHeader(folder, (header) => {
        tensor(header, "norm.weight").dtype = "I16";
      }),
  },
  {
    name: "no configuration",
    code: "CONFIG_MISSING",
    message: /config\.json/,
    spoil: (folder) => removeFile(folder, "config.json"),
  },
  {
    name: "no tokenizer",
    code: "TOKENIZER_MISSING",
    message: /tokenizer\.json/,
    spoil: (folder) => removeFile(folder, "tokenizer.json"),
  },
];

for (const { name, code, message, spoil } of CASES) {
  test(`the creator refuses ${name}`, async ({ page, studio }) => {
    const folder = await copyOfDemo();
    await spoil(folder);
    await page.goto(`${studio.origin}/`);
    await page.getByTestId("model-dropzone").getByLabel("model folder").setInputFiles(folder);
    await expectError(page, "error", code, message);
    await expect(page.getByTestId("start-run").and(page.locator(":enabled"))).toHaveCount(0);
  });
}

test("weights that are not numbers end the run before it starts", async ({ page, studio }) => {
  const folder = await copyOfDemo();
  await editBytes(folder, "model.safetensors", (bytes) => {
    bytes.writeUInt16LE(0x7e00, bytes.length - 2000);
    return bytes;
  });
  await page.goto(`${studio.origin}/`);
  await page.getByTestId("model-dropzone").getByLabel("model folder").setInputFiles(folder);
  await startRun(page, { pairs: 2, device: "cpu" });
  await expectError(page, "run-error", "WEIGHTS_NOT_FINITE", /NaN|finite|infinite/i);
});

test("a full disk is said before anything is lost", async ({ page, studio, context }) => {
  await openDemo(page, studio.origin);
  const session = await context.newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", {
    origin: studio.origin,
    quotaSize: 1_000_000,
  });
  await startRun(page, { pairs: 2, device: "cpu" });
  await expectError(page, "run-error", "QUOTA_EXCEEDED", /storage/i);
});
