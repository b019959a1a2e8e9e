// node take.mjs FOLDER [THEME...]: draws each FOLDER/*.json (a dashboard and its answers) as *.dark.png and *.light.png.
// Exit status 1 where a panel is empty or broken, but for those the file names in `mayBeEmpty`.
import { createServer } from 'node:http';
import { readFileSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';

const HERE = dirname(fileURLToPath(import.meta.url));
const WIDTH = 1600;
const PATIENCE_MS = 180_000;
const SAME = 3; // pictures alike in a row: all has come to rest, however slow the machine is
const [folder, ...themes] = process.argv.slice(2);

// Editors and maps are parts of @grafana/ui that no panel of ours draws.
const UNUSED = /^(@codemirror|@lezer|@monaco-editor|@uiw|monaco-editor|ol|react-dropzone|slate(-[a-z-]+)?)(\/|$)/;
const unused = {
  name: 'unused',
  setup(bundle) {
    bundle.onResolve({ filter: UNUSED }, ({ path }) => ({ namespace: 'unused', path }));
    bundle.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const bundled = await build({
  absWorkingDir: HERE, bundle: true, define: { 'process.env': '{}', 'process.env.NODE_ENV': '"production"', global: 'window' }, entryPoints: ['page.jsx'],
  format: 'esm', jsx: 'automatic', loader: { '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' }, logLevel: 'error', outdir: '/out', plugins: [unused], write: false,
});
const made = Object.fromEntries(bundled.outputFiles.map(({ path, contents }) => [basename(path), contents]));

const STATIC = [['/public/fonts/inter/', 'inter-ui/web'], ['/public/build/', '@grafana/ui/dist/public'], ['/public/', '@grafana/ui/dist/public']];
const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
const PAGE = '<!doctype html><meta charset="utf-8"><script>window.__grafana_public_path__ = "/public/";</script><link rel="stylesheet" href="/page.css"><body><script type="module" src="/page.js"></script>';

function octetsOf(path, board) {
  if (path === '/') return PAGE;
  if (path === '/board') return readFileSync(board);
  if (path.slice(1) in made) return made[path.slice(1)];
  for (const [prefix, home] of STATIC) {
    const file = normalize(join(HERE, 'node_modules', home, path.slice(prefix.length)));
    if (path.startsWith(prefix) && file.startsWith(join(HERE, 'node_modules', home)) && existsSync(file)) return readFileSync(file);
  }
  return undefined;
}

let board;
const server = createServer(({ url }, reply) => {
  const { pathname } = new URL(url, 'http://localhost');
  const octets = octetsOf(pathname, board);
  reply.writeHead(octets === undefined ? 404 : 200, { 'content-type': pathname === '/' ? 'text/html' : TYPES[extname(pathname)] ?? 'application/octet-stream' });
  reply.end(octets);
});
await new Promise((then) => server.listen(0, '127.0.0.1', then));

async function picture(page, theme) {
  await page.setViewport({ height: 900, width: WIDTH });
  await page.goto(`http://127.0.0.1:${server.address().port}/?theme=${theme}`);
  await page.waitForFunction('window.drawn', { timeout: PATIENCE_MS });
  const { faults, fatal } = await page.evaluate('window.drawn');
  if (fatal) throw new Error(fatal);
  const whole = await page.$('#whole');
  await page.setViewport({ height: Math.ceil((await whole.boundingBox()).height), width: WIDTH });
  const seen = [];
  while (seen.length < SAME || !seen.slice(-SAME).every((one) => one === seen.at(-1))) {
    await new Promise((then) => setTimeout(then, 400));
    seen.push(await whole.screenshot({ encoding: 'base64' }));
    if (seen.length > 100) throw new Error('the picture does not come to rest');
  }
  return { faults: { ...faults, ...(await page.evaluate('window.drawn')).faults }, octets: Buffer.from(seen.at(-1), 'base64') };
}

const browser = await puppeteer.launch({ args: ['--no-sandbox', '--hide-scrollbars', '--force-color-profile=srgb'], executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
try {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    board = join(folder, name);
    const { board: { panels }, mayBeEmpty } = JSON.parse(readFileSync(board, 'utf8'));
    for (const theme of themes.length ? themes : ['dark', 'light']) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => console.error(`${name} ${theme}: ${error.message}`));
      const { faults, octets } = await picture(page, theme);
      await page.close();
      writeFileSync(board.replace(/json$/, `${theme}.png`), octets);
      for (const [id, fault] of Object.entries(faults)) {
        if (fault === 'empty' && mayBeEmpty.includes(Number(id))) continue;
        console.error(`${name} ${theme}: ${panels.find((panel) => panel.id === Number(id)).title}: ${fault}`);
        process.exitCode = 1;
      }
    }
  }
} finally {
  await browser.close();
  server.close();
}
