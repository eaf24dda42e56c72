import { useCallback, useState } from "react";
import type { Address, Hex } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import type { ChainError } from "@/chain/errors/chainError.ts";
import { explainChainError } from "@/chain/errors/explain.ts";
import { signPermit } from "@/chain/licences/signPermit.ts";
import type { Call } from "@/chain/transactions/send.ts";
import { useTransaction, type UseTransaction } from "@/chain/transactions/useTransaction.ts";

export interface PayRequest {
  label: string;
  /** Without a permit. */
  call: Call;
  /** The same by a permit that is asked for first. */
  permit: {
    token: Address;
    /** In the token's smallest unit. */
    value: bigint;
    call: (deadline: bigint, signature: Hex) => Call;
  } | null;
}

export interface UsePay extends UseTransaction {
  pay: (request: PayRequest) => Promise<void>;
  /** The wallet is asked for the permit. */
  signing: boolean;
}

/** Pays by a transaction, and by a signature before it where the token takes one. */
export function usePay(): UsePay {
  const { config, deployments, deployment } = useChain();
  const { chainId } = deployment;
  const state = useTransaction();
  const { send, reset: clear } = state;
  const [signing, setSigning] = useState(false);
  const [refused, setRefused] = useState<ChainError | null>(null);
  const reset = useCallback(() => {
    setRefused(null);
    clear();
  }, [clear]);
  const pay = useCallback(
    async ({ label, call, permit }: PayRequest) => {
      reset();
      let paid = call;
      if (permit !== null) {
        setSigning(true);
        try {
          const setup = { config, deployments };
          const signed = await signPermit(setup, chainId, permit.token, permit.value);
          paid = permit.call(signed.deadline, signed.signature);
        } catch (error) {
          setRefused(explainChainError(error));
          return;
        } finally {
          setSigning(false);
        }
      }
      await send({ label, call: paid, chainId });
    },
    [config, deployments, chainId, send, reset],
  );
  return {
    ...state,
    error: refused ?? state.error,
    busy: signing || state.busy,
    reset,
    pay,
    signing,
  };
}
