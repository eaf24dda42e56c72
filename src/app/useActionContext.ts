import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ActionContext } from "./actions.ts";

export function useActionContext(): ActionContext {
  const navigate = useNavigate();
  return useMemo(() => ({ navigate: (to) => void navigate({ to }) }), [navigate]);
}
