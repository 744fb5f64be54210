// What every page gets when scripts run: a button that copies what stands in an element with data-copy, whose
// value is the button's name and data-copied what it says afterwards.

/** @param {HTMLElement} element */
function offerCopy(element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = element.dataset.copy ?? "";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(element.innerText.trim());
    button.textContent = element.dataset.copied ?? button.textContent;
    setTimeout(() => {
      button.textContent = element.dataset.copy ?? "";
    }, 2000);
  });
  element.after(button);
}

if (navigator.clipboard) {
  for (const element of document.querySelectorAll("[data-copy]")) {
    offerCopy(/** @type {HTMLElement} */ (element));
  }
}
