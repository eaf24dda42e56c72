import { explainChainError } from "@/chain/errors/explain.ts";

/** What the connect dialog says when a wallet did not connect. */
export function connectProblem(error: unknown, wallet: string): { title: string; hint: string } {
  const { code, message, hint } = explainChainError(error);
  if (code === "WALLET_REJECTED") {
    return {
      title: "You rejected the connection",
      hint: `Nothing was shared with this page. Choose ${wallet} again when you like.`,
    };
  }
  if (code === "WALLET_BUSY") {
    return {
      title: `${wallet} has a request waiting already`,
      hint: "Open the wallet from the browser's toolbar, answer it there, then try again.",
    };
  }
  return { title: message, hint };
}

export const COPY = {
  connect: "Connect wallet",
  dialogTitle: "Connect a wallet",
  screenNote:
    "Who you are on the chain, and what this browser sent for you. A wallet's keys never leave it.",
  dialogNote:
    "Only what is on the chain needs one: registering, buying, claiming, voting. The page sees the account's address and asks before anything is signed.",
  none: "No wallet found in this browser",
  noneHint:
    "Install one that announces itself by EIP-6963, as MetaMask, Rabby, Frame and most others do, then reload this page. A private window may hide it.",
  noneYet: "Without a wallet",
  testHint:
    "On this local chain you can play any of its accounts right here. Nothing on it is worth anything.",
  test: {
    connect: "Test accounts: who are you?",
    transaction: "Test accounts: send a transaction?",
    message: "Test accounts: sign a message?",
    typedData: "Test accounts: sign this?",
  },
  testNote:
    "This window stands for a wallet, on the local chain only. Its accounts are anyone's: their keys are public.",
  localHint:
    "The local chain's accounts come from the public test phrase “test test test test test test test test test test test junk”. Import it into a wallet of its own, never into one that holds anything real.",
} as const;
