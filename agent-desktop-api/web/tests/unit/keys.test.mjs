// Every text exists in both languages, every key that the pages ask for exists, and none stands unused.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const src = join(process.env.CALLWRIGHT_WEB ?? process.cwd(), 'src');
const read = (name) => JSON.parse(readFileSync(join(src, 'i18n', name), 'utf8'));
const en = read('en.json');
const zh = read('zh-CN.json');
const code = readdirSync(src, { recursive: true, withFileTypes: false })
  .filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(join(src, name), 'utf8')).join('\n');
const plurals = (key) => key.replace(/\.(one|other)$/, '');

test('both languages have the same keys', () => {
  assert.deepEqual(Object.keys(zh).filter((key) => !(key in en)), [], 'only in zh-CN.json');
  assert.deepEqual(Object.keys(en).filter((key) => !(key in zh)), [], 'missing in zh-CN.json');
});

test('both languages fill in the same parameters', () => {
  const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(en)) {
    if (key.endsWith('.one')) continue; // "one" may say the number in a word
    assert.deepEqual([...new Set(holes(zh[key]))], [...new Set(holes(en[key]))], key);
  }
});

test('no key stands unused', () => {
  const unused = Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !code.includes(`'${plurals(key)}'`));
  assert.deepEqual(unused, []);
});

test('no key is asked for that does not exist', () => {
  const asked = [...code.matchAll(/\bt\('([^']+)'/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(asked)].filter((key) => !(key in en)), []);
  const counted = [...code.matchAll(/\btn\('([^']+)'/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(counted)].filter((key) => !(`${key}.one` in en && `${key}.other` in en)), []);
});

test('no text of a page stands outside the language files', () => {
  // Words between tags or in labels; single letters of keys, units and the two language names are not text.
  const stray = [...code.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)].map((match) => match[1]);
  assert.deepEqual(stray, []);
  assert.deepEqual([...code.matchAll(/(?:aria-label|placeholder|title|alt)="([^"]+)"/g)].map((match) => match[1]), []);
});

test('nothing from outside is inserted as HTML', () => {
  assert.deepEqual([...code.matchAll(/dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write/g)].map(String), []);
});
