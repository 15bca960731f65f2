import type { en } from "../en";
import type { Translation } from "../translation";
import { accounts } from "./accounts";
import { admin } from "./admin";
import { book } from "./book";
import { charts } from "./charts";
import { common } from "./common";
import { enter } from "./enter";
import { home } from "./home";
import { library } from "./library";
import { linking } from "./linking";
import { next } from "./next";
import { notices } from "./notices";
import { people } from "./people";
import { programs } from "./programs";
import { security } from "./security";
import { series } from "./series";
import { settings } from "./settings";
import { shell } from "./shell";
import { syncs } from "./syncs";

export const de: Translation<typeof en> = {
  accounts,
  admin,
  book,
  charts,
  common,
  enter,
  home,
  library,
  linking,
  next,
  notices,
  people,
  programs,
  security,
  series,
  settings,
  shell,
  syncs,
};
