// The console of an office that decides hundreds of cases a day: waiting times, many decisions at once, one clerk's case taken
// over by another, the province's time windows, and a wrong degree taken back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Applicant, Asker } from '../lib/applicant.mjs';
import { Console } from '../lib/console.mjs';
import { accessible, fits } from '../lib/judge.mjs';
import { DESKTOP, TELEPHONE } from '../lib/world.mjs';

const QUEUE = '/staff/cases?type=transfer_filing&state=pending';

export function reviewConsole(world) {
  const state = {};
  const rows = (page) => page.getByRole('region', { name: '队列' }).locator('tbody tr');
  const left = (page, id) => page.waitForURL((address) => !address.pathname.includes(id));
  const rowOf = (page, id) => page.getByRole('region', { name: '队列' }).locator('tbody tr').filter({ has: page.locator(`a[href*="${id}"]`) });

  test('DEF-AH-05 AH-REV-01 the longest waiting stands first; many are decided at once, each for itself, and what was not done stays ticked', async () => {
    const applicant = (state.applicant = await Applicant.of(world));
    const ids = [];
    // The second of the first course is on file once the first was filed.
    for (const course of ['00023', '00023', '00067', '00226', '00247']) ids.push(await applicant.transfer(course));
    const [first, again, held, gone, last] = ids;
    const { page } = await Console.of(world, 'prefecture_clerk');
    await page.goto(world.url + QUEUE);
    const bar = page.getByRole('group', { name: '批量办理' });
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), 5);
    assert.ok((await rows(page).first().locator('a').getAttribute('href')).includes(first), 'the first handed in stands first');
    assert.match(await rows(page).first().locator('td').last().innerText(), /^(不到 1|\d+) 分钟$/);
    assert.equal(await page.getByRole('columnheader', { name: '等待时间' }).getAttribute('aria-sort'), 'descending');

    const colleague = (state.colleague = await Console.of(world, 'second_prefecture_clerk'));
    await colleague.page.goto(`${world.url}/staff/cases/${gone}`);
    await colleague.review.getByRole('button', { name: '审核不通过' }).click();
    await colleague.page.getByLabel(/^原因/).fill('材料不清晰，请重新上传。');
    await colleague.page.getByRole('button', { name: '确定审核不通过' }).click();
    await left(colleague.page, gone);
    await colleague.page.goto(`${world.url}/staff/cases/${held}`);
    await colleague.review.getByText('由您审核中').waitFor();

    // With the keyboard alone: the box of all rows, an action, the confirmation.
    assert.ok(await bar.getByRole('button', { name: '批量归档' }).isDisabled(), 'nothing is ticked');
    await page.getByRole('checkbox', { name: '勾选本页全部' }).focus();
    await page.keyboard.press('Space');
    await bar.getByText('已勾选 5 件').waitFor();
    await rowOf(page, last).getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    await bar.getByText('已勾选 4 件').waitFor();
    await accessible(page, 'review console ticked');
    await bar.getByRole('button', { name: '批量归档' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: '批量归档' });
    await dialog.getByText('将对 4 件申请执行“归档”，每件的状态变为“已归档”').waitFor();
    assert.equal(await dialog.getByRole('listitem').count(), 4);
    await accessible(page, 'review console bulk confirmation');
    await page.waitForFunction(() => document.activeElement.textContent.includes('确定办理 4 件'));
    await page.keyboard.press('Enter');
    await bar.getByText('办成 1 件，未办成 3 件').waitFor();
    await rowOf(page, first).getByText('已办理').waitFor();
    await rowOf(page, again).getByText('不符合条件').waitFor();
    await rowOf(page, held).getByText('同事正在办理').waitFor();
    await rowOf(page, gone).getByText('状态已变化').waitFor();
    assert.equal(await rowOf(page, first).getByRole('checkbox').count(), 0, 'what was done is not done twice');
    for (const id of [again, held]) assert.ok(await rowOf(page, id).getByRole('checkbox').isChecked(), 'what was not done stays ticked');
    assert.ok(!(await rowOf(page, last).getByRole('checkbox').isChecked()));
    await accessible(page, 'review console outcomes');
    await page.setViewportSize(TELEPHONE);
    await fits(page, 'review console outcomes');
    await page.setViewportSize(DESKTOP);

    // The queue as it is now: done and gone have left, the ticks and their reasons have not.
    await bar.getByRole('button', { name: '刷新队列' }).click();
    await rowOf(page, first).waitFor({ state: 'hidden' });
    assert.equal(await rows(page).count(), 3);
    await rowOf(page, held).getByText('芜湖演示审核员二正在审核').waitFor();
    await bar.getByText('已勾选 2 件').waitFor();
    await rowOf(page, held).getByRole('checkbox').uncheck();
    await bar.getByRole('button', { name: '批量审核不通过' }).click();
    const refusing = page.getByRole('dialog', { name: '批量审核不通过' });
    const sure = refusing.getByRole('button', { name: '确定办理 1 件' });
    assert.ok(await sure.isDisabled(), 'the reason is demanded');
    await refusing.getByLabel(/^原因/).fill('这门课程的成绩已经归档，请勿重复提交。');
    await refusing.getByText('每位考生将收到').waitFor();
    await accessible(page, 'review console bulk refusal');
    await page.setViewportSize(TELEPHONE);
    await fits(page, 'review console bulk refusal');
    await page.setViewportSize(DESKTOP);
    await sure.click();
    await rowOf(page, again).getByText('已办理').waitFor();
    assert.equal((await applicant.ask('GET', `/cases/${again}`)).case.state, 'refused');
    assert.ok((await applicant.ask('GET', '/messages')).some((message) => message.text.includes('请勿重复提交')), 'the candidate is told');
    Object.assign(state, { held, last });
  });

  test('AH-REV-01 a case that a colleague has open says so; it is taken over with a question, and the one who had it is refused with everything typed still there', async () => {
    const { page, review } = await Console.of(world, 'prefecture_clerk');
    const colleague = state.colleague;
    await colleague.review.getByRole('button', { name: '审核不通过' }).click();
    await colleague.page.getByLabel(/^原因/).fill('转考介绍信缺少盖章。');
    await page.goto(`${world.url}/staff/cases/${state.held}`);
    const bar = review.getByText('正在由芜湖演示审核员二审核');
    await bar.waitFor();
    assert.ok(await review.getByRole('button', { name: '归档' }).isDisabled(), 'nobody decides what another has open');
    await accessible(page, 'review console held by a colleague');
    await page.setViewportSize(TELEPHONE);
    await fits(page, 'review console held by a colleague');
    await page.setViewportSize(DESKTOP);
    await review.getByRole('button', { name: '接手办理' }).click();
    const question = page.getByRole('dialog', { name: '接手办理' });
    await question.getByText('接手会留下记录').waitFor();
    await accessible(page, 'review console taking over');
    await question.getByRole('button', { name: '确定接手' }).click();
    await review.getByText('由您审核中').waitFor();

    await colleague.page.getByRole('button', { name: '确定审核不通过' }).click();
    const theirs = colleague.page.getByRole('dialog', { name: '审核不通过' });
    await theirs.getByText(/接手这份申请。您填写的内容还在本页/).waitFor();
    assert.equal(await theirs.getByLabel(/^原因/).inputValue(), '转考介绍信缺少盖章。');
    assert.ok(await theirs.getByRole('button', { name: '确定审核不通过' }).isDisabled());
    await accessible(colleague.page, 'review console taken over');
    assert.equal((await state.applicant.ask('GET', `/cases/${state.held}`)).case.state, 'pending');

    await review.getByRole('button', { name: '归档' }).click();
    await left(page, state.held);
    assert.equal((await state.applicant.ask('GET', `/cases/${state.held}`)).case.state, 'filed');
    // Leaving lets go: the next one opens it as if nobody had been there.
    await page.goto(`${world.url}/staff/cases/${state.last}`);
    await review.getByText('由您审核中').waitFor();
    await review.getByRole('button', { name: '关闭' }).click();
    await left(page, state.last);
    await colleague.page.goto(`${world.url}/staff/cases/${state.last}`);
    await colleague.review.getByText('由您审核中').waitFor();
  });

  test('AH-REV-01 a clerk who opens another page while a decision is being answered is not called back to the queue', async () => {
    const id = await state.applicant.transfer('00227');
    const office = await Console.of(world, 'prefecture_clerk');
    const { page, review } = office;
    await page.goto(`${world.url}/staff/cases/${id}${new URL(world.url + QUEUE).search}`);
    await review.getByText('由您审核中').waitFor();
    let release;
    const held = new Promise((done) => (release = done));
    await page.route('**/staff/cases/search', async (route) => {
      await held;
      await route.continue();
    });
    await office.decide('审核不通过', '材料不清晰，请重新上传。');
    await page.getByRole('navigation', { name: '工作菜单' }).getByRole('link', { name: '待办' }).click();
    await page.getByRole('heading', { name: '待办', level: 1 }).waitFor();
    const answered = page.waitForResponse((response) => response.url().endsWith('/staff/cases/search'));
    release();
    await answered;
    await page.unroute('**/staff/cases/search');
    await page.waitForTimeout(500); // whoever would call back had the answer
    assert.ok(await page.getByRole('heading', { name: '待办', level: 1 }).isVisible());
  });

  test('AH-REV-01 a queue is paged by place, keeps filter and search over reload and back, and is worked through with the keyboard', async () => {
    const { page, review } = await Console.of(world, 'prefecture_clerk');
    await state.colleague.review.getByRole('button', { name: '关闭' }).click();
    for (const course of ['00012', '00015', '00018', '00020', '00022', '00037', '00041', '00051', '00058', '00144', '00160']) await state.applicant.transfer(course);
    const ids = () => rows(page).locator('a').evaluateAll((links) => links.map((link) => link.pathname.split('/').at(-1)));
    const total = (count) => page.getByRole('heading', { name: `共 ${count} 件` }).waitFor();
    const shows = (...wanted) => page.waitForFunction(
      (all) => [...document.querySelectorAll('[aria-label="队列"] tbody a')].map((link) => link.pathname.split('/').at(-1)).join() === all, wanted.join(),
    ).catch(async () => assert.deepEqual(await ids(), wanted));
    const pager = (name) => page.getByRole('button', { name });
    await page.goto(world.url + QUEUE);
    await total(12);
    const all = await ids();
    assert.equal(all.length, 12);
    assert.ok(!(await pager('下一页').isEnabled()), 'there is one page');
    await page.getByLabel('每页').selectOption('10');
    await page.getByText('第 1 页，共 2 页').waitFor();
    await shows(...all.slice(0, 10));
    assert.ok(await pager('上一页').isDisabled());
    await fits(page, 'review console pages');

    // A colleague decides one of this page meanwhile: the next page skips nothing.
    const colleague = await Asker.of(state.colleague.page, world);
    const { revision } = (await colleague.ask('GET', `/cases/${all[3]}`)).case;
    await colleague.ask('POST', '/staff/cases/decide', { action: 'file', operation_id: 'meanwhile', rows: [{ id: all[3], revision }] });
    await pager('下一页').click();
    await page.getByText('第 2 页，共 2 页').waitFor();
    await shows(...all.slice(10));
    assert.ok(await pager('下一页').isDisabled());
    await page.reload();
    await page.getByText('第 2 页，共 2 页').waitFor();
    await shows(...all.slice(10));
    all.splice(3, 1);
    await page.goBack();
    await shows(...all.slice(0, 10));
    await page.goForward();
    await shows(...all.slice(10 - 1));
    await pager('上一页').click();
    await shows(...all.slice(0, 10));
    await total(11);

    // Who is searched for stands in no address, and yet stays over a reload and on the way back.
    const { name } = world.accountOf('candidate').fields;
    const box = page.getByLabel('姓名或身份证号');
    await page.keyboard.press('/');
    await page.keyboard.insertText(name);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => history.state.q);
    await box.fill('查无此人');
    await page.keyboard.press('Enter');
    await page.getByText('没有找到符合的案件').waitFor();
    // Whoever looks for another before the first is found keeps the words, and sees what was asked for last.
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route('**/staff/cases/search', async (route) => {
      if (route.request().postDataJSON().q === '先找的人') await held;
      await route.continue();
    });
    await box.fill('先找的人');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => history.state.q === '先找的人');
    assert.equal(await box.inputValue(), '先找的人');
    await box.fill(name);
    await page.keyboard.press('Enter');
    await total(11);
    const late = page.waitForResponse((response) => response.request().postDataJSON()?.q === '先找的人');
    release();
    await late;
    await page.unroute('**/staff/cases/search');
    await page.waitForTimeout(300); // it would be shown by now
    await total(11);
    await page.goBack();
    await page.goBack();
    await page.getByText('没有找到符合的案件').waitFor();
    await page.reload();
    await page.getByText('没有找到符合的案件').waitFor();
    assert.equal(await box.inputValue(), '查无此人');
    await page.goBack();
    await shows(...all.slice(0, 10));
    assert.equal(await box.inputValue(), name);
    assert.ok(!decodeURI(page.url()).includes(name), 'addresses are logged');

    // Everything that the sheet of keys promises.
    await page.locator('body').press('?');
    const sheet = page.getByRole('dialog', { name: '快捷键' });
    for (const key of ['J', 'K', '1', '2', 'X', 'Enter', '/', '?']) await sheet.getByText(key, { exact: true }).waitFor();
    await accessible(page, 'review console keys');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    const opens = async (id) => {
      await page.waitForURL((address) => address.pathname.endsWith(id) && address.searchParams.get('size') === '10');
      await review.getByText('由您审核中').waitFor();
    };
    await page.keyboard.press('j');
    await opens(all[0]);
    await page.keyboard.press('j');
    await opens(all[1]);
    await page.keyboard.press('k');
    await opens(all[0]);
    await page.keyboard.press('x');
    await page.getByText('已勾选 1 件').waitFor();
    await rowOf(page, all[2]).getByRole('link').focus();
    await page.keyboard.press('Enter');
    await opens(all[2]);
    await page.keyboard.press('2');
    const refusal = page.getByRole('dialog', { name: '审核不通过' });
    await refusal.waitFor();
    await page.waitForFunction(() => document.activeElement.id === 'reason');
    await page.keyboard.press('Escape');
    await refusal.waitFor({ state: 'hidden' });
    await page.keyboard.press('1');
    await opens(all[3]);
    await total(10);
    assert.ok(await rowOf(page, all[0]).getByRole('checkbox').isChecked(), 'a decision leaves the ticks');
    assert.equal(await box.inputValue(), name, 'and the search');
    assert.equal((await state.applicant.ask('GET', `/cases/${all[2]}`)).case.state, 'filed');
    await fits(page, 'review console split');
    await page.setViewportSize(TELEPHONE);
    await fits(page, 'review console split');
    await page.setViewportSize(DESKTOP);

    await page.getByLabel('状态').selectOption('');
    assert.equal(await page.getByRole('columnheader', { name: '最近变动' }).getAttribute('aria-sort'), 'descending');
    await rowOf(page, all[2]).waitFor();
    assert.equal((await ids())[0], all[2], 'what was decided last stands first');
    await page.getByText('第 1 页，共 2 页').waitFor();
    assert.equal(await box.inputValue(), name);
    await page.goBack();
    await opens(all[3]);
    await page.getByRole('columnheader', { name: '等待时间' }).waitFor();
    await review.getByRole('button', { name: '关闭' }).click();
    await left(page, all[3]);
    await total(10);
  });

  test('AH-PHO-03 settings refuse a photo window that ends after the application window, at the field, and keep what was typed', async () => {
    const { page } = await Console.of(world, 'province_administrator');
    await page.goto(`${world.url}/staff/sittings`);
    const photo = page.getByRole('form', { name: '毕业照片上传时间' });
    const application = page.getByRole('form', { name: '毕业申请时间' });
    await photo.getByText('结束时间不得晚于“毕业申请时间”的结束时间').waitFor();
    await photo.getByText('用于毕业申请照片上传').waitFor();
    const before = await photo.getByLabel('结束时间').inputValue();
    const end = await application.getByLabel('结束时间').inputValue();
    const late = `${end.slice(0, 11)}00:01`;
    await photo.getByLabel('结束时间').fill(late);
    await photo.getByRole('button', { name: '保存' }).click();
    await photo.getByRole('alert').getByText(`结束时间不能晚于“毕业申请时间”的结束时间（${end.replace('T', ' ')}:00），请改早。`).waitFor();
    assert.equal(await photo.getByLabel('结束时间').inputValue(), late, 'what was typed stays');
    assert.equal(await photo.getByLabel('结束时间').getAttribute('aria-invalid'), 'true');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'w-photo-closes', 'the focus goes to the field');
    await accessible(page, 'review console windows refused');
    await page.setViewportSize(TELEPHONE);
    await fits(page, 'review console windows refused');
    await page.setViewportSize(DESKTOP);
    // The other way round: the application window does not end before the photo window does.
    await application.getByLabel('结束时间').fill(await application.getByLabel('开始时间').inputValue());
    await application.getByRole('button', { name: '保存' }).click();
    await application.getByRole('alert').getByText('结束时间须晚于开始时间').waitFor();
    await application.getByLabel('结束时间').fill(end);
    await photo.getByLabel('结束时间').fill(end);
    await photo.getByRole('button', { name: '保存' }).click();
    await photo.getByText('已保存').waitFor();
    await photo.getByLabel('结束时间').fill(before);
    await photo.getByRole('button', { name: '保存' }).click();
    await photo.getByText('已保存').waitFor();
    await page.reload();
    assert.equal(await photo.getByLabel('结束时间').inputValue(), before);
  });

  test('AH-DEG-01 a degree that is not the candidate\'s is taken back with a reason, and the candidate verifies again', async () => {
    const { page, review } = await Console.of(world, 'prefecture_clerk');
    const id = await state.applicant.handIn('degree_papers', { document_scan: state.applicant.paper }, 'submit', {
      prefecture: '340200', reason: 'offline', document_kind: 'report', document_number: 'R-2026-1', degree_level: 'associate', degree_school: '安徽师范大学',
      diploma_date: '2020-06-30',
    });
    await page.goto(`${world.url}/staff/cases/${id}`);
    await review.getByRole('button', { name: '认可学历' }).click();
    await left(page, id);
    await page.goto(`${world.url}/staff/cases/${id}`);
    const panel = page.getByRole('region', { name: '前置学历' });
    await panel.getByText('书面材料审核').waitFor();
    await panel.getByRole('button', { name: '撤销核验' }).click();
    const dialog = page.getByRole('dialog', { name: '撤销前置学历核验' });
    await dialog.getByLabel(/^原因/).fill('这条学历属于同名的另一位考生。');
    await accessible(page, 'review console taking a degree back');
    await page.setViewportSize(TELEPHONE);
    await fits(page, 'review console taking a degree back');
    await page.setViewportSize(DESKTOP);
    await dialog.getByRole('button', { name: '确定撤销' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal((await state.applicant.ask('GET', '/degree')).state, 'none');
    assert.ok((await state.applicant.ask('GET', '/messages')).some((message) => message.text.includes('同名的另一位考生')), 'the candidate is told why');
    await state.applicant.page.context().close();
  });
}
