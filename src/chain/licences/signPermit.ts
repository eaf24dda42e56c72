import { size } from "viem";
import type { Address, Hex } from "viem";
import { signTypedData } from "wagmi/actions";
import { readClient } from "../config.ts";
import type { ChainSetup } from "../config.ts";
import { ChainError } from "../errors/chainError.ts";
import { readySender } from "../transactions/send.ts";
import { PERMIT_SECONDS, permitTypedData } from "./permit.ts";
import { readPermitTerms } from "./readPermit.ts";

export interface SignedPermit {
  /** Unix seconds. */
  readonly deadline: bigint;
  readonly signature: Hex;
}

/**
 * Asks the wallet's owner to sign that the splitter may take exactly this much of a token, once, within
 * 20 minutes. Nonce and domain are read anew, so that the signature fits the chain as it is.
 *
 * @param value in the token's smallest unit
 * @throws ChainError without wallet, on another network, when its owner said no, or when token or wallet
 * cannot do it
 */
export async function signPermit(
  setup: ChainSetup,
  chainId: number,
  token: Address,
  value: bigint,
): Promise<SignedPermit> {
  const { account, deployment } = readySender(setup, chainId);
  const client = readClient(setup.config, chainId);
  const [terms, { timestamp }] = await Promise.all([
    readPermitTerms(client, chainId, token, account),
    client.getBlock(),
  ]);
  if (terms === null) {
    throw new ChainError(
      "WALLET_FAILED",
      "This token takes no signed permits that can be told for sure.",
      "Pay by an allowance instead.",
    );
  }
  const device = BigInt(Math.floor(Date.now() / 1000));
  const deadline = (timestamp > device ? timestamp : device) + PERMIT_SECONDS;
  const order = { owner: account, spender: deployment.contracts.splitter, value, deadline };
  const signature = await signTypedData(setup.config, {
    account,
    ...permitTypedData(terms, order),
  });
  // Contract accounts sign in forms of their own, which a permit cannot carry.
  if (size(signature) !== 65) {
    throw new ChainError(
      "WALLET_FAILED",
      "This wallet signs in a form that the token's permit does not take.",
      "Pay by an allowance instead.",
    );
  }
  return { deadline, signature };
}
