import { readFileSync } from "node:fs";
import { encodeFunctionData, getAddress, zeroHash } from "viem";
import type { Address, Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDemoChain } from "../../../scripts/lib/chain/testing/demoChain.ts";
import type { DemoChain } from "../../../scripts/lib/chain/testing/demoChain.ts";
import { rpc } from "../../../scripts/lib/chain/rpc.mjs";
import { sendLocal } from "../../../scripts/lib/chain/sender.mjs";
import { checkRegistry } from "@/fingerprint/registryCheck.ts";
import { commit, leafOf } from "@/fingerprint/commitment.ts";
import { fromHex } from "@/fingerprint/encoding.ts";
import { manifestHash } from "@/fingerprint/manifest.ts";
import { pairSalt, pairSecret } from "@/fingerprint/secrets.ts";
import type { Registration, RunCommitment } from "@/rpc/registration.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { demoAddress, type DemoBank } from "../market/makeDemoBanks.ts";
import { findCommitment, holderOf, modelsOf } from "./findCommitment.ts";
import { readRegistryView } from "./registryView.ts";
import { readRegistration } from "./readRegistration.ts";
import { newRegistration, nextRegistration } from "./registration.ts";
import { stepOf } from "./steps.ts";
import type { RegistrationStep } from "./steps.ts";

const ADA = getAddress(demoAddress(1));
const BEN = getAddress(demoAddress(2));
const DANA = getAddress(demoAddress(4));
const MODEL = 1n;
const WEIGHTS: Hex = `0x${"5c".repeat(32)}`;

const banks: DemoBank[] = JSON.parse(readFileSync("src/chain/market/demoBanks.json", "utf8"));
const [first] = banks;
const master = new Uint8Array(32).fill(9);
/** A second bank for Ada's model. */
const second = commit(master, first.pairs);
const bankWith = (root: Hex) => ({
  root,
  manifestHash: manifestHash(first.manifest),
  count: first.pairs.length,
  width: first.manifest.width,
});
const bank = bankWith(second.root);
const again: RunCommitment = { ...bank, owner: ADA };

let chain: DemoChain;
let registry: { address: Address; abi: typeof modelRegistryAbi };

beforeAll(async () => {
  chain = await openDemoChain();
  registry = { address: chain.addresses.contracts.registry, abi: modelRegistryAbi };
}, 120_000);

afterAll(() => chain.stop(), 60_000);

const where = () => ({
  ...chain.addresses,
  firstBlock: BigInt(chain.addresses.firstBlock),
});

function start(commitment: RunCommitment, model: bigint | null): Registration {
  const fresh = newRegistration(31_337, registry.address, commitment);
  return model === null ? fresh : { ...fresh, draft: { ...fresh.draft, again: String(model) } };
}

/** What a tab that was just opened makes of the chain. */
async function open(
  registration: Registration,
  commitment: RunCommitment,
  run: { weightsHash?: string } = {},
): Promise<{ registration: Registration; step: RegistrationStep }> {
  const { head, snapshot } = await readRegistration(
    chain.client,
    where(),
    commitment,
    registration,
  );
  const next = nextRegistration(
    registration,
    snapshot === null ? { type: "missing" } : { type: "seen", snapshot },
  );
  return { registration: next, step: stepOf(next, run, head) };
}

const send = (from: Address, data: Hex) => sendLocal(chain, from, { to: registry.address, data });

test("an owned model is fingerprinted again, a new tab at every step, and its old bank still proves", async () => {
  const closed = start(again, MODEL);
  expect((await open(closed, again)).step).toBe("commit");
  await send(
    ADA,
    encodeFunctionData({ ...registry, functionName: "addEpoch", args: [MODEL, bank] }),
  );
  const committed = await open(closed, again);
  expect(committed).toMatchObject({ step: "wait", registration: { model: "1", epoch: 1 } });
  await rpc(chain.url, "anvil_mine", ["0x9"]);
  expect((await open(committed.registration, again)).step).toBe("seal");
  await send(
    BEN,
    encodeFunctionData({ ...registry, functionName: "sealBeacon", args: [MODEL, 1] }),
  );
  const sealed = await open(closed, again);
  expect(sealed.step).toBe("embed");
  const block = await chain.client.getBlock({
    blockNumber: BigInt(sealed.registration.beacon?.blockNumber ?? 0),
  });
  expect(sealed.registration.beacon?.value).toBe(block.hash);
  const run = { weightsHash: WEIGHTS.slice(2) };
  expect((await open(sealed.registration, again, run)).step).toBe("release");
  const terms = await chain.client.readContract({
    ...registry,
    functionName: "termsOf",
    args: [MODEL],
  });
  const args = [MODEL, 1, WEIGHTS, terms, "https://example.org/again"] as const;
  await send(ADA, encodeFunctionData({ ...registry, functionName: "release", args }));
  expect((await open(closed, again, run)).step).toBe("onSale");

  // The first bank is where it was, and a pair of either is proven under its own epoch alone.
  const older: RunCommitment = { ...again, root: first.root, manifestHash: first.manifestHash };
  expect(await findCommitment(chain.client, where(), older, null, null)).toEqual({
    model: MODEL,
    epoch: 0,
  });
  const verify = (epoch: number, key: Uint8Array, bankOf: typeof second) => {
    const [pair] = first.pairs;
    const [, keyHash, candidatesHash, salt, secretHash] = leafOf(
      pair,
      pairSalt(key, 0),
      pairSecret(key, 0),
    );
    const leaf = { index: 0n, keyHash, candidatesHash, salt, secretHash };
    return chain.client.readContract({
      ...registry,
      functionName: "verifyLeaf",
      args: [MODEL, epoch, leaf, bankOf.proof(0)],
    });
  };
  const key = fromHex(first.master, 32);
  expect(await verify(0, key, commit(key, first.pairs))).toBe(true);
  expect(await verify(1, master, second)).toBe(true);
  expect(await verify(1, key, commit(key, first.pairs))).toBe(false);
});

