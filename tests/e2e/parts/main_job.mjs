// The whole way of one person: registered, refused, corrected, passed, signed up, paid.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Console } from '../lib/console.mjs';
import { accessible, fits } from '../lib/judge.mjs';
import { pdf } from '../lib/papers.mjs';
import { person } from '../lib/people.mjs';
import { eventually } from '../lib/phone.mjs';
import { Portal } from '../lib/portal.mjs';
import { TELEPHONE } from '../lib/world.mjs';

const REASON = '身份证照片不清晰或有反光，请重新拍摄上传。';
const REVIEW_MS = 10_000;
const SPECIAL = '护理学(100701)';
const PAPERS = '护理学：卫生类执业资格证书';
// A name no other test uses, and another that the candidate types by mistake.
const NAME = '赵丽颖华';
const MISTYPED = '赵丽影华';

export function mainJob(world) {
  const state = {};

  test('XJ-REG-01 XJ-REG-05 XJ-REG-06 XJ-REG-09 registers with pictures and the papers of a special major; the card fills five fields, a correction is kept', async () => {
    state.person = person(world, { name: NAME, sex: '2', birth: '1999-05-12' });
    const portal = (state.portal = await Portal.open(world));
    const { page } = portal;
    await portal.register();
    await portal.uploadPortrait(state.person.pictures.portrait);
    await portal.uploadCard(state.person.pictures);
    await accessible(page, 'registration, pictures');
    await portal.next('基本信息');
    assert.equal(await page.getByLabel('姓名').inputValue(), NAME);
    assert.equal(await page.getByLabel('身份证号').inputValue(), state.person.number);
    assert.ok(await page.locator('#f-sex').getByRole('radio', { name: '女' }).isChecked(), 'the sex was read');
    assert.equal(await page.getByLabel('出生年月').inputValue(), state.person.birth);
    await page.locator('.field', { has: page.locator('#f-ethnicity') }).getByText('汉族').waitFor();
    assert.equal(await page.getByText('从证件识别').count(), 5);
    await page.getByLabel('姓名').fill(MISTYPED);
    await page.getByText('已修改，会标给审核人员').waitFor();
    await portal.fillPerson(state.person);
    await accessible(page, 'registration, person');
    await portal.next('特殊专业');
    await page.getByRole('group', { name: '报考特殊专业' }).getByLabel(SPECIAL).check();
    await page.getByLabel(`${PAPERS}：选择文件`).setInputFiles(pdf(20_480));
    await page.getByRole('link', { name: '打开查看' }).waitFor();
    await portal.next('设置密码并提交');
    await portal.fillSecrets(state.person);
    await page.getByLabel('我担保以上信息真实准确').check();
    await portal.next('核对并提交');
    await page.getByText('中国共产党中央委员会和地方各级组织负责人').waitFor();
    await accessible(page, 'registration, summary');
    await portal.submit();
    assert.match(await portal.status().innerText(), /当前报名审核状态：\s*审核中/);
    await accessible(page, 'registration, waiting');
  });

  test('XJ-REV-01 the prefecture finds it in its queue, another prefecture does not', async () => {
    const clerk = (state.clerk = await Console.of(world, 'prefecture_clerk'));
    await clerk.openQueue();
    await clerk.row(MISTYPED).waitFor();
    const other = await Console.of(world, 'other_prefecture_clerk');
    await other.openQueue();
    await other.page.getByText('没有等待处理的案件').waitFor();
    await clerk.row(MISTYPED).getByRole('link').click();
    await clerk.review.getByRole('heading', { name: MISTYPED }).waitFor();
    const id = /cases\/([^?/]+)/.exec(clerk.page.url())[1];
    await other.page.goto(`${world.url}/staff/cases/${id}`);
    await other.review.getByRole('alert').waitFor();
    assert.equal(await other.page.getByText(MISTYPED).count(), 0);
  });

  test('XJ-REG-05 the corrected field is marked for the reviewer, beside what the machine read', async () => {
    const row = state.clerk.review.getByRole('row', { name: /姓名/ });
    assert.match(await row.innerText(), new RegExp(`${NAME}[^]*${MISTYPED}`));
    assert.match(await state.clerk.row(MISTYPED).innerText(), /识别后改过/);
    await state.clerk.review.getByText(PAPERS).first().waitFor(); // XJ-REG-09: the papers are there to be judged
    await accessible(state.clerk.page, 'review');
  });

  test('XJ-REV-02 a refusal needs a reason, by keyboard; the candidate sees the state and the reason', async () => {
    const { clerk, portal } = state;
    await clerk.key('2');
    const dialog = clerk.page.getByRole('dialog', { name: '审核未通过' });
    await dialog.waitFor();
    assert.ok(await dialog.getByRole('button', { name: '确定审核未通过' }).isDisabled(), 'no refusal without a reason');
    await clerk.page.waitForFunction(() => document.activeElement.id === 'reason');
    await clerk.page.keyboard.type(REASON);
    await dialog.getByText(`原因：${REASON}`).waitFor();
    await accessible(clerk.page, 'refusal');
    await clerk.key('Tab', 'Tab', 'Enter');
    await dialog.waitFor({ state: 'hidden' });
    await portal.comeAgain(state.person.number, state.person.password);
    await portal.go('考生信息');
    await portal.status().getByText(REASON).waitFor();
    assert.match(await portal.status().innerText(), /当前报名审核状态：\s*审核未通过/);
    await portal.message(`您的注册信息审核未通过。原因：${REASON}`);
    await portal.go('考生信息');
  });

  test('XJ-REV-04 XJ-REV-05 corrects what the reason says and submits again; before the pass there is no menu 考生报考', async () => {
    const { portal } = state;
    assert.ok(!(await portal.menuTitles()).includes('考生报考'));
    await portal.next('基本信息');
    await portal.page.getByLabel('姓名').fill(NAME);
    await portal.next('特殊专业');
    await portal.next('设置密码并提交');
    await portal.next('核对并提交');
    await portal.submit();
    assert.match(await portal.status().innerText(), /审核中/);
    assert.equal(await portal.page.getByRole('link', { name: '修改', exact: true }).count(), 0, 'DEF-XJ-02 while 审核中 nothing can be edited');
    assert.ok(!(await portal.menuTitles()).includes('考生报考'));
  });

  test('XJ-REV-01 a review with the keyboard alone takes less than ten seconds', async () => {
    const { clerk } = state;
    await clerk.openQueue();
    await clerk.row(NAME).waitFor();
    const begun = Date.now();
    await clerk.key('/');
    await clerk.page.keyboard.type(NAME);
    await clerk.key('Enter');
    await clerk.page.waitForFunction(() => document.querySelectorAll('.list tbody tr').length === 1);
    await clerk.key('Escape', 'j');
    await clerk.review.getByRole('button', { name: '审核通过' }).waitFor();
    await clerk.key('1');
    await clerk.page.getByText('没有找到符合的案件').waitFor();
    const spent = Date.now() - begun;
    assert.ok(spent < REVIEW_MS, `${spent} ms`);
  });

  test('XJ-REV-03 XJ-REV-06 passed: everything is shown, nothing can be changed; XJ-REV-05 the menu 考生报考 is there', async () => {
    const { portal } = state;
    const { page } = portal;
    await page.reload();
    await portal.status().getByText('审核通过').waitFor();
    assert.equal(await page.getByRole('link', { name: '修改', exact: true }).count(), 0);
    assert.equal(await page.getByRole('textbox').count(), 0);
    const facts = await page.getByRole('main').innerText();
    for (const label of ['姓名', '性别', '出生年月', '户籍', '联系电话', '报名地州', '身份证号', '族别', '政治面貌', '学历', '职业', '邮箱', '报考特殊专业', PAPERS])
      assert.ok(facts.includes(label), `${label} is missing`);
    for (const value of [NAME, '女', '农村', '汉族', '乌鲁木齐', '中国共产党中央委员会和地方各级组织负责人']) await page.getByRole('main').getByText(value, { exact: true }).first().waitFor();
    assert.ok(!facts.includes(state.person.number), 'the number is masked');
    for (const picture of ['照片', '身份证正面', '身份证反面'])
      assert.ok(await page.getByAltText(picture, { exact: true }).evaluate((image) => image.decode().then(() => image.naturalWidth > 0)), `${picture} is not shown`);
    assert.deepEqual(await portal.menuTitles(), ['个人中心', '考生信息', '报考须知', '考生报考', '毕业标准查询', '联系方式', '订单查询']);
    await accessible(page, 'registration, passed');
  });

  test('XJ-SGN-01 signs up for four exam times with declaration; then the menu has 网上缴费', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('考生报考');
    await page.getByRole('heading', { name: '报考信息' }).waitFor();
    assert.ok(await page.locator('#f-county').isDisabled(), 'XJ-SGN-02: 县市 waits for 地州');
    await portal.next();
    await page.getByText('请至少选择一门课程。').first().waitFor(); // XJ-SGN-05
    await accessible(page, 'sign-up with faults');
    await portal.fillSignUp('100701', ['13203']); // XJ-REG-09: its papers passed with the registration
    await portal.submit();
    await portal.signUp();
    assert.deepEqual((await portal.menuTitles()).slice(1, 6), ['考生信息', '报考须知', '考生报考', '网上缴费', '毕业标准查询']);
  });

  test('XJ-SGN-02 county list follows the prefecture, XJ-SGN-03 the standard of the major is a click away, XJ-SGN-04 each selector names its exam time', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('考生报考');
    await page.getByRole('link', { name: '修改', exact: true }).click();
    await page.getByLabel('第 1 场').waitFor();
    const times = await page.locator('#f-courses time').allInnerTexts();
    assert.equal(times.length, 4);
    for (const time of times) assert.match(time, /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
    const [plan] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: '查看所选专业毕业标准' }).click()]);
    await plan.getByRole('heading', { name: '工商企业管理（530601）毕业标准' }).waitFor();
    await plan.getByRole('cell', { name: '企业管理概论' }).waitFor();
    await plan.close();
    await page.locator('#f-county').click();
    await page.getByRole('option', { name: '沙依巴克区' }).waitFor();
    await page.keyboard.press('Escape');
    await portal.choose('prefecture', '喀什');
    await page.locator('#f-county').click();
    await page.getByRole('option', { name: '疏附县' }).waitFor();
    assert.equal(await page.getByRole('option', { name: '沙依巴克区' }).count(), 0);
    await page.keyboard.press('Escape');
    await portal.choose('prefecture', '乌鲁木齐');
    await portal.choose('county', '天山区');
    await portal.next('核对并提交');
    await portal.submit();
  });

  test('XJ-PAY-01 XJ-PAY-02 XJ-PAY-03 XJ-PAY-04 the page 网上缴费 shows eight facts, four lines, the sum and the button', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.openPayment();
    const facts = await page.locator('.facts').first().locator('> div').allInnerTexts();
    assert.deepEqual(facts.map((fact) => fact.split(/\s+/)[0]), ['姓名', '性别', '身份证号', '联系电话', '专业', '考区', '缴费方式', '缴费地点']);
    const text = facts.join('\n');
    for (const value of ['个人缴费', '网上缴费', '工商企业管理', '乌鲁木齐']) assert.ok(text.includes(value), `${value} is missing in ${text}`);
    assert.ok(!text.includes(state.person.number) && !text.includes(state.person.phone), 'number and telephone are masked');
    const table = page.getByRole('region', { name: '收费内容' });
    assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), ['课程代码', '课程名称', '考试时间', '考试费用（元）']);
    const lines = await table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
    assert.deepEqual(lines.map(([code, name, , fee]) => [code, name, fee]),
      [['00024', '普通逻辑', '35'], ['00018', '计算机应用基础', '35'], ['00031', '心理学', '35'], ['00144', '企业管理概论', '35']]);
    for (const [, , time] of lines) assert.match(time, /^\d{4}年\d{2}月\d{2}日 (上午|下午)$/);
    assert.match(await page.getByRole('main').innerText(), /140 元[^]*未缴费[^]*缴费截止\s*\d+年\d+月\d+日（星期.）24:00/);
    await accessible(page, 'payment page');
  });

  test('XJ-PAY-05 the window counts down from 180 and shows the amount and one readable code each for 支付宝 and 微信, XJ-PAY-09 no other', async () => {
    const { portal } = state;
    await portal.openCodes();
    const left = async () => Number(/支付倒计时(\d+)秒/.exec(await portal.window.innerText())?.[1]);
    const first = await left();
    assert.ok(first <= 180 && first > 160, `${first} seconds`);
    await portal.page.waitForFunction((old) => Number(/支付倒计时(\d+)秒/.exec(document.body.innerText)?.[1]) < old, first);
    assert.match(await portal.window.innerText(), /¥140\.00/);
    assert.deepEqual(await portal.window.getByRole('img', { name: '二维码' }).evaluateAll((pictures) => pictures.map((each) => each.alt)), ['支付宝付款二维码', '微信付款二维码']);
    state.alipay = await world.phone.read(portal.code('支付宝'));
    state.wechat = await world.phone.read(portal.code('微信'));
    assert.match(state.alipay, /^https:\/\/qr\.alipay\.com\//);
    assert.match(state.wechat, /^weixin:\/\//);
    await accessible(portal.page, 'payment window');
  });

  test('XJ-PAY-04 a scanned and paid code turns the page to paid by itself; the button is gone, the receipt is right', async () => {
    const { portal } = state;
    const { page } = portal;
    const telephone = await world.page(TELEPHONE);
    assert.equal(await world.phone.payByHand(telephone, state.wechat, 'twice'), '¥140.00');
    await telephone.context().close();
    await page.getByRole('heading', { name: '缴费成功' }).waitFor();
    await page.getByText('¥140.00').first().waitFor();
    state.orderNo = page.url().match(/orders\/([^?]+)/)[1];
    await eventually(async () => {
      const { trades } = await world.phone.call('trades');
      const told = trades.find((trade) => trade.codes.includes(state.wechat)).notices.filter((notice) => notice.kind === 'payment');
      return told.every((notice) => notice.heard) && told.reduce((all, notice) => all + notice.deliveries.length, 0) === 2;
    }, 'both notices to be heard');
    await accessible(page, 'paid order');
    const { href } = await page.getByRole('link', { name: '打印收据' }).evaluate((link) => ({ href: link.href }));
    const answer = await page.context().request.get(href);
    assert.equal(answer.headers()['content-type'], 'application/pdf');
    const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: await answer.body(), encoding: 'utf8' });
    for (const part of [state.orderNo, NAME, '00144', '企业管理概论', '140.00']) assert.ok(text.includes(part), `${part} is missing in the receipt:\n${text}`);
    assert.ok(!text.includes(state.person.number), 'the number is masked');
    await portal.openPayment();
    assert.match(await page.getByRole('main').innerText(), /已缴费/);
    assert.equal(await page.getByRole('button', { name: '点击缴费' }).count(), 0);
    await portal.go('考生报考');
    await portal.status().getByText('已缴费').waitFor();
    assert.equal(await page.getByRole('link', { name: '修改', exact: true }).count(), 0, 'XJ-SGN-07: nothing changes after payment');
    await portal.message(state.orderNo);
    await portal.go('个人中心');
    await page.getByRole('heading', { name: '现在没有要您办理的事' }).waitFor();
    await page.getByRole('link', { name: '考生报考 已缴费' }).waitFor();
    const lines = await page.getByRole('list', { name: '的进度' }).evaluateAll((lists) => lists.map((list) => list.innerText.replace(/\s+/g, ' ').trim()));
    assert.deepEqual(lines, ['✓ 报考 ✓ 缴费', '✓ 注册 ✓ 审核']);
    await accessible(page, 'centre of a paid candidate');
  });

  test('the paid order is found by number and by name in the console, with both attempts', async () => {
    const finance = await Console.of(world, 'finance');
    await finance.page.goto(`${world.url}/staff/orders`);
    await finance.page.getByLabel('订单号、姓名或身份证号').fill(NAME);
    await finance.page.getByRole('button', { name: '查找' }).click();
    await finance.page.getByRole('link', { name: state.orderNo }).click();
    await finance.page.getByRole('heading', { name: `订单 ${state.orderNo}` }).waitFor();
    const text = await finance.page.getByRole('main').innerText();
    assert.match(text, /微信[^]*已支付/);
    await finance.page.getByLabel('订单号、姓名或身份证号').fill(state.orderNo);
    await finance.page.getByRole('button', { name: '查找' }).click();
    await finance.page.getByRole('row', { name: state.orderNo }).waitFor();
    await accessible(finance.page, 'orders');
    await fits(finance.page, 'orders');
  });

  test('no page of the whole job reported an error', () => {
    assert.deepEqual(world.faults.splice(0), []);
  });
}
