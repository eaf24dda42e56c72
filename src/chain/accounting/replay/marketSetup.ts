import { encodePacked, keccak256, type Address } from "viem";
import { label32, textHash } from "../../market/demoKinds.ts";
import { ARTEFACTS } from "../../market/artefacts.ts";
import { flatten, type Ancestor } from "../lineage.ts";
import type { Holding } from "../shareBook.ts";
import type { ChainWorld } from "./chainWorld.ts";

/** A model as a trace knows it. */
export interface TraceModel {
  id: bigint;
  shares: Address;
  holdings: readonly Holding[];
  lineage: readonly Ancestor[];
  /** Executes for the model's DAO; null where it has none. */
  timelock: Address | null;
}

/** A kind of licence of a model; the refund window is 0 or an hour. */
export interface TraceKind {
  model: bigint;
  kind: number;
  refundWindowS: bigint;
  hostPpm: bigint;
  termsHash: `0x${string}`;
  /** By token, in the order of the world's tokens. */
  prices: readonly [bigint, bigint];
}

/** What is drawn at random of a trace's market. */
export interface MarketDraw {
  /** Edges middle → first base, top → middle, top → second base, in millionths. */
  edges: readonly [number, number, number];
  /** Shares of the first of three holders of each model; the second gets a third of the rest. */
  firstShares: number;
  hostPpm: number;
  prices: readonly [bigint, bigint];
}

export interface TraceMarket {
  models: readonly TraceModel[];
  kinds: readonly TraceKind[];
}

const HOUR_S = 3_600;
/** Of the second kind. */
export const KIND_DURATION_S = 300n * 86_400n;
export const KIND_QUOTA = 500n;
let banks = 0;

/** Two bases, a model on the first, and one on that and the second base; the upper two are sold. */
export async function makeMarket(world: ChainWorld, draw: MarketDraw): Promise<TraceMarket> {
  const lineages = new Map<bigint, readonly Ancestor[]>();
  const models: TraceModel[] = [];
  const kinds: TraceKind[] = [];
  const [up, middle, side] = draw.edges.map(BigInt);
  const edges: ((made: readonly TraceModel[]) => Ancestor[])[] = [
    () => [],
    () => [],
    ([base]) => [{ model: base.id, ppm: up }],
    ([, other, child]) => [
      { model: child.id, ppm: middle },
      { model: other.id, ppm: side },
    ],
  ];
  for (const [number, parentsOf] of edges.entries()) {
    const parents = parentsOf(models);
    const lineage = flatten(parents, (model) => lineages.get(model) ?? []);
    const model = await register(world, number, parents, draw);
    lineages.set(model.id, lineage);
    const isSold = number >= 2;
    if (isSold) kinds.push(...(await sell(world, number, model.id, draw)));
    const timelock = isSold ? await activate(world, number, model) : null;
    models.push({ ...model, lineage, timelock });
  }
  return { models, kinds };
}

async function register(
  world: ChainWorld,
  number: number,
  parents: readonly Ancestor[],
  draw: MarketDraw,
): Promise<Omit<TraceModel, "lineage" | "timelock">> {
  const { registry, splitter } = world.contracts;
  const owner = world.accounts[number].address;
  const abi = ARTEFACTS.ModelRegistry.abi;
  const root = keccak256(encodePacked(["string", "uint256"], ["bank", BigInt(++banks)]));
  const links = await Promise.all(
    parents.map(async ({ model, ppm }) => {
      const args = [model] as const;
      const read = { address: registry, abi, functionName: "termsHash", args } as const;
      return { model, ppm: Number(ppm), expectedTermsHash: await world.client.readContract(read) };
    }),
  );
  const commitment = { root, manifestHash: root, count: 8, width: 16 };
  await world.must(owner, "ModelRegistry", registry, "register", [commitment, links]);
  const id = await world.client.readContract({
    address: registry,
    abi,
    functionName: "modelCount",
  });
  const first = BigInt(draw.firstShares);
  const second = (1_000_000n - first) / 3n;
  const holdings = [first, second, 1_000_000n - first - second].map((amount, i) => ({
    holder: world.accounts[(number + i) % world.accounts.length].address,
    amount,
  }));
  const opened = [id, holdings.map((h) => h.holder), holdings.map((h) => h.amount)];
  await world.must(owner, "RevenueSplitter", splitter, "openShares", opened);
  await world.mine(8);
  await world.must(owner, "ModelRegistry", registry, "sealBeacon", [id, 0]);
  const terms = { textHash: root, derivativePpm: 0, derivatives: true, approval: false };
  await world.must(owner, "ModelRegistry", registry, "release", [id, 0, root, terms, "urn:x"]);
  const shares = await world.client.readContract({
    address: splitter,
    abi: ARTEFACTS.RevenueSplitter.abi,
    functionName: "sharesOf",
    args: [id],
  });
  return { id, shares, holdings };
}

async function sell(
  world: ChainWorld,
  number: number,
  model: bigint,
  draw: MarketDraw,
): Promise<TraceKind[]> {
  const { licences } = world.contracts;
  const owner = world.accounts[number].address;
  const kinds: TraceKind[] = [];
  for (const [i, refundWindow] of [0, HOUR_S].entries()) {
    const kind = i + 1;
    const terms = {
      label: label32(`kind ${kind}`),
      textHash: textHash("terms"),
      // The second kind ends, and counts calls.
      duration: BigInt(i) * KIND_DURATION_S,
      quota: BigInt(i) * KIND_QUOTA,
      refundWindow,
      hostPpm: draw.hostPpm,
      resalePpm: 0,
      transferable: true,
    };
    const call = (functionName: string, args: readonly unknown[]) =>
      world.must(owner, "LicenceToken", licences, functionName, [model, kind, ...args]);
    await call("setKind", [terms]);
    for (const [place, token] of world.tokens.entries()) {
      await call("setPrice", [token, draw.prices[place], true]);
    }
    await call("setSale", [true]);
    kinds.push({
      model,
      kind,
      refundWindowS: BigInt(refundWindow),
      hostPpm: BigInt(draw.hostPpm),
      prices: draw.prices,
      termsHash: await world.client.readContract({
        address: licences,
        abi: ARTEFACTS.LicenceToken.abi,
        functionName: "termsHashOf",
        args: [model, kind],
      }),
    });
  }
  return kinds;
}

async function activate(
  world: ChainWorld,
  number: number,
  { id, holdings }: Pick<TraceModel, "id" | "holdings">,
): Promise<Address> {
  const { dao } = world.contracts;
  const args = [id, holdings[0].holder, holdings[1].holder];
  await world.must(world.accounts[number].address, "ModelDao", dao, "activate", args);
  const timelock = await world.client.readContract({
    address: dao,
    abi: ARTEFACTS.ModelDao.abi,
    functionName: "timelockOf",
    args: [id],
  });
  await world.impersonate(timelock);
  return timelock;
}
