import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { CircleUserRound, LogOut } from "lucide-react";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useConnection, useDisconnect } from "wagmi";
import { useChain, useWallet } from "@/chain/chainContext.ts";
import { chooseTestAccount, TEST_ACCOUNTS_ID } from "@/chain/testAccounts/connector.ts";
import { coinBalance, tokenBalance } from "@/chain/queries/balances.ts";
import { keepUnderAlert } from "@/ui/alertOnTop.ts";
import { Badge } from "@/ui/Badge.tsx";
import { Button } from "@/ui/Button.tsx";
import { CopyButton } from "@/ui/CopyButton.tsx";
import popup from "@/ui/popup.module.css";
import { explorerLink, formatAmount, shortHex } from "../shared/chainText.ts";
import { openConnectDialog } from "../shared/connectDialog.ts";
import { TestDollars } from "./TestDollars.tsx";
import { TransactionList } from "./TransactionList.tsx";
import { WalletIcon } from "./ConnectDialog.tsx";
import styles from "./wallet.module.css";

/** Who is connected, what they have, what they sent. */
export function AccountMenu({ account }: { account: Address }): ReactNode {
  const { connector } = useConnection();
  return (
    <Popover.Root onOpenChange={keepUnderAlert}>
      <Popover.Trigger
        render={
          <button type="button" className={styles.pill} data-testid="account">
            {connector?.icon === undefined ? (
              <CircleUserRound aria-hidden />
            ) : (
              <WalletIcon source={connector.icon} />
            )}
            <span className="visually-hidden">Account </span>
            <code>{shortHex(account)}</code>
          </button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner sideOffset={8} collisionPadding={12} className={popup.positioner}>
          <Popover.Popup className={styles.menu} data-testid="account-menu">
            <Popover.Title render={<h2 />}>Account</Popover.Title>
            <Details account={account} />
            <TestDollars account={account} />
            <TransactionList account={account} heading="h3" />
            <MenuActions />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Details({ account }: { account: Address }): ReactNode {
  const { connector, chainId } = useConnection();
  const { deployment } = useChain();
  const { networkKnown } = useWallet();
  const link = explorerLink(deployment.chain, "address", account);
  return (
    <>
      <p className={styles.address}>
        <code data-testid="account-address">{account}</code>
        <CopyButton text={account} label="Copy the address" />
      </p>
      <dl className={styles.facts}>
        <div>
          <dt>Wallet</dt>
          <dd>{connector?.name ?? "unknown"}</dd>
        </div>
        <div>
          <dt>Network</dt>
          <dd>
            {networkKnown ? (
              deployment.chain.name
            ) : (
              <Badge tone="warn">{`${chainId ?? "unknown"}, not of this market`}</Badge>
            )}
          </dd>
        </div>
        {networkKnown && <Balances account={account} />}
      </dl>
      {link !== null && networkKnown && (
        <p>
          <a href={link} target="_blank" rel="noreferrer">
            See it in the network's explorer
          </a>
        </p>
      )}
    </>
  );
}

function Balances({ account }: { account: Address }): ReactNode {
  const { config, deployment } = useChain();
  const { chainId, chain, tokens } = deployment;
  const coin = useQuery(coinBalance(config, chainId, account));
  const { decimals, symbol } = chain.nativeCurrency;
  return (
    <>
      <div>
        <dt>Balance</dt>
        <dd data-testid="coin-balance">
          {coin.data === undefined
            ? balanceState(coin.isError)
            : `${formatAmount(coin.data, decimals)} ${symbol}`}
        </dd>
      </div>
      {tokens.map((token) => (
        <TokenRow key={token} token={token} account={account} />
      ))}
    </>
  );
}

function TokenRow({ token, account }: { token: Address; account: Address }): ReactNode {
  const { config, deployment } = useChain();
  const { data, isError } = useQuery(tokenBalance(config, deployment.chainId, token, account));
  return (
    <div>
      <dt>{data?.symbol.slice(0, 12) ?? shortHex(token)}</dt>
      <dd data-testid="token-balance">
        {data === undefined ? balanceState(isError) : formatAmount(data.balance, data.decimals)}
      </dd>
    </div>
  );
}

function balanceState(failed: boolean): string {
  return failed ? "not known; the chain does not answer" : "…";
}

function MenuActions(): ReactNode {
  const { mutate } = useDisconnect();
  const { connector } = useConnection();
  return (
    <div className={styles.menuActions}>
      {connector?.id === TEST_ACCOUNTS_ID && (
        <Button size="small" onClick={() => void chooseTestAccount(connector)}>
          Another account
        </Button>
      )}
      <Button size="small" onClick={openConnectDialog}>
        Another wallet
      </Button>
      <Button
        size="small"
        icon={<LogOut aria-hidden />}
        onClick={() => mutate({})}
        data-testid="disconnect"
      >
        Disconnect
      </Button>
    </div>
  );
}
