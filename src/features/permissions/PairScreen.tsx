import { Link, useParams } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { isAddress, isAddressEqual, getAddress } from "viem";
import { standingOf, type ChannelStanding } from "@/chain/permissions/channelRows.ts";
import type { Pair } from "@/chain/permissions/calls.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { Card } from "@/ui/Card.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { ErrorNotice } from "@/ui/ErrorNotice.tsx";
import { Notice } from "@/ui/Notice.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Stats } from "@/ui/Stat.tsx";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { Hex } from "../shared/market/ChainText.tsx";
import { dateText } from "../shared/market/describe.ts";
import { copy } from "./copy.ts";
import { HostTermsCard } from "./HostTermsCard.tsx";
import { EndChannel, TopUp } from "./ManageChannel.tsx";
import { OldSessions } from "./OldSessions.tsx";
import { OpenChannel } from "./OpenChannel.tsx";
import { PermissionString } from "./PermissionString.tsx";
import styles from "./permissions.module.css";
import { SignPermission } from "./SignPermission.tsx";
import { StandingBadge } from "./StandingBadge.tsx";
import { UsePanel } from "./UsePanel.tsx";
import { usePair, type OpenPair, type PairState } from "./usePair.ts";

/** The channel between a licence and a host: open it, sign for it, use it, end it. */
export function PairScreen(): ReactNode {
  const { licence, host } = useParams({ strict: false });
  if (
    licence === undefined ||
    !/^\d{1,20}$/.test(licence) ||
    host === undefined ||
    !isAddress(host)
  ) {
    return (
      <EmptyState
        icon={<KeyRound aria-hidden />}
        title="There is no such channel"
        action={<Link to="/permissions">All permissions</Link>}
      >
        A channel is named by the number of a licence and the address of a host.
      </EmptyState>
    );
  }
  return <Loaded pair={{ licence: BigInt(licence), host: getAddress(host) }} />;
}

function Loaded({ pair }: { pair: Pair }): ReactNode {
  const state = usePair(pair);
  return (
    <Screen title={`Permission for licence #${pair.licence}`} lead={leadOf(state)}>
      <p>
        <Link to="/permissions">All permissions</Link>
      </p>
      {state.state === "loading" && <p role="status">Reading the channel…</p>}
      {state.state === "failed" && <ErrorNotice error={state.error} />}
      {state.state === "open" && <Parts open={state.open} />}
    </Screen>
  );
}

function leadOf(state: PairState): string {
  if (state.state !== "open") return copy.lead;
  const { market, reading } = state.open;
  const model = market.state.models.get(reading.model);
  return `For ${model === undefined ? `model ${reading.model}` : market.nameOf(model)}. ${copy.lead}`;
}

function Parts({ open }: { open: OpenPair }): ReactNode {
  const { reading, listed, current, market, isHolder, pair } = open;
  const { channel } = reading;
  const [elsewhere, setElsewhere] = useState<string | null>(null);
  const isServed = listed?.terms != null && listed.terms.model === reading.model;
  return (
    <>
      {market.account === undefined && (
        <Notice
          kind="info"
          title={copy.noWallet}
          actions={
            <Button size="small" onClick={openConnectDialog}>
              Connect a wallet
            </Button>
          }
        />
      )}
      {market.account !== undefined && !isHolder && (
        <Notice kind="warn" title="Another account holds this licence" testId="not-holder">
          <p>
            Switch the wallet to <code>{reading.owner}</code> to change anything here.
          </p>
        </Notice>
      )}
      {listed?.terms != null && !isServed && (
        <Notice kind="warn" title="The host serves another model">
          <p>
            It sells calls of model {String(listed.terms.model)}; this licence is for model{" "}
            {String(reading.model)}.
          </p>
        </Notice>
      )}
      <ChannelFigures open={open} />
      <HostTermsCard listed={listed} host={pair.host} market={market} />
      {channel === null && isHolder && <OpenChannel open={open} />}
      {channel === null && !isHolder && (
        <p className={styles.soft}>No channel is open between this licence and this host.</p>
      )}
      {channel !== null && channel.closesAt === 0n && (
        <>
          {current !== null && listed !== null && (
            <UsePanel key={current.info.key} open={open} current={current} listed={listed} />
          )}
          {isHolder && current === null && !isAddressEqual(channel.sessionKey, NO_KEY) && (
            <Notice kind="info" title="The key is elsewhere" testId="key-elsewhere">
              <p>{copy.lost}</p>
            </Notice>
          )}
          {current?.info.permission != null && (
            <PermissionString text={current.info.permission} open={open} note={copy.string} />
          )}
          {elsewhere !== null && (
            <PermissionString text={elsewhere} open={open} note={copy.elsewhere} />
          )}
          {isHolder && <SignPermission open={open} onElsewhere={setElsewhere} />}
          {isHolder && <TopUp open={open} channel={channel} />}
        </>
      )}
      {channel !== null && (isHolder || channel.closesAt !== 0n) && (
        <EndChannel open={open} channel={channel} />
      )}
      <OldSessions open={open} />
    </>
  );
}

const NO_KEY = "0x0000000000000000000000000000000000000000";

function ChannelFigures({ open }: { open: OpenPair }): ReactNode {
  const { reading, current, market, base } = open;
  const { channel } = reading;
  if (channel === null) return null;
  const amount = (sum: bigint) => market.amountOf(channel.token, sum);
  const message = current?.token.message;
  const hasSession = !isAddressEqual(channel.sessionKey, NO_KEY);
  const session = hasSession ? { revoked: false, expires: channel.sessionExpires } : null;
  const closesAt = channel.closesAt === 0n ? null : channel.closesAt;
  const standing: ChannelStanding = standingOf({ closed: null, closesAt }, session, reading.time);
  return (
    <Card
      title="Channel"
      aside={
        current !== null && !current.isActive ? (
          <Badge tone="accent">signed, put on the chain by the first call</Badge>
        ) : (
          <StandingBadge standing={standing} />
        )
      }
      testId="channel"
    >
      <Stats
        entries={[
          { label: "Deposit", value: <span data-testid="deposit">{amount(channel.deposit)}</span> },
          {
            label: "Charged so far",
            value: <span data-testid="charged">{amount(base.amount)}</span>,
            note: current === null ? "as settled" : "as of the last answer",
          },
          {
            label: "Settled on the chain",
            value: <span data-testid="settled">{amount(channel.settled)}</span>,
            note: `${channel.settledCalls} calls`,
          },
          {
            label: "Limit",
            value: (
              <span data-testid="cap">
                {amount(message?.maxAmount ?? channel.sessionMaxAmount)}
              </span>
            ),
          },
          {
            label: "Permission until",
            value:
              message !== undefined || hasSession
                ? dateText(message?.expires ?? channel.sessionExpires)
                : "none signed",
          },
          {
            label: "Session key",
            value:
              message !== undefined || hasSession ? (
                <Hex value={message?.sessionKey ?? channel.sessionKey} label="session key" />
              ) : (
                "none yet"
              ),
          },
        ]}
      />
    </Card>
  );
}
