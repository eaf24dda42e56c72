import { createRoot } from "react-dom/client";

const headless = new URLSearchParams(location.search).has("headless");

if (headless) {
  const { installHeadless } = await import("./app/headless.ts");
  installHeadless();
} else {
  const { start } = await import("./app/start.tsx");
  const element = document.getElementById("root");
  if (element !== null) start(createRoot(element));
}
