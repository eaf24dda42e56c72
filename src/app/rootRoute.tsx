import { createRootRoute, Link } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/ui/EmptyState.tsx";
import { Shell } from "./Shell.tsx";

/** What every screen is a child of. */
export const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

function NotFound(): ReactNode {
  return (
    <EmptyState
      icon={<Compass aria-hidden />}
      title="There is no such screen"
      action={<Link to="/">Go to the creator</Link>}
    >
      The address may be from another version of the studio.
    </EmptyState>
  );
}
