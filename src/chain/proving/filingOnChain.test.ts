import { parseEther } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { explainChainError } from "../errors/explain.ts";
import { modelRegistryAbi } from "../generated/modelRegistry.ts";
import { proverNetworkAbi } from "../generated/proverNetwork.ts";
import { networkCalls } from "./calls.ts";
import { checkFiling, commitHashOf, revealOf } from "./filing.ts";
import { DEMO_HOST, DEMO_MODEL, openDemoCourt } from "./testing/demoCourt.ts";
import { hostIdOf } from "./hostId.ts";

let court: Awaited<ReturnType<typeof openDemoCourt>>;

beforeAll(async () => {
  court = await openDemoCourt();
}, 120_000);

afterAll(() => court.close(), 60_000);

test("a filing is committed, revealed and burnt as the contract counts it", async () => {
  const { client, addresses, who } = court;
  const network = { address: addresses.contracts.provers, abi: proverNetworkAbi } as const;
  const hana = who(8);
  const filing = court.filing(6);
  const hash = commitHashOf(filing, hana);
  expect(
    await client.readContract({
      ...network,
      functionName: "commitOf",
      args: [hana, revealOf(filing)],
    }),
  ).toBe(hash);
  expect(
    await client.readContract({
      ...network,
      functionName: "hostById",
      args: [hostIdOf(DEMO_HOST)],
    }),
  ).not.toBe("0x0000000000000000000000000000000000000000");

  const epoch = await client.readContract({
    address: addresses.contracts.registry,
    abi: modelRegistryAbi,
    functionName: "epochOf",
    args: [DEMO_MODEL, 0],
  });
  await court.show(hana, filing);
  expect(
    await client.readContract({ ...network, functionName: "isBurnt", args: [DEMO_MODEL, 0, 6n] }),
  ).toBe(true);
  const [shown] = await client.getContractEvents({
    ...network,
    eventName: "LeafRevealed",
    fromBlock: 0n,
    strict: true,
  });
  expect(shown.args).toMatchObject({
    index: 6n,
    prover: hana,
    host: hostIdOf(DEMO_HOST),
    response: checkFiling(filing, epoch),
    evidenceHash: filing.evidenceHash,
  });
});

test("what this studio refuses, the contract refuses too", async () => {
  const { client, addresses, who } = court;
  const hana = who(8);
  const filing = { ...court.filing(7), secret: court.filing(8).secret };
  const call = {
    address: addresses.contracts.provers,
    abi: proverNetworkAbi,
    functionName: "reveal",
    args: [revealOf(filing)],
    account: hana,
  } as const;
  await expect(client.simulateContract(call)).rejects.toThrow(/CommitUnknown/);
  await court.act(hana, networkCalls(call.address).commit(filing, hana));
  // A call is tried out in the block that is last, which is that of the commit.
  const early = explainChainError(await client.simulateContract(call).catch((e: unknown) => e));
  expect(early.message).toContain("needs a later block");
  await court.mine(1);
  const error = explainChainError(await client.simulateContract(call).catch((e: unknown) => e));
  expect(error.message).toContain("do not fit together");
  const poor = who(0);
  await expect(
    client.simulateContract({
      ...call,
      functionName: "commit",
      args: [filing.salt],
      account: poor,
    }),
  ).rejects.toThrow(/StakeTooLow/);
  expect(parseEther("0.1")).toBe(
    await client.readContract({
      address: call.address,
      abi: proverNetworkAbi,
      functionName: "LEAST_STAKE",
    }),
  );
});
