import { domainSeparator, zeroHash } from "viem";
import { expect, test } from "vitest";
import { allowanceStep } from "./allowance.ts";
import { domainOf, isDomainOf, permitDigest, type DomainAnswer } from "./permit.ts";

const TOKEN = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const OTHER = "0x6B175474E89094C44Da98b954EedeAC495271d0F";
const withFields = (fields: `0x${string}`): DomainAnswer => [
  fields,
  "Coin",
  "2",
  10n,
  TOKEN,
  zeroHash,
  [],
];
const ANSWER = withFields("0x0f");

test("only a domain of this token on this chain is signed under", () => {
  expect(domainOf(ANSWER, TOKEN, 10)).toEqual({
    name: "Coin",
    version: "2",
    chainId: 10,
    verifyingContract: TOKEN,
  });
  expect(domainOf(ANSWER, TOKEN, 1)).toBeNull();
  expect(domainOf(ANSWER, OTHER, 10)).toBeNull();
  // Without chain or contract the signature would hold elsewhere too.
  expect(domainOf(withFields("0x0b"), TOKEN, 10)).toBeNull();
  expect(domainOf(withFields("0x07"), TOKEN, 10)).toBeNull();
  expect(domainOf(withFields("0x2f"), TOKEN, 10)).toBeNull();
  expect(domainOf(["0x0f", "Coin", "2", 10n, TOKEN, zeroHash, [1n]], TOKEN, 10)).toBeNull();
  expect(domainOf(withFields("0x0d"), TOKEN, 10)).not.toHaveProperty("version");
  expect(domainOf(withFields("0x1f"), TOKEN, 10)).toHaveProperty("salt", zeroHash);
});

test("a domain counts only when the token keeps the same", () => {
  const domain = domainOf(ANSWER, TOKEN, 10);
  if (domain === null) throw new Error("it is a domain");
  const separator = domainSeparator({ domain });
  expect(isDomainOf(domain, separator)).toBe(true);
  expect(isDomainOf({ ...domain, version: "1" }, separator)).toBe(false);
});

test("the digest depends on every part of the order", () => {
  const domain = { name: "Coin", version: "2", chainId: 10, verifyingContract: TOKEN } as const;
  const order = { owner: TOKEN, spender: OTHER, value: 1n, deadline: 9n } as const;
  const digests = [
    permitDigest({ domain, nonce: 0n }, order),
    permitDigest({ domain, nonce: 1n }, order),
    permitDigest({ domain, nonce: 0n }, { ...order, value: 2n }),
    permitDigest({ domain, nonce: 0n }, { ...order, spender: TOKEN }),
    permitDigest({ domain, nonce: 0n }, { ...order, deadline: 8n }),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});

test("an allowance is of exactly the price or goes back to nothing", () => {
  expect(allowanceStep(0n, 5n)).toBe("approve");
  expect(allowanceStep(5n, 5n)).toBe("ready");
  expect(allowanceStep(0n, 0n)).toBe("ready");
  expect(allowanceStep(3n, 5n)).toBe("clear");
  expect(allowanceStep(6n, 5n)).toBe("excess");
});
