import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import { settled } from './document.ts';
import { choose, grantedScene, type Look, scenes, themes } from './looks.ts';
import { lineScene } from './person-looks.ts';
import { Server } from './server.ts';
import { test } from './test.ts';

const folder = fileURLToPath(new URL('../../target/shots', import.meta.url));
const sizes = [
  { width: 360, height: 780 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
];

/** English is shown where its words are longest, the elder version everywhere in one language. */
const english = ['landing-before', 'landing-open', 'landing-yours', 'landing-several-packs', 'wallet', 'wallet-empty'];
const variants = (name: string): [language: string, view: string][] => [
  ['zh-Hant', 'standard'],
  ['zh-Hans', 'standard'],
  ['zh-Hant', 'elder'],
  ...(english.includes(name) ? ([['en', 'standard']] as [string, string][]) : []),
];

async function take(page: Page, look: Look): Promise<void> {
  for (const [language, view] of variants(look.name)) {
    await choose(page, language, view);
    await look.show(page);
    await settled(page);
    await shoot(page, look.name, language, view);
  }
}

async function shoot(page: Page, name: string, language: string, view: string): Promise<void> {
  for (const size of sizes) {
    for (const colorScheme of themes) {
      const traits = [name, `${size.width}x${size.height}`, colorScheme, language, ...(view === 'elder' ? [view] : [])];
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: `${folder}/${traits.join('.')}.png`, animations: 'disabled' });
      // The whole page in a window that is tall enough, so that a fixed bar stands at its foot.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      if (height > size.height && size.width > 360) {
        await page.setViewportSize({ ...size, height });
        await page.screenshot({ path: `${folder}/${traits.join('.')}.whole.png`, animations: 'disabled' });
      }
    }
  }
}

/** A server, somebody who looks at it, and others if a scene needs them. */
async function visit(browser: Browser, scene: (typeof scenes)[number], act: (page: Page, server: Server) => Promise<void>) {
  const server = await Server.start(scene.serving);
  const context = () => browser.newContext({ baseURL: server.url, deviceScaleFactor: 2 });
  const contexts = [await context()];
  try {
    const page = await contexts[0]!.newPage();
    await scene.prepare?.(page, async () => {
      const other = await context();
      contexts.push(other);
      return other.newPage();
    });
    await act(page, server);
  } finally {
    await Promise.all(contexts.map((one) => one.close()));
    await server.end();
  }
}

test.beforeAll(() => mkdir(folder, { recursive: true }));

for (const scene of [...scenes, lineScene]) {
  test(scene.name, async ({ browser }) => {
    await visit(browser, scene, async (page, server) => {
      for (const look of scene.looks) await take(page, look);
      if (scene.later) {
        await server.restart(scene.later.now);
        for (const look of scene.later.looks) await take(page, look);
      }
    });
  });
}

for (const [language, view] of variants('landing-granted')) {
  test(`granted, ${language}, ${view}`, async ({ browser }) => {
    await visit(browser, grantedScene, async (page) => {
      await choose(page, language, view);
      await grantedScene.looks[0]!.show(page);
      await shoot(page, 'landing-granted', language, view);
    });
  });
}
