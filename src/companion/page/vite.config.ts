import { defineConfig } from "vite";

/** What both documents need. */
const shared = /node_modules\/preact|\/page\/(i18n\/.*|store|hat|ask|live)\.ts$/;

/** The companion page: two documents without a hash in any name, for the server names what may be read before pairing. */
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: "../../../dist/companion/page",
    emptyOutDir: true,
    target: "es2022",
    // What a strict content policy forbids: data: addresses and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
    rollupOptions: {
      input: { page: `${import.meta.dirname}/index.html`, enter: `${import.meta.dirname}/enter.html` },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
        manualChunks: (id) => (shared.test(id) ? "shared" : undefined),
      },
    },
  },
});