test("a root that somebody copied into a model of their own is not the owner's", async () => {
  const copied = bankWith(`0x${"7a".repeat(32)}`);
  const mine: RunCommitment = { ...copied, owner: ADA };
  await send(
    BEN,
    encodeFunctionData({ ...registry, functionName: "register", args: [copied, []] }),
  );
  expect((await open(start(mine, null), mine)).step).toBe("commit");
  expect((await open(start(mine, MODEL), mine)).step).toBe("commit");
  const bens: RunCommitment = { ...mine, owner: BEN };
  expect((await open(start(bens, null), bens)).step).toBe("wait");
});

test("a model that was handed to its DAO is found, and said to be the DAO's", async () => {
  const [handed] = await modelsOf(chain.client, where(), DANA);
  const holder = await holderOf(chain.client, where(), handed);
  expect(holder.dao).toBe(true);
  expect(holder.owner).not.toBe(DANA);
  expect(await holderOf(chain.client, where(), MODEL)).toEqual({ owner: ADA, dao: false });
  // What the DAO's vote committed, here sent as its timelock would.
  const voted = bankWith(`0x${"8b".repeat(32)}`);
  await rpc(chain.url, "anvil_impersonateAccount", [holder.owner]);
  await rpc(chain.url, "anvil_setBalance", [holder.owner, "0xde0b6b3a7640000"]);
  await send(
    holder.owner,
    encodeFunctionData({ ...registry, functionName: "addEpoch", args: [handed, voted] }),
  );
  const dana: RunCommitment = { ...voted, owner: DANA };
  const { step, registration } = await open(start(dana, handed), dana);
  expect(step).toBe("wait");
  expect(registration).toMatchObject({ model: String(handed), epoch: 1, releasedBefore: true });
  // An account that has nothing to do with the model finds it by naming it.
  const emil: RunCommitment = { ...dana, owner: getAddress(demoAddress(5)) };
  expect((await open(start(emil, null), emil)).step).toBe("commit");
  expect((await open(start(emil, handed), emil)).step).toBe("wait");
});

test("an audit reads every commitment, its beacon and R from the registry", async () => {
  const view = await readRegistryView(chain.client, chain.addresses);
  const { client } = chain;
  expect(BigInt(view.draws.length)).toBe(
    await client.readContract({ ...registry, functionName: "drawCount" }),
  );
  for (const { model, epoch, root, commitBlock, beacon } of view.epochs) {
    const stored = await client.readContract({
      ...registry,
      functionName: "epochOf",
      args: [BigInt(model), epoch],
    });
    expect({ root, commitBlock, beacon: beacon ?? zeroHash }).toEqual({
      root: stored.root,
      commitBlock: Number(stored.commitBlock),
      beacon: stored.beacon,
    });
  }
  const { manifest, root } = first;
  const sealed = view.epochs.find((each) => each.root === root)?.beacon ?? zeroHash;
  const source = { chainId: 31_337, registry: registry.address, blockNumber: 0 };
  const check = (value: Hex) =>
    checkRegistry({ manifest, root, beacon: { kind: "bound", value, source } }, view);
  expect(check(sealed)).toMatchObject({ state: "confirmed", model: "1", epoch: 0 });
  expect(check(WEIGHTS)).toMatchObject({ state: "refuted", problem: "otherBeacon" });
});

test("a draw that was lost and taken again counts twice", async () => {
  const before = await readRegistryView(chain.client, chain.addresses);
  const third = bankWith(`0x${"6f".repeat(32)}`);
  await send(
    ADA,
    encodeFunctionData({ ...registry, functionName: "addEpoch", args: [MODEL, third] }),
  );
  // Without the history of EIP-2935 a hash is lost after 256 blocks.
  await rpc(chain.url, "anvil_setCode", ["0x0000F90827F1C53a10cb7A02335B175320002935", "0x"]);
  await rpc(chain.url, "anvil_mine", ["0x10a"]);
  await send(ADA, encodeFunctionData({ ...registry, functionName: "recommit", args: [MODEL, 2] }));
  const { draws, epochs, block } = await readRegistryView(chain.client, chain.addresses);
  expect(draws.length).toBe(before.draws.length + 2);
  expect(epochs.find(({ root }) => root === third.root)?.commitBlock).toBe(block);
  expect(draws.at(-1)).toBe(block);
});

test("an epoch that a re-organisation took is looked for again", async () => {
  const known = start(again, MODEL);
  const far = { ...known, model: "1", epoch: 7 };
  expect((await open(far, again)).registration).toMatchObject({ model: "1", epoch: 1 });
  const gone: RunCommitment = { ...again, root: zeroHash };
  expect((await open(far, gone)).registration.model).toBeNull();
});
