// @ts-check

/**
 * @typedef {object} Target
 * @property {string} contract which contracts/src/<contract>.sol deploys
 * @property {string[]} files what is changed: the contract, its parts and the libraries it uses
 * @property {string} [harness] contracts/test/support/<harness>.sol, through which tests call its libraries
 * @property {string} tests glob of the tests that concern it
 * @property {string} wider glob of those that are asked too when none of these noticed anything
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
    tests: "contracts/test/{RevenueSplitter,ModelShares}*.t.sol",
    wider:
      "contracts/test/{RevenueSplitter,ModelShares,MoneyFlow,UsageChannelSettle,LicenceBuy,invariant/Money,mutants/RevenueSplitter}*.t.sol",
  },
  {
    contract: "UsageChannel",
    files: [
      "contracts/src/UsageChannel.sol",
      "contracts/src/ChannelSettlement.sol",
      "contracts/src/ChannelRecords.sol",
      "contracts/src/lib/ChannelState.sol",
    ],
    tests: "contracts/test/{UsageChannel}*.t.sol",
    wider: "contracts/test/{UsageChannel,MoneyFlow,invariant/Channel,mutants/UsageChannel}*.t.sol",
  },
  {
    contract: "ProverNetwork",
    files: [
      "contracts/src/ProverNetwork.sol",
      "contracts/src/provers/ProverCases.sol",
      "contracts/src/provers/ProverFunds.sol",
      "contracts/src/lib/FingerprintProof.sol",
    ],
    harness: "ProofHarness",
    tests: "contracts/test/{Prover,Fingerprint}*.t.sol",
    wider:
      "contracts/test/{Prover,Fingerprint,MoneyFlow,Uma,invariant/ProverNetwork,mutants/ProverNetwork}*.t.sol",
  },
  {
    contract: "ProverJury",
    files: ["contracts/src/ProverJury.sol"],
    tests: "contracts/test/{ProverJury}*.t.sol",
    wider:
      "contracts/test/{ProverJury,ProverContest,MoneyFlow,invariant/ProverNetwork,mutants/ProverJury}*.t.sol",
  },
];
