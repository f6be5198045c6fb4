import { html, nothing, type TemplateResult } from "lit";

/** A number in a form, or none; what lies outside of its bounds is not taken. */
export function numberField(
  label: string,
  value: number | null,
  least: number | null,
  most: number | null,
  change: (value: number | null) => void,
  placeholder: number | null = null,
): TemplateResult {
  const take = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    if (!field.reportValidity()) return;
    change(field.value === "" ? null : field.valueAsNumber);
  };
  return html`<label class="field"
    ><span>${label}</span
    ><input
      type="number"
      step="any"
      inputmode="decimal"
      min=${least ?? nothing}
      max=${most ?? nothing}
      placeholder=${placeholder === null ? nothing : rounded(placeholder)}
      .value=${value === null ? "" : rounded(value)}
      @change=${take}
  /></label>`;
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
