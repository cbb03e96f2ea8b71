// The pages of the province of graduations, and what is laid in from outside: passes, a register of degrees.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Applicant, Asker } from './applicant.mjs';
import { WHITE } from './papers.mjs';
import { person } from './people.mjs';
import { Portal } from './portal.mjs';

/** In provinces/anhui/demo/demo.json: passes of 080901 without 13000, 00023 and 13015, which was passed under this number. */
export const OLD_NUMBER = '020019200077';

/** Somebody new, with a picture of the size that the province asks for. */
export const newcomer = (world, more) => ({
  ...person(world, { drawing: { width: 480, height: 640, quality: 97, background: WHITE }, birth: '1996-03-17', ...more }), password: 'kaosheng2026ah',
});

/** The registered person of the demonstration who has nearly everything for a diploma. */
export function graduate(world) {
  const { fields, password } = world.accountOf('graduate');
  return { name: fields.name, number: fields.id_number, phone: fields.phone, password };
}

/** The demonstration's second graduate, up to the joint review. @param photo  that passes the measuring */
export async function secondGraduate(world, photo, appraisal) {
  const one = await Applicant.of(world);
  const clerk = await Asker.of(await world.staff('prefecture_clerk'), world);
  const { picture, apply } = await one.graduate(photo, appraisal);
  await clerk.act(picture, 'pass');
  one.applyAgain = async () => {
    one.graduation = await apply();
    for (const action of ['conduct_passed', 'pass']) await clerk.act(one.graduation, action);
  };
  await one.applyAgain();
  return one;
}

/** School and province agree. */
export async function agreeTo(world, id) {
  for (const as of ['school_clerk', 'province_administrator']) await (await Asker.of(await world.staff(as), world)).act(id, 'agree');
}

/** A file as ministry and register send it back (provinces/anhui/plugin/README.md). @param rows  [业务编号, 准考证号, 结论, 说明] */
export function answerFile(rows) {
  const lines = [['业务编号', '准考证号', '结论', '说明'], ...rows];
  return { name: 'huichuan.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${lines.map((line) => line.join(',')).join('\r\n')}\r\n`) };
}

/** 上报与回传 of the province: what goes to the ministry and to the register, and their answers. */
export class ExchangePage {
  /** @param title  of the exchange */
  constructor(world, page, title) {
    Object.assign(this, { world, page, title });
    this.card = page.getByRole('main').locator('section').filter({ has: page.getByRole('heading', { name: title }) }).first();
    this.result = page.getByRole('region', { name: '回传结果' });
  }

  /** As it is now, also when it is open already. */
  async open() {
    const menu = this.page.getByRole('navigation', { name: '工作菜单' });
    for (const title of ['待办', '上报与回传']) await menu.getByRole('link', { name: title }).click();
    await this.card.waitFor();
    return this;
  }

  /** Downloads what is to be handed over. @returns { name, csv, row: name → the values by the head's names, photo: name → bytes } */
  async handOver() {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.card.getByRole('button', { name: '下载上报文件' }).click()]);
    const name = download.suggestedFilename();
    const file = join(this.world.pictures, name);
    await download.saveAs(file);
    const unzip = (entry, encoding) => execFileSync('unzip', ['-p', file, entry], { encoding });
    const csv = unzip(name.replace(/zip$/, 'csv'), 'utf8');
    const [head, ...lines] = csv.replace(/^\ufeff/, '').trimEnd().split('\r\n').map((line) => line.split(','));
    const rows = lines.map((line) => Object.fromEntries(head.map((key, at) => [key, line[at]])));
    const row = (who) => rows.find((each) => each['姓名'] === who);
    return { name, csv, row, rows, photo: (who) => unzip(row(who)['照片文件']) };
  }

  /** Uploads the answers of a file. @returns the outcome of each line, as it is said */
  async takeBack(file) {
    const answer = this.page.waitForResponse((response) => response.url().endsWith('/answers'));
    await this.card.getByLabel('上传回传文件').setInputFiles(file);
    if (!(await answer).ok()) throw new Error(`${this.title}: ${await this.card.getByRole('alert').innerText()}`);
    await this.result.waitFor();
    return this.result.locator('tbody tr').allInnerTexts();
  }

  /** Hands over and takes back that this one passes or does not. */
  async answer(name, verdict, reason = '') {
    await this.open();
    const { row } = await this.handOver();
    return this.takeBack(answerFile([[row(name)['业务编号'], row(name)['准考证号'], verdict, reason]]));
  }
}

export class AnhuiPortal extends Portal {
  static async open(world, viewport) {
    const portal = new AnhuiPortal(world, await world.page(viewport));
    await portal.page.goto(`${world.url}/`);
    return portal;
  }

  /** Titles begin alike here: 毕业申请, 毕业申请须知. */
  async go(title) {
    await this.unfold();
    await this.menu.getByRole('link', { name: title, exact: true }).click();
  }

  async registerWhole(one) {
    await this.page.getByRole('link', { name: '点此注册' }).click();
    await this.uploadPortrait(one.pictures.portrait);
    await this.type('姓名', one.name);
    await this.type('身份证号', one.number);
    await this.pick('性别', one.sex === '1' ? '男' : '女');
    await this.pick('民族', '汉族');
    await this.page.locator('#f-birth_date').fill(one.birth);
    await this.pick('政治面貌', '群众');
    await this.pick('户口性质', '农村');
    await this.pick('文化程度', '大专');
    await this.pick('职业', '国家机关');
    await this.type('手机号码', one.phone);
    await this.pick('所在市', '芜湖市');
    await this.next('设置密码并提交');
    await this.fillSecrets(one);
  }

  async fillSecrets(one) {
    await this.page.getByLabel('设置登录密码').fill(one.password);
    await this.page.getByLabel('确认登录密码').fill(one.password);
    await this.page.getByLabel('本人承诺所填信息真实准确').check();
  }

  async showCode() {
    const code = this.page.getByAltText('学历核验二维码');
    if (!(await code.isVisible())) await this.page.getByRole('button', { name: /获取二维码$/ }).click();
    await code.waitFor();
    return code;
  }

  /** Gets a code and has it scanned in the register's app by this person, whose account there holds what `as` says. */
  async scanDegree(one, as) {
    const { page, world } = this;
    const code = await this.showCode();
    const text = await world.phone.read(code);
    await world.phone.call('degrees/scan', { code: text, name: one.name, id_number: one.number, ...as });
    await page.getByRole('button', { name: '查询核验结果' }).click();
  }

  /** The picture of the case that is open, byte for byte. */
  async keptPhoto() {
    const bytes = await this.page.evaluate(async ([base, id]) => {
      const { files } = await (await fetch(`${base}/api/cases/${id}`)).json();
      const { id: file } = files.find((one) => one.field === 'photo');
      return [...new Uint8Array(await (await fetch(`${base}/api/cases/${id}/files/${file}`)).arrayBuffer())];
    }, [new URL(this.world.url).pathname, new URL(this.page.url()).pathname.split('/').at(-1)]);
    return Buffer.from(bytes);
  }

  /** 未通过课程处理: picks the course, the kind, and the first way that says `words`. */
  async treat(course, kind, words) {
    const { page } = this;
    await page.getByRole('radio', { name: new RegExp(`^选择 ${course}`) }).check();
    await page.getByRole('button', { name: '未通过课程处理' }).click();
    const panel = page.getByRole('group', { name: new RegExp(`^处理 ${course}`) });
    await panel.getByText(kind, { exact: true }).click();
    await panel.locator('p', { hasText: words }).getByRole('button', { name: '选用' }).click();
    await panel.waitFor({ state: 'hidden' });
  }
}
