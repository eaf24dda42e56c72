/**
 * Who plays in the demo market of the local chain. The accounts are those that anvil derives from the
 * test phrase that all Ethereum tools share ("test test … junk"); everyone has their keys, so nothing
 * of value must ever be sent to them on a public network.
 */
export const TEST_PHRASE = "test test test test test test test test test test test junk";

export interface CastMember {
  /** Index of the account under the test phrase. */
  index: number;
  role: "visitor" | "modelOwner" | "improver" | "host" | "prover" | "buyer" | "deployer";
  name: string;
  about: string;
}

export const CAST: readonly CastMember[] = [
  { index: 0, role: "visitor", name: "Visitor", about: "Has money and did nothing yet" },
  { index: 1, role: "modelOwner", name: "Ada", about: "Owns Tale Base" },
  { index: 2, role: "modelOwner", name: "Ben", about: "Owns Tale Instruct, made from Tale Base" },
  { index: 3, role: "modelOwner", name: "Chiara", about: "Owns Novel Base" },
  { index: 4, role: "modelOwner", name: "Dana", about: "Began the Signet demo model" },
  { index: 5, role: "improver", name: "Emil", about: "Improved the demo model and holds shares" },
  { index: 6, role: "improver", name: "Fatma", about: "Improved the demo model and holds shares" },
  { index: 7, role: "host", name: "Grid Host", about: "Serves models and put up collateral" },
  { index: 8, role: "prover", name: "Hana", about: "Staked to look for models without licence" },
  { index: 9, role: "deployer", name: "Deployer", about: "Deployed the contracts; guardian" },
  { index: 10, role: "buyer", name: "Ivan", about: "Bought licences with the coin" },
  { index: 11, role: "buyer", name: "June", about: "Bought licences with test dollars" },
];

/** A model of the market, in the order of registration. */
export interface DemoModel {
  key: "taleBase" | "novelBase" | "taleInstruct" | "demo";
  name: string;
  /** Index of its owner in the cast. */
  owner: number;
  /** Pairs in its bank. */
  pairs: number;
  parents: readonly { key: DemoModel["key"]; ppm: number }[];
}

/** The demo model is the child of two; one of them has a parent itself. */
export const DEMO_MODELS: readonly DemoModel[] = [
  { key: "taleBase", name: "Tale Base", owner: 1, pairs: 8, parents: [] },
  { key: "novelBase", name: "Novel Base", owner: 3, pairs: 8, parents: [] },
  {
    key: "taleInstruct",
    name: "Tale Instruct",
    owner: 2,
    pairs: 8,
    parents: [{ key: "taleBase", ppm: 100_000 }],
  },
  {
    key: "demo",
    name: "Signet demo model",
    owner: 4,
    pairs: 16,
    parents: [
      { key: "taleInstruct", ppm: 150_000 },
      { key: "novelBase", ppm: 50_000 },
    ],
  },
];
