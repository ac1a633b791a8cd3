/// <reference types="vitest/config" />
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import solid from 'vite-plugin-solid'

const testing = process.env.VITEST !== undefined
/** What only the drawing of diagrams needs. */
const drawing =
  /node_modules\/(?:mermaid|@mermaid-js|@braintree|@chevrotain|@iconify|@upsetjs|chevrotain|cytoscape|cose-base|layout-base|d3|dagre|delaunator|elkjs|es-toolkit|fastdom|internmap|khroma|langium|lodash|points-on|path-data|hachure|robust-predicates|roughjs|stylis|ts-dedent|uuid|dayjs|vscode)|ui\/markdown\/diagram/
const consoleGuard = `${import.meta.dirname}/test/support/console.ts`

/**
 * Builds the client into dist/client and holds the test projects. Nothing may be inlined into the page: the server
 * sends `script-src 'self'; style-src 'self'`, so scripts, styles and small images all stay files of their own.
 */
export default defineConfig({
  root: testing ? '.' : 'client',
  cacheDir: `${import.meta.dirname}/node_modules/.vite`,
  plugins: [
    !testing && solid(),
    !testing &&
      VitePWA({
        strategies: 'injectManifest',
        srcDir: '.',
        filename: 'sw.ts',
        registerType: 'prompt',
        injectRegister: false,
        injectManifest: {
          globPatterns: ['**/*.{js,css,html,svg,png,webp,woff2,wasm}'],
          // Drawing diagrams takes more than all the rest; it is fetched when somebody wants to see one.
          globIgnores: ['assets/diagram/**'],
          maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        },
        manifest: {
          id: '/',
          name: 'Lyceum',
          short_name: 'Lyceum',
          description: 'A technical community that works offline',
          start_url: '/',
          scope: '/',
          display: 'standalone',
          background_color: '#f9faf8',
          theme_color: '#f9faf8',
          // In both languages: a manifest has one.
          shortcuts: [
            { name: 'Search · 搜索', short_name: 'Search', url: '/search' },
            { name: 'Ask a question · 提问', short_name: 'Ask', url: '/discuss/new?kind=question' },
            { name: 'Events · 活动', short_name: 'Events', url: '/events' },
            { name: 'Inbox · 通知', short_name: 'Inbox', url: '/inbox' },
          ].map((one) => ({
            ...one,
            icons: [{ src: '/icon-192.png', sizes: '192x192', type: 'image/png' }],
          })),
          share_target: {
            action: '/share',
            method: 'GET',
            enctype: 'application/x-www-form-urlencoded',
            params: { title: 'title', text: 'text', url: 'url' },
          },
          icons: [
            { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
            { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
            { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          ],
        },
      }),
  ],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Lets a server answer under a prefix of its own, immutable for ever, and leave the rest to `no-cache`.
    assetsDir: 'assets',
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ moduleIds }) =>
          moduleIds.length > 0 && moduleIds.every((id) => drawing.test(id))
            ? 'assets/diagram/[name]-[hash].js'
            : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: { format: 'es' },
  test: {
    environment: 'node',
    // A red run says which promise broke, never "timed out" on a busy laptop.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The runner itself only waits: on two cores both can work.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{server,shared,test}/**/*.test.ts'],
          exclude: ['test/browser/**', '**/node_modules/**'],
          setupFiles: [consoleGuard],
        },
      },
      {
        extends: true,
        // The features once more, on a real PostgreSQL.
        test: {
          name: 'unit-postgres',
          environment: 'node',
          include: [
            'server/features/{courses,discussions,events,memberships,moderation,notes,search}/*.test.ts',
            'server/features/accounts/commands.test.ts',
            'test/promises/commands.test.ts',
          ],
          // A minute of what SQLite has shown already: it orders webhooks, and asks the database little.
          exclude: ['server/features/memberships/stripe.test.ts'],
          globalSetup: [`${import.meta.dirname}/test/support/postgres-pass.ts`],
          setupFiles: [consoleGuard],
        },
      },
      {
        extends: true,
        // Apart from the others, since the plugin makes packages resolve as they do in browsers (`ws` has no server there).
        plugins: [solid()],
        test: {
          name: 'unit-client',
          environment: 'node',
          include: ['client/**/*.test.{ts,tsx}'],
          setupFiles: [consoleGuard],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: [`${import.meta.dirname}/test/support/demo-data.ts`],
          setupFiles: [consoleGuard],
          fileParallelism: false,
          // A whole browser on a busy machine is late now and then; what fails twice is broken.
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
