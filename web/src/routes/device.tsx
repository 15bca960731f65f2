export { DevicePage } from "@/features/programs/device-page";
