// The page script: wakes the islands, stands in for them where WebAssembly is missing, and moves between pages without
// leaving the document, so that the live stream and the clock stay. Every page and every act works without it.
// It must parse in Chrome 68: no optional chaining, no `??`, no class fields.
(function () {
  'use strict';

  const script = document.currentScript;
  const root = document.documentElement;

  // ---- (a) The islands ---------------------------------------------------------------------------------------------

  let islands;

  // Another file of ours. On a page that names its scripts by digests the policy stops an import, but not a script that a
  // trusted one adds; and what that has brought may be imported.
  function bring(address) {
    return new Promise((done, fail) => {
      const element = document.createElement('script');
      element.type = 'module';
      element.src = address;
      element.onload = done;
      element.onerror = fail;
      document.head.appendChild(element);
    }).then(() => import(address));
  }

  function load() {
    if (!islands) {
      // Both files at once; an old kernel rejects one of the two, and the page goes on without.
      const module = typeof WebAssembly === 'object' ? fetch(script.dataset.module) : Promise.reject(new Error('none'));
      islands = Promise.all([bring(script.dataset.glue), module]).then(([glue, response]) =>
        glue.default({ module_or_path: response }).then(() => {
          glue.hydrate();
          return glue;
        }));
    }
    return islands;
  }

  function wake(within) {
    const asleep = within.querySelectorAll('leptos-island:not([data-awake])');
    if (asleep.length === 0) {
      return;
    }
    load().then((glue) => {
      asleep.forEach((island) => {
        // It may have left the document while the module was on its way.
        if (island.isConnected && !island.hasAttribute('data-awake')) {
          island.setAttribute('data-awake', '');
          glue.wakes(island);
          glue[island.dataset.component](island);
        }
      });
    }).catch(standIn);
  }

  // ---- (b) Without them --------------------------------------------------------------------------------------------

  let standsIn = false;
  // The head of the page that is shown, and what loads the page again as it says.
  let head = document.head;
  let again;

  function standIn() {
    root.setAttribute('data-islands', 'off');
    if (!standsIn) {
      standsIn = true;
      setInterval(stand, 1000);
    }
    // What a browser without scripts is told, and when it asks again, holds here too.
    document.querySelectorAll('main noscript').forEach((told) => {
      told.outerHTML = told.innerHTML;
    });
    const after = /refresh" content="(\d+)/.exec(head.innerHTML);
    clearInterval(again);
    again = after && setInterval(refreshByClock, after[1] * 1000);
  }

  function stand() {
    const round = document.querySelector('[data-opens-at]');
    if (round) {
      countDown(round);
    }
    const code = document.querySelector('[data-expires-at]');
    if (code) {
      const left = Math.ceil((code.dataset.expiresAt - now(code)) / 1000);
      code.querySelector('.code__seconds').textContent = Math.max(0, left);
      if (left <= 0) {
        reloadWithin(left < 0 ? 5000 : 0);
      }
    }
  }

  function countDown(round) {
    const ahead = +round.dataset.serverTime < +round.dataset.opensAt;
    const target = ahead ? round.dataset.opensAt : round.dataset.closesAt;
    const left = Math.max(0, Math.ceil((target - now(round)) / 1000));
    const parts = [left / 86400, left / 3600 % 24, left / 60 % 60, left % 60]
      .map((part) => (ahead && part < 10 ? '0' : '') + Math.floor(part));
    round.querySelectorAll('.countdown__digits').forEach((digits, index) => {
      digits.textContent = parts[index];
    });
    const clock = ahead && document.querySelector('.claim-bar__clock');
    if (clock) {
      // The days stand first in it, where there are any.
      let index = /^\d+:/.test(clock.textContent) ? 1 : 0;
      clock.textContent = clock.textContent.replace(/\d+/g, () => parts[index++]);
    }
    if (left === 0 && !round.hidden) {
      // A million pages must not ask in the same instant.
      reloadWithin(3000);
    }
  }

  // The campaign clock: the page's own time stands for the moment at which the page arrived.
  function now(element) {
    return +element.dataset.serverTime + performance.now() - jinquan.arrived;
  }

  let reloading = false;

  function reloadWithin(ms, least) {
    if (!reloading) {
      reloading = true;
      const asked = shown;
      setTimeout(() => {
        reloading = false;
        // Somebody may have gone on to another page, and begun to write there.
        if (shown === asked) {
          refreshByClock();
        }
      }, (least || 0) + Math.random() * ms);
    }
  }

  // ---- (c) From page to page ---------------------------------------------------------------------------------------

  let underway;
  let entry = history.state && history.state.entry ? history.state.entry : newEntry();
  let shown = location.pathname + location.search;
  const scrolls = recalled();

  function newEntry() {
    return Math.random().toString(36).slice(2);
  }

  // Loads a page and shows it. `how` is push, pop or refresh. What cannot be shown here is left to the browser.
  function go(address, how) {
    if (underway) {
      underway.abort();
    }
    const mine = typeof AbortController === 'function' ? new AbortController() : { abort() {}, signal: undefined };
    underway = Object.assign(mine, { how, since: performance.now() });
    root.setAttribute('data-loading', '');
    let arrived;
    return fetch(address, { headers: { accept: 'text/html' }, credentials: 'same-origin', signal: mine.signal })
      .then((response) => {
        arrived = performance.now();
        if (how === 'refresh' && (response.status === 429 || response.status >= 500)) {
          reloadWithin(5000, response.headers.get('retry-after') * 1000);
          throw new Error('busy');
        }
        if ((response.headers.get('content-type') || '').indexOf('text/html') !== 0) {
          throw new Error('not a page');
        }
        return response.text().then((text) => [response.url || address, text]);
      })
      .then(([url, text]) => {
        // A newer click has taken over, also where requests cannot be aborted.
        if (underway === mine) {
          const page = new DOMParser().parseFromString(text, 'text/html');
          const next = page.querySelector('script[data-glue]');
          if (!page.querySelector('main') || !next || next.getAttribute('src') !== script.getAttribute('src')) {
            throw new Error('a page of another release, or none');
          }
          jinquan.arrived = arrived;
          show(page, new URL(url + new URL(address, location.href).hash, location.href), how);
        }
      })
      .catch(() => {
        // A page that is refreshed stays as it is: the code on it may still be good, the network may come back.
        if (underway === mine && how !== 'refresh') {
          // To the address that is there already, with a place in the page, the browser would not go.
          location[how === 'pop' ? 'reload' : 'assign'](address);
        }
      })
      .then(() => {
        if (underway === mine) {
          underway = undefined;
          root.removeAttribute('data-loading');
        }
      });
  }

  function show(page, url, how) {
    const focused = document.activeElement;
    const place = Array.from(document.querySelectorAll(TARGETS)).indexOf(focused);
    const before = reasons();
    if (how === 'push') {
      scrolls[entry] = [scrollX, scrollY];
      entry = newEntry();
      history.pushState({ entry }, '', url.href);
    } else {
      history.replaceState({ entry }, '', url.href);
    }
    shown = url.pathname + url.search;
    clearInterval(again);
    head = page.head;
    document.title = page.title;
    ['lang', 'data-view'].forEach((name) => root.setAttribute(name, page.documentElement.getAttribute(name) || ''));
    ['meta[name="theme-color"]', '.skip-link', '.banner', '.masthead', '.footer'].forEach((part) => renew(page, part));
    const frame = page.querySelector('.page');
    if (frame && document.querySelector('.page')) {
      document.querySelector('.page').className = frame.className;
    }
    const main = document.importNode(page.querySelector('main'), true);
    document.querySelector('main').replaceWith(main);
    if (how === 'refresh') {
      const after = document.querySelectorAll(TARGETS)[place];
      if (place >= 0) {
        // Another control at the same place must not be pressed for the one that was there: then the page's beginning.
        (focused.isEqualNode(after) ? after : main).focus({ preventScroll: true });
      }
      if (reasons() !== before) {
        announce(reasons() || document.title);
      }
    } else {
      arrive(main, url, how);
    }
    wake(document);
  }

  // Replaces parts of the frame only where they differ, so that an unchanged one keeps its state.
  function renew(page, part) {
    const next = page.querySelectorAll(part);
    document.querySelectorAll(part).forEach((old, index) => {
      if (next[index] && next[index].outerHTML !== old.outerHTML) {
        old.replaceWith(document.importNode(next[index], true));
      }
    });
  }

  // Where a reader and a keyboard find themselves on a new page.
  function arrive(main, url, how) {
    const target = url.hash.length > 1 ? document.getElementById(decodeURIComponent(url.hash.slice(1))) : null;
    if (how === 'pop' && scrolls[entry]) {
      scrollTo(scrolls[entry][0], scrolls[entry][1]);
    } else if (target) {
      target.scrollIntoView();
    } else {
      scrollTo(0, 0);
    }
    main.focus({ preventScroll: true });
    announce(document.title);
  }

  // What the page says of a voucher or a claim: it may change while nobody presses anything.
  function reasons() {
    return Array.from(document.querySelectorAll('main .notice__reason'), (words) => words.textContent).join(' ');
  }

  let announcer;

  function announce(words) {
    if (!announcer) {
      announcer = document.createElement('p');
      announcer.className = 'visually-hidden';
      announcer.setAttribute('role', 'status');
      document.body.appendChild(announcer);
    }
    // A region that was just made is not read out until it changes.
    setTimeout(() => {
      announcer.textContent = words;
    }, 100);
  }

  const TARGETS = 'main a[href], main button, main input:not([type=hidden]), main select, main textarea, main summary';

  function isOurs(link) {
    return link.origin === location.origin &&
      (!link.target || link.target === '_self') &&
      !link.hasAttribute('download') &&
      link.pathname.indexOf('/api/') !== 0 &&
      !/\.[a-z0-9]+$/i.test(link.pathname);
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest ? event.target.closest('a[href]') : null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || !(link instanceof HTMLAnchorElement) || !isOurs(link)) {
      return;
    }
    if (link.hash && link.pathname + link.search === location.pathname + location.search) {
      return;
    }
    event.preventDefault();
    go(link.href, link.href === location.href ? 'pop' : 'push');
  });

  addEventListener('popstate', (event) => {
    scrolls[entry] = [scrollX, scrollY];
    entry = event.state && event.state.entry ? event.state.entry : newEntry();
    // Another place of the same page needs nothing from the server.
    if (location.pathname + location.search !== shown) {
      go(location.href, 'pop');
    }
  });

  // The scroll positions outlive a reload and a visit elsewhere.
  function recalled() {
    try {
      return JSON.parse(sessionStorage.getItem('jinquan-scrolls')) || {};
    } catch (error) {
      return {};
    }
  }

  addEventListener('pagehide', () => {
    scrolls[entry] = [scrollX, scrollY];
    try {
      sessionStorage.setItem('jinquan-scrolls', JSON.stringify(scrolls));
    } catch (error) {
      // A browser that keeps nothing forgets the positions, no more.
    }
  });

  // Whoever is on the way to another page is not held up.
  function refresh() {
    return underway && underway.how !== 'refresh' ? Promise.resolve() : go(location.href, 'refresh');
  }

  // A clock asks again and again: a slow answer is waited for.
  function refreshByClock() {
    return underway && performance.now() - underway.since < 10000 ? Promise.resolve() : refresh();
  }

  // What somebody else decides is asked for until it is decided.
  function look() {
    const waiting = document.hidden ? [] : document.querySelectorAll('[data-awaits]');
    waiting.forEach((one) => {
      fetch(one.dataset.awaits).then((response) => response.status === 200 && refresh(), () => {});
    });
  }

  setInterval(look, 4000);

  // A device that slept may have stopped the clock, and a page out of the history is as old as it was left: both are
  // loaded again. The islands look after their own clock; what somebody has begun to write stays.
  function woken(event) {
    if (event.type === 'pageshow' ? !event.persisted : document.hidden) {
      return;
    }
    const timed = standsIn && document.querySelector('[data-opens-at], [data-expires-at]');
    const left = event.persisted && !document.querySelector('main textarea, main input:not([type="hidden"])');
    if (timed || left) {
      refresh();
    } else {
      look();
    }
  }

  addEventListener('pageshow', woken);
  document.addEventListener('visibilitychange', woken);

  // ---- (d) In somebody else's app ----------------------------------------------------------------------------------

  // The bridge to it is loaded only where one may be. It may come later than this, so the browser's name is a hint.
  const bridges = ['jinlaiban', 'AlipayJSBridge', 'WeixinJSBridge'];
  if (/AliApp|MicroMessenger|Jinlaiban/.test(navigator.userAgent) || bridges.some((name) => name in window)) {
    bring(script.dataset.host).catch(() => {});
  }

  // ---- The beginning -----------------------------------------------------------------------------------------------

  function responseStart() {
    const entries = performance.getEntriesByType ? performance.getEntriesByType('navigation') : [];
    if (entries.length > 0) {
      return entries[0].responseStart;
    }
    const timing = performance.timing;
    return timing ? timing.responseStart - timing.navigationStart : performance.now();
  }

  // `arrived` is when the page that is shown came, by the monotonic clock; the islands' clock reads it.
  const jinquan = {
    arrived: responseStart(),
    refresh,
  };
  window.jinquan = jinquan;

  history.replaceState({ entry }, '');
  if ('scrollRestoration' in history) {
    history.scrollRestoration = 'manual';
    if (scrolls[entry]) {
      scrollTo(scrolls[entry][0], scrolls[entry][1]);
    }
  }
  wake(document);
})();
