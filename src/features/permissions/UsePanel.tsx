import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import type { CallRecord } from "@/permission/sessionBooks.ts";
import type { Held } from "@/chain/permissions/draftPermission.ts";
import { isAbort } from "@/lib/errors.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Meter } from "@/ui/Meter.tsx";
import { NumberField } from "@/ui/NumberField.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { TextArea } from "@/ui/TextField.tsx";
import { Hex } from "../shared/market/ChainText.tsx";
import { copy } from "./copy.ts";
import type { ListedHost } from "./hostsQuery.ts";
import styles from "./permissions.module.css";
import { downloadReceipts } from "./receipts.ts";
import { sessionClient, sessionsQuery } from "./sessionClient.ts";
import type { OpenPair } from "./usePair.ts";

interface Turn {
  readonly question: string;
  readonly answer: string;
}

/** A conversation with the host, a voucher for each question. */
export function UsePanel({
  open,
  current,
  listed,
}: {
  open: OpenPair;
  current: Held;
  listed: ListedHost;
}): ReactNode {
  const queries = useQueryClient();
  const { info, token } = current;
  const { market, reading, domain } = open;
  const most = listed.terms?.maxOutputTokens ?? 128;
  const [text, setText] = useState("");
  const [maxTokens, setMaxTokens] = useState<number | null>(Math.min(48, most));
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [notice, setNotice] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [abort, setAbort] = useState<AbortController | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const path = listed.served.path;
  const isUnknown = info.calls.at(-1)?.state === "signed";
  useEffect(() => {
    // A reload cut it off; the host says what became of it.
    if (!isUnknown || running.current !== null) return;
    sessionClient()
      .call("refresh", { key: info.key, path })
      .then(
        () => queries.invalidateQueries({ queryKey: ["sessions"] }),
        () => undefined,
      );
  }, [isUnknown, info.key, path, queries]);
  const askAgain = () => queries.invalidateQueries(sessionsQuery(domain));
  const send = async (): Promise<void> => {
    const question = text.trim();
    if (question === "" || maxTokens === null) return;
    const controller = new AbortController();
    running.current = controller;
    setAbort(controller);
    setError(null);
    setNotice(null);
    setText("");
    setTurns((before) => [...before, { question, answer: "" }]);
    const add = (more: string): void =>
      setTurns((before) => [
        ...before.slice(0, -1),
        { question, answer: (before.at(-1)?.answer ?? "") + more },
      ]);
    try {
      const params = { key: info.key, path, model: listed.model, text: question, maxTokens };
      await sessionClient().call("call", params, {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === "delta") add(event.text);
          setNotice(
            event.type === "waiting" ? "Another tab is using this session; waiting." : null,
          );
        },
      });
    } catch (thrown) {
      if (isAbort(thrown)) {
        setNotice("Stopped. What had come is charged.");
        // The host is told by the connection's end, and says then what it cost.
        await sessionClient()
          .call("refresh", { key: info.key, path })
          .catch(() => undefined);
      } else {
        setError(thrown);
        setText(question);
      }
    } finally {
      setAbort(null);
      running.current = null;
      void askAgain();
      void queries.invalidateQueries({ queryKey: ["chain"] });
    }
  };

  const payToken = reading.channel?.token ?? domain.verifyingContract;
  const deposit = reading.channel?.deposit ?? 0n;
  const { maxAmount } = token.message;
  const limit = maxAmount < deposit ? maxAmount : deposit;
  const left = limit > info.charged ? limit - info.charged : 0n;
  return (
    <Card title="Use it" note={copy.use} testId="use-panel">
      <Meter
        label="Used of what may be spent"
        value={Number(info.charged)}
        max={Number(limit)}
        text={`${market.amountOf(payToken, left)} left`}
      />
      <div className={styles.turns} role="log" aria-label="Conversation">
        {turns.map((turn, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- turns are only ever added at the end
          <div key={at} className={styles.turn}>
            <p className={styles.question}>{turn.question}</p>
            <p className={styles.answer} data-testid="answer">
              {turn.answer}
            </p>
          </div>
        ))}
      </div>
      {notice !== null && <Notice kind="info" title={notice} />}
      {error !== null && (
        <ErrorNotice error={error} testId="call-error" onDismiss={() => setError(null)} />
      )}
      <TextArea
        label={`Text for ${listed.model}`}
        value={text}
        rows={3}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && abort === null) {
            void send();
          }
        }}
      />
      <div className={styles.form}>
        <NumberField
          label="Tokens of the answer at most"
          value={maxTokens}
          min={1}
          max={most}
          onChange={setMaxTokens}
        />
      </div>
      <Actions>
        <Button
          kind="primary"
          busy={abort !== null}
          disabled={text.trim() === "" && abort === null}
          onClick={() => void send()}
          data-testid="send-call"
        >
          Send
        </Button>
        {abort !== null && <Button onClick={() => abort.abort()}>Cancel</Button>}
        {info.calls.some(({ receipt }) => receipt !== null) && (
          <Button kind="quiet" onClick={() => downloadReceipts(current)}>
            Download the receipts
          </Button>
        )}
      </Actions>
      {info.calls.length > 0 && (
        <DataTable
          caption="Calls of this session"
          rows={info.calls.toReversed()}
          rowKey={({ number }) => String(number)}
          columns={[
            { key: "number", header: "Call", render: ({ number }) => String(number) },
            {
              key: "cost",
              header: "Cost",
              render: ({ cost }) =>
                cost === null ? "not known yet" : market.amountOf(payToken, cost),
            },
            { key: "state", header: "State", render: (call) => <CallBadge call={call} /> },
            {
              key: "receipt",
              header: "Receipt",
              render: ({ receipt }) =>
                receipt === null ? "–" : <Hex value={receipt} label="receipt" />,
            },
          ]}
        />
      )}
    </Card>
  );
}

function CallBadge({ call: { state, receiptHolds } }: { call: CallRecord }): ReactNode {
  if (state === "unused") return <Badge>not taken</Badge>;
  if (state === "signed") return <Badge tone="warn">open</Badge>;
  if (receiptHolds === true) return <Badge tone="good">receipt verified</Badge>;
  if (receiptHolds === false) return <Badge tone="bad">receipt does not fit</Badge>;
  return <Badge tone="warn">no receipt</Badge>;
}
