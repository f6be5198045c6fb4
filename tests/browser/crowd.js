// Shows the panel's live view with 50 walking beacons and 30 anchors, five events a second, and counts frames: of several windows of time the
// smoothest counts, since other work of the machine is not the view's fault.
async ({ beacons, anchors, seconds, windows, enough, warmUp }) => {
  const real = document.querySelector("home-assistant").hass;
  const WIDTH = 24;
  const DEPTH = 16;
  const rooms = Array.from({ length: 12 }, (_, i) => {
    const [x, y] = [(i % 4) * 6, Math.floor(i / 4) * (DEPTH / 3)];
    const outline = [[x, y], [x + 6, y], [x + 6, y + DEPTH / 3], [x, y + DEPTH / 3]];
    return { area_id: `room${i}`, name: `Room ${i}`, floor_id: "ground", outline };
  });
  const plan = {
    revision: "1",
    floors: [{ id: "ground", name: "Ground floor", level: 0 }],
    rooms,
    anchors: Array.from({ length: anchors }, (_, i) => ({
      source: `anchor${i}`,
      name: `Anchor ${i}`,
      area_id: `room${i % 12}`,
      floor_id: "ground",
      x: 1 + (i % 6) * 4.4,
      y: 1 + Math.floor(i / 6) * 3.4,
      height: 2,
    })),
    scanners: [],
    zones: [],
    doors: [],
    walls: [],
    stairs: [],
    openings: [],
    elevations: [],
  };
  // Each walks on an ellipse of its own at about 1 m/s.
  const rowOf = (i, time) => {
    const angle = i + time / (1 + (i % 3));
    const [x, y] = [3 + (i % 10) * 2 + (1 + (i % 3)) * Math.cos(angle), 3 + Math.floor(i / 10) * 2 + Math.sin(angle)];
    const room = `room${(Math.floor(time) + i) % 12}`;
    return {
      name: `Beacon ${i}`,
      state: "here",
      floor: "ground",
      x,
      y,
      accuracy: 1 + 0.3 * Math.sin(angle),
      room,
      probability: 0.8,
      rooms: { [room]: 0.8, room0: 0.2 },
      zones: [],
      moving: 1,
      still_since: null,
      last_heard: Date.now() / 1000,
      duplicate_suspected: false,
    };
  };
  const all = (time) => Object.fromEntries(Array.from({ length: beacons }, (_, i) => [`beacon${i}`, rowOf(i, time)]));
  const answers = { "indoor_positioning/plan/get": plan, "indoor_positioning/pictures/list": { pictures: [] } };
  // While warming up, ten times as many events come, and time goes twenty times as fast: trails are as long as they get.
  let [clock, then, haste] = [0, performance.now(), 20];
  const time = () => {
    const now = performance.now();
    clock += ((now - then) / 1000) * haste;
    then = now;
    return clock;
  };
  const acts = [];
  let timers = [];
  const pace = (interval) => {
    timers.forEach(clearInterval);
    timers = acts.map((act) => setInterval(act, interval));
  };
  const connection = {
    connected: true,
    addEventListener() {},
    removeEventListener() {},
    sendMessagePromise: (message) =>
      message.type in answers ? Promise.resolve(answers[message.type]) : real.connection.sendMessagePromise(message),
    subscribeMessage: async (callback, { type }) => {
      if (type.endsWith("live/links")) {
        const links = () => Object.fromEntries(plan.anchors.slice(0, 20).map(({ source }, i) => [source, -60 - i - 5 * Math.random()]));
        acts.push(() => callback({ links: links() }));
      } else {
        const health = Object.fromEntries(plan.anchors.map(({ source }) => [source, "listening"]));
        setTimeout(() => callback({ beacons: all(time()), anchors: health, plan_changed: true }));
        acts.push(() => callback({ beacons: all(time()) }));
      }
      return async () => {};
    },
  };
  const panel = document.createElement("indoor-positioning-panel");
  Object.assign(panel, {
    hass: { connection, language: "en", config: real.config, user: { is_admin: true } },
    route: { prefix: "/indoor_positioning", path: "/live" },
  });
  panel.style.cssText = "position: fixed; inset: 0; z-index: 100;";
  document.body.append(panel);
  const pause = (duration) => new Promise((done) => setTimeout(done, duration));
  await pause(1000);
  pace(20);
  await pause(warmUp * 1000);
  haste = 1;
  const view = panel.shadowRoot.querySelector("indoor-positioning-live-view");
  view.shadowRoot.querySelector(".beacon").click();
  await pause(500);
  pace(200);
  const watch = () =>
    new Promise((done) => {
      const frames = [];
      const until = performance.now() + seconds * 1000;
      const frame = (now) => {
        frames.push(now);
        if (now < until) requestAnimationFrame(frame);
        else done(frames);
      };
      requestAnimationFrame(frame);
    });
  const measure = (frames) => {
    const gaps = frames.slice(1).map((now, i) => now - frames[i]).sort((a, b) => a - b);
    return {
      rate: (1000 * gaps.length) / (frames.at(-1) - frames[0]),
      median: gaps[Math.floor(gaps.length / 2)],
      slowest: gaps[Math.floor(gaps.length * 0.95)],
    };
  };
  const measured = [];
  while (measured.length < windows && !measured.some(({ rate }) => rate > enough)) measured.push(measure(await watch()));
  timers.forEach(clearInterval);
  const shown = view.shadowRoot.querySelectorAll(".beacon").length;
  panel.remove();
  return { shown, ...measured.sort((a, b) => b.rate - a.rate)[0] };
}
