export { ApiPage } from "@/features/programs/api-page";
