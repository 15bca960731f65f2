export { NoticesPage } from "@/features/notices/notices-page";
