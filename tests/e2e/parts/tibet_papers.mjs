// What is asked for beside the exams: a course waived, passes that move to another province, the degree before, the diploma.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from '../lib/console.mjs';
import { judge } from '../lib/judge.mjs';
import { printed, studioPortrait } from '../lib/papers.mjs';
import { known, TibetPortal } from '../lib/tibet.mjs';

/** The state that the bar on top of a case shows, once the page was loaded anew. */
async function shows(portal, state) {
  await portal.page.reload();
  await portal.status().getByText(state, { exact: true }).first().waitFor();
}

/** 提交, confirmed where the form asks again. `asks`: what the question says */
async function send(portal, title, asks) {
  await portal.page.getByRole('button', { name: title, exact: true }).click();
  if (asks) {
    await portal.prompt.getByText(asks).waitFor();
    await portal.prompt.getByRole('button', { name: '确认' }).click();
  }
}

/** @param state  holds `portal` and `one`, its person */
export function waiver(world, state) {
  test('DEF-XZ-01 a waiver is asked for with its certificate under 非统考申请, granted by the prefecture, and its state shown there', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await portal.go('免考申请');
    await page.getByRole('heading', { name: '专业和证书' }).waitFor();
    await portal.pick('证书类型', '全国计算机等级考试证书');
    await portal.type('证书编号', 'NCRE-2021-001');
    await page.locator('#f-certificate_date').fill('2021-06-01');
    await judge(page, 'tibet, waiver, certificate');
    await portal.next('免考课程');
    await page.getByLabel('选择 00018 计算机应用基础').check();
    await page.getByRole('button', { name: '未通过课程处理' }).click();
    await page.getByLabel('免考', { exact: true }).check();
    await page.getByRole('button', { name: '选用' }).first().click();
    await page.getByLabel('上传 00018 计算机应用基础 的证书').setInputFiles(one.pictures.id_card_front);
    await page.getByText('证书已上传').waitFor();
    await page.getByLabel('本人承诺所交证书真实有效，如有不实责任自负').check();
    await judge(page, 'tibet, waiver, courses');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await portal.prompt.getByRole('button', { name: '查看进度' }).click();
    await portal.status().getByText('审核中').waitFor();
    await judge(page, 'tibet, waiver, waiting');
    const clerk = await Console.of(world, 'prefecture_clerk');
    await clerk.openQueue(/免考申请/);
    await clerk.row(one.name).getByRole('link').first().click();
    await clerk.review.getByText('全部填写内容').click();
    await clerk.review.getByText('NCRE-2021-001').waitFor();
    await judge(clerk.page, 'tibet, waiver, office');
    await clerk.review.getByRole('button', { name: '审核通过' }).click();
    await clerk.row(one.name).waitFor({ state: 'hidden' });
    await page.reload();
    await portal.status().getByText('审核通过').waitFor();
    await judge(page, 'tibet, waiver, granted');
  });
}

/** @param payer  holds `portal`, logged in, with passes of the plan on file (provinces/tibet/demo/demo.json) */
export function transferOut(world, payer, state) {
  test('DEF-GEN-16 DEF-XZ-01 passes move to another province: a course without a pass is refused with those that may go, the office sends back with a reason, the candidate corrects and confirms', async () => {
    const { fields } = world.accountOf('candidate');
    const page = await payer.portal.page.context().newPage();
    world.watch(page);
    const portal = new TibetPortal(world, page);
    const clerk = await Console.of(world, 'prefecture_clerk');
    await page.goto(`${world.url}/`);
    await portal.go('转考申请');
    await page.getByRole('heading', { name: '转出信息' }).waitFor();
    await portal.pick('转入省份', '四川省');
    await portal.type('转入省份的准考证号', '510126200132');
    await portal.pick('转入层次', '专科');
    await portal.type('转入专业', '行政管理');
    await portal.type('转考原因', '工作调动');
    await judge(page, 'tibet, transfer, target');
    await portal.next('转出课程');
    await page.getByRole('button', { name: '增加一条' }).click();
    await page.locator('#f-courses-0-code').fill('00107');
    await page.getByLabel('转入省份的准考证或考籍证明：选择文件').setInputFiles(state.one.pictures.id_card_front);
    await page.getByAltText('已上传的转入省份的准考证或考籍证明').waitFor();
    await page.getByLabel(/本人没有处于停考处理期间/).check();
    await judge(page, 'tibet, transfer, courses');
    const question = /请确认转往【四川省 准考证号: 510126200132】/;
    await send(portal, '提交', question);
    await page.getByRole('alert').getByText('课程 00107 没有合格成绩，不能转出。可以转出的课程：', { exact: false }).waitFor();
    await page.getByRole('alert').getByText(/03706 .+、12656 /).waitFor();
    await judge(page, 'tibet, transfer, refused by the rules');
    await page.locator('#f-courses-0-code').fill('00040');
    await send(portal, '提交', question);
    await portal.prompt.getByRole('button', { name: '查看进度' }).click();
    await portal.status().getByText('审核中').waitFor();
    await clerk.open(/转考申请：审核中/, fields.name);
    await judge(clerk.page, 'tibet, transfer, office');
    await clerk.decide('退回', '转入信息填写有误，请修改。');
    await shows(portal, '被退回');
    await portal.status().getByText('转入信息填写有误，请修改。').waitFor();
    await judge(page, 'tibet, transfer, sent back');
    await portal.type('转入省份的准考证号', '510126200123');
    await portal.next('转出课程');
    await send(portal, '提交', /准考证号: 510126200123/);
    await portal.prompt.getByRole('button', { name: '查看进度' }).click();
    await clerk.open(/转考申请：审核中/, fields.name);
    await clerk.review.getByText('510126200123').waitFor();
    await clerk.decide('审核通过');
    await shows(portal, '审核通过，待本人确认');
    await judge(page, 'tibet, transfer, to be confirmed');
    await send(portal, '确认转出', /确认后不能再修改[^]*四川省/);
    await portal.status().getByText('已确认，待交换').waitFor();
    const province = await Console.of(world, 'province_administrator');
    await province.open(/转考申请：已确认/, fields.name);
    await province.decide('交换完成');
    await shows(portal, '已转出');
    await page.getByText('西藏自治区教育考试院：交换完成，转为“已转出”').waitFor();
    await page.getByText('拉萨市教育局：审核通过，转为“审核通过，待本人确认”').waitFor();
    await judge(page, 'tibet, transfer, done');
    await portal.message('您的成绩已通过全国省际转考数据交换平台转出');
    await page.close();
  });
}

