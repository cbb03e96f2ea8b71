// The province of graduations: from the registration to the diploma handed over, with refusals and returns at every stage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreedGraduate, AnhuiPortal, answerFile, ExchangePage, graduate, newcomer, OLD_NUMBER } from '../lib/anhui.mjs';
import { Console } from '../lib/console.mjs';
import { judge } from '../lib/judge.mjs';
import { pdf, printed, studioPortrait } from '../lib/papers.mjs';
import { TELEPHONE } from '../lib/world.mjs';

const MAJOR = '080901';
const TROUBLE = '前置学历信息与学信网不一致，请补交毕业证书扫描件。';
const APPRAISAL = '本人在自学期间认真学习，遵守考试纪律，圆满完成了各门课程。'.repeat(15);

/**
 * @param viewport  of the candidates; offices sit at desks
 * @param newcomers  with somebody new: registration, sign-up and payment, which other provinces show on both databases
 */
export function anhui(world, { viewport = TELEPHONE, newcomers = true } = {}) {
  const state = {};
  if (newcomers) entering(world, viewport);

  test('AH-DEG-03 the graduate scans once; AH-PHO-14 AH-PHO-15 AH-PHO-12 the crop is judged while it is made, a wrong size is refused at its field', async () => {
    const one = (state.one = graduate(world));
    state.clerk = await Console.of(world, 'prefecture_clerk');
    const portal = (state.portal = await AnhuiPortal.open(world, viewport));
    const { page } = portal;
    await portal.logIn(one.number, one.password);
    await portal.go('前置学历核验');
    await portal.showCode();
    await judge(page, 'anhui, degree, code');
    await portal.scanDegree(one, { person: 'one' });
    await page.getByText('已完成').waitFor();
    await judge(page, 'anhui, degree, done');
    await portal.go('毕业申请照片上传');
    await page.getByText(/两只光源（色温 5500K-5600K）/).waitFor();
    await portal.pick('办理毕业的市', '芜湖市');
    await page.getByLabel('毕业照片：上传照片').setInputFiles({ name: 'screen.png', mimeType: 'image/png', buffer: Buffer.from('png') });
    await page.getByRole('alert').getByText('“screen.png”不是 jpg 文件').waitFor();
    await portal.cropPhoto(studioPortrait(world, 'far.jpg', ['--face-share', '0.25']));
    const verdict = page.getByRole('list', { name: '照片检查', exact: true });
    await verdict.getByText(/脸部宽度是 \d+ 像素，须为 180～300 像素/).waitFor();
    await judge(page, 'anhui, photo, crop too far');
    await portal.usePhoto();
    await page.getByLabel('照片为本人一年内的正面免冠照片，未经美化修饰').check();
    await portal.next('核对并提交');
    await page.getByRole('button', { name: '提交照片' }).click();
    await page.getByRole('alert').getByText(/头顶发际距上边沿/).waitFor();
    await page.getByRole('button', { name: /^修改/ }).click();
    await portal.cropPhoto(studioPortrait(world, 'good.jpg'));
    await verdict.getByText(/左右居中：合格/).waitFor();
    await judge(page, 'anhui, photo, crop');
    await portal.usePhoto();
    await portal.next('核对并提交');
    await portal.send('提交照片');
  });

  test('AH-PHO-01 AH-PHO-02 AH-PHO-05 AH-PHO-10 the city ticks what is wrong, the candidate reads it beside the picture and sends another', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    await clerk.open('毕业申请照片上传：待审核', one.name);
    const list = clerk.review.getByRole('group', { name: /看图核对/ });
    assert.equal(await list.getByRole('checkbox').count(), 16);
    for (const wrong of ['没有耳环、项链等饰品，没有浓妆', '头发不遮挡眉毛、眼睛和耳朵']) await list.getByText(wrong).click();
    await judge(clerk.page, 'anhui, review of a photo');
    await clerk.review.getByRole('button', { name: /^审核不通过/ }).click();
    const dialog = clerk.page.getByRole('dialog', { name: '审核不通过' });
    assert.match(await dialog.getByLabel(/^原因/).inputValue(), /^佩戴了耳环、项链等饰品[^]*头发遮挡了眉毛/);
    await judge(clerk.page, 'anhui, refusal of a photo');
    await dialog.getByRole('button', { name: '确定审核不通过' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.reload();
    const beside = page.getByRole('group', { name: '照片审核状态' });
    await beside.getByText('审核不通过').waitFor();
    await beside.getByText('佩戴了耳环、项链等饰品').waitFor();
    await judge(page, 'anhui, photo refused');
    assert.ok(!(await portal.menuTitles()).includes('毕业申请'), 'AH-PHO-04');
    await portal.cropPhoto(studioPortrait(world, 'again.jpg', ['--seed', '7']));
    await portal.usePhoto();
    state.photo = await portal.keptPhoto();
    await portal.next('核对并提交');
    await portal.send('重新提交照片');
    await clerk.open('毕业申请照片上传：待审核', one.name);
    await clerk.decide('审核通过');
    await page.reload();
    await page.getByRole('group', { name: '照片审核状态' }).getByText('审核通过').waitFor();
    await judge(page, 'anhui, photo passed');
  });

  test('AH-GRA-06 AH-GRA-07 AH-GRA-08 AH-GRA-09 AH-GRA-12 a waiver, a substitution and a course that is missing; AH-FRM-02 a résumé with a gap', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await portal.go('毕业申请');
    await portal.pick('办理毕业的市', '芜湖市');
    await portal.pick('申请毕业的专业', MAJOR);
    await portal.type('手机号码', one.phone);
    await portal.type('通讯地址', '芜湖市镜湖区演示路1号');
    await judge(page, 'anhui, application');
    await portal.next('前置学历（本科）');
    await page.getByText('模拟职业学院').waitFor();
    await portal.next('课程与免考信息');
    const treat = page.getByRole('button', { name: '未通过课程处理' });
    await treat.waitFor();
    assert.ok(await treat.isDisabled(), 'no course is picked');
    await judge(page, 'anhui, ledger');
    await portal.treat('13000', '免考', '大学英语四级/六级');
    const certificate = page.getByLabel(/^上传 13000/);
    await certificate.setInputFiles(pdf(4_194_305));
    await page.getByRole('alert').getByText(/不能超过 4M/).waitFor();
    await certificate.setInputFiles(pdf(4_194_304));
    await page.getByText('证书已上传').waitFor();
    const waived = /^免考（待审核）：凭大学英语四级\/六级（合格）/; // what it rests on, not the rule's id
    assert.match((await page.getByRole('row', { name: /13000/ }).getByRole('cell').last().innerText()).trim(), waived);
    await portal.treat('00023', '替代课程', '02198');
    await page.getByRole('row', { name: /00023/ }).getByText(/替代课程（待审核）/).waitFor();
    await portal.type('备注', '曾用名陈兰');
    await judge(page, 'anhui, ledger treated');
    await portal.next('毕业生登记表');
    const add = page.getByRole('button', { name: '增加一条' });
    for (let at = 0; at < 5; at++) await add.click();
    assert.ok(await add.isDisabled(), 'a sixth row is not offered');
    for (let at = 4; at > 1; at--) await page.getByRole('button', { name: `删除第 ${at + 1} 条` }).click();
    await portal.historyRow(0, '2014-09-01', '2018-06-30', '芜湖市演示中学');
    await portal.historyRow(1, '2018-07-02', '', '待业');
    await page.locator('#f-appraisal').fill(APPRAISAL);
    await page.getByLabel('本人承诺以上内容真实，如有不实责任自负').check();
    await judge(page, 'anhui, register form');
    await portal.next('核对并提交');
    await judge(page, 'anhui, summary');
    const send = page.getByRole('button', { name: '提交毕业申请' });
    await send.click();
    const refused = page.getByRole('alert');
    await refused.getByText(/第 2 条从 2018-07-02 开始，与上一条（至 2018-06-30）之间有间断/).waitFor();
    await judge(page, 'anhui, résumé with a gap');
    await refused.getByText(/之间有间断/).click();
    await page.getByRole('heading', { name: '毕业生登记表', level: 2 }).waitFor();
    assert.equal(await page.locator('#f-appraisal').inputValue(), APPRAISAL, 'nothing is lost');
    await portal.row(1, 'from').fill('2018-07-01');
    await portal.next('核对并提交');
    await send.click();
    await refused.getByText(/课程 13015/).waitFor();
    state.missing = (await refused.getByText(/课程 13015/).innerText()).trim();
    assert.match(state.missing, /^课程 13015 .+（\d+ 学分）未通过：可参加考试。$/, 'the course, the figures and what could fill it');
    assert.doesNotMatch(await refused.innerText(), /13000|00023/, 'what was asked for the two others counts');
    await judge(page, 'anhui, a course is missing');
  });

  test('AH-GRA-13 the city merges a further number and the application is accepted; a tab that was left open is told so and keeps what was typed', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    state.url = page.url().split('?')[0];
    const stale = await page.context().newPage();
    world.watch(stale);
    await stale.goto(state.url);
    await stale.getByRole('textbox', { name: /^通讯地址/ }).waitFor();
    await page.bringToFront(); // a page behind another draws rarely, and every click waits for that
    await portal.go('准考证号合并');
    await portal.pick('办理毕业的市', '芜湖市');
    await page.getByRole('button', { name: '增加一条' }).click();
    await page.locator('#f-numbers-0-kind').selectOption('2');
    await page.locator('#f-numbers-0-number').fill(OLD_NUMBER);
    await page.getByLabel('准考证等证明材料：选择文件').setInputFiles(pdf(20_480));
    await page.getByText('已上传').waitFor();
    await judge(page, 'anhui, merging numbers');
    await portal.next('核对并提交');
    await portal.send('提交');
    await clerk.open('准考证号合并：待审核', one.name);
    await clerk.decide('合并');
    await portal.finish(state.url, '提交毕业申请');
    await portal.status().getByText('已受理', { exact: true }).waitFor();
    await portal.status().getByText(/专业不能再修改/).waitFor(); // AH-GRA-11
    await judge(page, 'anhui, accepted');
    await stale.bringToFront();
    await stale.getByRole('textbox', { name: /^通讯地址/ }).fill('芜湖市鸠江区');
    await stale.getByRole('alert').getByText('这份内容已在其他页面被更新').waitFor();
    await stale.getByRole('button', { name: '载入最新内容，保留我填写的' }).click();
    await stale.getByRole('region', { name: '当前状态' }).getByText('已受理', { exact: true }).waitFor();
    await stale.close();
  });

  test('AH-REV-01 a reviewer of another city sees nothing; a refused graduation reads the same for candidate and clerk', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    const other = await Console.of(world, 'other_prefecture_clerk');
    await other.openQueue('毕业申请：已受理');
    await other.page.getByText('没有等待处理的案件').waitFor();
    await other.page.goto(`${world.url}/staff/cases/${state.url.split('/').at(-1)}`);
    await other.review.getByRole('alert').waitFor();
    assert.equal(await other.page.getByText(one.name).count(), 0);
    await clerk.open('准考证号合并：已合并，待确认', one.name);
    await clerk.decide('撤销合并', '准考证号有误，请核对。');
    await clerk.open('毕业申请：已受理', one.name);
    await clerk.review.getByText(state.missing).waitFor();
    assert.ok(await clerk.review.getByRole('button', { name: /^初审合格/ }).isDisabled());
    await judge(clerk.page, 'anhui, review of a refused graduation');
    await page.goto(`${state.url}?edit=1&step=5`);
    await page.getByRole('button', { name: '修改个人信息' }).click();
    await page.getByRole('alert').getByText(state.missing).waitFor();
    await clerk.open('准考证号合并：待审核', one.name);
    await clerk.decide('合并');
    await clerk.open('准考证号合并：已合并，待确认', one.name);
    await clerk.decide('确认合并');
  });

  test('AH-GRA-10 AH-REV-02 the remark stands first; failed with a reason, corrected, passed once 思想品德鉴定 is recorded', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    await clerk.open('毕业申请：已受理', one.name);
    await clerk.row(one.name).getByText('有备注').waitFor();
    await clerk.review.getByText('曾用名陈兰').first().waitFor();
    await clerk.review.getByText(/^13000 .*免考（待审核）：凭大学英语四级\/六级（合格）$/).waitFor();
    await judge(clerk.page, 'anhui, first review');
    await clerk.decide('初审不合格', '简历填写不规范，请修改。');
    await page.goto(state.url);
    await portal.status().getByText('简历填写不规范，请修改。').waitFor();
    await judge(page, 'anhui, first review failed');
    await page.goto(`${state.url}?step=4`);
    await portal.row(0, 'where').fill('芜湖市演示职业学院');
    await portal.next('核对并提交');
    await portal.send('重新提交');
    await clerk.open('毕业申请：已受理', one.name);
    assert.ok(await clerk.review.getByRole('button', { name: /^初审合格/ }).isDisabled(), 'AH-GRA-16');
    await clerk.decide('登记思想品德鉴定合格', '');
    await clerk.open('毕业申请：已受理', one.name);
    await clerk.decide('初审合格');
    await portal.message('您的毕业申请已通过市级初审');
  });

  test('AH-REV-03 school and province side by side: one sends back, both agree', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    const JOINT = '毕业申请：市级初审合格，会审中';
    const school = await Console.of(world, 'other_school_clerk');
    const province = (state.province = await Console.of(world, 'province_administrator'));
    const stranger = await Console.of(world, 'school_clerk');
    await stranger.openQueue(JOINT);
    await stranger.page.getByText('没有等待处理的案件').waitFor();
    await province.open(JOINT, one.name);
    await judge(province.page, 'anhui, joint review');
    await province.decide('会审合格');
    await school.open(JOINT, one.name);
    await school.decide('退回市级', '免考证书请市级再核对一次。');
    await clerk.open('毕业申请：退回市级复核', one.name);
    await clerk.decide('初审合格');
    await school.open(JOINT, one.name);
    await school.decide('会审合格');
    await page.goto(state.url);
    await portal.status().getByText('会审中').first().waitFor();
    await province.open(JOINT, one.name);
    await province.decide('会审合格');
  });

  test('AH-REV-04 AH-PHO-16 上报与回传: what goes to the ministry is downloaded, every line of its answer has its outcome, the same file twice does nothing new', async () => {
    const { one, photo, province } = state;
    const other = (state.other = await agreedGraduate(world, photo, APPRAISAL));
    const ministry = (state.ministry = await new ExchangePage(world, province.page, '上报部教育考试院审核').open());
    const register = (state.register = new ExchangePage(world, province.page, '报学信网核验注册'));
    await ministry.card.getByText('待上报 2 人').waitFor();
    const reported = await ministry.handOver();
    assert.equal(reported.rows.length, 2);
    const { 业务编号: key, ...whole } = reported.row(one.name);
    const { 准考证号: number, 出生日期: birth, 主考院校: school, ...rest } = whole;
    assert.deepEqual(rest, {
      姓名: one.name, 性别: '女', 民族: '汉族', 身份证号: one.number, 政治面貌: '群众', 专业代码: MAJOR, 专业名称: '计算机科学与技术', 层次: '专升本',
      前置学历层次: '专科', 前置学历院校: '模拟职业学院', 照片文件: `photos/${key}.jpg`,
    });
    assert.match(`${number} ${birth} ${school}`, /^0200\d{8} 1996-03-17 合肥工业大学$/);
    assert.doesNotMatch(reported.csv, /\*/, 'nothing is masked for the ministry');
    assert.ok(reported.photo(one.name).equals(photo), 'the picture that the city approved, byte for byte');
    await judge(province.page, 'anhui, exchanges');
    const agreed = [one, other].map(({ name }) => [reported.row(name)['业务编号'], reported.row(name)['准考证号'], '通过', '']);
    assert.deepEqual((await ministry.takeBack(answerFile(agreed))).map((line) => /转为“部级审核合格，学信网核验中”/.test(line)), [true, true]);
    await ministry.card.getByText('没有待上报的数据').waitFor();

    const registering = await register.handOver();
    assert.ok(registering.photo(one.name).equals(photo), 'the same picture in both exchanges');
    const keyOf = ({ name }) => registering.row(name)['业务编号'];
    await register.card.getByLabel('上传回传文件').setInputFiles(pdf(20_480));
    const refused = register.card.getByRole('alert');
    await refused.getByText('不是规定的表头，请使用回传文件的样式').waitFor();
    await refused.getByText('没有办理任何一行，改正后请重新上传。').waitFor();
    await judge(province.page, 'anhui, exchange refused');
    const file = answerFile([
      [keyOf(other), '', '通过', ''], [keyOf(one), number, '不通过', TROUBLE], ['01m8unknownunknownunknown00-9', '029900000001', '通过', ''],
    ]);
    const outcomes = await register.takeBack(file);
    const said = [[other.name, '已办理', '转为“电子注册完成”'], [one.name, '已办理', '转为“注册异常”'], ['029900000001', '未办理', '没有这个业务编号']];
    for (const [at, words] of said.entries()) for (const word of words) assert.ok(outcomes[at].includes(word), `${word}: ${outcomes[at]}`);
    await judge(province.page, 'anhui, exchange outcomes');
    const again = await register.takeBack(file);
    await register.result.getByRole('heading', { name: '办理 0 行，未办理 3 行' }).waitFor();
    assert.ok(again[0].includes('已经办理过，现在是“电子注册完成”，没有再次办理'), again[0]);
    assert.ok(again[1].includes('已经办理过，现在是“注册异常”'), again[1]);
  });

  test('AH-REV-05 the candidates see what the register said; trouble is mended by the one who has it, and reported anew', async () => {
    const { portal, clerk, one, other, ministry, register } = state;
    const { page } = portal;
    await other.page.goto(`${world.url}/cases/${other.graduation}`);
    await other.page.getByRole('region', { name: '当前状态' }).getByText('电子注册完成').waitFor();
    await page.goto(state.url);
    await portal.status().getByText(TROUBLE).waitFor();
    await judge(page, 'anhui, trouble with the register');
    await page.goto(`${state.url}?step=2`);
    await page.getByLabel('毕业证书扫描件：选择文件').setInputFiles(pdf(20_480));
    await page.getByText('已上传').waitFor();
    await portal.finish(state.url, '补交材料');
    await clerk.open('毕业申请：注册异常材料审核中', one.name);
    await clerk.decide('材料合格，重新上报');
    for (const [exchange, state] of [[ministry, '学信网核验中'], [register, '电子注册完成']]) {
      const [line] = await exchange.answer(one.name, '通过');
      assert.ok(line.includes(state), line);
    }
  });

  test('AH-CER-01 AH-CER-02 the diploma is collected at the city office once registered, and the candidate was told; AH-FRM-01 both print the form', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    await portal.message('您的毕业证书电子注册已完成');
    await judge(page, 'anhui, messages');
    await clerk.page.goto(`${world.url}/staff/cases/${state.url.split('/').at(-1)}`);
    await clerk.review.getByRole('heading', { name: one.name }).waitFor();
    await registerForm(clerk.review, `990${'*'.repeat(13)}28`, 'anhui-register-form-office');
    await clerk.decide('登记证书领取', '本人领取');
    await page.goto(state.url);
    await portal.status().getByText('证书已领取').waitFor();
    await judge(page, 'anhui, collected');
    await registerForm(page.getByRole('main'), one.number, 'anhui-register-form-own');
    await page.context().close();
  });

  /** Clicks 打印毕业生登记表 and looks at the sheet: whole numbers are the candidate's alone (ADR 14). */
  async function registerForm(place, number, name) {
    const { info, text } = await printed(world, place.getByRole('link', { name: /^打印毕业生登记表/ }), name);
    assert.match(info, /Pages: +1\n[^]*Page size: +1190\.5\d* x 841\.89 pts \(A3\)/);
    for (const words of [state.one.name, number, '2014-09-01', '芜湖市演示职业学院', '待业', '至今', '免考', '圆满完成了各门课程'])
      assert.ok(text.includes(words), `${words} is missing in the form:\n${text}`);
    assert.doesNotMatch(text, /草稿/);
  }
}

