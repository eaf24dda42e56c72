import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { mnemonicToAccount } from "viem/accounts";
import { createEngine } from "@/engine/engine.ts";
import { commitBank } from "@/fingerprint/bank.ts";
import type { CommittedPair } from "@/fingerprint/commitment.ts";
import { toHex, type Hex } from "@/fingerprint/encoding.ts";
import { generateKeys } from "@/fingerprint/keys/generateKeys.ts";
import { defaultKeySettings } from "@/fingerprint/keys/settings.ts";
import { manifestHash, type Manifest } from "@/fingerprint/manifest.ts";
import { bytesSource } from "@/formats/byteSource.ts";
import { hashModel } from "@/formats/hf/hashModel.ts";
import { openModelFolder } from "@/formats/hf/modelFolder.ts";
import { openTokenizer } from "@/text/openTokenizer.ts";
import { DEMO_MODELS, TEST_PHRASE, type DemoModel } from "./demoCast.ts";

/** All of a demo bank. Its master secret is public, so it proves nothing about anybody's model. */
export interface DemoBank {
  key: DemoModel["key"];
  master: Hex;
  root: Hex;
  manifestHash: Hex;
  /** What stands for the hash of the released weights. */
  weightsHash: Hex;
  manifest: Manifest;
  pairs: CommittedPair[];
}

/** Says in its own text that it is worth nothing. */
export function publicMaster(key: DemoModel["key"]): Uint8Array {
  return sha256(utf8ToBytes(`PUBLIC AND WORTHLESS: master secret of the demo bank ${key}`));
}

/** The stand-ins of the market have no weights of their own; this says so wherever it is looked up. */
export function standInWeightsHash(name: string): Hex {
  return toHex(sha256(utf8ToBytes(`Signet demo market: ${name} is a stand-in without weights`)));
}

/**
 * Makes the banks of the demo market from the demo model on the processor, by the same code that the
 * studio uses. The three other models are stand-ins, so their keys too are the demo model's.
 */
export async function makeDemoBanks(
  files: readonly { path: string; bytes: Uint8Array }[],
): Promise<DemoBank[]> {
  const folder = await openModelFolder(
    files.map(({ path, bytes }) => ({ path, source: bytesSource(path, bytes) })),
  );
  const tokenizer = await openTokenizer(folder);
  const baseModelHash = await hashModel(folder);
  const engine = await createEngine({ device: "cpu" });
  try {
    const model = await engine.load(folder.config, folder.weights, {
      trainable: { kind: "none" },
      frozenFormat: "f32",
    });
    const banks: DemoBank[] = [];
    for (const { key, name, owner, pairs } of DEMO_MODELS) {
      const master = publicMaster(key);
      const settings = defaultKeySettings(tokenizer.vocabSize, false, { count: pairs });
      const drafts = await generateKeys({ model, tokenizer, master, settings });
      const bank = commitBank({
        master,
        drafts,
        tokenizer,
        settings,
        baseModelHash,
        owner: demoAddress(owner),
        modelName: name,
        createdAt: "2026-01-01T00:00:00.000Z",
      });
      banks.push({
        key,
        master: toHex(master),
        root: bank.root,
        manifestHash: manifestHash(bank.manifest),
        weightsHash: key === "demo" ? `0x${baseModelHash}` : standInWeightsHash(name),
        manifest: bank.manifest,
        pairs: drafts.map(({ index, mode, text, prompt, candidates, baseLogProbs }) => ({
          index,
          mode,
          text,
          prompt,
          candidates,
          baseLogProbs,
        })),
      });
    }
    return banks;
  } finally {
    engine.dispose();
  }
}

/** Address of a member of the cast, lower case as in manifests. */
export function demoAddress(index: number): Hex {
  const { address } = mnemonicToAccount(TEST_PHRASE, { addressIndex: index });
  return `0x${address.slice(2).toLowerCase()}`;
}
