// The candidate's pages of the province whose visitors register, complete their data or log in by SMS code.
import assert from 'node:assert/strict';
import { person } from './people.mjs';
import { Portal } from './portal.mjs';
import { CAPTCHA as FIVE, TELEPHONE } from './world.mjs';

/** This province's picture codes have four characters. */
const CAPTCHA = FIVE.slice(0, 4);

/** Between two codes to one number. */
const CODE_EVERY_MS = 61_000;
/** The four courses of the manual's example, one per slot. */
export const FOUR = ['00018', '00107', '04729', '00012'];

/** Somebody whose pictures are of the size this province asks for. */
export const tibetan = (world, { name = '达瓦·卓玛', ...more } = {}) => ({
  ...person(world, { name, drawing: { width: 480, height: 640, quality: 80, ethnicity: '藏', address: '西藏拉萨市城关区演示路1号' }, ...more }),
  password: 'kaoshi2026xz', codes: [], codeAt: 0,
});

/** A person of the demonstration, who proved the telephone's number when the installation was made. */
export function known(world, as) {
  const { fields, password } = world.accountOf(as);
  return { name: fields.name, number: fields.id_number, phone: fields.phone, password, codes: [], codeAt: world.startedAt };
}

export class TibetPortal extends Portal {
  static async open(world, viewport = TELEPHONE) {
    const portal = new TibetPortal(world, await world.page(viewport));
    await portal.page.goto(`${world.url}/`);
    await portal.page.getByRole('heading', { name: /^欢迎使用/ }).waitFor();
    return portal;
  }

  /** One of the entries of the home page. */
  entry(title) {
    return this.page.getByRole('main').getByRole('link', { name: new RegExp(`^${title}`) });
  }

  /** Nothing can be ticked before the end of the notice is on the screen, nothing clicked before the tick. */
  async acknowledge(title, tick) {
    const { page } = this;
    await page.getByRole('heading', { name: title }).waitFor();
    const box = page.getByLabel(tick);
    const next = page.getByRole('button', { name: '下一步' });
    assert.ok(await next.isDisabled(), '下一步 waits for the tick');
    await box.scrollIntoViewIfNeeded();
    await box.check();
    await next.click();
  }

  async uploadSides(pictures, front, back) {
    await this.page.getByLabel(`${front}：选择文件`).setInputFiles(pictures.id_card_front);
    await this.page.getByAltText(`已上传的${front}`).waitFor();
    await this.page.getByLabel(`${back}：选择文件`).setInputFiles(pictures.id_card_back);
    await this.page.getByAltText(`已上传的${back}`).waitFor();
    await this.page.getByText('已识别并填入').waitFor();
  }

  async uploadFace(path) {
    await this.page.getByLabel('个人证件照：上传照片').setInputFiles(path);
    await this.page.getByRole('button', { name: '使用这张照片' }).click();
  }

  /** Another code may be asked for a minute after the last one. */
  async codeIsDue(one) {
    const left = one.codeAt + CODE_EVERY_MS - Date.now();
    if (one.codeAt > 0 && left > 0) await this.page.waitForTimeout(left);
  }

  /** What came to the telephone, read off its own page. */
  async receive(one) {
    const telephone = await this.world.page(TELEPHONE);
    const code = await this.world.phone.codeByHand(telephone, one.phone, one.codes);
    await telephone.context().close();
    one.codes.push(code);
    return code;
  }

  /** Within a form: the picture code, then the code that came to the telephone of the form. */
  async proveFormPhone(one) {
    const { page } = this;
    await page.getByRole('button', { name: '获取短信验证码' }).click();
    await page.locator('#f-phone_code-captcha').fill(CAPTCHA);
    await page.getByRole('button', { name: `发送到 ${one.phone}` }).click();
    await page.getByText(`验证码已发送到 ${one.phone}`).waitFor();
    one.codeAt = Date.now();
    await page.locator('#f-phone_code').fill(await this.receive(one));
  }

  /** `button`: which of the page asks, where a first code was asked for already */
  async askLoginCode(one, button = this.page.getByRole('button', { name: '获取短信验证码' })) {
    await this.page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
    await button.click();
    await this.page.getByText('验证码已经发出').waitFor();
    one.codeAt = Date.now();
  }

  async openLogin(way) {
    await this.page.goto(`${this.world.url}/login`);
    await this.page.getByRole('tab', { name: way }).click();
  }

