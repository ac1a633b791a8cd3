/// <reference types="vitest/config" />
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import solid from 'vite-plugin-solid'
import { dictionaries } from './shared/words/index.ts'

const testing = process.env.VITEST !== undefined
/** What only the drawing of diagrams needs. */
const drawing =
  /node_modules\/(?:mermaid|@mermaid-js|@braintree|@chevrotain|@iconify|@upsetjs|chevrotain|cytoscape|cose-base|layout-base|d3|dagre|delaunator|elkjs|es-toolkit|fastdom|internmap|khroma|langium|lodash|points-on|path-data|hachure|robust-predicates|roughjs|stylis|ts-dedent|uuid|dayjs|vscode)|ui\/markdown\/diagram/
/** Modules that do nothing but export. */
const isOurs = /\/(?:client\/(?:core|features|parts|ui)|shared)\/.*\.tsx?$/
const consoleGuard = `${import.meta.dirname}/test/support/console.ts`
const indexedDb = `${import.meta.dirname}/test/support/indexed-db.ts`

/** Features whose words the frame and Home say, and what else is drawn there. */
const saidFirst = new Set(['core', 'app', 'frame', 'recommendations'])
const drawnFirst = /\/(?:index|due|continue|mentions|following|notice|leaving)\.tsx?$/
const features = `${import.meta.dirname}/client/features`

/** Keys that are written in what is drawn first. Whatever is missing here is blank on Home until the rest is there. */
function keysSaidFirst(): Set<string> {
  const files = readdirSync(features, { recursive: true }).map((file) => `${features}/${file}`)
  const sources = files.filter((file) => drawnFirst.test(file)).map((file) => readFileSync(file, 'utf8'))
  return new Set(sources.flatMap((source) => source.match(/(?<=['"`])[a-z]+\.\w+/g) ?? []))
}

/** Puts the words of each language, and of the first page, into files of their own (client/core/dictionary.ts). */
function wordsApart(): Plugin {
  const name = /^virtual:words\/(en|zh)\/(first|rest)$/
  return {
    name: 'words-apart',
    apply: 'build',
    resolveId: (id) => (name.test(id) ? `\0${id}` : undefined),
    load(id) {
      if (id.endsWith('/client/core/dictionary.ts')) {
        const parts = Object.keys(dictionaries).flatMap((lang) =>
          ['first', 'rest'].map((part) => `'${lang} ${part}': () => import('virtual:words/${lang}/${part}')`),
        )
        return `export const atHand = {}
          const parts = { ${parts.join(', ')} }
          export const fetchWords = (lang, part) => parts[lang + ' ' + part]().then((words) => words.default)`
      }
      const [, lang, part] = name.exec(id.slice(1)) ?? []
      if (!lang) return undefined
      const keys = keysSaidFirst()
      const isFirst = (feature: string, word: string): boolean =>
        saidFirst.has(feature) || keys.has(`${feature}.${word.replace(/_one$/, '')}`)
      const words = Object.entries(dictionaries[lang as keyof typeof dictionaries]).map(
        ([feature, entries]) => {
          const own = Object.entries(entries).filter(([word]) => part === 'rest' || isFirst(feature, word))
          return [feature, Object.fromEntries(own)] as const
        },
      )
      const shown = words.filter(
        ([feature, own]) => Object.keys(own).length > 0 && (part === 'first' || !saidFirst.has(feature)),
      )
      return { code: `export default ${JSON.stringify(Object.fromEntries(shown))}`, moduleType: 'js' }
    },
  }
}

/**
 * Small files that are fetched together are one: sixty were sixty requests on Home, and larger, each compressed alone.
 * With what is named goes what only that needs. The first that fits a file has it.
 */
const together = {
  /** On nearly every page, and all icons. */
  kit: /node_modules\/(?:lucide-solid|comlink)|\/client\/ui\/(?!editor|markdown|language)|\/client\/parts\/(?:act|labels|locked|own-|reading-map|save-button|saved|state)/,
  /** Follows every page once it is there. */
  following: /\/client\/features\/\w+\/(?:following|notice|leaving)\.tsx$/,
  /** Of Home and the courses' own pages. */
  learning: /\/client\/features\/courses\/continue\.tsx$/,
  /** Long texts, articles and lessons, and what stands above them. */
  text: /\/client\/(?:parts\/(?:reading-text|contents|body-gate)|ui\/markdown\/markdown|features\/(?:growth\/honour|moderation\/held))\.tsx$/,
  render: /\/client\/ui\/markdown\/render\.ts$/,
  article: /\/client\/features\/articles\/article\.tsx$/,
  media: /\/client\/features\/media\/(?:player|files)\.tsx$/,
  /** What others say: on Home, in their list, and under what is read. */
  mentions: /\/client\/features\/discussions\/mentions\.tsx$/,
  threads: /\/client\/features\/discussions\/list\.tsx$/,
  under: /\/client\/features\/(?:discussions\/under|moderation\/actions)\.tsx$/,
  home: /\/client\/features\/(?:recommendations\/home|library\/due)\.tsx$/,
}

/**
 * Builds the client into dist/client and holds the test projects. Nothing may be inlined into the page: the server
 * sends `script-src 'self'; style-src 'self'`, so scripts, styles and small images all stay files of their own.
 */
export default defineConfig({
  root: testing ? '.' : 'client',
  cacheDir: `${import.meta.dirname}/node_modules/.vite`,
  plugins: [
    !testing && solid(),
    !testing && wordsApart(),
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
      // What nobody uses of a kit's index is not loaded along with what is used of it.
      treeshake: { moduleSideEffects: (id) => !isOurs.test(id) },
      output: {
        // What every page begins with is two files, of which packages change seldom: smaller than eighty.
        codeSplitting: {
          groups: [
            { name: 'packages', tags: ['$initial'], test: /node_modules/, priority: 20 },
            // Not what starts it: that waits, and nothing else may have to wait for it.
            {
              name: 'frame',
              tags: ['$initial'],
              test: /\/(?:client\/(?!main\.|index\.html)|shared\/)/,
              priority: 19,
            },
            ...Object.entries(together).map(([name, test], i) => ({ name, test, priority: 10 - i })),
          ],
        },
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
          // Files share what they import: importing it anew for each took as long as half of the tests.
          isolate: false,
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
          isolate: false,
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
          isolate: false,
          include: ['client/**/*.test.{ts,tsx}'],
          setupFiles: [indexedDb, consoleGuard],
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
