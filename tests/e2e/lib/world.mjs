// One installation and one browser for a whole run. Every page is watched: an error of a script, a refused resource or a
// failed request that nobody expected fails the run.
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Installation } from '../../support/installation.mjs';
import { oneTimeCode } from '../../support/one_time_code.mjs';
import { Phone } from './phone.mjs';

export const CAPTCHA = 'K6nqy';
export const DESKTOP = { width: 1280, height: 800 };
export const TELEPHONE = { width: 375, height: 740 };
// Every sanitized program started from here forgives the libraries' leaks that the unit tests forgive, and no other.
process.env.LSAN_OPTIONS ??= `suppressions=${fileURLToPath(new URL('../../support/lsan.supp', import.meta.url))}:print_suppressions=0`;
process.env.UBSAN_OPTIONS ??= 'print_stacktrace=1';
// Everything is built with sanitizers here, and the machine may be busy with other tests.
const PATIENCE_MS = 20_000;

export class World {
  constructor(db) {
    this.db = db;
    this.province = 'xinjiang';
    this.faults = [];
    this.refusals = [];
    /** Pages in the order of their newest question to the server. */
    this.asked = [];
    this.staffPages = {};
  }

  /** The same installation and browser, seen from another province. */
  of(province) {
    return Object.assign(Object.create(this), { province, staffPages: {} });
  }

  async start() {
    const build = process.env.ZIKAO_BUILD_DIR;
    if (!build) throw new Error('ZIKAO_BUILD_DIR names the build to drive');
    this.data = mkdtempSync(join(tmpdir(), 'zikao-e2e-'));
    this.installation = new Installation({
      build, data: this.data, db: this.db, demo: true, reports: 'tibet', env: { ZIKAO_TEST_CAPTCHA: CAPTCHA },
      mysqlSocket: this.db === 'mariadb' ? process.env.ZIKAO_TEST_MYSQL_SOCKET : '',
      log: process.env.ZIKAO_VERBOSE ? (who, chunk) => process.stderr.write(chunk) : null,
    });
    this.pictures = join(this.data, 'drawn');
    mkdirSync(this.pictures);
    await this.installation.start();
    this.startedAt = Date.now();
    this.build = resolve(build);
    this.phone = new Phone(this.installation.simulatorUrl);
    this.browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
    });
    return this;
  }

  get url() {
    return `${this.installation.url}/${this.province}`;
  }

  get demo() {
    return this.installation.demoOf(this.province);
  }

  /** A page of a new person: nothing shared with any other. */
  async page(viewport = DESKTOP, options = {}) {
    const context = await this.browser.newContext({
      viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', permissions: ['camera'], reducedMotion: 'reduce', ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    this.watch(page);
    if (process.env.ZIKAO_VERBOSE) this.tell(page);
    return page;
  }

  watch(page) {
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      // Chromium says this of every answer that is not a success; which of them are right is what the tests judge.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) this.faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on('request', () => this.asked.at(-1) !== page && this.asked.splice(0, Infinity, ...this.asked.filter((one) => one !== page && !one.isClosed()), page));
    page.on('response', (response) => response.status() >= 400 && this.refusals.push(`${response.request().method()} ${response.url()}: ${response.status()}`));
    page.on('response', (response) => response.status() >= 500 && this.faults.push(`${response.request().method()} ${response.url()}: ${response.status()}`));
  }

  /** With ZIKAO_VERBOSE set: what was refused, and with which words. */
  tell(page) {
    page.on('response', async (response) => {
      if (response.status() >= 400) process.stderr.write(`${response.request().method()} ${response.url()} ${response.status()} ${await response.text().catch(() => '')}\n`);
    });
  }

  /** After a test that failed: what stood on the pages and what was refused last. Where CI runs, nobody can look. */
  async tellFailure({ passed, name }) {
    const told = this.refusals.splice(0).slice(-4).map((refusal) => `refused: ${refusal}`);
    if (passed) return;
    for (const page of this.asked.slice(-3).filter((one) => !one.isClosed())) {
      const words = await page.evaluate(() => [...document.querySelectorAll('h1, [role=alert]')].map((each) => each.textContent.trim()).join(' | ')).catch(() => '');
      told.push(`${page.url()}: ${words.slice(0, 200)}`);
    }
    for (const line of told) console.log(`seen when it failed, ${name.slice(0, 24)}: ${line.replaceAll(/\s+/g, ' ')}`);
  }

  accountOf(as) {
    return [...this.demo.staff, ...this.demo.candidates].find((each) => each.as === as);
  }

  /** The page of a member of staff. A one-time code is good for one log-in, so one log-in serves the whole run. */
  async staff(as) {
    this.staffPages[as] ??= await this.logInStaff(as);
    return this.staffPages[as];
  }

  async logInStaff(as, viewport = DESKTOP) {
    const account = this.accountOf(as);
    const page = await this.page(viewport);
    await page.goto(`${this.url}/staff/login`);
    await page.getByLabel('用户名').fill(account.user_name);
    await page.getByLabel('密码', { exact: true }).fill(account.password);
    await page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
    await page.getByLabel('动态口令').fill(oneTimeCode(account.totp_secret));
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('navigation', { name: '工作菜单' }).waitFor();
    return page;
  }

  async stop() {
    await this.browser?.close();
    await this.installation?.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}
