// Decides how the page's program is loaded. A classic script on purpose: it
// has to run from file://, where browsers refuse to load module scripts.
(function () {
  'use strict';
  var fromDisk = location.protocol === 'file:';
  var root = document.documentElement;
  var script = document.createElement('script');

  /** @param {string} text @param {string} hint */
  function fail(text, hint) {
    var box = document.getElementById('browser-error');
    var textLine = document.getElementById('browser-error-text');
    var hintLine = document.getElementById('browser-error-hint');
    var summary = document.getElementById('browser-summary');
    var workers = document.getElementById('retry-workers');
    var retry = document.getElementById('retry');
    if (!box || !textLine || !hintLine || !summary || !workers || !retry) return;
    root.dataset.state = 'failed';
    textLine.textContent = text;
    hintLine.textContent = hint;
    box.hidden = false;
    summary.hidden = true;
    workers.hidden = true;
    retry.onclick = function () { location.reload(); };
  }

  script.addEventListener('error', function () {
    fail(
      'A part of this page could not be loaded' + (fromDisk ? ': the folder web/dist is missing.' : '.'),
      fromDisk
        ? 'Run “make web” in the project’s folder, then open this page again.'
        : 'Check that the server is running and that “make web” has been run, then try again.');
  });
  script.addEventListener('load', function () {
    // The program marks the root element as it starts; when it has not, the
    // browser could not read it (script errors do not reach the error event).
    if (root.dataset.state) return;
    fail('This browser cannot read the page’s program.',
      'Please use a browser from 2022 or later: Chrome, Edge, Firefox or Safari.');
  });

  if (fromDisk) {
    script.src = 'dist/app-classic.js';
  } else {
    script.type = 'module';
    script.src = 'app/main.js';
  }
  function start() {
    document.head.appendChild(script);
  }
  // While tamis-isolate.js may still reload the page, for at most a second and a half, nothing is begun.
  var isolation = window.tamisIsolation;
  if (isolation) isolation.ready.then(start);
  else start();
})();
