// All tests of the pages: types, unit tests, and page tests against the mock server in a headless Chromium.
// node tests/run.mjs [part of a test's name]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium_path, has_chromium } from './browser.mjs';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const out = mkdtempSync(join(tmpdir(), 'callwright-web-'));
const reporter = `--test-reporter=${Number(process.versions.node.split('.')[0]) >= 20 ? 'dot' : 'spec'}`;
const pattern = process.argv[2] ? ['--test-name-pattern', process.argv[2]] : [];
let failed = false;

function run(what, command, args, env = {}) {
  const began = Date.now();
  const { status } = spawnSync(command, args, { cwd: web, stdio: 'inherit', env: { ...process.env, CALLWRIGHT_WEB: web, ...env } });
  if (status !== 0) failed = true;
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${what}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

if (!pattern.length) run('types', process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']);
const unit = readdirSync(join(web, 'tests/unit')).filter((name) => name.endsWith('.test.mjs'));
await build({
  absWorkingDir: web, entryPoints: unit.map((name) => `tests/unit/${name}`), outdir: join(out, 'unit'), outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm',
  target: 'node18', jsx: 'automatic', jsxImportSource: 'preact', inject: ['tests/unit/globals.mjs'], define: { CLIENT_VERSION: '"test"' }, logLevel: 'warning',
});
run('unit tests', process.execPath, ['--test', reporter, ...pattern, ...unit.map((name) => join(out, 'unit', name))]);
const dist = join(out, 'dist');
run('build', process.execPath, ['build.mjs'], { CALLWRIGHT_WEB_OUT: dist });
if (has_chromium) run('page tests', process.execPath, ['--test', reporter, ...pattern, 'tests/page/pages.test.mjs'], { CALLWRIGHT_WEB_OUT: dist });
else {
  console.log(`FAIL page tests: no Chromium at ${chromium_path}; set CALLWRIGHT_CHROMIUM`);
  failed = true;
}
rmSync(out, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
