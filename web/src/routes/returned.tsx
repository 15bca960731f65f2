export { ReturnedPage } from "@/features/providers/returned-page";
