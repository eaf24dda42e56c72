import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import type { Address, Hex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { commit } from "@/fingerprint/commitment.ts";
import { fromHex, toHex } from "@/fingerprint/encoding.ts";
import type { RevealedPair } from "@/fingerprint/reveal.ts";
import { pairSalt, pairSecret } from "@/fingerprint/secrets.ts";
import { fillDemoMarket } from "../../../../scripts/lib/chain/demoMarket.mjs";
import { openLocalChain } from "../../../../scripts/lib/chain/localChain.mjs";
import { rpc } from "../../../../scripts/lib/chain/rpc.mjs";
import { localClients, sendLocal, type Clients } from "../../../../scripts/lib/chain/sender.mjs";
import { chainAddressesSchema, type ChainAddresses } from "../../addresses/schema.ts";
import type { ChainState } from "../../indexer/state.ts";
import { ChainReader } from "../../indexer/sync/chainReader.ts";
import { httpRequest } from "../../indexer/sync/httpRequest.ts";
import { jsonRpcNode } from "../../indexer/sync/node.ts";
import { TEST_PHRASE } from "../../market/demoCast.ts";
import type { DemoBank } from "../../market/makeDemoBanks.ts";
import type { Call } from "../../transactions/send.ts";
import { networkCalls } from "../calls.ts";
import { filingOf, type Filing } from "../filing.ts";

/** The demo model's number in the demo market. */
export const DEMO_MODEL = 4n;
/** Where the demo market's host serves. */
export const DEMO_HOST = "http://127.0.0.1:8799";

const banks: DemoBank[] = JSON.parse(readFileSync("src/chain/market/demoBanks.json", "utf8"));

/** An opened pair of the demo model's bank, whose secrets are public. */
export function demoPair(index: number, bank: DemoBank = banks[3]): RevealedPair {
  const master = fromHex(bank.master, 32);
  const { mode, text, prompt, candidates, baseLogProbs } = bank.pairs[index];
  return {
    index,
    mode,
    text,
    prompt: [...prompt],
    candidates: [...candidates],
    baseLogProbs: [...baseLogProbs],
    salt: toHex(pairSalt(master, index)),
    secret: toHex(pairSecret(master, index)),
    proof: commit(master, bank.pairs).proof(index),
  };
}

export const demoRoot: Hex = banks[3].root;

/** The real local chain with its demo market, for tests of what provers and jurors do. */
export interface DemoCourt {
  url: string;
  client: Clients["client"];
  addresses: ChainAddresses;
  /** Address of a member of the cast. */
  who: (index: number) => Address;
  act: (from: Address, call: Call) => Promise<void>;
  filing: (index: number, more?: { hostUrl?: string; receipt?: string }) => Filing;
  /** Commits and reveals one leaf in class B. */
  show: (from: Address, filing: Filing) => Promise<void>;
  /** The state of all events so far, read anew. */
  state: () => Promise<ChainState>;
  /** The chain's own time, Unix seconds. */
  now: () => Promise<bigint>;
  /** Puts the chain back to where it was when it was called; use it once. */
  snapshot: () => Promise<() => Promise<void>>;
  mine: (blocks: number) => Promise<void>;
  /** Lets time pass and makes a block. */
  pass: (seconds: number) => Promise<void>;
}

/** A local chain of its own with a court. */
export async function openDemoCourt(): Promise<DemoCourt & { close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "signet-court-"));
  const chain = await openLocalChain({ folder, port: 0, fill: fillDemoMarket });
  return {
    ...courtAt(chain.url, chain.marketFile),
    close: async () => {
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The court of a local chain that runs already. */
export function courtAt(url: string, marketFile: string): DemoCourt {
  const clients = localClients(url);
  const market: unknown = JSON.parse(readFileSync(marketFile, "utf8"));
  const addresses = v.parse(chainAddressesSchema, Reflect.get(Object(market), "addresses"));
  const network = addresses.contracts.provers;
  const act: DemoCourt["act"] = async (from, call) => {
    await sendLocal(clients, from, call);
  };
  const calls = networkCalls(network);
  return {
    url: url,
    client: clients.client,
    addresses,
    who: (index) => mnemonicToAccount(TEST_PHRASE, { addressIndex: index }).address,
    act,
    filing: (index, { hostUrl = DEMO_HOST, receipt } = {}) =>
      filingOf({
        chainId: addresses.chainId,
        network,
        model: DEMO_MODEL,
        epoch: 0,
        root: demoRoot,
        hostUrl,
        pair: demoPair(index),
        evidenceHash: `0x${"e1".repeat(32)}`,
        salt: toHex(crypto.getRandomValues(new Uint8Array(32))),
        createdAt: "2026-01-01T00:00:00.000Z",
        ...(receipt === undefined ? {} : { receipt }),
      }),
    show: async (from, filing) => {
      await act(from, calls.commit(filing, from));
      await act(from, calls.reveal(filing));
    },
    state: async () => {
      const { registry, splitter, licences, channel, provers, jury, dao } = addresses.contracts;
      const reader = new ChainReader(jsonRpcNode(httpRequest(url)), {
        contracts: { registry, splitter, licences, channel, provers, jury, dao },
        firstBlock: BigInt(addresses.firstBlock),
      });
      await reader.sync(() => undefined);
      return reader.state;
    },
    now: async () => (await clients.client.getBlock()).timestamp,
    snapshot: async () => {
      const id = await rpc(url, "evm_snapshot");
      return async () => {
        if ((await rpc(url, "evm_revert", [id])) !== true) throw new Error("not put back");
      };
    },
    mine: async (blocks) => {
      await rpc(url, "anvil_mine", [`0x${blocks.toString(16)}`]);
    },
    pass: async (seconds) => {
      await rpc(url, "evm_increaseTime", [seconds]);
      await rpc(url, "evm_mine");
    },
  };
}
