// The bridge to the app that shows the pages in a web view: its scanner, its title bar, the way back into it. The till
// has it at hand, the page script loads it only where such an app may be. What an app cannot do is left to the page.
// It must parse in Chrome 68: no optional chaining, no `??`, no class fields.
(function () {
  'use strict';

  // ---- What the apps offer -----------------------------------------------------------------------------------------

  // The city's app, as `docs/EMBEDDING.md` says; it may have any of the three.
  function city(app) {
    return {
      scan: typeof app.scan === 'function' ? () => app.scan() : undefined,
      close: typeof app.close === 'function' ? () => app.close() : undefined,
      title: typeof app.setTitle === 'function' ? (words) => app.setTitle(words) : undefined,
    };
  }

  function alipay(bridge) {
    const cancelled = 10;
    return {
      scan: () => new Promise((done, fail) => {
        bridge.call('scan', { type: 'qr', actionType: 'scan' }, (answer) => {
          if (answer.error && Number(answer.error) !== cancelled) {
            fail(new Error('not scanned'));
          } else {
            done(answer.qrCode || answer.codeContent);
          }
        });
      }),
      close: () => bridge.call('closeWebview'),
      title: (words) => bridge.call('setTitle', { title: words }),
    };
  }

  // It shows the document's title by itself, and scans only for pages that WeChat was told of.
  function wechat(bridge) {
    return {
      scan: () => new Promise((done, fail) => {
        bridge.invoke('scanQRCode', { needResult: 1, scanType: ['qrCode'] }, (answer) => {
          const said = String(answer.err_msg || answer.errMsg);
          if (/:(ok|cancel)/.test(said)) {
            done(answer.resultStr);
          } else {
            fail(new Error(said));
          }
        });
      }),
      close: () => bridge.call('closeWindow'),
    };
  }

  // ---- What the page makes of it -----------------------------------------------------------------------------------

  const host = {};
  window.jinquanHost = host;

  // An app that breaks a promise is as good as none.
  function ask(act, argument) {
    return new Promise((done) => done(act(argument)));
  }

  function meet() {
    const app = window.jinlaiban ? city(window.jinlaiban)
      : window.AlipayJSBridge ? alipay(window.AlipayJSBridge)
      : window.WeixinJSBridge ? wechat(window.WeixinJSBridge)
      : {};
    // What was read is typed for the cashier, no more.
    host.scan = app.scan && (() => ask(app.scan).then((text) => (text ? String(text).slice(0, 200) : '')));
    host.close = app.close;
    host.title = app.title;
    shown();
    document.dispatchEvent(new Event('jinquan-host'));
  }

  // After each page: the title, and the way back.
  function shown() {
    if (host.title) {
      ask(host.title, document.title).catch(() => {});
    }
    document.querySelectorAll('[data-host-close]').forEach((button) => {
      button.hidden = !host.close;
    });
  }

  document.addEventListener('click', (event) => {
    if (host.close && event.target.closest && event.target.closest('[data-host-close]')) {
      ask(host.close).catch(() => {});
    }
  });
  ['JinlaibanReady', 'AlipayJSBridgeReady', 'WeixinJSBridgeReady'].forEach((name) => document.addEventListener(name, meet));
  // A page that follows in this document sets the title and, in the same turn, what stands around it: then both are there.
  new MutationObserver(shown).observe(document.querySelector('title'), { childList: true });
  meet();
})();
