// What a till has at hand: a keypad for amounts, a camera that reads codes, a sound, its own position. It must parse in
// Chrome 68: no optional chaining, no `??`, no class fields.
(function () {
  'use strict';

  const script = document.currentScript;
  // How often a picture of the camera is looked at, in milliseconds, and how wide it is made for that.
  const LOOK_MS = 120;
  const LOOK_WIDTH = 640;

  // Words that the server has put into the page for the script.
  function say(name) {
    const words = document.querySelector('[data-say="' + name + '"]');
    return words ? words.textContent : '';
  }

  // ---- The keypad --------------------------------------------------------------------------------------------------

  function keypad(form) {
    const pad = form.querySelector('[data-pad]');
    const amounts = Array.from(form.querySelectorAll('[data-amount]'));
    let chosen = amounts[0];
    pad.hidden = false;
    mark();
    amounts.forEach((amount) => {
      // With our own keys on the screen, those of the phone would only cover them.
      if (typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches) {
        amount.setAttribute('inputmode', 'none');
      }
      amount.addEventListener('focus', () => {
        chosen = amount;
        mark();
      });
    });

    function mark() {
      amounts.forEach((amount) => amount.classList.toggle('till__amount--chosen', amount === chosen));
    }

    pad.addEventListener('click', (event) => {
      const key = event.target.closest ? event.target.closest('[data-key]') : null;
      if (key && !chosen.readOnly) {
        chosen.value = typed(chosen.value, key.dataset.key);
        chosen.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
  }

  // An amount after a key: never two points, never more than two places, never a zero too many in front.
  function typed(value, key) {
    if (key === 'clear') {
      return '';
    }
    if (key === 'back') {
      return value.slice(0, -1);
    }
    if (key === '.') {
      return value.indexOf('.') >= 0 ? value : (value || '0') + '.';
    }
    const places = value.indexOf('.') >= 0 ? value.length - value.indexOf('.') - 1 : 0;
    const room = value.indexOf('.') >= 0 ? 2 - places : 9 - value.length;
    const joined = value + key.slice(0, Math.max(0, room));
    return joined.replace(/^0+(?=\d)/, '');
  }

  // ---- The camera --------------------------------------------------------------------------------------------------

  // Something that reads a code from a video: the browser's own, else ours, which is loaded only now.
  function reader() {
    const own = window.BarcodeDetector;
    const formats = own && own.getSupportedFormats ? own.getSupportedFormats() : Promise.resolve([]);
    return formats.catch(() => []).then((known) => {
      if (known.indexOf('qr_code') >= 0) {
        const detector = new own({ formats: ['qr_code'] });
        return (video) => detector.detect(video).then((found) => (found.length > 0 ? found[0].rawValue : null));
      }
      return import(script.dataset.decoder).then((decoder) => {
        const canvas = document.createElement('canvas');
        return (video) => {
          const scale = Math.min(1, LOOK_WIDTH / video.videoWidth);
          canvas.width = Math.round(video.videoWidth * scale);
          canvas.height = Math.round(video.videoHeight * scale);
          const pen = canvas.getContext('2d');
          pen.drawImage(video, 0, 0, canvas.width, canvas.height);
          return Promise.resolve(decoder.decode(pen.getImageData(0, 0, canvas.width, canvas.height)));
        };
      });
    });
  }

  function camera(form, onCode) {
    const scan = form.querySelector('[data-scan]');
    const host = window.jinquanHost;
    const devices = navigator.mediaDevices;
    const sees = devices && devices.getUserMedia && (window.BarcodeDetector || script.dataset.decoder);
    const start = scan.querySelector('[data-scan-start]');
    const end = scan.querySelector('[data-scan-stop]');
    const view = scan.querySelector('[data-camera]');
    const video = scan.querySelector('video');
    const note = scan.querySelector('[data-scan-note]');
    const done = scan.querySelector('[data-scan-done]');
    let stream;
    // What was asked for last, until it is stopped: a camera that comes later is closed again.
    let wanted;
    // Of the sale that is shown, not of every one before it.
    offerScan = () => {
      scan.hidden = !sees && !host.scan;
    };
    stopCamera = stop;
    offerScan();

    function close(opened) {
      opened.getTracks().forEach((track) => track.stop());
    }

    function stop() {
      wanted = undefined;
      if (stream) {
        close(stream);
        stream = undefined;
      }
      view.hidden = true;
      start.hidden = false;
    }

    function look(read, mine) {
      if (stream !== mine) {
        return;
      }
      if (!form.isConnected) {
        stop();
        return;
      }
      const ready = video.readyState >= 2 && video.videoWidth > 0;
      (ready ? read(video) : Promise.resolve(null)).catch(() => null).then((text) => {
        if (stream !== mine) {
          return;
        }
        if (text) {
          stop();
          take(text);
          return;
        }
        setTimeout(() => look(read, mine), LOOK_MS);
      });
    }

    function take(text) {
      if (form.elements.code.readOnly) {
        return;
      }
      form.elements.code.value = text;
      start.setAttribute('data-scanned', '');
      done.textContent = say('scanned');
      unlockSound();
      beep([[880, 0, 0.09]]);
      (form.elements.order.value ? start : form.elements.order).focus({ preventScroll: false });
      onCode();
    }

    function refused() {
      stop();
      note.hidden = false;
      form.elements.code.focus();
    }

    function open() {
      if (!sees) {
        refused();
        return;
      }
      start.hidden = true;
      view.hidden = false;
      end.focus();
      const mine = devices.getUserMedia({
        audio: false,
        video: { facingMode: 'environment', width: { ideal: 1280 } },
      });
      wanted = mine;
      Promise.all([reader(), mine.then((opened) => show(opened, mine))]).then(([read, opened]) => {
        look(read, opened);
      }).catch(() => {
        if (wanted === mine) {
          refused();
        }
      });
    }

    function show(opened, mine) {
      if (wanted !== mine) {
        close(opened);
        throw new Error('stopped');
      }
      stream = opened;
      video.srcObject = opened;
      return Promise.resolve(video.play()).then(() => opened);
    }

    start.addEventListener('click', () => {
      note.hidden = true;
      done.textContent = '';
      unlockSound();
      if (host.scan) {
        // The app's own scanner; where it refuses, ours.
        host.scan().then((text) => text && take(text), open);
      } else {
        open();
      }
    });
    end.addEventListener('click', () => {
      stop();
      start.focus();
    });
  }

  let offerScan = () => {};
  let stopCamera = () => {};
  // The bridge of the app that shows the page may come late.
  document.addEventListener('jinquan-host', () => offerScan());
  addEventListener('pagehide', () => stopCamera());

  // ---- The sound ---------------------------------------------------------------------------------------------------

  let audio;

  function isLoud() {
    try {
      return localStorage.getItem('jinquan-till-sound') === 'on';
    } catch (error) {
      return false;
    }
  }

  function soundSwitch() {
    const button = document.querySelector('[data-sound]');
    if (!button || !(window.AudioContext || window.webkitAudioContext)) {
      return;
    }
    button.hidden = false;
    // The words say whether it is on, so nothing else does.
    const label = () => {
      button.textContent = say(isLoud() ? 'sound-on' : 'sound-off');
    };
    label();
    button.addEventListener('click', () => {
      try {
        localStorage.setItem('jinquan-till-sound', isLoud() ? 'off' : 'on');
      } catch (error) {
        // A browser that keeps nothing stays silent.
      }
      label();
      unlockSound();
      beep([[660, 0, 0.1]]);
    });
  }

  // Browsers let a page sound only after somebody has touched it.
  function unlockSound() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (isLoud() && Context) {
      audio = audio || new Context();
      if (audio.resume) {
        audio.resume();
      }
    }
  }

  function beep(notes) {
    if (!isLoud() || !audio) {
      return;
    }
    notes.forEach(([pitch, from, length]) => {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      tone.frequency.value = pitch;
      loudness.gain.value = 0.2;
      tone.connect(loudness);
      loudness.connect(audio.destination);
      tone.start(audio.currentTime + from);
      tone.stop(audio.currentTime + from + length);
    });
  }

  // A rising third for a yes, a low note for a no.
  function ring() {
    if (document.querySelector('[data-moment]')) {
      beep([[660, 0, 0.12], [880, 0.13, 0.2]]);
    } else if (document.querySelector('main > .till > [data-refusal]')) {
      beep([[220, 0, 0.3]]);
    }
  }

  // ---- Where it stands ---------------------------------------------------------------------------------------------

  // What the device said when the cashier asked it; kept for the sales that follow on this page.
  let here = '';

  function place(form, changed) {
    const button = document.querySelector('[data-place]');
    if (!button || !navigator.geolocation) {
      return;
    }
    button.hidden = false;
    attach();
    button.addEventListener('click', () => {
      button.setAttribute('aria-busy', 'true');
      navigator.geolocation.getCurrentPosition((found) => {
        here = found.coords.latitude.toFixed(6) + ',' + found.coords.longitude.toFixed(6);
        attach();
        changed();
      }, () => done('no-place'), { maximumAge: 60000, timeout: 10000 });
    });

    function attach() {
      if (here) {
        form.elements.place.value = here;
        done('placed');
      }
    }

    function done(name) {
      button.removeAttribute('aria-busy');
      button.textContent = say(name);
    }
  }

  window.jinquanTill = { keypad, camera, place, say, sound: { offer: soundSwitch, unlock: unlockSound, ring } };
})();
