// Keeps the page itself, so that it opens and says that the hat is out of reach. Nothing of what the hat tells is kept:
// the network is asked first, always, and only for the page's own files is there something to fall back on.
const shell = "brim-1";
const files = ["/", "/page.js", "/shared.js", "/style.css", "/icon.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(files)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== shell).map((name) => caches.delete(name))),
      ),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !files.includes(pathname)) return;
  event.respondWith(
    fetch(event.request).catch(async () => (await caches.match(pathname)) ?? Response.error()),
  );
});
