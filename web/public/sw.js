// Shows the offline page when the server can't be reached. It keeps that page,
// its style and the icon, and never an answer of the API.
const kept = "offline-1";
const files = ["/offline.html", "/offline.css", "/icons/icon.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll(files)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const clean = caches
    .keys()
    .then((names) => Promise.all(names.filter((n) => n !== kept).map((n) => caches.delete(n))));
  event.waitUntil(clean.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/offline.html")));
  } else if (files.includes(path)) {
    event.respondWith(fetch(request).catch(() => caches.match(path)));
  }
});
