// The office's other work: sittings, orders, rules; every page of the console at both widths.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Console } from '../lib/console.mjs';
import { accessible, fits } from '../lib/judge.mjs';
import { demoCandidate } from '../lib/portal.mjs';
import { CAPTCHA, DESKTOP, TELEPHONE } from '../lib/world.mjs';

const RULES = fileURLToPath(new URL('../../../lua-rules/xinjiang', import.meta.url));
const PAGES = {
  prefecture_clerk: ['/staff', '/staff/cases', '/staff/candidates'],
  province_administrator: ['/staff', '/staff/sittings', '/staff/sittings/demo', '/staff/sittings/new', '/staff/orders', '/staff/messages'],
  finance: ['/staff/orders', '/staff/money'],
  rule_author: ['/staff/rules'],
};

export function office(world) {
  test('a wrong one-time code is refused and the password alone opens nothing', async () => {
    const page = await world.page();
    const account = world.accountOf('finance_second');
    await page.goto(`${world.url}/staff/login`);
    await accessible(page, 'log-in of staff');
    for (const otp of ['', '000000']) {
      await page.getByLabel('用户名').fill(account.user_name);
      await page.getByLabel('密码', { exact: true }).fill(account.password);
      await page.getByLabel('动态口令').fill(otp);
      await page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
      await page.getByRole('button', { name: '登录' }).click();
      await page.getByRole('alert').waitFor();
      await page.waitForFunction(() => document.activeElement.id === 'staff-otp');
    }
    await page.goto(`${world.url}/staff/orders`);
    await page.getByRole('heading', { name: '工作人员登录' }).waitFor();
    await fits(page, 'staff log-in');
    await accessible(page, 'staff log-in');
    await page.context().close();
  });

  test('the administrator creates a sitting with windows and slots, imports slots by CSV, and a file with a fault changes nothing', async () => {
    const { page } = await Console.of(world, 'province_administrator');
    await page.goto(`${world.url}/staff/sittings`);
    await page.getByRole('link', { name: '新建考次' }).click();
    await page.getByLabel('代码', { exact: true }).fill('e2e');
    await page.getByLabel('名称').fill('浏览器考次');
    await page.getByLabel('报名开始').fill('2098-01-10T09:00');
    await page.getByLabel('报名结束').fill('2098-01-20T18:00');
    await page.getByLabel('缴费截止').fill('2098-01-21T18:00');
    await page.getByRole('button', { name: '添加场次' }).click();
    await page.getByLabel('开始', { exact: true }).fill('2098-04-11T09:00');
    await page.getByLabel('结束', { exact: true }).fill('2098-04-11T11:30');
    await page.getByLabel(/课程代码/).fill('00024 99999');
    await page.getByText('课程库中没有：99999').waitFor();
    await page.getByLabel(/课程代码/).fill('00024');
    await accessible(page, 'new sitting');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForURL('**/staff/sittings/e2e');
    const rows = ['slot_no,exam_date,start_time,end_time,course_code', '1,2098-04-11,09:00,11:30,00024', '2,2098-04-11,14:30,17:00,00018', '2,2098-04-11,14:30,17:00,13886'];
    const upload = (lines) => page.getByLabel('用 CSV 导入场次').setInputFiles({ name: 'slots.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });
    await upload([...rows, '3,2098-04-12,09:00,11:30,99999']);
    await page.getByRole('alert').getByText('99999').waitFor();
    assert.equal(await page.getByRole('group', { name: /^第 \d 场$/ }).count(), 1, 'a refused file changes nothing');
    await upload(rows);
    await page.getByRole('group', { name: '第 2 场' }).waitFor();
    await page.getByRole('link', { name: '← 全部考次' }).click();
    const row = page.getByRole('row', { name: /e2e/ });
    assert.match(await row.innerText(), /浏览器考次[^]*2098-01-10 09:00:00[^]*2\s+3\s+草稿/);
  });

  test('the rule author edits a fee, is shown every fault, publishes when examples pass, and can go back', async () => {
    const author = await Console.of(world, 'rule_author');
    const { page } = author;
    await page.goto(`${world.url}/staff/rules`);
    const file = (name) => page.getByRole('navigation', { name: '规则文件' }).getByRole('button', { name });
    const editor = page.getByRole('textbox', { name: /^文件 / });
    const change = async (name, from, to) => {
      await file(name).click();
      await page.getByRole('textbox', { name: `文件 ${name}` }).waitFor();
      await editor.evaluate((content, [old, fresh]) => {
        // A real edit of the text under the cursor, as an input method makes one.
        const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const at = walker.currentNode.data.indexOf(old);
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + old.length);
          const selection = content.getRootNode().getSelection?.() ?? document.getSelection();
          content.focus();
          selection.removeAllRanges();
          selection.addRange(range);
          document.execCommand('insertText', false, fresh);
          return;
        }
        throw new Error(`no ${old} in the part of the file that is shown`);
      }, [from, to]);
    };
    await file('rules/fees.lua').waitFor();
    await accessible(page, 'workshop');
    await change('rules/fees.lua', '3500', '4000');
    await page.getByText('改了 1 个文件').waitFor();
    await page.getByRole('button', { name: '检查并演练' }).click();
    await page.getByText(/个例子没有通过/).waitFor();
    assert.ok(await page.getByRole('button', { name: '发布', exact: true }).isDisabled(), 'a package whose examples fail cannot be published');
    await accessible(page, 'workshop with failures');
    await page.reload();
    await change('rules/fees.lua', '-- Fees in fen.', '-- Fees in fen, read again.');
    await page.getByRole('button', { name: '检查并演练' }).click();
    await page.getByText(/例子全部通过，可以发布/).waitFor();
    await page.getByRole('button', { name: '发布', exact: true }).click();
    await page.getByRole('button', { name: '确定发布' }).click();
    await page.getByText(/已发布/).waitFor();
    const history = page.getByRole('region', { name: '发布历史' });
    await page.getByLabel('新文件', { exact: true }).fill('rules/fees.lua');
    await page.getByRole('button', { name: '新建' }).click();
    await page.getByText('已有这个文件').waitFor();
    await page.getByLabel('新文件', { exact: true }).fill('rules/later.lua');
    await page.getByRole('button', { name: '新建' }).click();
    await page.getByRole('textbox', { name: '文件 rules/later.lua' }).waitFor();
    await page.getByText('改了 1 个文件').waitFor();
    await page.getByRole('button', { name: '删除此文件' }).click();
    await file('rules/later.lua').waitFor({ state: 'detached' });
    await file('package.lua').click();
    await page.getByRole('button', { name: '删除此文件' }).click();
    await page.getByText('改了 1 个文件').waitFor();
    // The folder that stands in the repository brings back what was taken away, and loses nothing else.
    await page.getByLabel('上传文件夹').setInputFiles(RULES);
    await file('package.lua').waitFor();
    await page.getByRole('button', { name: '检查并演练' }).click();
    await page.getByText(/例子全部通过，可以发布/).waitFor();
    await fits(page, 'workshop');
    await accessible(page, 'workshop with an uploaded folder');
    await history.getByRole('button', { name: '恢复到此版本' }).first().click();
    await page.getByRole('button', { name: '确定恢复' }).click();
    await page.getByText(/已恢复到/).waitFor();
    await accessible(page, 'workshop after going back');
  });

  test('every page of the console fits 1280 and 375 pixels and is accessible', async () => {
    for (const [as, paths] of Object.entries(PAGES)) {
      const page = await world.staff(as);
      for (const viewport of [TELEPHONE, DESKTOP]) {
        await page.setViewportSize(viewport);
        for (const path of paths) {
          await page.goto(world.url + path);
          await fits(page, `${path} of ${as}`);
          await accessible(page, `${path} of ${as}`);
        }
      }
    }
  });

  test('DEF-GEN-06 the clerk sees numbers masked and whole ones only for a reason that is kept', async () => {
    const clerk = await Console.of(world, 'prefecture_clerk');
    const { page } = clerk;
    const account = world.accountOf('candidate');
    await page.goto(`${world.url}/staff/candidates`);
    await page.getByLabel('姓名或完整身份证号').fill(account.fields.name);
    await page.getByRole('button', { name: '查找' }).click();
    const row = page.getByRole('row', { name: account.fields.name });
    assert.ok(!(await row.innerText()).includes(account.fields.id_number));
    await row.getByRole('link', { name: /考生信息注册/ }).click();
    await clerk.review.getByText('全部填写内容').click();
    await clerk.review.getByLabel(/查看完整的/).fill('核对证件');
    await clerk.review.getByRole('button', { name: '查看（会记录）' }).click();
    await clerk.review.getByText(account.fields.id_number).waitFor();
  });

  test('who logs out is out, and the browser\'s back button shows nothing', async () => {
    const portal = await demoCandidate(world);
    await portal.go('考生信息');
    await portal.page.getByRole('button', { name: '退出' }).click();
    await portal.page.getByRole('heading', { name: '考生登录' }).waitFor();
    await portal.page.goBack();
    await portal.page.getByRole('heading', { name: '考生登录' }).waitFor();
    assert.equal(await portal.page.getByText(portal.world.accountOf('candidate').fields.name).count(), 0);
    await portal.page.context().close();
  });
}
