// `./zikao up` behind the build: an installation is put up twice and ended, on either database, and leaves nothing running.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/installation.mjs';

const up = fileURLToPath(new URL('../support/up.mjs', import.meta.url));
// The libraries' own leaks, as for every sanitized program that the tests start.
process.env.LSAN_OPTIONS ??= `suppressions=${fileURLToPath(new URL('../support/lsan.supp', import.meta.url))}:print_suppressions=0`;
// What the product promises of an idle machine, without sanitizers, which make the start of a worker three times as long.
const sanitized = /^ZIKAO_SANITIZE:BOOL=ON$/m.test(readFileSync(join(process.env.ZIKAO_BUILD_DIR, 'CMakeCache.txt'), 'utf8'));
const READY_MS = sanitized ? 6000 : 2000;

/** Process ids by the process that started them. */
function childrenOf(pid) {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [[Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').pop().split(' ')[1])]];
    } catch {
      return []; // ended meanwhile
    }
  });
  const below = (parent) => all.filter(([, of]) => of === parent).flatMap(([id]) => [id, ...below(id)]);
  return below(pid);
}

const runs = (pid) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

class Up {
  constructor(data, ...words) {
    this.data = data;
    this.text = '';
    this.child = spawn(process.execPath, [up, '--build', process.env.ZIKAO_BUILD_DIR, '--data', data, ...words]);
    this.ended = new Promise((done) => this.child.once('exit', (code, signal) => done(code ?? signal)));
  }

  async ready() {
    await new Promise((done, failed) => {
      const read = (chunk) => {
        this.text += chunk;
        if (this.text.includes('Ctrl-C ends everything')) done();
      };
      this.child.stdout.setEncoding('utf8').on('data', read);
      this.child.stderr.setEncoding('utf8').on('data', read);
      this.ended.then((code) => failed(new Error(`it ended with ${code}:\n${this.text}`)));
    });
    this.started = childrenOf(this.child.pid);
    const mariadb = join(this.data, 'mariadbd/pid');
    if (existsSync(mariadb)) this.started.push(Number(readFileSync(mariadb, 'utf8')));
    return JSON.parse(readFileSync(join(this.data, 'demo.json'), 'utf8'));
  }

  get readyMs() {
    return Number(this.text.match(/ready (\d+) ms/)[1]);
  }

  /** @return what it left running. Asked again for a moment: a worker dies with its server, not before it. */
  async end(signal) {
    this.child.kill(signal);
    assert.equal(await this.ended, 0, this.text);
    for (let tries = 0; tries < 100 && this.started.some(runs); ++tries) await new Promise((done) => setTimeout(done, 20));
    return this.started.filter(runs);
  }
}

async function answers(...addresses) {
  for (const address of addresses) {
    const answer = await fetch(address);
    assert.equal(answer.status, 200, address);
    assert.match(await answer.text(), /<title>/, address);
  }
}

describe('an installation put up by the launcher', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zikao-up-'));
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  test.after(() => {
    bystander.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('answers at every address it names, twice, and Ctrl-C ends all of it and nothing else', async () => {
    const data = join(folder, 'data');
    const port = await freePort();
    const words = ['--db', 'sqlite', '--port', String(port), '--demo', 'yes', '--only', 'xinjiang'];
    const first = new Up(data, ...words);
    const demo = await first.ready();
    assert.equal(demo.url, `http://127.0.0.1:${port}`);
    assert.deepEqual(demo.tenants.map((tenant) => tenant.id), ['xinjiang']);
    await answers(`${demo.url}/`, `${demo.simulator}/`, demo.tenants[0].portal, demo.tenants[0].console);
    const accounts = Object.keys(demo.tenants[0].accounts);
    for (const role of ['candidate', 'prefecture_clerk', 'province_administrator', 'rule_author'])
      assert.ok(accounts.includes(role) && first.text.includes(` ${role} `), role);
    assert.ok(first.started.length >= 4, `zikaod, its workers and the simulator: ${first.started}`);
    assert.match(readFileSync(join(data, 'zikaod.log'), 'utf8'), /event=ready/);
    assert.deepEqual(await first.end('SIGINT'), []);

    const loadedAt = statSync(join(data, 'sqlite/loaded.json')).mtimeMs;
    const second = new Up(data, ...words);
    assert.deepEqual(await second.ready(), demo);
    await answers(`${demo.url}/`);
    // Whoever shares the machine with others has a share of it.
    const allowed = READY_MS * Math.max(1, loadavg()[0] / cpus().length);
    assert.ok(second.readyMs <= allowed, `the second start took ${second.readyMs} ms of ${Math.round(allowed)}`);
    assert.equal(statSync(join(data, 'sqlite/loaded.json')).mtimeMs, loadedAt, 'nothing was loaded again');
    assert.deepEqual(await second.end('SIGINT'), []);
    assert.ok(runs(bystander.pid));
  });

  test('ends its private MariaDB when the terminal is closed, with --no-demo and a province that came later, beside what SQLite keeps', async () => {
    const data = join(folder, 'data'); // that of SQLite
    const words = ['--db', 'mariadb', '--port', '0', '--demo', 'no', '--only', 'xinjiang'];
    const first = new Up(data, ...words);
    const plain = await first.ready();
    assert.equal(plain.database, 'mariadb');
    assert.equal(plain.tenants[0].accounts, undefined);
    await answers(`${plain.url}/`, plain.tenants[0].portal);
    assert.deepEqual(await first.end('SIGHUP'), []);
    assert.doesNotMatch(readFileSync(join(data, 'zikaod.log'), 'utf8'), /database_restored/, 'another database is no old backup');

    const second = new Up(data, ...words, '--only', 'tibet');
    const both = await second.ready();
    assert.deepEqual(both.tenants.map((tenant) => tenant.id), ['tibet', 'xinjiang']);
    await answers(...both.tenants.map((tenant) => tenant.portal));
    const rules = execFileSync(join(process.env.ZIKAO_BUILD_DIR, 'bin/zikaoctl'), ['--config', join(data, 'mariadb/zikaod.json'), 'rules', 'history', 'tibet']);
    assert.match(String(rules), /^\* /m, 'what came later was loaded');
    assert.deepEqual(await second.end('SIGTERM'), []);
    assert.ok(runs(bystander.pid));
  });
});
