// Builds the pages into dist/: index.html, hashed scripts, styles and fonts, each with a .gz beside it, and manifest.json,
// which maps every path that the server may serve to its file.
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = dirname(fileURLToPath(import.meta.url));
const out = process.env.CALLWRIGHT_WEB_OUT ?? join(root, 'dist');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await build({
  absWorkingDir: root,
  entryPoints: { app: 'src/main.tsx', style: 'src/styles/main.css' },
  outdir: out,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox113', 'safari16.2'],
  minify: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.woff2': 'file' },
  define: { CLIENT_VERSION: JSON.stringify(version) },
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
});

const output_of = (entry) => {
  const found = Object.entries(result.metafile.outputs).find(([, value]) => value.entryPoint === entry);
  return relative(out, join(root, found[0]));
};
const template = await readFile(join(root, 'src/index.html'), 'utf8');
const page = template
  .replace('{{style}}', '/' + output_of('src/styles/main.css'))
  .replace('{{script}}', '/' + output_of('src/main.tsx'));
await writeFile(join(out, 'index.html'), page);

await copyFile(join(root, 'src/icon.svg'), join(out, 'icon.svg'));
// The font's licence asks to go where the font goes.
await copyFile(join(root, 'node_modules/@fontsource-variable/inter/LICENSE'), join(out, 'inter-license.txt'));

const manifest = { '/': 'index.html' };
for (const name of (await readdir(out)).sort()) {
  const bytes = await readFile(join(out, name));
  if (name !== 'index.html') manifest['/' + name] = name;
  if (!name.endsWith('.woff2')) await writeFile(join(out, name + '.gz'), gzipSync(bytes, { level: 9 }));
}
await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
