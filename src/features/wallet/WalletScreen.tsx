import type { ReactNode } from "react";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import type { Deployment } from "@/chain/config.ts";
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
  { key: "name", header: "Name", render: ({ name }) => name },
  { key: "about", header: "Part", render: ({ about }) => about, grow: true },
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
