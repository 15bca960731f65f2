export { ProposalsPage } from "@/features/programs/proposals-page";
