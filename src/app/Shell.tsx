import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Command, Wallet } from "lucide-react";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { KeyHint } from "@/ui/KeyHint.tsx";
import styles from "./app.module.css";
import { CommandPalette } from "./CommandPalette.tsx";
import { DeviceBadge } from "./DeviceBadge.tsx";
import { PrivacyIndicator } from "./PrivacyIndicator.tsx";
import { Seal } from "./Seal.tsx";
import { useShell } from "./shellStore.ts";
import { ShortcutsDialog } from "./ShortcutsDialog.tsx";
import { ThemeSwitch } from "./ThemeSwitch.tsx";
import { useShortcuts } from "./useShortcuts.ts";

const NAV = [
  { to: "/", label: "Creator" },
  { to: "/audit", label: "Auditor" },
  { to: "/market", label: "Market" },
  { to: "/runs", label: "Runs" },
  { to: "/settings", label: "Settings" },
] as const;

/** The layout of the screens that need a chain. */
const CHAIN_ROUTES: readonly string[] = ["/chain"];
/** And the one market screen that needs none. */
const MARKET_ROUTES: readonly string[] = [...CHAIN_ROUTES, "/challenges"];

export function Shell(): ReactNode {
  useShortcuts();
  const main = useFocusOnNavigation();
  const inMarket = useIsUnder(MARKET_ROUTES);
  return (
    <>
      <a className={styles.skip} href="#main" onClick={(event) => focusMain(event, main.current)}>
        Skip to content
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand} aria-label="Signet, home">
          <Seal />
          Signet
        </Link>
        <nav className={styles.nav} aria-label="Main">
          {NAV.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === "/" }}
              {...(to === "/market" && inMarket ? { "aria-current": "page" } : {})}
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className={styles.tools}>
          <PrivacyIndicator />
          <DeviceBadge />
          <button
            type="button"
            className={styles.pill}
            onClick={() => useShell.setState({ overlay: "palette" })}
          >
            <Command aria-hidden />
            <span className="visually-hidden">Search commands</span>
            <KeyHint keys="Mod+K" />
          </button>
          <ThemeSwitch />
          <WalletPlace />
        </div>
      </header>
      <main ref={main} id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <CommandPalette />
      <ShortcutsDialog />
    </>
  );
}

/** On screens with a chain its layout puts the wallet's button here; elsewhere a link leads to one. */
function WalletPlace(): ReactNode {
  const onChain = useIsUnder(CHAIN_ROUTES);
  if (!onChain) {
    return (
      <Link to="/wallet" className={styles.pill}>
        <Wallet aria-hidden />
        Wallet
      </Link>
    );
  }
  return <div ref={placeWallet} />;
}

/** Whether the screen is one of these routes or below one. */
function useIsUnder(routes: readonly string[]): boolean {
  return useRouterState({
    select: ({ matches }) => matches.some(({ routeId }) => routes.includes(routeId)),
  });
}

function placeWallet(place: HTMLElement | null): void {
  useShell.setState({ walletSlot: place });
}

/** Moves focus to the new screen, so that keyboard and screen reader users land there. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(path);
  useEffect(() => {
    if (first.current === path) return;
    first.current = path;
    main.current?.focus();
    window.scrollTo(0, 0);
  }, [path]);
  return main;
}

/** The address's hash names the route, so the link must not change it. */
function focusMain(event: React.MouseEvent, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}
