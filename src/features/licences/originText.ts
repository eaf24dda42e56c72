import type { Address } from "viem";
import type { Licence } from "@/chain/indexer/state.ts";
import { shortHex } from "../shared/chainText.ts";
import { dateText } from "../shared/market/describe.ts";

/** Where a licence came from. */
export function originText(licence: Licence, account: Address | undefined): string {
  const when = dateText(licence.bought.timeSeconds);
  if (licence.payer === account) return `bought by this account on ${when}`;
  return `paid by ${shortHex(licence.payer)} on ${when}`;
}
