import { faults } from '../support/axe.ts';
import { settled } from '../support/document.ts';
import { small, wide } from '../support/layout.ts';
import { choose, grantedScene, languages, type Look, scenes, themes, views } from '../support/looks.ts';
import { lineScene } from '../support/person-looks.ts';
import { expect, type Page, test } from '../support/test.ts';

const narrowest = { width: 320, height: 640 };

/** What goes wrong by the way: in the console, or towards another origin. */
function listen(page: Page, origin: string): string[] {
  const heard: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (new URL(url).origin !== origin && !url.startsWith('data:')) heard.push(`a request to ${url}`);
  });
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('console', (message) => {
    // The browser notes by itself that a page which says no came with such a status.
    const own = message.text().startsWith('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !own) heard.push(message.text());
  });
  return heard;
}

/** What the document says that the person chose. */
function chosen(page: Page) {
  return page.evaluate(() => {
    const { lang, dataset } = document.documentElement;
    return { language: lang, view: dataset.view };
  });
}

async function inspect(page: Page, looks: Look[]): Promise<void> {
  const size = page.viewportSize()!;
  const isPhone = size.width <= narrowest.width * 2;
  const heard = listen(page, new URL(page.url()).origin);
  // Another language says other words in the same colours: each view is looked at once in the dark.
  const darkened = new Set<string>();
  for (const [row, language] of languages.entries()) {
    for (const [column, view] of views.entries()) {
      // Every pair on the phone. A wide screen changes where things stand, not what they say: there each language is
      // looked at once, in one view or the other.
      if (!isPhone && row % views.length !== column) continue;
      await choose(page, language, view);
      for (const { name, show } of looks) {
        await show(page);
        await settled(page);
        expect(await chosen(page)).toEqual({ language, view });
        for (const colorScheme of darkened.has(view) ? (['light'] as const) : themes) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const here = `${name}, ${language}, ${view}, ${colorScheme}`;
          expect.soft(await faults(page, colorScheme), here).toEqual([]);
        }
        if (view === 'elder') expect.soft(await small(page), `${name}, ${language}, elder`).toEqual([]);
        // The narrowest screen is the same whatever the size before: it is looked at once, from the phone.
        if (!isPhone) continue;
        await page.setViewportSize(narrowest);
        expect.soft(await wide(page), `${name}, ${language}, ${view}, 320 px`).toEqual([]);
        await page.setViewportSize(size);
      }
      darkened.add(view);
    }
  }
  expect(heard).toEqual([]);
}

for (const scene of scenes) {
  test.describe(scene.name, () => {
    test.use({ serving: scene.serving });
    test.setTimeout(300_000);

    test(`${scene.looks.map((look) => look.name).join(', ')}`, async ({ page, another }) => {
      await page.goto('/rules');
      await scene.prepare?.(page, another);
      await inspect(page, scene.looks);
    });

    if (scene.later) {
      const { now, looks } = scene.later;
      test(`${looks.map((look) => look.name).join(', ')}`, async ({ page, server, another }) => {
        await page.goto('/rules');
        await scene.prepare?.(page, another);
        await server.restart(now);
        await inspect(page, looks);
      });
    }
  });
}

for (const scene of [grantedScene, lineScene]) {
  test(`the moment of being ${scene.name}`, async ({ page, another }) => {
    await page.goto('/rules');
    await scene.prepare?.(page, another);
    await scene.looks[0]!.show(page);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect.soft(await faults(page, colorScheme), colorScheme).toEqual([]);
    }
  });
}
