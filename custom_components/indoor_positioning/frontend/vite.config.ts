import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    target: "es2022",
    // The entries keep their names: the address that they are served under carries the hash of all files.
    lib: { entry: { panel: "src/panel.ts", card: "src/card.ts" }, formats: ["es"] },
    minify: true,
    rolldownOptions: {
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
