// The seams of the tests (a fixed picture code, points where the process kills itself, protections that can be let down) are in
// no build that did not ask.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const SEAM = /"ZIKAO_TEST_CAPTCHA"|"ZIKAO_FAIL_POINT"|\bfailPoint\b|"ZIKAO_CONTROL_OFF"|\bcontrolStands\b/;

describe('a build that was configured without a word about tests', () => {
  let dir;
  let commands;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'zikao-plain-'));
    execFileSync('cmake', ['-S', root, '-B', dir, '-G', 'Ninja', '-DCMAKE_C_COMPILER=clang', '-DCMAKE_CXX_COMPILER=clang++'], { stdio: 'pipe' });
    commands = JSON.parse(readFileSync(join(dir, 'compile_commands.json'), 'utf8'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  /** What the compiler sees of a file, by the build's own command. */
  const seen = (command, ...more) => {
    const words = command.command.replace(/-Xclang -include-pch -Xclang \S+/, '').replace(/ -o \S+ -c /, ' -E ').replaceAll('\\"', '"').split(/\s+/);
    return execFileSync(words[0], [...words.slice(1), ...more], { encoding: 'utf8', cwd: dir, maxBuffer: 256 << 20 });
  };

  test('reads no environment, kills itself nowhere and lets no protection down', () => {
    const own = commands.filter((one) => /^(kernel|plugins|provinces)\//.test(one.file.slice(root.length + 1)));
    assert.ok(own.length > 100, `${own.length} files`);
    const asking = own.filter((one) => /\bgetenv\b/.test(readFileSync(one.file, 'utf8')));
    const dying = own.filter((one) => /\bFP\(/.test(readFileSync(one.file, 'utf8'))).slice(0, 1);
    assert.equal(dying.length, 1, 'a file with a fail point');
    assert.ok(asking.length >= 2, 'the files that read the environment');
    const guarded = own.filter((one) => /\bCONTROL\("/.test(readFileSync(one.file, 'utf8'))).slice(0, 1);
    assert.equal(guarded.length, 1, 'a file with a protection that tests let down');
    for (const one of [...asking, ...dying, ...guarded]) {
      const name = one.file.slice(root.length + 1);
      assert.doesNotMatch(seen(one), SEAM, name);
      assert.match(seen(one, '-DZIKAO_TESTS=1'), SEAM, `${name}: the seam is looked for in vain`);
    }
  });

  test('has no test program and no fixture', () => {
    assert.deepEqual(commands.filter((one) => /^tests\//.test(one.file.slice(root.length + 1)) && !/^tests\/tools\//.test(one.file.slice(root.length + 1))), []);
  });
});
