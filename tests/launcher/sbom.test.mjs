// Each dependency stands in the list of what a build consists of, with its version (C53).
import { before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = resolve(fileURLToPath(new URL('../../kernel/build/sbom.sh', import.meta.url)));

describe('the list of what a build consists of', () => {
  let lines;
  before(() => {
    lines = execFileSync('bash', [script, process.env.ZIKAO_BUILD_DIR], { encoding: 'utf8' }).trimEnd().split('\n');
  });

  test('names how each is used, the package and its version', () => {
    for (const line of lines) assert.match(line, /^(linked|compiled|bundled)\t\S+\t\d\S*$/, line);
  });

  test('holds libraries, headers without a library, and what the browser is sent', () => {
    const has = (pattern) => assert.ok(lines.some((line) => pattern.test(line)), `${pattern} is missing`);
    for (const library of [/^linked\tlibsqlite3-0\t/, /^linked\tlibpoconet/, /^linked\tlibmysqlcppconn/, /^linked\tlibssl/, /^linked\tliblua5\.4/, /^linked\tlibtesseract/]) has(library);
    has(/^compiled\tnlohmann-json3-dev\t/);
    for (const shipped of [/^bundled\tvue\t/, /^bundled\telement-plus\t/]) has(shipped);
    assert.ok(!lines.some((line) => /\t(vite|eslint)\t/.test(line)), 'tools that nothing ships');
  });

  test('says so where nothing was built', () => {
    const ended = spawnSync('bash', [script, '/nowhere'], { encoding: 'utf8' });
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /nothing is built in \/nowhere/);
  });
});
