import "@/ui/theme.css";
import { language } from "@/lib/language";
import { speak } from "@/strings";

document.documentElement.lang = language;
if (language === "de") speak((await import("@/strings/de")).de);
await import("./start");
