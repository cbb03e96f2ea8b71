// The staff's pages, in the words that stand on them.
export class Console {
  constructor(page) {
    this.page = page;
  }

  static async of(world, as) {
    return new Console(await world.staff(as));
  }

  /** One of the office's queues; the prefecture's of registrations that wait, unless another is named. */
  async openQueue(title = /审核中/) {
    await this.page.getByRole('navigation', { name: '工作菜单' }).getByRole('link', { name: '待办' }).click();
    await this.page.getByRole('main').getByRole('link', { name: title }).click();
    await this.page.getByRole('region', { name: '队列' }).waitFor();
  }

  /** The queue with this title, and in it the case of this person. */
  async open(queue, name) {
    await this.openQueue(queue);
    await this.row(name).first().getByRole('link').click();
    await this.review.getByRole('heading', { name }).waitFor();
  }

  /** Decides, and confirms where the console asks again. */
  async decide(title, reason) {
    const done = this.page.waitForResponse((response) => response.request().method() === 'POST' && /\/actions\//.test(response.url()));
    await this.review.getByRole('button', { name: new RegExp(`^${title}`) }).click();
    if (reason !== undefined) {
      const dialog = this.page.getByRole('dialog', { name: title });
      await dialog.getByLabel(/^原因/).fill(reason);
      await dialog.getByRole('button', { name: `确定${title}` }).click();
    }
    const answer = await done;
    if (!answer.ok()) throw new Error(`${title}: ${answer.status()} ${await answer.text()}`);
  }

  row(name) {
    return this.page.getByRole('region', { name: '队列' }).getByRole('row', { name });
  }

  /** The case that is open. */
  get review() {
    return this.page.getByRole('region', { name: '案件' });
  }

  async key(...keys) {
    for (const one of keys) await this.page.keyboard.press(one);
  }
}
