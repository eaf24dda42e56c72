import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEngine } from "@/engine/engine.ts";
import { logSoftmax } from "@/fingerprint/keys/candidates.ts";
import { commit, leafOf, verifyLeaf } from "@/fingerprint/commitment.ts";
import { fromHex, toHex } from "@/fingerprint/encoding.ts";
import { manifestHash } from "@/fingerprint/manifest.ts";
import { pairSalt, pairSecret } from "@/fingerprint/secrets.ts";
import { bytesSource } from "@/formats/byteSource.ts";
import { hashModel } from "@/formats/hf/hashModel.ts";
import { openModelFolder } from "@/formats/hf/modelFolder.ts";
import { CAST, DEMO_MODELS } from "./demoCast.ts";
import { demoAddress, publicMaster, standInWeightsHash, type DemoBank } from "./makeDemoBanks.ts";

const banks: DemoBank[] = JSON.parse(readFileSync("src/chain/market/demoBanks.json", "utf8"));

test("the banks are those of the models of the market, with their owners in the manifests", () => {
  expect(banks.map(({ key }) => key)).toEqual(DEMO_MODELS.map(({ key }) => key));
  for (const [i, bank] of banks.entries()) {
    const { owner, pairs } = DEMO_MODELS[i];
    expect(bank.master).toBe(toHex(publicMaster(bank.key)));
    expect(bank.manifest).toMatchObject({ owner: demoAddress(owner), pairs, width: 16 });
    expect(bank.pairs).toHaveLength(pairs);
    expect(CAST[owner].index).toBe(owner);
  }
});

test("roots and manifest hashes are recomputed from what is committed", () => {
  for (const bank of banks) {
    const master = fromHex(bank.master, 32);
    const commitment = commit(master, bank.pairs);
    expect(commitment.root).toBe(bank.root);
    expect(manifestHash(bank.manifest)).toBe(bank.manifestHash);
    for (const pair of bank.pairs) {
      const { index } = pair;
      const leaf = leafOf(pair, pairSalt(master, index), pairSecret(master, index));
      expect(verifyLeaf(bank.root, leaf, commitment.proof(index))).toBe(true);
    }
  }
  expect(new Set(banks.map(({ root }) => root)).size).toBe(banks.length);
  const texts = banks.flatMap(({ pairs }) => pairs.map(({ text }) => text));
  expect(new Set(texts).size).toBe(texts.length);
});

test("the first two accounts are those that every tool derives from the test phrase", () => {
  expect(demoAddress(0)).toBe("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  expect(demoAddress(1)).toBe("0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
});

test("candidates and hashes come from the demo model; stand-ins say what they are", async () => {
  const path = "public/demo";
  const folder = await openModelFolder(
    readdirSync(path).map((name) => ({
      path: name,
      source: bytesSource(name, new Uint8Array(readFileSync(join(path, name)))),
    })),
  );
  const demo = banks[3];
  const hash = await hashModel(folder);
  expect(demo.weightsHash).toBe(`0x${hash}`);
  for (const [i, bank] of banks.slice(0, 3).entries()) {
    expect(bank.manifest.baseModelHash).toBe(hash);
    expect(bank.weightsHash).toBe(standInWeightsHash(DEMO_MODELS[i].name));
  }
  const engine = await createEngine({ device: "cpu" });
  const model = await engine.load(folder.config, folder.weights, {
    trainable: { kind: "none" },
    frozenFormat: "f32",
  });
  const pairs = [demo.pairs[0], demo.pairs[15], banks[0].pairs[3]];
  const prompts = pairs.map(({ prompt }) => prompt);
  const rows = prompts.map(({ length }, sequence) => ({ sequence, position: length - 1 }));
  const logits = await model.logits(prompts, rows);
  const width = logits.length / pairs.length;
  for (const [i, pair] of pairs.entries()) {
    const row = logSoftmax(logits.subarray(i * width, (i + 1) * width));
    for (const [j, id] of pair.candidates.entries()) {
      expect(row[id]).toBeCloseTo(pair.baseLogProbs[j], 4);
    }
  }
  engine.dispose();
});
