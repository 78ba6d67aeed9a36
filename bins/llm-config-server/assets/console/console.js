// What pages of the console can do with scripts, beyond htmx. Every page works without this file.
"use strict";

// The key "/" moves the focus to the search, unless a person types or has switched it off.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-search]");
  if (!search || !("searchKey" in document.body.dataset)) return;
  event.preventDefault();
  search.focus();
});

// The code of a login link is in the fragment, which browsers do not send. It is posted, never put into a query.
const codeField = document.querySelector("#login-code");
if (codeField && location.hash.length > 1) {
  // A code has letters, digits and underscores only.
  codeField.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  // In a browser with a session the person decides: the link may sign them in to another account.
  if ("submitLink" in codeField.dataset) codeField.form.requestSubmit();
  else codeField.closest("details").open = true;
}

// Shows five minutes before the session ends that it will, with a button to stay.
const banner = document.querySelector("#session-end");
if (banner) {
  // The page states how long the session lasts from now on, because clocks differ.
  let ends = Date.now() + Number(document.body.dataset.sessionEndsIn);
  const expires = Date.now() + Number(document.body.dataset.sessionExpiresIn);
  const idle = ends - Date.now();
  const update = () => {
    const minutes = Math.ceil((ends - Date.now()) / 60000);
    banner.hidden = minutes > 5;
    const text = minutes > 0
      ? `Your session ends in ${minutes} ${minutes === 1 ? "minute" : "minutes"}. What you have typed stays on this page.`
      : "Your session has ended. Sign in on another tab; what you have typed stays on this page.";
    const line = document.querySelector("#session-end-text");
    if (!banner.hidden && line.textContent !== text) line.textContent = text;
    document.querySelector("#session-extend").hidden = minutes <= 0 || ends >= expires;
  };
  document.querySelector("#session-extend").addEventListener("submit", async (event) => {
    event.preventDefault();
    const response = await fetch(event.target.action, { method: "POST", redirect: "error" });
    if (response.ok) ends = Math.min(Date.now() + idle, expires);
    update();
  });
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400) ends = Math.min(Date.now() + idle, expires);
  });
  setInterval(update, 10000);
  update();
}

// Marks the fields whose errors a response has just brought.
document.addEventListener("htmx:after:swap", () => {
  for (const error of document.querySelectorAll("[data-error-of]")) {
    const field = document.getElementById(error.dataset.errorOf);
    if (field) field.setAttribute("aria-invalid", String(error.textContent.trim() !== ""));
  }
});

// Copies the text of an element.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  button.textContent = "Copied";
});

// Puts a proposed value into a field.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const field = document.getElementById(button.dataset.fill);
  field.value = button.dataset.value;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Buttons that need scripts are hidden without them.
for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;

// Keeps what a person has typed into a field since a request was sent: its response does not replace the field.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const sent = ctx.request.body;
  if (!sent?.get) return;
  const isTyped = (field) => sent.get(field.name) !== null && sent.get(field.name) !== field.value;
  const fields = "input:not([type=checkbox], [type=radio], [type=hidden]), textarea";
  const kept = tasks.filter(({ target }) => target instanceof Element && [...target.querySelectorAll(fields)].some(isTyped));
  for (const task of kept) tasks.splice(tasks.indexOf(task), 1);
});

// Removes the verdict when a field changes that a check depends on.
const CHECKED_FIELDS = /^(scope|provider|endpoint|model|api_path|credential-.*)$/;
document.querySelector("#config-form")?.addEventListener("input", ({ target }) => {
  const verdict = document.querySelector("#verdict");
  if (!verdict.hasChildNodes() || !CHECKED_FIELDS.test(target.name)) return;
  const outdated = document.createElement("p");
  outdated.className = "hint";
  outdated.textContent = "Changed since the check.";
  verdict.replaceChildren(outdated);
});
