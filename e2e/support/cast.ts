import type { Address, HDAccount } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { TEST_PHRASE } from "../../src/chain/market/demoCast.ts";

/** Numbers of the demo market's cast whom tests speak of; `demoCast.ts` says what each did. */
export const VISITOR = 0;
export const ADA = 1;
export const BEN = 2;
export const DANA = 4;
export const EMIL = 5;
export const FATMA = 6;
export const HOST = 7;
export const HANA = 8;
export const GUARDIAN = 9;
export const IVAN = 10;
export const JUNE = 11;

/** A member of the cast with the key, which everyone has. */
export function accountOf(index: number): HDAccount {
  return mnemonicToAccount(TEST_PHRASE, { addressIndex: index });
}

export function addressOf(index: number): Address {
  return accountOf(index).address;
}
