import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { isAddress, isAddressEqual, type Address } from "viem";
import { useChain } from "@/chain/chainContext.ts";
import { isInForce, licencesOf } from "@/chain/indexer/select/models.ts";
import { channelRows, type ChannelRow } from "@/chain/permissions/channelRows.ts";
import { Button } from "@/ui/Button.tsx";
import { Actions, Card } from "@/ui/Card.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { Select } from "@/ui/Select.tsx";
import { TextField } from "@/ui/TextField.tsx";
import { shortHex } from "../shared/chainText.ts";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { dateText } from "../shared/market/describe.ts";
import { SyncNotice } from "../shared/market/SyncNotice.tsx";
import { useMarket, type Market } from "../shared/market/useMarket.ts";
import { copy } from "./copy.ts";
import { hostsQuery } from "./hostsQuery.ts";
import styles from "./permissions.module.css";
import { sessionsQuery } from "./sessionClient.ts";
import { StandingBadge } from "./StandingBadge.tsx";

/** Channels of the account, and the way to a new one. */
export function Permissions(): ReactNode {
  const market = useMarket();
  return (
    <Screen title={copy.title} lead={copy.lead}>
      <SyncNotice market={market} />
      {market.account === undefined ? (
        <EmptyState
          icon={<KeyRound aria-hidden />}
          title="No wallet is connected"
          action={
            <Button kind="primary" onClick={openConnectDialog}>
              Connect a wallet
            </Button>
          }
        >
          {copy.noWallet}
        </EmptyState>
      ) : (
        <>
          <ChannelList market={market} account={market.account} />
          {market.ready && <NewPermission market={market} account={market.account} />}
        </>
      )}
    </Screen>
  );
}

interface Props {
  market: Market;
  account: Address;
}

const nowSeconds = () => BigInt(Math.floor(Date.now() / 1_000));

function ChannelList({ market, account }: Props): ReactNode {
  const { state, ready, amountOf } = market;
  const { deployment } = useChain();
  const { chainId, contracts } = deployment;
  const { data: sessions = [] } = useQuery(
    sessionsQuery({ chainId, verifyingContract: contracts.channel }),
  );
  const [now] = useState(nowSeconds);
  const rows = useMemo(() => channelRows(state, account, now), [state, account, now]);
  /** As this browser's key knows it, or as the chain does. */
  const chargedOf = ({ channel, session }: ChannelRow): bigint => {
    const own = sessions.find(({ key }) => session !== null && isAddressEqual(key, session.key));
    return own !== undefined && own.charged > channel.settled ? own.charged : channel.settled;
  };
  const nameOf = ({ channel }: ChannelRow): string => {
    const model = state.models.get(channel.model);
    return model === undefined ? `Model ${channel.model}` : market.nameOf(model);
  };
  return (
    <Card title="Channels" testId="channels">
      {ready && rows.length === 0 ? (
        <p className={styles.soft}>{copy.none}</p>
      ) : (
        <DataTable
          caption="Channels of this account"
          rows={rows}
          rowKey={({ key }) => key}
          testId="channel-table"
          columns={[
            {
              key: "licence",
              header: "Licence",
              render: ({ channel: { licence, host } }) => (
                <Link to="/permissions/$licence/$host" params={{ licence: String(licence), host }}>
                  #{String(licence)}
                </Link>
              ),
            },
            { key: "model", header: "Model", render: nameOf },
            {
              key: "host",
              header: "Host",
              render: ({ channel }) => <code title={channel.host}>{shortHex(channel.host)}</code>,
            },
            {
              key: "state",
              header: "State",
              render: ({ standing }) => <StandingBadge standing={standing} />,
            },
            {
              key: "deposit",
              header: "Deposit",
              align: "end",
              render: ({ channel }) => amountOf(channel.token, channel.deposit),
            },
            {
              key: "charged",
              header: "Charged",
              align: "end",
              render: (row) => amountOf(row.channel.token, chargedOf(row)),
            },
            {
              key: "settled",
              header: "Settled",
              align: "end",
              render: ({ channel }) => amountOf(channel.token, channel.settled),
            },
            {
              key: "cap",
              header: "Limit",
              align: "end",
              render: ({ channel, session }) =>
                session === null ? "–" : amountOf(channel.token, session.maxAmount),
            },
            {
              key: "until",
              header: "Until",
              render: ({ session }) => (session === null ? "–" : dateText(session.expires)),
            },
          ]}
        />
      )}
    </Card>
  );
}

const BY_HAND = "by-hand";

function NewPermission({ market, account }: Props): ReactNode {
  const { state } = market;
  const navigate = useNavigate();
  const [now] = useState(nowSeconds);
  const { data: hosts = [] } = useQuery(hostsQuery());
  const licences = useMemo(
    () => licencesOf(state, account).filter((licence) => isInForce(licence, now)),
    [state, account, now],
  );
  const callable = hosts.flatMap(({ served, terms }) =>
    terms === null ? [] : [{ served, terms }],
  );
  const [chosenHost, setChosenHost] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const asked = useSearch({ strict: false, select: ({ licence }) => licence ?? null });
  const [chosenLicence, setChosenLicence] = useState(asked);

  const hostName = chosenHost ?? callable[0]?.served.name ?? BY_HAND;
  const terms = callable.find(({ served }) => served.name === hostName)?.terms ?? null;
  const trimmed = typed.trim();
  const host = terms?.host ?? (isAddress(trimmed) ? trimmed : null);
  const fitting = terms === null ? licences : licences.filter(({ model }) => model === terms.model);
  const licence = fitting.find(({ id }) => String(id) === chosenLicence) ?? fitting[0];
  const isOwn = host !== null && isAddressEqual(host, account);
  if (licences.length === 0) {
    return (
      <Card title="New permission" testId="new-permission">
        <p className={styles.soft}>{copy.noLicence}</p>
        <p>
          <Link to="/market">To the market</Link>
        </p>
      </Card>
    );
  }
  return (
    <Card title="New permission" note={copy.choose} testId="new-permission">
      <div className={styles.form}>
        <Select
          label="Host"
          value={hostName}
          options={[
            ...callable.map(({ served, terms: { model } }) => ({
              value: served.name,
              label: `${served.name} (model ${model})`,
            })),
            { value: BY_HAND, label: "an address typed here" },
          ]}
          onChange={setChosenHost}
        />
        {terms === null && (
          <TextField
            label="Address of the host"
            value={typed}
            spellCheck={false}
            placeholder="0x…"
            error={
              typed !== "" && (host === null || isOwn) ? "Enter another account's address." : null
            }
            onChange={setTyped}
          />
        )}
        <Select
          label="Licence"
          value={licence === undefined ? "" : String(licence.id)}
          options={
            fitting.length === 0
              ? [{ value: "", label: "none for this host's model" }]
              : fitting.map(({ id, model }) => {
                  const known = state.models.get(model);
                  const name = known === undefined ? `model ${model}` : market.nameOf(known);
                  return { value: String(id), label: `#${id} of ${name}` };
                })
          }
          onChange={setChosenLicence}
        />
      </div>
      <Actions>
        <Button
          kind="primary"
          disabled={host === null || isOwn || licence === undefined}
          data-testid="go-on"
          onClick={() => {
            if (host === null || licence === undefined) return;
            void navigate({
              to: "/permissions/$licence/$host",
              params: { licence: String(licence.id), host },
            });
          }}
        >
          Go on
        </Button>
      </Actions>
    </Card>
  );
}
