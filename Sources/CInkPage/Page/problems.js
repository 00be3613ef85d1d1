// What a person is told when a request about knowledge failed.

import { explanationOf } from "./generation.js";
import { t } from "./i18n.js";

/** The server's own words where it has any. */
export function messageOf(error) {
  if (error.status > 0 && error.message !== "") return error.message;
  const { word, values } = explanationOf(error);
  return t(word, values);
}
