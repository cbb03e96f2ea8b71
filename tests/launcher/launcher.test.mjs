// What `./zikao` makes of its options and of a run that breaks, on a copy beside which cmake, apt and npm do nothing.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../zikao', import.meta.url));

describe('the launcher', () => {
  let home;
  let caller;
  const write = (path, text) => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  const program = (path, body) => {
    write(path, `#!/usr/bin/env bash\n${body}\n`);
    chmodSync(join(home, path), 0o755);
  };
  /** Runs it in a folder that is not the repository. */
  const zikao = (...words) => {
    const ended = spawnSync(join(home, 'repository/zikao'), words, {
      cwd: caller, encoding: 'utf8', env: { ...process.env, PATH: `${join(home, 'bin')}:${process.env.PATH}` },
    });
    return { status: ended.status, out: ended.stdout, told: ended.stderr, last: ended.stdout.trim().split('\n').pop() };
  };

  before(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'zikao-launcher-')));
    caller = join(home, 'caller');
    mkdirSync(caller);
    mkdirSync(join(home, 'repository/tests/support'), { recursive: true });
    copyFileSync(launcher, join(home, 'repository/zikao'));
    for (const idle of ['cmake', 'apt-get', 'dpkg-query', 'npm']) program(`bin/${idle}`, 'exit 0');
    program('bin/node', 'printf "%s\\n" "$@"');
    write('repository/kernel/web/package-lock.json', '{}');
    mkdirSync(join(home, 'repository/kernel/web/node_modules'));
    write('repository/docs/openapi.yaml', '');
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('a folder or file without a slash before it lies where the caller stands', () => {
    const up = zikao('up', '--data', 'mine', '--port', '0');
    assert.equal(up.status, 0, up.told);
    assert.ok(up.out.includes(`--data\n${caller}/mine\n`), up.out);
    const bench = zikao('bench', '--json', 'figures.json');
    assert.equal(bench.status, 0, bench.told);
    assert.ok(bench.out.includes(`--json\n${caller}/figures.json\n`), bench.out);
    assert.ok(zikao('up', '--data', join(home, 'other')).out.includes(`--data\n${home}/other\n`));
  });

  test('an option that is unknown, without its value or with a wrong one is named, and nothing begins', () => {
    for (const [words, told] of [
      [['up', '--port', 'abc'], /--port .*abc/],
      [['up', '--port', '65536'], /--port .*65536/],
      [['up', '--port'], /--port needs a value/],
      [['up', '--db'], /--db needs a value/],
      [['up', '--db', 'oracle'], /--db .*oracle/],
      [['up', '--data'], /--data needs a value/],
      [['up', '--demo'], /--demo/],
      [['bench', '--json'], /--json needs a value/],
      [['bench', '--all'], /--all/],
      [['test', 'everything'], /everything/],
      [['fuzz', 'soon'], /soon/],
      [['down'], /down/],
    ]) {
      const { status, out, told: said } = zikao(...words);
      assert.deepEqual([status, out], [2, ''], words.join(' '));
      assert.match(said, told);
      assert.match(said, /usage: /);
    }
  });

  test('a build that fails ends the tests in their closing line, with a failure', () => {
    program('bin/cmake', 'case $1 in --build) echo "error: no such header"; exit 1 ;; esac');
    const { status, last, told } = zikao('test', 'rules');
    program('bin/cmake', 'exit 0');
    assert.equal(last, '0 passed, 1 failed');
    assert.notEqual(status, 0);
    assert.match(told, /no such header/);
  });

  test('a package whose examples crash, or are none, counts as a failure beside those that pass', () => {
    for (const name of ['right', 'crashes', 'silent']) write(`repository/lua-rules/${name}/package.lua`, '');
    program('repository/build/test/bin/zikaoctl', `case "$*" in
      *test*right*) echo "7 passed, 0 failed" ;;
      *test*crashes*) echo "before the end"; kill -SEGV $$ ;;
    esac`);
    const { status, last } = zikao('test', 'rules');
    assert.equal(last, '7 passed, 2 failed');
    assert.notEqual(status, 0);
    assert.match(readFileSync(join(home, 'repository/build/rules-crashes.log'), 'utf8'), /before the end/);
  });
});
