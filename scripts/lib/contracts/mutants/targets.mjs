// @ts-check

/**
 * @typedef {object} Target
 * @property {string} contract which contracts/src/<contract>.sol deploys
 * @property {string[]} files what is changed: the contract, its parts and the libraries it uses
 * @property {string} tests glob of the tests that concern it, quickest first where forge sorts them
 */

/** What holds and moves money, and decides who gets it. @type {Target[]} */
export const TARGETS = [
  {
    contract: "RevenueSplitter",
    files: [
      "contracts/src/RevenueSplitter.sol",
      "contracts/src/lib/Vault.sol",
      "contracts/src/lib/LineagePots.sol",
      "contracts/src/lib/ShareAccounts.sol",
      "contracts/src/lib/ShareRules.sol",
    ],
    tests: "contracts/test/{RevenueSplitter,ModelShares,mutants/RevenueSplitter}*.t.sol",
  },
  {
    contract: "UsageChannel",
    files: [
      "contracts/src/UsageChannel.sol",
      "contracts/src/ChannelSettlement.sol",
      "contracts/src/ChannelRecords.sol",
      "contracts/src/lib/ChannelState.sol",
    ],
    tests: "contracts/test/{UsageChannel,mutants/UsageChannel}*.t.sol",
  },
  {
    contract: "ProverNetwork",
    files: [
      "contracts/src/ProverNetwork.sol",
      "contracts/src/provers/ProverCases.sol",
      "contracts/src/provers/ProverFunds.sol",
      "contracts/src/lib/FingerprintProof.sol",
    ],
    tests: "contracts/test/{Prover,Fingerprint,mutants/ProverNetwork}*.t.sol",
  },
  {
    contract: "ProverJury",
    files: ["contracts/src/ProverJury.sol"],
    tests: "contracts/test/{ProverJury,mutants/ProverJury}*.t.sol",
  },
];
