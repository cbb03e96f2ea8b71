// Somebody who speaks to the server itself: forms have tests of their own.
import { readFileSync } from 'node:fs';
import { settled } from './judge.mjs';
import { person } from './people.mjs';
import { CAPTCHA } from './world.mjs';

/** A page that somebody is signed in on, asked for data instead of shown. */
export class Asker {
  constructor(page, world) {
    Object.assign(this, { page, base: new URL(world.url).pathname });
  }

  /** @param page  of an office; where it stands does not matter */
  static async of(page, world) {
    const one = new Asker(page, world);
    one.csrf = (await one.ask('GET', '/me')).csrf;
    return one;
  }

  ask(method, path, body, type = 'application/json') {
    return this.page.evaluate(async ([address, how, csrf, sent, kind]) => {
      const answer = await fetch(address, {
        method: how, headers: { 'X-CSRF-Token': csrf ?? '', ...(sent ? { 'Content-Type': kind } : {}) },
        body: sent && (kind === 'application/json' ? JSON.stringify(sent) : new Uint8Array(sent)),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${how} ${address}: ${answer.status} ${text}`);
      return text && JSON.parse(text);
    }, [`${this.base}/api${path}`, method, this.csrf, body, type]);
  }

  /** Takes an action on a case as it is now. */
  async act(id, action, fields) {
    const { revision } = (await this.ask('GET', `/cases/${id}`)).case;
    return this.ask('POST', `/cases/${id}/actions/${action}`, { revision, request_key: `${action}-${revision}-${id}`, ...(fields ? { fields } : {}) });
  }
}

/** The demonstration's candidate. */
export class Applicant extends Asker {
  /** One log-in serves the whole run. */
  static async of(world) {
    world.applicant ??= await Applicant.logIn(world);
    return world.applicant;
  }

  static async logIn(world) {
    const account = world.accountOf('candidate');
    const page = await world.page();
    await page.goto(`${world.url}/`);
    await settled(page); // the page begins a guest session of its own
    const one = new Applicant(page, world);
    one.csrf = (await one.ask('GET', '/me')).csrf;
    const [{ id }, { captcha_length: length }] = [await one.ask('GET', '/captcha'), await one.ask('GET', '/tenant')];
    const login = { id_number: account.fields.id_number, password: account.password, captcha_id: id, captcha: CAPTCHA.slice(0, length) };
    one.csrf = (await one.ask('POST', '/login', login)).csrf;
    one.name = account.fields.name;
    one.number = account.fields.id_number;
    one.paper = readFileSync(person(world, { name: '证明材料' }).pictures.portrait);
    return one;
  }

  /** @param uploads  field → JPEG. @returns the id of the case */
  async handIn(type, uploads, action, fields) {
    const begun = await this.ask('POST', '/cases', { type });
    const { id } = begun.case;
    for (const [field, bytes] of Object.entries(uploads)) await this.ask('POST', `/cases/${id}/files?field=${field}`, [...bytes], 'image/jpeg');
    await this.act(id, action, fields);
    return id;
  }

  transfer(course) {
    const fields = { prefecture: '340200', course, score: '70', passed_on: '2012-04-15', origin: '江苏省' };
    return this.handIn('transfer_filing', { proof: this.paper }, 'submit', fields);
  }

  /** Graduates in a major of 专科 with a waiver for the one course that is missing. `photo`: as the studio's was cropped. */
  async graduate(photo, appraisal) {
    const picture = await this.handIn('graduation_photo', { photo }, 'submit', { prefecture: '340200', declaration: true });
    return { picture, apply: () => this.handIn('graduation', { 'courses.15040': this.paper }, 'apply', {
      prefecture: '340200', major: '530601', phone: '13900000001', address: '芜湖市鸠江区演示路2号', appraisal, declaration: true,
      courses: [{ course: '15040', kind: 'waiver', rule: 'NAT-WV-01' }],
      history: [{ from: '2015-09-01', to: '', where: '芜湖市演示职业学院' }],
    }) };
  }
}
