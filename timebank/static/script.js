/* Starts the kit. Every page works without this file. */
import { initAll } from "./kit/govuk-frontend-6.3.0.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

/* A tick for all: a form that names one in data-choose-all gets it, since without script it could do nothing. */
for (const form of document.querySelectorAll("[data-choose-all]")) {
  const ticks = [...form.querySelectorAll('.timebank-choose input[type="checkbox"]')];
  if (ticks.length < 2) continue;
  const all = document.createElement("input");
  const label = document.createElement("label");
  const show = () => {
    const ticked = ticks.filter((tick) => tick.checked).length;
    all.checked = ticked === ticks.length;
    all.indeterminate = ticked > 0 && ticked < ticks.length;
  };
  all.type = "checkbox";
  label.className = "timebank-choose timebank-choose--all";
  label.append(all, form.dataset.chooseAll);
  all.addEventListener("change", () => ticks.forEach((tick) => { tick.checked = all.checked; }));
  ticks.forEach((tick) => tick.addEventListener("change", show));
  form.prepend(label);
  show();
}
