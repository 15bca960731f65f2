export { PeoplePage } from "@/features/people/people-page";
