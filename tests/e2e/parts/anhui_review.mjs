// A graduation that is accepted, to the diploma handed over, with refusals and returns at every stage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreeTo, answerFile, ExchangePage, secondGraduate } from '../lib/anhui.mjs';
import { Console } from '../lib/console.mjs';
import { judge } from '../lib/judge.mjs';
import { pdf, printed } from '../lib/papers.mjs';

export const MAJOR = '080901';
export const APPRAISAL = '本人在自学期间认真学习，遵守考试纪律，圆满完成了各门课程。'.repeat(15);
const TROUBLE = '前置学历信息与学信网不一致，请补交毕业证书扫描件。';
const COLLECTION = '请于工作日上午持身份证到市教育招生考试机构领取毕业证书。';

/** @param state  of the part before: the candidate's portal and the address of the application, the clerk of the city */
export function reviewed(world, state) {
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

  test('AH-REV-03 不予毕业 is final for this application: its candidate reads the reason, and a new one goes its way', async () => {
    const { photo, province } = state;
    const other = (state.other = await secondGraduate(world, photo, APPRAISAL));
    await province.open('毕业申请：市级初审合格，会审中', other.name);
    await province.review.getByRole('button', { name: /^不予毕业/ }).click();
    const dialog = province.page.getByRole('dialog', { name: '不予毕业' });
    await dialog.getByLabel(/^原因/).fill('免考证书与查询结果不符。');
    await judge(province.page, 'anhui, refusal of a graduation');
    await dialog.getByRole('button', { name: '取消' }).click();
    await province.decide('不予毕业', '免考证书与查询结果不符。');
    await other.page.goto(`${world.url}/cases/${other.graduation}`);
    const status = other.page.getByRole('region', { name: '当前状态' });
    await status.getByText('不予毕业').waitFor();
    await status.getByText('免考证书与查询结果不符。').waitFor();
    await judge(other.page, 'anhui, graduation refused');
    await other.applyAgain();
    await agreeTo(world, other.graduation);
  });

  test('AH-REV-04 AH-PHO-16 上报与回传: what goes to the ministry is downloaded, every line of its answer has its outcome, the same file twice does nothing new', async () => {
    const { one, other, photo, province } = state;
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

  test('AH-REV-05 the candidates see what the register said; trouble is mended by the one who has it, 材料不合格 once, and reported anew', async () => {
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
    await judge(clerk.page, 'anhui, review of material');
    await clerk.decide('材料不合格', '扫描件看不清落款日期，请重新上传。');
    await page.goto(state.url);
    await portal.status().getByText('扫描件看不清落款日期，请重新上传。').waitFor();
    await judge(page, 'anhui, material refused');
    await page.goto(`${state.url}?step=2`);
    await page.getByLabel('毕业证书扫描件：选择文件').setInputFiles(pdf(20_481));
    await page.getByText('已上传').waitFor();
    await portal.finish(state.url, '补交材料');
    await clerk.open('毕业申请：注册异常材料审核中', one.name);
    await clerk.decide('材料合格，重新上报');
    for (const [exchange, state] of [[ministry, '学信网核验中'], [register, '电子注册完成']]) {
      const [line] = await exchange.answer(one.name, '通过');
      assert.ok(line.includes(state), line);
    }
  });

  test('AH-CER-01 AH-CER-02 the city calls its graduates in one go, each is told, and the diploma is collected at its office; AH-FRM-01 both print the form', async () => {
    const { portal, clerk, one, other } = state;
    const { page } = portal;
    await portal.message('您的毕业证书电子注册已完成');
    await clerk.openQueue('毕业申请：电子注册完成');
    await clerk.page.getByRole('checkbox', { name: '勾选本页全部' }).check();
    const bar = clerk.page.getByRole('group', { name: '批量办理' });
    await bar.getByRole('button', { name: '批量通知领取证书' }).click();
    const calling = clerk.page.getByRole('dialog', { name: '批量通知领取证书' });
    assert.deepEqual(await calling.getByRole('group', { name: '常用原因' }).getByRole('button').allInnerTexts(), ['请于工作日持身份证到市教育招生考试机构领取毕业证书。']);
    await calling.getByLabel(/^原因/).fill(COLLECTION);
    await judge(clerk.page, 'anhui, calling to collect');
    await calling.getByRole('button', { name: '确定办理 2 件' }).click();
    await bar.getByText('办成 2 件').waitFor();
    for (const { name } of [one, other]) await clerk.row(name).getByText('已办理').waitFor();
    await page.reload();
    await portal.message(COLLECTION);
    assert.ok((await other.ask('GET', '/messages')).some((message) => message.text.includes(COLLECTION)), 'every graduate of the list is told');
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
