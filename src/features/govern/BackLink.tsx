import { Link } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./govern.module.css";

export function BackToGovern(): ReactNode {
  return (
    <Link to="/govern" className={styles.back}>
      <ArrowLeft aria-hidden /> Govern
    </Link>
  );
}

export function BackToModel({ model, name }: { model: bigint; name: string }): ReactNode {
  return (
    <Link to="/govern/$model" params={{ model: String(model) }} className={styles.back}>
      <ArrowLeft aria-hidden /> {name}
    </Link>
  );
}
