export { ProgramsPage } from "@/features/programs/programs-page";
