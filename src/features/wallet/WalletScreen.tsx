import type { ReactNode } from "react";
import { isAddressEqual, type Address } from "viem";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Card } from "@/ui/Card.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import { DataTable } from "@/ui/DataTable.tsx";
import type { Column } from "@/ui/DataTable.tsx";
import { Screen } from "@/ui/Screen.tsx";
import { shortHex } from "../shared/chainText.ts";
import { ConnectButton } from "./ConnectButton.tsx";
import { COPY } from "./copy.ts";
import { TransactionList } from "./TransactionList.tsx";
import styles from "./wallet.module.css";

/** The account's transactions and, on the local chain, who plays in the demo market. */
export function WalletScreen(): ReactNode {
  const { account } = useWallet();
  return (
    <Screen title="Wallet" lead={COPY.screenNote}>
      {account === undefined ? (
        <Card title="No wallet is connected" note={COPY.dialogNote}>
          <div>
            <ConnectButton />
          </div>
        </Card>
      ) : (
        <Card>
          <TransactionList account={account} heading="h2" />
        </Card>
      )}
      <Cast />
    </Screen>
  );
}

type Member = Deployment["cast"][number];

const COLUMNS: readonly Column<Member>[] = [
  { key: "index", header: "No.", render: ({ index }) => index, align: "end" },
  {
    key: "name",
    header: "Name",
    render: ({ name, address }) => (
      <span className={styles.address}>
        {name}
        <You address={address} />
      </span>
    ),
  },
  { key: "about", header: "Part", render: ({ about }) => about },
  {
    key: "address",
    header: "Address",
    mono: true,
    render: ({ name, address }) => (
      <span className={styles.address}>
        {shortHex(address)}
        <CopyButton text={address} label={`Copy the address of ${name}`} />
      </span>
    ),
  },
];

function You({ address }: { address: Address }): ReactNode {
  const { account } = useWallet();
  if (account === undefined || !isAddressEqual(account, address)) return null;
  return <Badge tone="accent">you</Badge>;
}

function Cast(): ReactNode {
  const { deployment } = useChain();
  if (deployment.cast.length === 0) return null;
  return (
    <Card title="Who is who on the local chain" note={COPY.localHint}>
      <DataTable
        caption="Accounts of the demo market, numbered as wallets derive them"
        columns={COLUMNS}
        rows={deployment.cast}
        rowKey={({ index }) => index}
        maxHeight={520}
      />
    </Card>
  );
}
