// @ts-check
import { encodeFunctionData } from "viem";
import { rpc } from "./rpc.mjs";

/** @typedef {import("./demoMarket.mjs").Stage} Stage */
/** @typedef {import("./plan.mjs").Hex} Hex */
/** @typedef {{ key: string, id: number, name: string, owner: number, dao: null | { governor: Hex, timelock: Hex } }} MarketModel */

/** Shares of the demo model: who began it and two who improved it. */
const DEMO_SHARES = /** @type {const} */ ([
  [4, 700_000n],
  [5, 200_000n],
  [6, 100_000n],
]);
const WHOLE = 1_000_000n;
const BEACON_DELAY = 8;

/**
 * Registers the models with their real commitments, opens shares, seals beacons, releases, sets kinds
 * and prices, and hands the demo model to its DAO.
 *
 * @param {Stage} stage
 * @returns {Promise<MarketModel[]>}
 */
export async function addDemoModels(stage) {
  const { code, clients } = stage;
  /** @type {Map<string, MarketModel>} */
  const made = new Map();
  for (const model of code.DEMO_MODELS) {
    const id = await register(stage, model, made);
    await openShares(stage, model, id);
    await rpc(clients.client.transport.url, "anvil_mine", [`0x${BEACON_DELAY.toString(16)}`]);
    await release(stage, model, id);
    await sell(stage, model, id);
    made.set(model.key, { key: model.key, id, name: model.name, owner: model.owner, dao: null });
  }
  const demo = made.get("demo");
  if (demo === undefined) throw new Error("The demo model is not in the market");
  demo.dao = await activateDao(stage, demo);
  return [...made.values()];
}

/** @typedef {import("../../../src/chain/market/demoCast.ts").DemoModel} DemoModel */

/**
 * @param {Stage} stage
 * @param {DemoModel} model
 * @param {ReadonlyMap<string, MarketModel>} made
 */
async function register(stage, { key, owner, parents }, made) {
  const { code, clients, banks, addresses, act } = stage;
  const { abi } = code.ARTEFACTS.ModelRegistry;
  const address = addresses.contracts.registry;
  const bank = banks.find((candidate) => candidate.key === key);
  if (bank === undefined) throw new Error(`There is no bank of ${key}`);
  const { root, manifestHash, manifest } = bank;
  const links = await Promise.all(
    parents.map(async (parent) => {
      const model = BigInt(made.get(parent.key)?.id ?? 0);
      const expectedTermsHash = await clients.client.readContract({
        address,
        abi,
        functionName: "termsHash",
        args: [model],
      });
      return { model, ppm: parent.ppm, expectedTermsHash };
    }),
  );
  const commitment = { root, manifestHash, count: manifest.pairs, width: manifest.width };
  const args = /** @type {const} */ ([commitment, links]);
  await act(owner, address, encodeFunctionData({ abi, functionName: "register", args }));
  return Number(await clients.client.readContract({ address, abi, functionName: "modelCount" }));
}

/** @param {Stage} stage @param {DemoModel} model @param {number} id */
async function openShares({ code, addresses, who, act }, { key, owner }, id) {
  /** @type {readonly (readonly [number, bigint])[]} */
  const shares = key === "demo" ? DEMO_SHARES : [[owner, WHOLE]];
  const data = encodeFunctionData({
    abi: code.ARTEFACTS.RevenueSplitter.abi,
    functionName: "openShares",
    args: [BigInt(id), shares.map(([index]) => who(index)), shares.map(([, amount]) => amount)],
  });
  await act(owner, addresses.contracts.splitter, data);
}

/** @param {Stage} stage @param {DemoModel} model @param {number} id */
async function release({ code, banks, addresses, act }, { key, owner }, id) {
  const { abi } = code.ARTEFACTS.ModelRegistry;
  const { registry } = addresses.contracts;
  const model = BigInt(id);
  await act(
    owner,
    registry,
    encodeFunctionData({ abi, functionName: "sealBeacon", args: [model, 0] }),
  );
  const terms = {
    textHash: code.textHash(code.DERIVATIVE_TEXT),
    derivativePpm: 50_000,
    derivatives: true,
    approval: key === "demo",
  };
  const weightsHash = banks.find((bank) => bank.key === key)?.weightsHash ?? "0x";
  const args = /** @type {const} */ ([model, 0, weightsHash, terms, `urn:signet:demo:${key}`]);
  await act(owner, registry, encodeFunctionData({ abi, functionName: "release", args }));
}

/** @param {Stage} stage @param {DemoModel} model @param {number} id */
async function sell({ code, addresses, testDollar, act }, { key, owner }, id) {
  const { abi } = code.ARTEFACTS.LicenceToken;
  const { licences } = addresses.contracts;
  const model = BigInt(id);
  const isDemo = key === "demo";
  for (const offer of isDemo ? code.DEMO_KINDS : code.DEMO_KINDS.slice(0, 1)) {
    const terms = {
      label: code.label32(offer.label),
      textHash: code.textHash(offer.text),
      duration: BigInt(offer.durationS),
      quota: BigInt(offer.quota),
      refundWindow: offer.refundWindowS,
      hostPpm: offer.hostPpm,
      resalePpm: offer.resalePpm,
      transferable: offer.transferable,
    };
    const { kind } = offer;
    const calls = [
      encodeFunctionData({ abi, functionName: "setKind", args: [model, kind, terms] }),
      ...[
        /** @type {const} */ ([NATIVE, offer.priceWei]),
        /** @type {const} */ ([testDollar, offer.priceDollars]),
      ].map(([token, price]) =>
        encodeFunctionData({
          abi,
          functionName: "setPrice",
          args: [model, kind, token, isDemo ? price : 0n, true],
        }),
      ),
      encodeFunctionData({ abi, functionName: "setSale", args: [model, kind, true] }),
    ];
    for (const data of calls) await act(owner, licences, data);
  }
}

/** The zero address stands for the chain's own coin. */
export const NATIVE = "0x0000000000000000000000000000000000000000";

/** @param {Stage} stage @param {MarketModel} demo */
async function activateDao({ code, clients, addresses, who, act }, { id, owner }) {
  const { abi } = code.ARTEFACTS.ModelDao;
  const address = addresses.contracts.dao;
  const model = BigInt(id);
  const [[first], [second]] = DEMO_SHARES;
  const data = encodeFunctionData({
    abi,
    functionName: "activate",
    args: [model, who(first), who(second)],
  });
  await act(owner, address, data);
  const ask = (/** @type {"governorOf" | "timelockOf"} */ functionName) =>
    clients.client.readContract({ address, abi, functionName, args: [model] });
  return { governor: await ask("governorOf"), timelock: await ask("timelockOf") };
}
