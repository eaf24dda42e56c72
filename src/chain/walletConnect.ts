import type { CreateConnectorFn } from "wagmi";

/**
 * WalletConnect talks to a relay of its maker, so it is offered only by a build that names a project
 * id in VITE_WALLETCONNECT_PROJECT_ID. Such a build also needs the package
 * `@walletconnect/ethereum-provider` and the relay in `connect-src`.
 */
export async function walletConnectors(): Promise<CreateConnectorFn[]> {
  const projectId: unknown = import.meta.env.VITE_WALLETCONNECT_PROJECT_ID;
  if (typeof projectId !== "string" || projectId === "") return [];
  const { walletConnect } = await import("wagmi/connectors/walletConnect");
  return [walletConnect({ projectId })];
}
