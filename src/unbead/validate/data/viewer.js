// A small 3D view on a canvas: drag turns, the wheel zooms, shift-drag moves. No libraries, no network.
"use strict";
function showScene(canvas, controls, scene) {
  const COLOURS = { C: [120, 130, 140], N: [48, 92, 200], O: [205, 60, 50], S: [215, 170, 30] };
  const RADII = { C: 1.7, N: 1.55, O: 1.52, S: 1.8 };
  const n = scene.elements.length, m = scene.beads.length / 3;
  const atoms = scene.atoms.map(v => v / 100), beads = scene.beads.map(v => v / 100);
  const marked = new Set(scene.marked);
  const options = { atoms: true, spheres: false, beads: m > 0, faults: marked.size < 0.1 * n };
  let turn = [1, 0, 0, 0, 1, 0, 0, 0, 1], shift = [0, 0], drawn = false;
  let reach = 1;
  const half = [1, 1];
  for (let i = 0; i < 3 * n; i += 3) {
    reach = Math.max(reach, Math.hypot(atoms[i], atoms[i + 1], atoms[i + 2]));
    for (const k of [0, 1]) half[k] = Math.max(half[k], Math.abs(atoms[i + k]));
  }
  let zoom = 1;

  function multiply(a, b) {
    const c = new Array(9).fill(0);
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 3; k++) c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
    return c;
  }
  function rotation(dx, dy) {
    const cx = Math.cos(dy), sx = Math.sin(dy), cy = Math.cos(dx), sy = Math.sin(dx);
    return multiply([1, 0, 0, 0, cx, -sx, 0, sx, cx], [cy, 0, sy, 0, 1, 0, -sy, 0, cy]);
  }
  function project(points, count) {
    const out = new Float32Array(3 * count);
    for (let i = 0; i < count; i++) {
      const x = points[3 * i], y = points[3 * i + 1], z = points[3 * i + 2];
      for (let k = 0; k < 3; k++) out[3 * i + k] = turn[3 * k] * x + turn[3 * k + 1] * y + turn[3 * k + 2] * z;
    }
    return out;
  }
  function shade(colour, depth, alpha) {  // things far away fade into the white page
    const f = 0.6 * Math.min(1, Math.max(0, (0.9 - depth) / 1.8));
    return `rgba(${colour.map(v => Math.round(v + (255 - v) * f)).join(",")},${alpha})`;
  }
  function draw() {
    drawn = false;
    const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
    canvas.width = box.width * ratio;
    canvas.height = box.height * ratio;
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.lineCap = "round";
    const scale = zoom * 0.46 * Math.min(box.width / half[0], box.height / half[1]);
    const x0 = box.width / 2 + shift[0], y0 = box.height / 2 + shift[1];
    const a = project(atoms, n), b = project(beads, m), things = [];
    const px = (p, i) => x0 + scale * p[3 * i], py = (p, i) => y0 - scale * p[3 * i + 1];
    if (options.atoms && options.spheres) for (let i = 0; i < n; i++) things.push([a[3 * i + 2], 1, i]);
    if (options.atoms && !options.spheres) {
      for (let k = 0; k < scene.bonds.length; k += 2) {
        const i = scene.bonds[k], j = scene.bonds[k + 1];
        things.push([(a[3 * i + 2] + a[3 * j + 2]) / 2, 0, i, j]);
      }
    }
    if (options.atoms && options.faults) for (const i of marked) things.push([a[3 * i + 2] - 0.01, 3, i]);
    if (options.beads) for (let i = 0; i < m; i++) things.push([b[3 * i + 2], 2, i]);
    things.sort((p, q) => p[0] - q[0]);
    const disc = (p, i, radius, fill, edge) => {
      pen.beginPath();
      pen.arc(px(p, i), py(p, i), radius, 0, 2 * Math.PI);
      pen.fillStyle = fill;
      pen.fill();
      if (edge) { pen.strokeStyle = edge; pen.lineWidth = 1; pen.stroke(); }
    };
    for (const [z, kind, i, j] of things) {
      const depth = z / reach;
      if (kind === 0) {
        const xm = (px(a, i) + px(a, j)) / 2, ym = (py(a, i) + py(a, j)) / 2;
        pen.lineWidth = Math.max(1.2, 0.28 * scale);
        for (const k of [i, j]) {
          pen.strokeStyle = shade(COLOURS[scene.elements[k]] || COLOURS.C, depth, 1);
          pen.beginPath(); pen.moveTo(px(a, k), py(a, k)); pen.lineTo(xm, ym); pen.stroke();
        }
      } else if (kind === 1) {
        const colour = COLOURS[scene.elements[i]] || COLOURS.C;
        disc(a, i, RADII[scene.elements[i]] * scale * 0.9, shade(colour, depth, 1), shade(colour.map(v => v * 0.6), depth, 1));
      } else if (kind === 2) {
        disc(b, i, 1.6 * scale, shade([235, 160, 50], depth, 0.2), shade([190, 110, 10], depth, 0.45));
      } else {
        disc(a, i, Math.max(3, (options.spheres ? 1.75 : 0.5) * scale), shade([220, 20, 60], depth, 0.3), shade([220, 20, 60], depth, 0.9));
      }
    }
  }
  function redraw() { if (!drawn) { drawn = true; requestAnimationFrame(draw); } }
  function offer(name, label) {
    const box = document.createElement("label"), input = document.createElement("input");
    input.type = "checkbox";
    input.checked = options[name];
    input.onchange = () => { options[name] = input.checked; redraw(); };
    box.append(input, " " + label);
    controls.append(box);
  }
  offer("atoms", "atoms");
  offer("spheres", "as spheres");
  if (m) offer("beads", "beads");
  if (marked.size) offer("faults", "faults (red)");
  canvas.onpointerdown = event => canvas.setPointerCapture(event.pointerId);
  canvas.onpointermove = event => {
    if (!event.buttons) return;
    if (event.shiftKey) shift = [shift[0] + event.movementX, shift[1] + event.movementY];
    else turn = multiply(rotation(event.movementX * 0.01, event.movementY * 0.01), turn);
    redraw();
  };
  canvas.addEventListener("wheel", event => { event.preventDefault(); zoom *= Math.exp(-event.deltaY * 0.001); redraw(); }, { passive: false });
  canvas.ondblclick = () => { turn = [1, 0, 0, 0, 1, 0, 0, 0, 1]; shift = [0, 0]; zoom = 1; redraw(); };
  window.addEventListener("resize", redraw);
  redraw();
}