  async typeCertificate(one) {
    await this.page.getByLabel('姓名').fill(one.name);
    await this.page.getByLabel('身份证号').fill(one.number);
    await this.page.getByLabel('密码', { exact: true }).fill(one.password);
  }

  async enter(code) {
    await this.page.getByLabel('短信验证码').fill(code);
    await this.page.getByRole('button', { name: '登录', exact: true }).click();
    await this.page.getByRole('button', { name: '退出' }).waitFor();
  }

  async logInByCertificate(one) {
    await this.codeIsDue(one);
    await this.openLogin('证件号登录');
    await this.typeCertificate(one);
    await this.askLoginCode(one);
    await this.enter(await this.receive(one));
  }

  async logInByPhone(one) {
    await this.codeIsDue(one);
    await this.openLogin('手机号登录');
    await this.page.getByLabel('手机号', { exact: true }).fill(one.phone);
    await this.askLoginCode(one);
    await this.enter(await this.receive(one));
  }

  async logOut() {
    await this.page.getByRole('button', { name: '退出' }).click();
    await this.entry('登录').waitFor();
  }

  /** 系统提示: a question before something happens, or what is said once it has. */
  get prompt() {
    return this.page.getByRole('dialog', { name: '系统提示' });
  }

  /** The three parts of the registration, up to the button 注册. */
  async fillRegistration(one) {
    const { page } = this;
    await this.uploadSides(one.pictures, '身份证(正面)', '身份证(反面)');
    await this.uploadFace(one.pictures.portrait);
    await page.getByAltText('已上传的个人证件照').waitFor();
    await this.next('基本信息');
    await this.fillPerson(one);
    await this.next('考试信息');
    await this.pick('考生类型', '社会考生');
    await this.pick('报考城市', '拉萨');
    await this.pick('报考专业', '030301-行政管理-专科');
  }

  async fillPerson(one) {
    await this.pick('户籍', '城镇');
    await this.pick('职业', '体育工作人员');
    await this.pick('是否在校', '否');
    await this.pick('当前学历', '高中');
    await this.pick('政治面貌', '群众');
    await this.type('单位/学校', 'XZDX');
    await this.type('手机号', one.phone);
    await this.proveFormPhone(one);
    await this.page.locator('#f-password').fill(one.password);
  }

  async registerWhole(one) {
    await this.entry('新生注册').click();
    await this.acknowledge('注册须知', '我已阅读完注册须知');
    await this.fillRegistration(one);
    await this.page.getByRole('button', { name: '注册', exact: true }).click();
    await this.prompt.getByRole('button', { name: '确认' }).click();
    await this.prompt.getByText('注册成功').waitFor();
    await this.prompt.getByRole('button', { name: '进入系统' }).click();
    await this.page.getByRole('button', { name: '退出' }).waitFor();
  }

  /** From the menu to the page 网上缴费. `missing`: what is not known of the person yet */
  async signUpFor(courses, missing = {}) {
    const { page } = this;
    await this.go('统考报名');
    await this.acknowledge('报名须知', '我已阅读完报名须知');
    await page.getByRole('heading', { name: '考试报名基本信息' }).waitFor();
    if (missing.职业) await this.pick('职业', missing.职业);
    if (missing['单位/学校']) await this.type('单位/学校', missing['单位/学校']);
    await this.next('考试信息');
    for (const [at, code] of courses.entries()) if (code) await page.locator(`#f-courses-${at + 1}`).selectOption(code);
    await this.next();
    await page.getByRole('button', { name: '在线缴费' }).waitFor();
  }

  /** 考籍更改, confirmed. What comes of it is for the caller to see. */
  async changeDistrict(district) {
    await this.go('考籍更改');
    await this.page.getByRole('heading', { name: '报考专业和考区' }).waitFor();
    await this.pick('考区', district);
    await this.page.getByRole('button', { name: '提交更改' }).click();
    await this.prompt.getByText(new RegExp(`^请确认更改为【考区: .*${district} 报考专业: .+】，是否正确\\?$`)).waitFor();
    await this.prompt.getByRole('button', { name: '确认' }).click();
  }

  get codePicture() {
    return this.page.getByRole('dialog').getByRole('img', { name: /付款二维码$/ });
  }

  /** 在线缴费, confirmed. @return what a camera reads off the screen */
  async openCode() {
    await this.page.getByRole('button', { name: '在线缴费' }).click();
    await this.prompt.getByRole('button', { name: '确认' }).click();
    await this.codePicture.waitFor();
    return this.world.phone.read(this.codePicture);
  }
}
