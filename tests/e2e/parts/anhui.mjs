// The province of graduations, up to the application that is accepted, with refusals at every stage; anhui_review.mjs goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnhuiPortal, graduate, OLD_NUMBER } from '../lib/anhui.mjs';
import { Applicant } from '../lib/applicant.mjs';
import { Console } from '../lib/console.mjs';
import { judge } from '../lib/judge.mjs';
import { pdf, studioPortrait } from '../lib/papers.mjs';
import { DESKTOP, TELEPHONE } from '../lib/world.mjs';
import { APPRAISAL, MAJOR, reviewed } from './anhui_review.mjs';

/** @param viewport  of the candidates; offices sit at desks */
export function anhui(world, { viewport = TELEPHONE } = {}) {
  const state = {};

  test('AH-DEG-03 the graduate scans once; AH-GRA-01 AH-PHO-14 AH-PHO-15 AH-PHO-12 the crop is judged while it is made, a wrong size is refused at its field', async () => {
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
    await portal.pick('办理毕业的市', '合肥市');
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
    await page.getByRole('alert').getByText('毕业申请请按合肥市教育考试院的通知办理，不在本平台提交。').waitFor(); // AH-GRA-01
    await judge(page, 'anhui, photo of another procedure');
    await page.getByRole('button', { name: /^修改/ }).click();
    await portal.pick('办理毕业的市', '芜湖市');
    await portal.cropPhoto(studioPortrait(world, 'good.jpg'));
    await verdict.getByText(/左右居中：合格/).waitFor();
    const tools = await page.locator('.adjust').locator('button, input, select').evaluateAll((all) => all.map((one) => one.textContent.trim() || one.type));
    assert.deepEqual(tools, ['range', '使用这张照片', '取消'], 'cropped and made larger or smaller, never retouched');
    await judge(page, 'anhui, photo, crop');
    await portal.usePhoto();
    await portal.next('核对并提交');
    await portal.send('提交照片');
  });

  test('AH-PRE-02 外省转入成绩归档: a score of 59 and a late day are refused at their fields, the city sends the papers back once and files them', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    await portal.go('外省转入成绩归档');
    await portal.pick('办理的市', '芜湖市');
    await portal.type('课程代码', '00898');
    await portal.type('成绩', '59');
    await page.locator('#f-passed_on').fill('2016-01-01');
    await portal.type('转出省份', '江苏');
    await page.getByLabel('课程合格证、准考证、转考介绍信等：选择文件').setInputFiles(pdf(20_480));
    await page.getByText('已上传').waitFor();
    await judge(page, 'anhui, transfer');
    await portal.next('核对并提交');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    const refused = page.getByRole('alert');
    await refused.getByText('2016-01-01 以后的转入成绩已经归档，可直接使用，无需办理。').waitFor();
    await judge(page, 'anhui, transfer refused');
    await refused.getByText('成绩 59 不是合格成绩，应为 60 至 100。').click();
    await portal.type('成绩', '81');
    await page.locator('#f-passed_on').fill('2012-04-14');
    await portal.next('核对并提交');
    await portal.send('提交');
    await clerk.open('外省转入成绩归档：待审核', one.name);
    await judge(clerk.page, 'anhui, review of a transfer');
    await clerk.decide('审核不通过', '课程合格证不清晰，请重新上传。');
    await page.reload();
    await portal.status().getByText('课程合格证不清晰，请重新上传。').waitFor();
    await judge(page, 'anhui, transfer sent back');
    await page.getByLabel('课程合格证、准考证、转考介绍信等：选择文件').setInputFiles(pdf(20_481));
    await page.getByText('已上传').waitFor();
    await portal.next('核对并提交');
    await portal.send('提交');
    await clerk.open('外省转入成绩归档：待审核', one.name);
    await clerk.decide('归档');
    await page.reload();
    await portal.status().getByText('已归档').waitFor();
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
    await portal.go('毕业申请照片上传');
    const beside = page.getByRole('group', { name: '照片审核状态' });
    await beside.getByText('审核不通过').waitFor();
    await beside.getByText('佩戴了耳环、项链等饰品').waitFor();
    await judge(page, 'anhui, photo refused');
    assert.ok(!(await portal.menuTitles()).includes('毕业申请'), 'AH-PHO-04');
    // The hair begins so low that the machine leaves it to the city.
    await portal.cropPhoto(studioPortrait(world, 'again.jpg', ['--seed', '7', '--face-share', '0.475']));
    await portal.usePhoto();
    state.photo = await portal.keptPhoto();
    assert.ok(state.photo.length >= 20_480 && state.photo.length <= 40_960, `stored again to fit: ${state.photo.length} bytes`);
    await portal.next('核对并提交');
    await portal.send('重新提交照片');
    await clerk.open('毕业申请照片上传：待审核', one.name);
    await measuredLines(clerk);
    await clerk.decide('审核通过');
    await page.reload();
    await page.getByRole('group', { name: '照片审核状态' }).getByText('审核通过').waitFor();
    await judge(page, 'anhui, photo passed');
  });

  test('AH-PRE-03 身份信息更正 is asked for, with a birth date that differs from the number refused at its field', async () => {
    const { portal, one } = state;
    const { page } = portal;
    await portal.go('身份信息更正');
    await portal.pick('办理的市', '芜湖市');
    await portal.type('姓名', one.name);
    await portal.type('身份证号', one.number);
    await portal.pick('性别', '女');
    await portal.pick('民族', '汉族');
    await page.locator('#f-birth_date').fill('1996-03-18');
    await portal.type('手机号码', one.phone);
    await page.getByLabel('公安机关等单位出具的证明：选择文件').setInputFiles(pdf(20_480));
    await page.getByText('已上传').waitFor();
    await judge(page, 'anhui, correction');
    await portal.next('核对并提交');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await page.getByRole('alert').getByText(/出生日期/).click();
    await page.locator('#f-birth_date').fill('1996-03-17');
    await portal.next('核对并提交');
    await portal.send('提交');
    await portal.status().getByText('待审核').waitFor();
    state.correction = page.url().split('?')[0];
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
    await page.getByRole('row', { name: /02333/ }).getByText(/转入成绩/).waitFor(); // AH-PRE-01
    await page.getByRole('row', { name: /00898/ }).getByText(/凭材料归档/).waitFor(); // AH-PRE-02
    await judge(page, 'anhui, ledger');
    await portal.treat('13000', '免考', '大学英语四级/六级');
    const certificate = page.getByLabel(/^上传 13000/);
    await certificate.setInputFiles(pdf(4_194_305));
    await page.getByRole('alert').getByText(/不能超过 4M/).waitFor();
    await certificate.setInputFiles({ name: 'cet4.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('<html><body>CET-4</body></html>') });
    await page.getByRole('alert').getByText(/文件类型不符合要求/).waitFor();
    await certificate.setInputFiles({ name: 'cet4.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\ntrailer<<>>\n%%EOF\n') });
    await page.getByRole('alert').getByText('文件中含有可执行的内容，不能上传，请换一个文件。').waitFor();
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
    await refused.getByText('您的身份信息更正还没有办理完，请办理完成后再提交毕业申请。').waitFor(); // AH-PRE-03
    await judge(page, 'anhui, a course is missing');
  });

  test('AH-PRE-03 AH-GRA-13 the correction is done, the city merges a further number and the application is accepted; a tab that was left open is told so and keeps what was typed', async () => {
    const { portal, clerk, one } = state;
    const { page } = portal;
    state.url = page.url().split('?')[0];
    await page.goto(state.correction);
    await clerk.open('身份信息更正：待审核', one.name);
    await judge(clerk.page, 'anhui, review of a correction');
    await clerk.decide('审核不通过', '证明没有盖章，请重新上传。');
    await page.reload();
    await portal.status().getByText('证明没有盖章，请重新上传。').waitFor();
    await page.getByLabel('公安机关等单位出具的证明：选择文件').setInputFiles(pdf(20_481));
    await page.getByText('已上传').waitFor();
    await judge(page, 'anhui, correction sent back');
    await portal.next('核对并提交');
    await portal.send('提交');
    await clerk.open('身份信息更正：待审核', one.name);
    await clerk.decide('更正');
    await portal.message('您的身份信息已经更正。');
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
    await theSecond(state);
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

  reviewed(world, state);

  /** Where the machine is not sure its lines lie on the picture, on what they say they measure, in every size. */
  async function measuredLines({ page, review }) {
    const lines = review.getByRole('img', { name: '测量结果' });
    await lines.waitFor();
    await page.setViewportSize(DESKTOP);
    const seen = () => lines.evaluate((svg) => {
      const img = svg.parentElement.querySelector('img');
      const canvas = Object.assign(document.createElement('canvas'), { width: img.naturalWidth, height: img.naturalHeight });
      const brush = canvas.getContext('2d');
      brush.drawImage(img, 0, 0);
      const light = (x, y) => brush.getImageData(Math.round(x), Math.round(y), 1, 1).data.slice(0, 3).reduce((sum, one) => sum + one, 0) / 3;
      const box = img.getBoundingClientRect();
      const scale = Math.min(box.width / img.naturalWidth, box.height / img.naturalHeight);
      const [left, top] = [box.x + (box.width - scale * img.naturalWidth) / 2, box.y + (box.height - scale * img.naturalHeight) / 2];
      const points = [...svg.querySelectorAll('circle')].map(({ cx: { baseVal: { value: x } }, cy: { baseVal: { value: y } } }) => {
        const on = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM());
        return { y, off: Math.hypot(on.x - left - x * scale, on.y - top - y * scale), above: light(x, y - 10), below: light(x, y + 10) };
      });
      const bands = [...svg.querySelectorAll('rect')].map((rect) => [rect.y.baseVal.value, rect.height.baseVal.value]);
      return { scale, points, bands, hair: points.reduce((one, other) => (other.y < one.y ? other : one)), bottom: svg.getBoundingClientRect().bottom };
    });
    const { scale, bands, hair, bottom } = await seen();
    assert.deepEqual(bands, [[50, 60], [200, 100]], 'the ranges of the standard');
    assert.ok(bottom <= DESKTOP.height, 'seen without scrolling');
    const said = await review.getByRole('list', { name: /^接近界限/ }).getByText(/^头顶位置：测得 \d+，规定 50～110/).innerText();
    assert.equal(Math.round(hair.y), Number(/测得 (\d+)/.exec(said)[1]));
    assert.ok(hair.above > 230 && hair.below < 120, `ground above (${hair.above}), hair below (${hair.below})`);
    await judge(page, 'anhui, review of a borderline photo');
    await review.getByRole('button', { name: '放大毕业照片' }).click();
    const large = await seen();
    assert.ok(large.scale > scale, 'it was enlarged');
    await review.getByRole('button', { name: '缩小毕业照片' }).click();
    for (const { off } of [...large.points, ...(await seen()).points]) assert.ok(off < 1, `a point lies ${off} pixels beside its place`);
  }

  /** Somebody else, at the same time in a browser of her own: the first one's case and number are not hers. */
  async function theSecond({ clerk, url }) {
    const second = await Applicant.of(world);
    await second.page.goto(url);
    await second.page.getByText('没有找到您要的内容').waitFor();
    assert.equal(await second.page.getByText(state.one.name).count(), 0);
    await judge(second.page, "anhui, somebody else's case");
    await second.handIn('number_merge', { proof: second.paper }, 'submit', { prefecture: '340200', numbers: [{ kind: '2', number: OLD_NUMBER }] });
    await clerk.open('准考证号合并：待审核', second.name);
    await clerk.review.getByRole('button', { name: /^合并/ }).click();
    await clerk.review.getByRole('alert').getByText(/已经合并/).waitFor();
    await judge(clerk.page, 'anhui, a number that is taken');
    await clerk.decide('不予合并', '该准考证号不是本人的。');
  }
}
