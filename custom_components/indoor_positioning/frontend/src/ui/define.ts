/** Define an element, unless it is: after an update, the new files meet those that a tab has loaded before. */
export function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}
