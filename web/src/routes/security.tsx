export { SecurityPage } from "@/features/security/security-page";
