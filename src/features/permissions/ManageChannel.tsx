import { useState } from "react";
import type { ReactNode } from "react";
import { coopCloseCall, endCall, topUpCall } from "@/chain/permissions/calls.ts";
import { readAmount } from "@/chain/registration/readDraft.ts";
import { formatDuration } from "@/lib/format.ts";
import type { ChannelFacts } from "@/permission/chainReader.ts";
import { decodeToken } from "@/permission/token.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { ReviewAndSend } from "../shared/send/ReviewAndSend.tsx";
import { copy } from "./copy.ts";
import { PayStep, useBalance } from "./OpenChannel.tsx";
import styles from "./permissions.module.css";
import { sessionClient } from "./sessionClient.ts";
import type { OpenPair } from "./usePair.ts";
import { useNow } from "./useNow.ts";

/** Adds to a channel's deposit. */
export function TopUp({ open, channel }: { open: OpenPair; channel: ChannelFacts }): ReactNode {
  const { pair, market, deployment } = open;
  const { token } = channel;
  const [text, setText] = useState("");
  const { symbol, decimals } = market.tokenOf(token);
  const amount = readAmount(text.trim(), decimals);
  const have = useBalance(open, token);
  const isShort = amount !== null && have !== null && amount > have;
  return (
    <Card title="Top up" note={copy.deposit} testId="top-up">
      <div className={styles.form}>
        <TextField
          label={`Add, in ${symbol}`}
          value={text}
          inputMode="decimal"
          hint={have === null ? "Reading the balance…" : `You have ${market.roughOf(token, have)}.`}
          error={
            text !== "" && (amount === null || amount === 0n)
              ? "Enter an amount above nothing."
              : isShort && have !== null
                ? `Need ${market.amountOf(token, amount)}, have ${market.amountOf(token, have)}.`
                : null
          }
          onChange={setText}
        />
      </div>
      <PayStep
        open={open}
        token={token}
        amount={amount}
        isReady={amount !== null && amount > 0n && !isShort && open.isHolder}
        label="Top the channel up"
        note={copy.deposit}
        testId="send-top-up"
        review={[
          { label: "Added", value: market.amountOf(token, amount ?? 0n) },
          {
            label: "Deposit then",
            value: market.amountOf(token, channel.deposit + (amount ?? 0n)),
          },
        ]}
        call={topUpCall(deployment.contracts.channel, pair, token, amount ?? 0n)}
        onConfirmed={() => setText("")}
      />
    </Card>
  );
}

/** Revoke, close with the host, close without it, and take out what is left. */
export function EndChannel({
  open,
  channel,
}: {
  open: OpenPair;
  channel: ChannelFacts;
}): ReactNode {
  const { pair, market, deployment, reading, isHolder } = open;
  const now = useNow();
  const address = deployment.contracts.channel;
  const rest = market.amountOf(channel.token, channel.deposit - channel.settled);
  const delay = formatDuration(channel.withdrawDelay * 1_000);
  const review = [
    { label: "Deposit", value: market.amountOf(channel.token, channel.deposit) },
    { label: "Settled so far", value: market.amountOf(channel.token, channel.settled) },
    { label: "Comes back at most", value: rest },
  ];
  if (channel.closesAt !== 0n) {
    // Between two blocks the chain's time stands still; the next one will have at least this.
    const left = channel.closesAt - (now > reading.time ? now : reading.time);
    return (
      <Card title="Close" note={copy.finalise} testId="end-channel">
        {left > 0n ? (
          <Notice kind="info" title="The close is under way" testId="closing">
            <p>
              The host can settle for another {formatDuration(Number(left) * 1_000)}. What it has
              not settled then can be taken out: {rest} at most.
            </p>
          </Notice>
        ) : (
          <Notice kind="good" title="The delay has passed" testId="closable">
            <p>Up to {rest} is credited to the holder, whoever finishes the close.</p>
          </Notice>
        )}
        <ReviewAndSend
          label="Finish the close"
          note={copy.finalise}
          testId="finalise"
          review={review}
          call={left > 0n ? null : endCall(address, "finalizeClose", pair)}
        />
      </Card>
    );
  }
  return (
    <Card title="End it" testId="end-channel">
      <CloseNow open={open} channel={channel} />
      <div className={styles.choice}>
        <h3>Revoke the permission</h3>
        <p className={styles.soft}>{copy.revoke}</p>
        <ReviewAndSend
          label="Revoke"
          note={copy.revoke}
          danger
          testId="revoke"
          review={[...review, { label: "Delay", value: delay }]}
          call={isHolder ? endCall(address, "revoke", pair) : null}
        />
      </div>
      <div className={styles.choice}>
        <h3>Close without the host</h3>
        <p className={styles.soft}>{copy.close}</p>
        <ReviewAndSend
          label="Ask for the close"
          note={copy.close}
          danger
          testId="request-close"
          review={[...review, { label: "Delay", value: delay }]}
          call={isHolder ? endCall(address, "requestClose", pair) : null}
        />
      </div>
    </Card>
  );
}

function CloseNow({ open, channel }: { open: OpenPair; channel: ChannelFacts }): ReactNode {
  const { current, listed, deployment, market, isHolder } = open;
  const [close, setClose] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  if (current?.isActive !== true || listed === null) return null;
  const ask = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const params = { key: current.info.key, path: listed.served.path };
      setClose((await sessionClient().call("close", params)).close);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  const used = close === null ? 0n : decodeToken("CoopClose", close).message.cumulativeAmount;
  return (
    <div className={styles.choice}>
      <h3>Close with the host</h3>
      <p className={styles.soft}>{copy.closeNow}</p>
      {error !== null && (
        <ErrorNotice error={error} testId="close-error" onDismiss={() => setError(null)} />
      )}
      {close === null ? (
        <Actions>
          <Button
            busy={busy}
            disabled={!isHolder}
            onClick={() => void ask()}
            data-testid="ask-close"
          >
            Ask the host to close
          </Button>
        </Actions>
      ) : (
        <ReviewAndSend
          label="Close at once"
          note={copy.closeNow}
          testId="close-now"
          review={[
            { label: "The host gets in all", value: market.amountOf(channel.token, used) },
            {
              label: "Comes back",
              value: market.amountOf(channel.token, channel.deposit - used),
            },
          ]}
          call={coopCloseCall(deployment.contracts.channel, close)}
        />
      )}
    </div>
  );
}
