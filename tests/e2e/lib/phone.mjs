// The candidate's telephone: scans codes off screenshots, pays at the simulator, reads its messages.
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

export class Phone {
  constructor(simulator) {
    this.simulator = simulator;
  }

  /** What a camera reads off the picture that is on the screen. */
  async read(locator) {
    const { data, width, height } = PNG.sync.read(await locator.screenshot());
    const found = jsQR(new Uint8ClampedArray(data), width, height);
    if (!found) throw new Error(`no code can be read off the picture of ${width}×${height} pixels`);
    return found.data;
  }

  async call(path, input) {
    const answer = await fetch(`${this.simulator}/_control/${path}`, input && { method: 'POST', body: JSON.stringify(input) });
    return { ok: answer.ok, ...(await answer.json()) };
  }

  scan(code, payer = 'A') {
    return this.call('scan', { code, payer });
  }

  /** `at_ms`: the moment at which the payer presses the button, however busy this process is then; none: now */
  pay(code, payer = 'A', notice = 'now', at_ms = undefined) {
    return this.call('pay', { code, payer, notice, at_ms });
  }

  /** Scans as a person does, on the telephone's own page. @return what the page says of it */
  async scanByHand(page, code) {
    await page.goto(this.simulator);
    await page.getByLabel('粘贴二维码内容').fill(code);
    await page.getByRole('button', { name: '扫描粘贴的二维码' }).click();
    await page.locator('#status:not(:empty)').waitFor();
    return page.locator('#status').innerText();
  }

  /** Scans and pays there. `notice`: now, late, twice or never. @return the amount shown before paying */
  async payByHand(page, code, notice = 'now') {
    await this.scanByHand(page, code);
    await page.getByText('已扫描，请核对金额').waitFor();
    const amount = await page.locator('#amount').innerText();
    await page.getByLabel('付款后如何通知商户').selectOption(notice);
    await page.getByRole('button', { name: '确认付款' }).click();
    await page.getByText('付款成功').waitFor();
    return amount;
  }

  /** Reads the newest code off the telephone's own page, as a person does. `seen`: codes that were read before */
  async codeByHand(page, number, seen = []) {
    await page.goto(`${this.simulator}/sms`);
    await page.getByLabel('只看某个手机号').fill(number);
    return eventually(async () => {
      const found = await newest(page, number).innerText({ timeout: 500 }).catch(() => '');
      return seen.includes(found) ? '' : found;
    }, `a code to ${number}`);
  }

  /** The same of a mailbox. */
  async mailedCodeByHand(page, mailbox) {
    await page.goto(`${this.simulator}/mail`);
    await page.getByLabel('只看某个邮箱').fill(mailbox);
    return newest(page, mailbox).innerText();
  }

  settings(change) {
    return fetch(`${this.simulator}/_control/settings`, { method: 'PUT', body: JSON.stringify(change) });
  }

  /** The newest message to a number that matches, waited for. */
  async message(number, pattern) {
    return eventually(async () => {
      const { messages } = await this.call(`sms?phone=${number}`);
      return messages.find((message) => pattern.test(message.text));
    }, `a message to ${number} like ${pattern}`);
  }

  /** The newest mail to a mailbox, waited for. */
  async mail(mailbox) {
    return eventually(async () => (await this.call(`mail?to=${encodeURIComponent(mailbox)}`)).mails[0], `a mail to ${mailbox}`);
  }
}

/** Of this number or mailbox: until the page has answered to the filter it still shows everybody's. */
const newest = (page, to) => page.locator('article').filter({ hasText: to }).first().locator('.code');

/** Asks until there is an answer; for what no page shows. */
export async function eventually(ask, what, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}
