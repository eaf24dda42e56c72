import { isAddressEqual, isHex, parseSignature, serializeSignature, size, type Hex } from "viem";
import type { Config } from "wagmi";
import { signTypedData } from "wagmi/actions";
import { digestOf, signerOf, typedDataOf } from "@/permission/signature.ts";
import { encodeToken, type SigningDomain } from "@/permission/token.ts";
import type { Permission } from "@/permission/types.ts";
import { readClient } from "../config.ts";
import { ChainError } from "../errors/chainError.ts";
import { explainChainError } from "../errors/explain.ts";

/**
 * Has the holder's wallet sign a permission, and checks what it gives back.
 *
 * @returns the permission string, `oml1.….…`
 * @throws ChainError when the wallet refuses or signs with another account
 */
export async function signPermission(
  config: Config,
  permission: Permission,
  domain: SigningDomain,
): Promise<string> {
  const {
    domain: eip712,
    types,
    primaryType,
    message,
  } = typedDataOf("Permission", permission, domain);
  let signature: Hex;
  try {
    signature = plain(
      await signTypedData(config, {
        account: permission.holder,
        domain: eip712,
        types,
        primaryType,
        message,
      }),
    );
  } catch (error) {
    throw explainChainError(error);
  }
  const digest = digestOf("Permission", permission, domain);
  const signer = await signerOf(digest, signature);
  const isHolders =
    (signer !== null && isAddressEqual(signer, permission.holder)) ||
    // A contract's wallet.
    (await readClient(config, domain.chainId).verifyHash({
      address: permission.holder,
      hash: digest,
      signature,
    }));
  if (!isHolders) {
    throw new ChainError(
      "WALLET_FAILED",
      "The wallet signed with another account than the licence's holder.",
      "Choose the holder's account in the wallet, then sign again.",
    );
  }
  return encodeToken("Permission", { domain, message: permission, signature });
}

/** Some wallets end a plain signature with 0 or 1, which contracts do not take. */
function plain(signature: Hex): Hex {
  if (!isHex(signature) || size(signature) !== 65) return signature;
  return serializeSignature(parseSignature(signature));
}
