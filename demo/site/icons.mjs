/** The few drawings of the site, inline so that they take the colour of the text around them. */

const stroke = 'fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"';
const icon = (body) => `<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" ${stroke}>${body}</svg>`;

export const icons = {
  menu: icon('<path d="M3 6h14M3 10h14M3 14h9"/>'),
  moon: icon('<path d="M16.5 11.6A6.8 6.8 0 0 1 8.4 3.5a6.8 6.8 0 1 0 8.1 8.1Z"/>'),
  sun: icon('<circle cx="10" cy="10" r="3.4"/><path d="M10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2"/>'),
  ask: icon('<path d="M4 3.5h12A1.5 1.5 0 0 1 17.5 5v7.5A1.5 1.5 0 0 1 16 14h-5.2L7 17v-3H4a1.5 1.5 0 0 1-1.5-1.5V5A1.5 1.5 0 0 1 4 3.5Z"/><path d="M6.5 7.2h7M6.5 10.2h4"/>'),
};

/** Three lines of text, the middle one marked: what Docent is about. */
export const mark = (paper, ink, marker) =>
  `<rect width="32" height="32" rx="7.5" fill="${paper}"/>` +
  `<rect x="5" y="12" width="19" height="8.5" rx="2" fill="${marker}"/>` +
  `<path d="M7.5 8.6h17M7.5 16.2h14M7.5 23.8h9.5" stroke="${ink}" stroke-width="2.2" stroke-linecap="round"/>` +
  `<path d="M20.6 22.2h6.2v3.6h-3l-2 1.8v-1.8h-1.2z" fill="${ink}" stroke="${ink}" stroke-width="1" stroke-linejoin="round"/>`;

/** The logo in the header; its colours are those of the theme. */
export const logo = `<svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">${mark("var(--logo-paper)", "var(--logo-ink)", "var(--marker)")}</svg>`;

/** The favicon, which cannot see the theme. */
export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${mark("#0e5a4a", "#f7f8f5", "#e8a92a")}</svg>`;