/** From the application to the diploma, of the demonstration's person with every pass and a degree that no register tells. */
export function graduation(world) {
  const state = {};

  test('DEF-XZ-02 DEF-GEN-19 the ledger shows what is passed; without the degree before nothing is asked for, and its papers go to the prefecture', async () => {
    const one = (state.one = known(world, 'graduate'));
    const portal = (state.portal = await TibetPortal.open(world));
    const { page } = portal;
    const clerk = (state.clerk = await Console.of(world, 'prefecture_clerk'));
    await portal.logInByPhone(one);
    await portal.go('毕业申请');
    await page.getByRole('heading', { name: '毕业申请信息填报' }).waitFor();
    await portal.type('手机号', one.phone);
    await portal.type('地址', '拉萨市城关区');
    await judge(page, 'tibet, graduation, application');
    await portal.next('毕业申请专业');
    await page.getByText(/^已完成 \d+ 门，\d+ 学分；毕业须 14 门，71 学分$/).waitFor();
    await page.getByRole('row', { name: /10197 行政管理毕业论文/ }).getByText(/^通过/).waitFor();
    await page.getByRole('row', { name: /14970 日语/ }).getByText(/选考，可不考/).waitFor();
    await judge(page, 'tibet, graduation, ledger');
    await send(portal, '提交');
    await page.getByRole('alert').getByText(/申请专升本毕业须先完成前置学历核验/).waitFor();
    await judge(page, 'tibet, graduation, degree missing');
    state.url = page.url().split('?')[0];
    await portal.go('前置学历核验');
    await page.getByRole('link', { name: '在线核验不成功？提交书面材料' }).click();
    await portal.pick('不能在线核验的原因', '学历信息未上网');
    await portal.pick('材料种类', '中国高等教育学历认证报告');
    await portal.type('材料编号', 'RZ-2019-0001');
    await portal.pick('学历层次', '专科');
    await portal.type('毕业院校', '演示职业技术学院');
    await page.locator('#f-diploma_date').fill('2018-07-01');
    const scan = page.getByLabel('材料扫描件：选择文件');
    await scan.setInputFiles(studioPortrait(world, 'blurred.jpg', ['--seed', '3']));
    await page.getByAltText('已上传的材料扫描件').waitFor();
    await judge(page, 'tibet, degree papers');
    await portal.next('核对并提交');
    await portal.send('提交材料');
    await portal.status().getByText('待审核').waitFor();
    state.papers = page.url().split('?')[0];
    await clerk.open('前置学历材料提交：待审核', one.name);
    await judge(clerk.page, 'tibet, degree papers, office');
    await clerk.decide('审核不通过', '材料不清晰，请重新上传。');
    await shows(portal, '审核不通过');
    await portal.status().getByText('材料不清晰，请重新上传。').waitFor();
    await judge(page, 'tibet, degree papers, refused');
    await scan.setInputFiles(studioPortrait(world, 'clear.jpg', ['--seed', '4']));
    await page.getByAltText('已上传的材料扫描件').waitFor();
    await portal.next('核对并提交');
    await portal.send('提交材料');
    await portal.status().getByText('待审核').waitFor();
    await clerk.open('前置学历材料提交：待审核', one.name);
    await clerk.decide('认可学历');
    await shows(portal, '已认可');
  });
  test('DEF-XZ-02 the picture passes; the pre-review fails with a reason, is asked for once more and passes', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    await portal.go('毕业照片');
    await portal.cropPhoto(studioPortrait(world, 'diploma.jpg'));
    await portal.usePhoto();
    await page.getByLabel('照片为本人一年内的正面免冠照片，未经美化修饰').check();
    await judge(page, 'tibet, graduation photo');
    await portal.next('核对并提交');
    await portal.send('提交照片');
    await clerk.open('毕业照片：待审核', one.name);
    await judge(clerk.page, 'tibet, graduation photo, office');
    await clerk.decide('审核通过');
    await page.goto(`${state.url}?step=2`);
    await page.getByText('演示职业技术学院').waitFor();
    await send(portal, '提交');
    await portal.prompt.getByRole('button', { name: '查看进度' }).click();
    await portal.status().getByText('未审批', { exact: true }).waitFor();
    await judge(page, 'tibet, graduation, waiting');
    await clerk.open('毕业申请：未审批', one.name);
    await judge(clerk.page, 'tibet, graduation, office');
    await clerk.decide('预审未通过', '地址不完整，请填写门牌号。');
    await shows(portal, '地市教育局预审未通过');
    await portal.status().getByText('地址不完整，请填写门牌号。').waitFor();
    await judge(page, 'tibet, graduation, pre-review failed');
    await page.goto(`${state.url}?step=1`);
    await portal.type('地址', '拉萨市城关区示例路2号');
    await portal.next('毕业申请专业');
    await send(portal, '重新申请');
    await portal.prompt.getByRole('button', { name: '查看进度' }).click();
    await portal.status().getByText('未审批', { exact: true }).waitFor();
    await clerk.open('毕业申请：未审批', one.name);
    await clerk.decide('预审通过');
    await shows(portal, '地市教育局已预审通过');
  });

  test('DEF-XZ-02 the register form is filled in and printed, handed in on paper, and the board lets graduate', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    assert.equal(await page.getByRole('link', { name: /^打印毕业生登记表/ }).innerText(), '打印毕业生登记表（PDF，草稿）');
    await judge(page, 'tibet, graduation, pre-review passed');
    await page.getByRole('link', { name: '填写毕业生登记表' }).click();
    await portal.pick('健康状况', '健康或良好');
    await portal.pick('是否华侨、港澳、台属', '否');
    await portal.type('籍贯', '西藏拉萨市');
    await page.getByRole('group', { name: '个人简历' }).getByRole('button', { name: '增加一条' }).click();
    await portal.historyRow(0, '2012-09-01', '2015-06-30', '拉萨市演示中学');
    await page.getByRole('group', { name: '家庭主要成员' }).getByRole('button', { name: '增加一条' }).click();
    for (const [column, text] of [['name', '白玛·旺堆'], ['workplace', '演示合作社'], ['post', '社员']]) await page.locator(`#f-family-0-${column}`).fill(text);
    await portal.type('奖励', '无');
    await portal.type('处分', '无');
    await page.locator('#f-appraisal').fill('学习认真。');
    await judge(page, 'tibet, graduation, register form');
    await send(portal, '提交登记表');
    await page.getByRole('alert').getByText('至少填写 400 个字，现在是 5 个。').waitFor(); // or by hand, after printing
    await page.locator('#f-appraisal').fill('');
    await send(portal, '提交登记表');
    await portal.prompt.getByRole('button', { name: '查看进度' }).click();
    await portal.status().getByText('登记表已填写，待交纸质材料', { exact: true }).waitFor();
    await judge(page, 'tibet, graduation, form handed in');
    const { text } = await printed(world, page.getByRole('link', { name: '打印毕业生登记表（PDF）' }), 'tibet-register-form');
    for (const part of ['西藏自治区高等教育自学考试毕业生登记表', one.number, '拉萨市演示中学', '演示合作社', '地市教育局盖章']) assert.ok(text.includes(part), `${part} is printed`);
    await clerk.open('毕业申请：登记表已填写，待交纸质材料', one.name);
    await clerk.decide('已收纸质材料');
    const province = await Console.of(world, 'province_administrator');
    await province.open('毕业申请：毕业审定中', one.name);
    await judge(province.page, 'tibet, graduation, board');
    await province.decide('准予毕业');
    await shows(portal, '准予毕业');
    await judge(page, 'tibet, graduated');
    await portal.message('您已获准毕业');
    await page.context().close();
  });
}