/** Somebody new. */
function entering(world, viewport) {
  const state = {};

  test('AH-CER-04 AH-GRA-17 contacts and flow are open to all; DEF-AH-01 a registration gives a number and waits for its city', async () => {
    const one = (state.one = newcomer(world, { name: '周小雨' }));
    const portal = (state.portal = await AnhuiPortal.open(world, viewport));
    const { page } = portal;
    await judge(page, 'anhui, home');
    await page.getByRole('navigation', { name: '账户' }).getByRole('link', { name: '联系方式' }).click();
    await page.getByText('合肥工业大学').waitFor();
    await page.getByText('电话待考试机构填写').first().waitFor();
    await judge(page, 'anhui, contacts');
    await page.goto(`${world.url}/notices/flow`);
    await page.getByText('市级初审').first().waitFor();
    await page.goto(`${world.url}/`);
    await portal.registerWhole(one);
    await judge(page, 'anhui, registration');
    await portal.next('核对并提交');
    await portal.send('提交注册');
    await portal.status().getByText('待审核').waitFor();
    const clerk = await Console.of(world, 'prefecture_clerk');
    await clerk.open('新生注册：待审核', one.name);
    await judge(clerk.page, 'anhui, review of a registration');
    await clerk.decide('审核通过');
    await page.reload();
    await portal.status().getByText('审核通过').waitFor();
  });

  test('DEF-AH-02 signs up for two courses and pays 60 yuan by the telephone', async () => {
    const { portal } = state;
    const { page } = portal;
    await portal.go('课程报考');
    await page.getByText(/^0200\d{8}$/).waitFor();
    await portal.pick('考试所在市', '芜湖市');
    await portal.pick('考试所在县区', '镜湖区');
    await portal.pick('报考专业', MAJOR);
    await page.locator('#f-courses-2').selectOption('00023');
    await page.locator('#f-courses-3').selectOption('13000');
    await page.getByLabel('本人已阅读报考须知并承诺诚信考试').check();
    await judge(page, 'anhui, sign-up');
    await portal.next('核对并提交');
    await portal.send('提交报考');
    await portal.openPayment();
    assert.match(await page.getByRole('main').innerText(), /60\.00/);
    await portal.openCodes();
    assert.ok((await world.phone.pay(await world.phone.read(portal.code('支付宝')))).ok);
    await page.getByText('缴费成功').first().waitFor();
    await judge(page, 'anhui, paid');
  });

  test('AH-DEG-06 AH-DEG-04 AH-DEG-05 scanning finds nothing, another name, then two degrees of which one is chosen', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await portal.go('前置学历核验');
    await page.getByRole('link', { name: '下载学信网APP' }).waitFor(); // AH-DEG-11
    await portal.scanDegree(one, { person: 'none' });
    await page.getByText(/在学信网APP的“学历查询”中查到自己的学历信息后，再重新扫码/).waitFor();
    await judge(page, 'anhui, degree, none found');
    await portal.scanDegree(one, { person: 'other_name' });
    await page.getByText('身份信息不一致').waitFor();
    await portal.scanDegree(one, { person: 'several' });
    const choices = page.getByRole('group', { name: /查询到多条学历/ });
    await choices.waitFor();
    await judge(page, 'anhui, degree, several');
    await choices.getByText(/模拟职业学院/).click();
    await choices.getByRole('button', { name: '选定这条学历' }).click();
    await page.getByText('已完成').waitFor();
    assert.equal(await page.getByText('模拟大学').count(), 0, 'what was not chosen is not kept');
    await page.context().close();
  });
}
