import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { zeroAddress } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillDemoMarket } from "../../../scripts/lib/chain/demoMarket.mjs";
import { openLocalChain, type LocalChain } from "../../../scripts/lib/chain/localChain.mjs";
import { localClients, type Clients } from "../../../scripts/lib/chain/sender.mjs";
import { chainAddressesSchema, type ChainAddresses } from "../addresses/schema.ts";
import { CONTRACT_ABIS } from "./contracts.ts";
import { claimableOf } from "./select/income.ts";
import { modelRows } from "./select/models.ts";
import type { ChainState } from "./state.ts";
import { ChainReader } from "./sync/chainReader.ts";
import { httpRequest } from "./sync/httpRequest.ts";
import { jsonRpcNode } from "./sync/node.ts";

let folder: string;
let chain: LocalChain;
let client: Clients["client"];
let addresses: ChainAddresses;
let state: ChainState;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signet-indexer-"));
  chain = await openLocalChain({ folder, port: 0, fill: fillDemoMarket });
  ({ client } = localClients(chain.url));
  const market: unknown = JSON.parse(readFileSync(chain.marketFile, "utf8"));
  addresses = v.parse(chainAddressesSchema, Reflect.get(Object(market), "addresses"));
  const { contracts, firstBlock } = addresses;
  const { registry, splitter, licences, channel, provers, jury, dao } = contracts;
  const reader = new ChainReader(jsonRpcNode(httpRequest(chain.url)), {
    contracts: { registry, splitter, licences, channel, provers, jury, dao },
    firstBlock: BigInt(firstBlock),
  });
  await reader.sync(() => undefined);
  state = reader.state;
}, 120_000);

afterAll(async () => {
  await chain.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("models are what the registry says they are", async () => {
  const read = { address: addresses.contracts.registry, abi: CONTRACT_ABIS.registry } as const;
  expect(BigInt(state.models.size)).toBe(
    await client.readContract({ ...read, functionName: "modelCount" }),
  );
  for (const { id, owner, ancestors, epochs, terms, termsHash, uri } of state.models.values()) {
    const args = [id] as const;
    expect(owner).toBe(await client.readContract({ ...read, functionName: "ownerOf", args }));
    expect(uri).toBe(await client.readContract({ ...read, functionName: "uriOf", args }));
    expect(terms).toEqual(await client.readContract({ ...read, functionName: "termsOf", args }));
    expect(termsHash).toBe(await client.readContract({ ...read, functionName: "termsHash", args }));
    const lineage = await client.readContract({ ...read, functionName: "ancestorsOf", args });
    expect(ancestors.map(({ model, ppm }) => ({ model, ppm: Number(ppm) }))).toEqual(lineage);
    const epoch = await client.readContract({ ...read, functionName: "epochOf", args: [id, 0] });
    expect(epochs[0]).toMatchObject({
      root: epoch.root,
      beacon: epoch.beacon,
      weightsHash: epoch.weightsHash,
      draws: epoch.draws,
      committed: { block: epoch.commitBlock },
      released: { timeSeconds: epoch.releasedAt },
    });
  }
});

test("licences are what the licence token says they are", async () => {
  const read = { address: addresses.contracts.licences, abi: CONTRACT_ABIS.licences } as const;
  expect(BigInt(state.licences.size)).toBe(
    await client.readContract({ ...read, functionName: "licenceCount" }),
  );
  for (const licence of state.licences.values()) {
    const args = [licence.id] as const;
    const { model, kind, version, expires, quota } = licence;
    expect({ model, kind, version, expires, quota }).toEqual(
      await client.readContract({ ...read, functionName: "licenceOf", args }),
    );
    expect(licence.holder).toBe(
      await client.readContract({ ...read, functionName: "ownerOf", args }),
    );
    const escrow = await client.readContract({ ...read, functionName: "escrowOf", args });
    expect(licence.escrow).toEqual(escrow.until === 0n ? null : escrow);
  }
  for (const { model, offers } of modelRows(state)) {
    for (const { kind, terms, open, prices } of offers) {
      const [version, isOpen] = await client.readContract({
        ...read,
        functionName: "saleOf",
        args: [model.id, kind],
      });
      expect([terms.version, open]).toEqual([version, isOpen]);
      for (const { token, price } of prices) {
        const args = [model.id, kind, token] as const;
        expect([price, true]).toEqual(
          await client.readContract({ ...read, functionName: "priceOf", args }),
        );
      }
    }
  }
});

test("pots, claims and credits are the splitter's to the last unit", async () => {
  const read = { address: addresses.contracts.splitter, abi: CONTRACT_ABIS.splitter } as const;
  expect(state.pots.size).toBeGreaterThan(3);
  for (const { model, token, gross, own } of state.pots.values()) {
    const args = [model, token] as const;
    expect({ gross, own }).toEqual(
      await client.readContract({ ...read, functionName: "potOf", args }),
    );
    for (const { holder, model: held } of state.holdings.values()) {
      if (held !== model) continue;
      expect(claimableOf(state, model, token, holder)).toBe(
        await client.readContract({
          ...read,
          functionName: "claimable",
          args: [model, token, holder],
        }),
      );
    }
  }
  const [host] = state.hosts.keys();
  expect(state.credits.get(`splitter ${host} ${zeroAddress}`)).toBe(
    await client.readContract({ ...read, functionName: "creditOf", args: [host, zeroAddress] }),
  );
});

test("shares, DAO, channel, host, stake and bounty came by events alone", async () => {
  const demo = [...state.models.values()].at(-1);
  const dao = { address: addresses.contracts.dao, abi: CONTRACT_ABIS.dao } as const;
  const args = [demo?.id ?? 0n] as const;
  expect(demo?.governor).toBe(
    await client.readContract({ ...dao, functionName: "governorOf", args }),
  );
  expect(demo?.owner).toBe(demo?.timelock);
  const balances = [...state.holdings.values()].filter(({ model }) => model === demo?.id);
  expect(balances.map(({ balance }) => balance)).toEqual([700_000n, 200_000n, 100_000n]);
  expect([...state.channels.values()]).toMatchObject([
    { calls: 25n, settled: 2_500_000_000_000_000n, deposit: 50_000_000_000_000_000n },
  ]);
  expect(state.settlements.size).toBe(1);
  expect([...state.hosts.values()]).toMatchObject([{ collateral: 5n * 10n ** 18n }]);
  expect([...state.stakes.values()]).toMatchObject([{ amount: 10n ** 18n }]);
  expect(demo?.bounty).toBe(2n * 10n ** 18n);
});
