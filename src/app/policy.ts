/** The content security policy that the browser enforces on this page; null in development. */
export function pagePolicy(): string | null {
  const meta = document.querySelector<HTMLMetaElement>(
    'meta[http-equiv="Content-Security-Policy"]',
  );
  return meta?.content ?? null;
}
