import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// What jsdom leaves out and pages need: sizes, scrolling, the event stream.
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
vi.stubGlobal(
  "EventSource",
  class extends EventTarget {
    readyState = 0;
    close() {}
  },
);
window.scrollTo = () => {};
Element.prototype.scrollIntoView = () => {};
Element.prototype.getAnimations = () => [];
Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 900, 600);
Object.defineProperty(HTMLElement.prototype, "offsetWidth", { value: 900 });
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { value: 600 });

// A busy machine takes its time to draw; a test that waits in vain fails all the same.
configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);
