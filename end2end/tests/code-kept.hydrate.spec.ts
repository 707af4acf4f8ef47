import { firstVoucher, holder, invented } from '../support/citizen.ts';
import { awake } from '../support/document.ts';
import { expect, type Page, test } from '../support/test.ts';

// Fifteen seconds before the end of a step.
test.use({ serving: { now: '2020-04-22T10:00:15+08:00' } });

/** Lets the page of a voucher find the server busy when its step ends, and wait from then until it is let go on. */
async function busyOnce(page: Page, address: string): Promise<{ told: () => number; goOn: () => void }> {
  let told = 0;
  let goOn = () => {};
  const free = new Promise<void>((done) => (goOn = done));
  await page.route(`**${address}`, async (route) => {
    if (told > 0) {
      await free;
      return route.continue();
    }
    const answer = await route.fetch();
    const busy = '<main class="page__main" id="main" tabindex="-1"><p data-refusal="busy">前方擁擠</p></main>';
    const body = (await answer.text()).replace(/<main[^]*<\/main>/, busy);
    await route.fulfill({ status: 503, contentType: 'text/html; charset=utf-8', body });
    told += 1;
  });
  return { told: () => told, goOn };
}

// Up to the end of a step, and a little of the next one.
test.beforeEach(() => test.setTimeout(90_000));

for (const islands of [true, false]) {
  test(`a code that is still accepted outlives a busy server, ${islands ? 'with' : 'without'} the module`, async ({
    page,
  }) => {
    if (!islands) await page.route('**/*.wasm', (route) => route.abort());
    await holder(page, invented(1));
    const address = await firstVoucher(page);
    await page.goto(address);
    if (islands) await awake(page);
    const code = page.getByTestId('voucher-code');
    const digits = await code.innerText();
    const { told, goOn } = await busyOnce(page, address);
    await expect.poll(told, { timeout: 40_000 }).toBe(1);
    await expect(code).toHaveText(digits);
    await expect(page.locator('[data-refusal=busy]')).toHaveCount(0);
    goOn();
    await expect(code, 'it is asked for again').not.toHaveText(digits, { timeout: 20_000 });
    await expect(code).toHaveText(/^\s*\d{4}\s+\d{4}\s+\d{4}\s*$/);
  });
}

for (const islands of [true, false]) {
  test(`a slow answer is waited for, ${islands ? 'with' : 'without'} the module`, async ({ page }) => {
    if (!islands) await page.route('**/*.wasm', (route) => route.abort());
    // Whoever asks again does so at once.
    await page.addInitScript(() => (Math.random = () => 0));
    await holder(page, invented(1));
    const address = await firstVoucher(page);
    await page.goto(address);
    if (islands) await awake(page);
    const code = page.getByTestId('voucher-code');
    const digits = (await code.innerText()).trim();
    let asked = 0;
    await page.route(`**${address}`, async (route) => {
      asked += 1;
      await new Promise((done) => setTimeout(done, 7_000));
      await route.continue();
    });
    await expect(code).not.toContainText(digits, { timeout: 40_000 });
    expect(asked).toBe(1);
  });
}
