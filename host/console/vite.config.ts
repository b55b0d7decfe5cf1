/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// `zhangben serve` embeds what lies in $ZHANGBEN_CONSOLE_OUT. In development requests go to $ZHANGBEN_API, with the
// token of $ZHANGBEN_TOKEN where there is one: nothing of that reaches a build.
const api = process.env["ZHANGBEN_API"] ?? "http://127.0.0.1:8787";
const token = process.env["ZHANGBEN_TOKEN"];

export default defineConfig({
  plugins: [react()],
  base: "./",
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("src", import.meta.url)),
      // A helper for tests that @rjsf/core exports asks for it, which compiles schemas to code; ours interprets them.
      "@rjsf/validator-ajv8": fileURLToPath(new URL("src/ui/schemaValidator.ts", import.meta.url)),
    },
  },
  build: {
    outDir: process.env["ZHANGBEN_CONSOLE_OUT"] ?? "dist",
    emptyOutDir: true,
    target: "es2022",
    // No inline script may be needed: the preload helper would be one, and data: URLs are not in the policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      "^/(v1|healthz|openapi.json)": { target: api, headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } },
    },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
