import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { isAddressEqual, zeroAddress, type Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { NATIVE } from "@/chain/indexer/state.ts";
import { allowanceStep } from "@/chain/licences/allowance.ts";
import { approveCall } from "@/chain/licences/order.ts";
import { openCall } from "@/chain/permissions/calls.ts";
import { allowanceQuery } from "@/chain/queries/allowance.ts";
import { coinBalance, tokenBalance } from "@/chain/queries/balances.ts";
import { readAmount } from "@/chain/registration/readDraft.ts";
import { formatDuration } from "@/lib/format.ts";
import { Card } from "@/ui/Card.tsx";
import { NumberField } from "@/ui/NumberField.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { quotaText } from "../shared/market/describe.ts";
import { ReviewAndSend, type ReviewAndSendProps } from "../shared/send/ReviewAndSend.tsx";
import { copy } from "./copy.ts";
import styles from "./permissions.module.css";
import type { OpenPair } from "./usePair.ts";

const UNLIMITED = 2n ** 64n - 1n;
const DELAYS = [900, 3_600, 86_400, 604_800];

/** The deposit that opens a channel. */
export function OpenChannel({ open }: { open: OpenPair }): ReactNode {
  const { pair, market, deployment, reading, listed } = open;
  const [token, setToken] = useState<Address>(listed?.terms?.token ?? NATIVE);
  const [text, setText] = useState("");
  const [delay, setDelay] = useState("900");
  const [calls, setCalls] = useState<number | null>(null);
  const { symbol, decimals } = market.tokenOf(token);
  const deposit = readAmount(text.trim(), decimals);
  const have = useBalance(open, token);
  const isShort = deposit !== null && have !== null && deposit > have;
  const isMetered = reading.quota !== UNLIMITED;
  const tooMany = isMetered && calls !== null && BigInt(calls) > reading.quota;
  const other = listed?.terms != null && !isAddressEqual(listed.terms.token, token);
  const isComplete = deposit !== null && deposit > 0n && !isShort && !tooMany && open.isHolder;
  const reserved = calls === null ? "all that are left" : String(calls);
  return (
    <Card title="Open the channel" note={copy.deposit} testId="open-channel">
      <div className={styles.form}>
        <Select
          label="Pay with"
          value={token}
          options={[NATIVE, ...deployment.tokens].map((one) => ({
            value: one,
            label: market.tokenOf(one).symbol,
          }))}
          error={other ? "The host asks for another token." : null}
          onChange={setToken}
        />
        <TextField
          label={`Deposit in ${symbol}`}
          value={text}
          inputMode="decimal"
          placeholder="for example 0.005"
          hint={have === null ? "Reading the balance…" : `You have ${market.roughOf(token, have)}.`}
          error={
            text !== "" && (deposit === null || deposit === 0n)
              ? "Enter an amount above nothing."
              : isShort && have !== null
                ? `Need ${market.amountOf(token, deposit)}, have ${market.amountOf(token, have)}.`
                : null
          }
          onChange={setText}
        />
        <Select
          label="Delay of a close"
          hint={copy.delay}
          value={delay}
          options={DELAYS.map((seconds) => ({
            value: String(seconds),
            label: formatDuration(seconds * 1_000),
          }))}
          onChange={setDelay}
        />
        {isMetered && (
          <NumberField
            label="Calls to reserve"
            optional
            hint={`The licence has ${quotaText(reading.quota)} left; empty reserves them all.`}
            error={tooMany ? "The licence has fewer." : null}
            value={calls}
            min={1}
            onChange={setCalls}
          />
        )}
      </div>
      <PayStep
        open={open}
        token={token}
        amount={deposit}
        isReady={isComplete}
        label="Open the channel"
        note={copy.deposit}
        testId="send-open"
        review={[
          { label: "Deposit", value: market.amountOf(token, deposit ?? 0n) },
          { label: "Host", value: <code className={styles.mono}>{pair.host}</code> },
          { label: "Licence", value: `#${pair.licence}` },
          { label: "Close takes", value: formatDuration(Number(delay) * 1_000) },
          ...(isMetered ? [{ label: "Calls reserved", value: reserved }] : []),
        ]}
        call={openCall(deployment.contracts.channel, {
          ...pair,
          token,
          deposit: deposit ?? 0n,
          calls: BigInt(calls ?? 0),
          withdrawDelay: Number(delay),
        })}
      />
    </Card>
  );
}

export function useBalance({ deployment, market }: OpenPair, token: Address): bigint | null {
  const { config } = useChain();
  const account = market.account ?? zeroAddress;
  const coin = useQuery({
    ...coinBalance(config, deployment.chainId, account),
    enabled: market.account !== undefined && token === NATIVE,
  });
  const dollars = useQuery({
    ...tokenBalance(config, deployment.chainId, token, account),
    enabled: market.account !== undefined && token !== NATIVE,
  });
  return (token === NATIVE ? coin.data : dollars.data?.balance) ?? null;
}

interface PayStepProps extends ReviewAndSendProps {
  open: OpenPair;
  token: Address;
  amount: bigint | null;
  isReady: boolean;
}

/** Sends a call that deposits; for a token, the splitter is first allowed exactly the amount. */
export function PayStep({ open, token, amount, isReady, ...step }: PayStepProps): ReactNode {
  const { deployment, market } = open;
  const { config } = useChain();
  const { splitter } = deployment.contracts;
  const isToken = token !== NATIVE && amount !== null && amount > 0n;
  const { data: allowed } = useQuery({
    ...allowanceQuery(config, deployment.chainId, token, market.account ?? zeroAddress, splitter),
    enabled: isToken && market.account !== undefined,
  });
  const next = isToken && allowed !== undefined ? allowanceStep(allowed, amount) : null;
  if (isToken && (next === "approve" || next === "clear" || next === "excess")) {
    const wanted = next === "approve" ? amount : 0n;
    return (
      <ReviewAndSend
        key="approve"
        label={wanted === 0n ? "Take an old allowance back" : "Allow exactly this amount"}
        note="First of two steps: the splitter, which keeps all deposits, may take this and no more."
        testId="send-approve"
        review={[{ label: "Allowance", value: market.amountOf(token, wanted) }]}
        call={isReady ? approveCall(token, splitter, wanted) : null}
      />
    );
  }
  const isKnown = !isToken || next === "ready";
  return <ReviewAndSend key="pay" {...step} call={isReady && isKnown ? step.call : null} />;
}
