import { Link, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import styles from "./app.module.css";

const ENTRIES = [
  { to: "/market", label: "Models", below: "/buy/" },
  { to: "/licences", label: "Licences", below: "/receipts/" },
  { to: "/register", label: "Register" },
  { to: "/permissions", label: "Permissions" },
  { to: "/revenue", label: "Revenue" },
  { to: "/govern", label: "Govern" },
  { to: "/challenges", label: "Challenges" },
  { to: "/provers", label: "Provers" },
  { to: "/wallet", label: "Wallet" },
] as const;

/** The screens that need a chain, one click from each other. */
export function MarketNav(): ReactNode {
  const nav = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(() => {
    if (nav.current !== null) showCurrent(nav.current);
  });
  return (
    <nav ref={nav} className={styles.marketNav} aria-label="Market">
      {ENTRIES.map((entry) => (
        <Link
          key={entry.to}
          to={entry.to}
          aria-current={"below" in entry && path.startsWith(entry.below) ? "page" : undefined}
        >
          {entry.label}
        </Link>
      ))}
    </nav>
  );
}

/** Where the entries do not fit, the current one comes to the middle; the page itself stays. */
function showCurrent(nav: HTMLElement): void {
  const current = nav.querySelector<HTMLElement>("[aria-current]");
  if (current === null) return;
  const from = nav.getBoundingClientRect();
  const at = current.getBoundingClientRect();
  nav.scrollLeft += at.left + at.width / 2 - from.left - from.width / 2;
}
