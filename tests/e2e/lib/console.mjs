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
