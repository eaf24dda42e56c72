/**
 * Writes contracts/test/fixtures/channelDigests.json: EIP-712 digests by viem of one message of each type
 * that the usage channel knows. The types are read from the signatures below, not from the product.
 */
import { writeFileSync } from "node:fs";
import { hashTypedData } from "viem";

const TYPES = {
  Permission:
    "uint256 licence,address holder,address sessionKey,address host,uint64 notBefore,uint64 expires,uint64 maxCalls,uint128 maxAmount,bytes32 termsHash,bytes32 policyHash,uint256 nonce",
  Voucher:
    "uint256 licence,address host,uint64 cumulativeCalls,uint128 cumulativeAmount,bytes32 lastInputHash",
  Receipt:
    "uint64 model,uint256 licence,uint64 callIndex,bytes32 inputHash,bytes32 outputHash,uint64 time",
  CoopClose:
    "uint256 licence,address host,uint64 cumulativeCalls,uint128 cumulativeAmount,uint256 nonce",
};

// Every member has a value of its own, near the top of its type, so that no two can be swapped or cut.
const word = (byte) => `0x${byte.repeat(32)}`;
const account = (byte) => `0x${byte.repeat(20)}`;
const MESSAGES = {
  Permission: {
    licence: (2n ** 256n - 1n).toString(),
    holder: account("a1"),
    sessionKey: account("b2"),
    host: account("c3"),
    notBefore: "1800000000",
    expires: (2n ** 64n - 2n).toString(),
    maxCalls: (2n ** 64n - 3n).toString(),
    maxAmount: (2n ** 128n - 4n).toString(),
    termsHash: word("d4"),
    policyHash: word("e5"),
    nonce: (2n ** 256n - 5n).toString(),
  },
  Voucher: {
    licence: "7",
    host: account("c3"),
    cumulativeCalls: (2n ** 64n - 6n).toString(),
    cumulativeAmount: (2n ** 128n - 7n).toString(),
    lastInputHash: word("f6"),
  },
  Receipt: {
    model: (2n ** 64n - 8n).toString(),
    licence: "0",
    callIndex: "1",
    inputHash: word("17"),
    outputHash: word("28"),
    time: (2n ** 64n - 9n).toString(),
  },
  CoopClose: {
    licence: "8",
    host: account("c3"),
    cumulativeCalls: "11",
    cumulativeAmount: "12",
    nonce: "13",
  },
};

const domain = {
  name: "OML",
  version: "1",
  chainId: 31_337,
  verifyingContract: "0x5615dEB798BB3E4dFa0139dFa1b3D433Cc23b72f",
};

const digests = Object.fromEntries(
  Object.entries(TYPES).map(([primaryType, members]) => {
    const types = {
      [primaryType]: members.split(",").map((member) => {
        const [type, name] = member.split(" ");
        return { type, name };
      }),
    };
    const message = MESSAGES[primaryType];
    return [primaryType, hashTypedData({ domain, types, primaryType, message })];
  }),
);

const path = new URL("../../contracts/test/fixtures/channelDigests.json", import.meta.url);
writeFileSync(path, `${JSON.stringify({ domain, messages: MESSAGES, digests }, null, 2)}\n`);
