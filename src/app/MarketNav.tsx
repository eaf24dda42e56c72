import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "./app.module.css";

const ENTRIES = [
  { to: "/market", label: "Models" },
  { to: "/licences", label: "Licences" },
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
  return (
    <nav className={styles.marketNav} aria-label="Market">
      {ENTRIES.map(({ to, label }) => (
        <Link key={to} to={to}>
          {label}
        </Link>
      ))}
    </nav>
  );
}
