import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { CommittedBank } from "@/fingerprint/bank.ts";
import { codeOf } from "@/fingerprint/fixtures/thrown.ts";
import { makeToyBank } from "@/fingerprint/fixtures/toyBank.ts";
import { pairSecret } from "@/fingerprint/secrets.ts";
import { createVaultKey, readVault, writeVault } from "@/fingerprint/vault.ts";
import type { ChainBeacon } from "@/rpc/registration.ts";
import { sealStored } from "./sealStored.ts";

const beacon: ChainBeacon = {
  value: `0x${"a7".repeat(32)}`,
  chainId: 31_337,
  blockNumber: 24,
  registry: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
};

const { bank: whole } = await makeToyBank({ width: 8 });
const committed: CommittedBank = {
  ...whole,
  pairs: whole.pairs.map(({ responseIndex: _drawn, ...draft }) => draft),
  beacon: null,
};

/** First log2 8 bits of SHA-256(s_i ‖ β ‖ R ‖ i), by Node's own hash. */
function expectedIndex(index: number): number {
  const last = Buffer.alloc(32);
  last.writeUInt32BE(index, 28);
  return (
    createHash("sha256")
      .update(pairSecret(committed.master, index))
      .update(Buffer.from(beacon.value.slice(2), "hex"))
      .update(Buffer.from(committed.root.slice(2), "hex"))
      .update(last)
      .digest()[0] >> 5
  );
}

test("a bank that waited in its vault gets the responses of the chain's beacon", async () => {
  const cost = { memoryKib: 8, passes: 1, lanes: 1 };
  const key = await createVaultKey("eight calm otters", { cost });
  const stored = await readVault(await writeVault(committed, key), key);
  const { bank, drawn } = sealStored(stored, beacon);
  expect(drawn).toBe(true);
  expect(bank.beacon).toEqual({
    kind: "bound",
    value: beacon.value,
    source: { chainId: 31_337, blockNumber: 24, registry: beacon.registry },
  });
  expect(bank.pairs.map(({ responseIndex }) => responseIndex)).toEqual(
    bank.pairs.map((_, index) => expectedIndex(index)),
  );
  const again = await readVault(await writeVault(bank, key), key);
  expect(sealStored(again, beacon)).toEqual({ bank, drawn: false });
  expect(sealStored(again, null)).toEqual({ bank, drawn: false });
});

test("responses are drawn by the chain's beacon alone, and once", async () => {
  expect(await codeOf(() => sealStored(committed, null))).toBe("BEACON_NEEDED");
  const zero = { ...beacon, value: `0x${"0".repeat(64)}` };
  expect(await codeOf(() => sealStored(committed, zero))).toBe("BEACON_INVALID");
  expect(await codeOf(() => sealStored(committed, { ...beacon, value: "0xA7" }))).toBe(
    "BEACON_INVALID",
  );
  const { bank } = sealStored(committed, beacon);
  const other = { ...beacon, value: `0x${"b8".repeat(32)}` };
  expect(await codeOf(() => sealStored(bank, other))).toBe("BEACON_DIFFERS");
});
