// Puts up a whole installation around one build: databases, tenants, the payment simulator, zikaod.
// `./zikao up` shows it to people, the browser tests drive it. Everything it starts it also ends.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import net from 'node:net';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((done, failed) => {
    const server = net.createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  if (result.status !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed (${result.status ?? result.signal}):\n${result.stdout}\n${result.stderr}`);
  }
  return result.stdout;
}

/** Starts a program and waits until `ready(line)` says so of one line of its output. `started` hears of it at once. */
function start(command, args, { env, log, ready, started, seconds = 120 }) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    started(child);
    let tail = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      failed(new Error(`${command} was not ready in ${seconds} s:\n${tail}`));
    }, seconds * 1000);
    const read = (chunk) => {
      tail = (tail + chunk).slice(-20000);
      if (log) log(chunk);
      if (tail.split('\n').some(ready)) {
        clearTimeout(timer);
        done(child);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      failed(new Error(`${command} ended early (${code ?? signal}):\n${tail}`));
    });
  });
}

function end(child, seconds = 20) {
  return new Promise((done) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return done();
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.once('exit', () => {
      clearTimeout(timer);
      done();
    });
    child.kill('SIGTERM');
  });
}

/** One number of all files below some folders: another one when any of them changed. */
function printOf(...folders) {
  const print = createHash('sha256');
  for (const folder of folders.filter(existsSync))
    for (const name of readdirSync(folder, { recursive: true }).map((each) => join(folder, each)).sort())
      if (statSync(name).isFile()) print.update(`${name}\n`).update(readFileSync(name));
  return print.digest('hex');
}

/** The provinces that are complete: data, rules and a profile. */
export function provinces() {
  return readdirSync(join(root, 'provinces'))
    .filter((id) => existsSync(join(root, 'provinces', id, 'province.json')) && existsSync(join(root, 'lua-rules', id, 'package.lua')))
    .sort();
}

export class Installation {
  /**
   * @param build  folder with bin/ and lib/plugins/
   * @param data   folder that keeps everything between starts; what belongs to one database has a folder of its own in it
   * @param db     'sqlite' or 'mariadb' (private, started here, unless `mysqlSocket` names a running one)
   * @param demo   load made-up persons and a sitting that is open now
   * @param reports  the province that hears what became of its text messages; the sender's account knows one address
   * @param only   ids of the provinces to put up; none: all of them
   * zikaod's log is kept in zikaod.log of the data folder.
   */
  constructor({ build, data, db = 'sqlite', port = 0, demo = true, reports = '', only = [], mysqlSocket = '', env = {}, log = null }) {
    Object.assign(this, { build: resolve(build), data: resolve(data), db, port, demo, reports, mysqlSocket, env, log });
    this.provinces = provinces().filter((id) => !only.length || only.includes(id));
  }

  /** Keys, files and the audit's witness are of one database and no other. */
  get kept() {
    return join(this.data, this.db);
  }

  get serverLog() {
    return join(this.data, 'zikaod.log');
  }

  hasDemo(id) {
    return this.demo && existsSync(join(root, 'provinces', id, 'demo/demo.json'));
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    mkdirSync(this.kept, { recursive: true });
    if (!this.port) this.port = await freePort();
    await this.startSimulator();
    if (this.db === 'mariadb' && !this.mysqlSocket) this.startMariadb();
    this.writeConfig();
    this.prepare();
    if (this.reports) await this.tell({ report_url: this.ctl('tenants', 'report-url', this.reports).trim() });
    await this.startServer();
    return this;
  }

  async startSimulator() {
    const dir = join(this.data, 'simulator');
    mkdirSync(dir, { recursive: true });
    const portFile = join(dir, 'port');
    const port = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : await freePort();
    writeFileSync(portFile, String(port));
    this.simulatorUrl = `http://127.0.0.1:${port}`;
    await start(process.execPath, [join(root, 'tests/simulator/main.mjs'), '--data', dir, '--port', String(port)], {
      log: this.log && ((chunk) => this.log('simulator', chunk)),
      started: (child) => (this.simulator = child),
      ready: (line) => line.includes('ready'),
    });
    this.simulatorSettings = JSON.parse(readFileSync(join(dir, 'settings.json'), 'utf8'));
    await this.registerNotices();
  }

  /** A bank is told the address of its notices once, by the merchant, in its console: one for its counter. */
  async registerNotices() {
    for (const id of this.provinces) {
      const { payment_channels: channels = [] } = JSON.parse(readFileSync(join(root, 'provinces', id, 'province.json'), 'utf8'));
      for (const channel of channels.filter((each) => each.plugin === 'payment-ccb')) {
        await this.tell({ ccb_notify_url: `${this.url}/${id}/api/notify/${channel.id}` });
      }
    }
  }

  /** What is set once in the consoles of the parties outside. */
  async tell(settings) {
    const answer = await fetch(`${this.simulatorUrl}/_control/settings`, { method: 'PUT', body: JSON.stringify(settings) });
    if (!answer.ok) throw new Error(`the simulator does not take ${Object.keys(settings)}: ${answer.status}`);
  }

  startMariadb() {
    const dir = join(this.data, 'mariadbd');
    const script = join(root, 'tests/support/private_mariadb.sh');
    this.stopMariadb = () => run('bash', [script, 'stop', dir]);
    this.mysqlSocket = run('bash', [script, 'start', dir]).trim().split('=').pop();
  }

  writeConfig() {
    this.config = join(this.kept, 'zikaod.json');
    const database = this.db === 'mariadb' ? { engine: 'mysql', socket: this.mysqlSocket, user: 'root', name_prefix: this.databasePrefix() } : { engine: 'sqlite' };
    const config = {
      address: '127.0.0.1',
      port: this.port,
      public_url: this.url,
      data_dir: this.kept,
      sql_dir: join(root, 'sql'),
      web_dir: join(root, 'kernel/web/dist'),
      plugin_dir: join(this.build, 'lib/plugins'),
      worker: join(this.build, 'bin/zikao-worker'),
      common_rules_dir: join(root, 'lua-rules/common'),
      database,
      tenants: this.provinces.map((id) => ({
        province_dir: join(root, 'provinces', id),
        rules_dir: join(root, 'lua-rules', id),
        plugin_settings: this.simulatorSettings,
      })),
    };
    writeFileSync(this.config, JSON.stringify(config, null, 2));
    chmodSync(this.config, 0o600);
  }

  databasePrefix() {
    const file = join(this.kept, 'database-prefix');
    if (!existsSync(file)) writeFileSync(file, `zikao_${Math.random().toString(36).slice(2, 8)}_`);
    return readFileSync(file, 'utf8');
  }

  ctl(...args) {
    return run(join(this.build, 'bin/zikaoctl'), ['--config', this.config, ...args], { env: { ...process.env, ...this.env } });
  }

  /**
   * Brings the databases up to date. A province is loaded when its files changed since, or its schema did: what somebody
   * changed in the console stays otherwise. The demonstration is looked after once a day, for its dates run out.
   */
  prepare() {
    const file = join(this.kept, 'loaded.json');
    const loaded = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const keep = (id, what) => {
      loaded[id] = { ...loaded[id], ...what };
      writeFileSync(file, JSON.stringify(loaded, null, 2));
    };
    const migrated = this.ctl('migrate', 'up');
    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
    for (const id of this.provinces) {
      const files = printOf(join(root, 'provinces', id), join(root, 'lua-rules', id), join(root, 'lua-rules/common'));
      if (loaded[id]?.files !== files || !migrated.split('\n').includes(`${id}: up to date`)) {
        this.ctl('tenants', 'load', id);
        keep(id, { files, demo: '' });
      }
      if (this.hasDemo(id) && loaded[id].demo !== today) {
        this.drawPictures(id);
        this.ctl('demo', 'load', id, '--pictures', join(this.kept, 'pictures', id));
        keep(id, { demo: today });
      }
    }
  }

  /** Draws the demonstration persons' pictures; the repository holds no pictures of people. */
  drawPictures(id) {
    const demo = this.demoOf(id);
    const dir = join(this.kept, 'pictures', id);
    mkdirSync(dir, { recursive: true });
    for (const candidate of demo.candidates) drawIdentityPictures(this.build, dir, candidate);
  }

  demoOf(id) {
    return JSON.parse(readFileSync(join(root, 'provinces', id, 'demo/demo.json'), 'utf8'));
  }

  async startServer() {
    const began = performance.now();
    await start(join(this.build, 'bin/zikaod'), ['--config', this.config], {
      env: this.env,
      log: (chunk) => {
        appendFileSync(this.serverLog, chunk);
        this.log?.('zikaod', chunk);
      },
      started: (child) => (this.server = child),
      ready: (line) => line.includes('event=ready'),
    });
    this.readyMs = Math.round(performance.now() - began);
    const answer = await fetch(`${this.url}/healthz`);
    if (!answer.ok) throw new Error(`zikaod answers ${answer.status} to /healthz`);
  }

  async restartServer() {
    await end(this.server);
    await this.startServer();
  }

  /** Addresses and accounts, also written to demo.json. */
  describe() {
    const tenants = this.provinces.map((id) => {
      const tenant = { id, portal: `${this.url}/${id}/`, console: `${this.url}/${id}/staff` };
      if (!this.hasDemo(id)) return tenant;
      const demo = this.demoOf(id);
      tenant.accounts = {};
      for (const each of demo.candidates) tenant.accounts[each.as] = { id_number: each.fields.id_number, password: each.password };
      for (const each of demo.staff)
        tenant.accounts[each.as] = { user_name: each.user_name, password: each.password, totp_secret: each.totp_secret };
      return tenant;
    });
    const text = { url: this.url, simulator: this.simulatorUrl, database: this.db, tenants };
    writeFileSync(join(this.data, 'demo.json'), JSON.stringify(text, null, 2));
    return text;
  }

  async stop() {
    await end(this.server);
    await end(this.simulator);
    if (this.stopMariadb) this.stopMariadb();
  }
}

/** Portrait of a made-up person, and both ID sides where `pictures` names them. */
export function drawIdentityPictures(build, dir, candidate) {
  const tool = join(build, 'bin/zikao-picture');
  const { name, id_number: number, sex, birth_date: birth } = candidate.fields;
  const { width = 295, height = 413, ethnicity = '汉', address = '新疆乌鲁木齐市天山区演示路1号', quality, background } = candidate.drawing ?? {};
  const fine = quality ? ['--jpeg-quality', String(quality)] : [];
  const ground = background ? ['--background', background] : [];
  run(tool, ['portrait', '--width', String(width), '--height', String(height), ...ground, ...fine, join(dir, candidate.pictures.portrait)]);
  if (!candidate.pictures.id_card_front) return;
  run(tool, ['id-card-front', '--name', name, '--sex', sex === '1' ? '男' : '女', '--ethnicity', ethnicity, '--birth', birth, '--number', number,
    '--address', address, ...fine, join(dir, candidate.pictures.id_card_front)]);
  run(tool, ['id-card-back', ...fine, join(dir, candidate.pictures.id_card_back)]);
}
