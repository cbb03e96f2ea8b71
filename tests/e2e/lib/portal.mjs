// The candidate's pages, in the words that stand on them.
import { CAPTCHA } from './world.mjs';

export class Portal {
  constructor(world, page) {
    Object.assign(this, { world, page });
  }

  static async open(world, viewport) {
    const portal = new Portal(world, await world.page(viewport));
    await portal.page.goto(`${world.url}/`);
    return portal;
  }

  async logIn(number, password) {
    await this.page.getByLabel('身份证号码').fill(number);
    await this.page.getByLabel('密码', { exact: true }).fill(password);
    await this.page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
    await this.page.getByRole('button', { name: '登录', exact: true }).click();
    await this.page.getByRole('button', { name: '退出' }).waitFor();
    return this;
  }

  /** Comes again, as somebody who has been away: whoever is signed in is signed out first. */
  async comeAgain(number, password) {
    await this.page.goto(`${this.world.url}/`);
    const out = this.page.getByRole('button', { name: '退出' });
    await this.page.getByLabel('身份证号码').or(out).waitFor();
    if (await out.isVisible()) await out.click();
    return this.logIn(number, password);
  }

  get menu() {
    return this.page.getByRole('navigation', { name: '考生菜单' });
  }

  /** On a telephone the menu is folded. */
  async unfold() {
    await this.menu.waitFor();
    const fold = this.menu.getByRole('button', { name: '菜单' });
    if ((await fold.isVisible()) && (await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
  }

  /** What stands in the left menu. */
  async menuTitles() {
    await this.unfold();
    await this.menu.getByRole('link', { name: '考生信息' }).waitFor();
    return (await this.menu.getByRole('link').allTextContents()).map((text) => text.trim());
  }

  async go(title) {
    await this.unfold();
    await this.menu.getByRole('link', { name: title }).click();
  }

  /** Opens the messages and waits for one that has the text. */
  async message(text) {
    await this.page.getByRole('navigation', { name: '账户' }).getByRole('link', { name: '消息' }).click();
    await this.page.getByRole('main').getByRole('listitem').filter({ hasText: text }).waitFor();
  }

  async choose(field, text) {
    await this.page.locator(`#f-${field}`).click();
    await this.page.locator(`#f-${field}`).fill(text);
    await this.page.getByRole('option', { name: text }).first().click();
  }

  /** Radio buttons or a select, whichever the number of choices makes it. */
  async pick(label, option) {
    const group = this.page.getByRole('radiogroup', { name: label, exact: true });
    const box = this.page.getByRole('combobox', { name: label, exact: true });
    await group.or(box).first().waitFor();
    if (await group.isVisible()) return group.getByText(option, { exact: true }).click();
    await box.click();
    await box.fill(option);
    await this.page.getByRole('option', { name: option }).first().click();
  }

  radio(field, text) {
    return this.page.locator(`#f-${field}`).getByText(text, { exact: true }).click();
  }

  async next(heading) {
    await this.page.getByRole('button', { name: '下一步' }).click();
    if (heading) await this.page.getByRole('heading', { name: heading, level: 2 }).waitFor();
  }

  async register() {
    await this.page.getByRole('link', { name: '点此注册' }).click();
    await this.page.getByRole('heading', { name: '照片与证件' }).waitFor();
  }

  async uploadPortrait(path) {
    await this.page.getByLabel('照片：上传照片').setInputFiles(path);
    await this.page.getByRole('button', { name: '使用这张照片' }).click();
    await this.page.getByAltText('已上传的照片').waitFor();
  }

  async uploadCard(pictures) {
    await this.page.getByLabel('身份证正面：选择文件').setInputFiles(pictures.id_card_front);
    await this.page.getByAltText('已上传的身份证正面').waitFor();
    await this.page.getByLabel('身份证反面：选择文件').setInputFiles(pictures.id_card_back);
    await this.page.getByAltText('已上传的身份证反面').waitFor();
    await this.page.getByText('已识别并填入').waitFor();
  }

  /** What the card does not say. */
  async fillPerson(person) {
    await this.choose('political_status', '群众');
    await this.radio('hukou_type', '农村');
    await this.choose('education_level', '大专(专科)');
    await this.choose('occupation', '中国共产党中央委员会和地方各级组织负责人');
    await this.page.getByLabel('联系电话').fill(person.phone);
    await this.page.getByLabel('邮箱').fill(person.email);
    await this.choose('prefecture', '乌鲁木齐');
  }

  async fillSecrets(person) {
    await this.page.getByLabel('设置登录密码').fill(person.password);
    await this.page.getByLabel('确认登录密码').fill(person.password);
  }

  /** From the log-in page to a registration that waits for its review. */
  async registerWhole(person) {
    await this.register();
    await this.uploadPortrait(person.pictures.portrait);
    await this.uploadCard(person.pictures);
    await this.next('基本信息');
    await this.fillPerson(person);
    await this.next('特殊专业');
    await this.next('设置密码并提交');
    await this.fillSecrets(person);
    await this.page.getByLabel('我担保以上信息真实准确').check();
    await this.next('核对并提交');
    await this.submit();
  }

  async submit() {
    await this.page.getByRole('button', { name: '提交', exact: true }).click();
    const sent = this.page.getByText('已提交。');
    const refused = this.page.getByRole('alert');
    await sent.or(refused).first().waitFor();
    if (!(await sent.isVisible())) throw new Error(`refused: ${await refused.first().innerText()}`);
  }

  /** The last button of a form; throws with what was said when it was refused. */
  async send(title) {
    await this.page.getByRole('button', { name: title, exact: true }).click();
    const sent = this.page.getByText('已提交。');
    const refused = this.page.getByRole('alert');
    await sent.or(refused).first().waitFor();
    if (!(await sent.isVisible())) throw new Error(`refused: ${await refused.first().innerText()}`);
  }

  /** Opens a form at its last step, where everything is filled in, and sends it. */
  async finish(url, title) {
    await this.page.goto(`${url}?step=99`);
    await this.send(title);
  }

  type(label, text) {
    return this.page.getByRole('textbox', { name: new RegExp(`^${label}`) }).fill(text);
  }

  async cropPhoto(path) {
    await this.page.getByLabel('毕业照片：上传照片').setInputFiles(path);
    await this.page.getByRole('list', { name: '照片检查', exact: true }).getByText('眼睛位置').waitFor();
  }

  async usePhoto() {
    await this.page.getByRole('button', { name: '使用这张照片' }).click();
    await this.page.getByAltText('已上传的毕业照片').waitFor();
  }

  /** A cell of the résumé (个人简历). */
  row(at, column) {
    return this.page.locator(`#f-history-${at}-${column}`);
  }

  async historyRow(at, from, to, where) {
    await this.row(at, 'from').fill(from);
    await this.row(at, 'to').fill(to);
    await this.row(at, 'where').fill(where);
  }

  /** The state and, when refused, the reason, as the bar on top says them. */
  status() {
    return this.page.getByRole('region', { name: '当前状态' });
  }

  /** Fills the sign-up in up to its last page. `courses`: one per exam time */
  async fillSignUp(major, courses) {
    await this.go('考生报考');
    const change = this.page.getByRole('link', { name: '修改', exact: true });
    await change.or(this.page.locator('#f-major')).first().waitFor();
    if (await change.isVisible()) await change.click();
    await this.choose('prefecture', '乌鲁木齐');
    await this.choose('county', '天山区');
    await this.choose('major', major);
    for (const [at, code] of courses.entries()) await this.page.locator(`#f-courses-${at + 1}`).selectOption(code);
    await this.page.getByLabel('本人担保以上信息真实准确').check();
    await this.next('核对并提交');
  }

  /** The four courses of the manual's example. */
  async signUp(courses = ['00024', '00018', '00031', '00144']) {
    await this.fillSignUp('530601', courses);
    await this.submit();
  }

  async openPayment() {
    await this.go('网上缴费');
    await this.page.getByRole('heading', { name: '收费内容' }).waitFor();
  }

  get window() {
    return this.page.getByRole('dialog', { name: '扫码支付缴费' });
  }

  /** Opens the window and waits for its two pictures. */
  async openCodes() {
    await this.page.getByRole('button', { name: '点击缴费' }).click();
    await this.code('支付宝').waitFor();
    await this.code('微信').waitFor();
  }

  code(channel) {
    return this.window.getByAltText(`${channel}付款二维码`);
  }
}

/** Logs the approved person of the demonstration in. */
export async function demoCandidate(world, viewport) {
  const account = world.accountOf('candidate');
  return (await Portal.open(world, viewport)).logIn(account.fields.id_number, account.password);
}
