import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "@/api/problem";
import { App } from "@/app/App";
import { start } from "@/i18n";
import "@/ui/style.css";

start();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The way to the server repeats what was not reached; a refusal is not repeated but for a busy server.
      retry: (count, error) => error instanceof Problem && error.status === 503 && count < 2,
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

const root = document.getElementById("root");
if (root === null) throw new Error("no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
