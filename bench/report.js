// Filters of the episode list. Their state is kept in the address, so that a view can be handed on.
const get = id => document.getElementById(id);
const fields = ['task', 'variant', 'outcome', 'seed'];
const episodes = [...document.querySelectorAll('.episode')];
function apply() {
  const want = Object.fromEntries(fields.map(f => [f, get('f-' + f).value.trim()]));
  const film = get('f-film').checked;
  let shown = 0;
  for (const e of episodes) {
    const d = e.dataset;
    const fits = (!want.task || d.task === want.task) && (!want.variant || d.variant === want.variant) &&
      (!want.seed || d.seed === want.seed) && (!film || 'film' in d) &&
      (!want.outcome || (want.outcome === 'failed' ? d.outcome !== 'success' : '=' + d.outcome === want.outcome));
    e.hidden = !fits;
    shown += fits;
  }
  get('shown').textContent = shown === episodes.length ? `${shown} episodes` : `${shown} of ${episodes.length} episodes`;
  const query = new URLSearchParams(fields.filter(f => want[f]).map(f => [f, want[f]]));
  if (film) query.set('film', '1');
  const tail = query.toString();
  if (tail || location.hash.includes('=')) history.replaceState(null, '', '#' + tail);
}
const from = new URLSearchParams(location.hash.slice(1));
for (const f of fields) if (from.has(f)) get('f-' + f).value = from.get(f);
get('f-film').checked = from.has('film');
get('filters').addEventListener('input', apply);
get('filters').addEventListener('submit', e => e.preventDefault());
apply();
const linked = location.hash && !location.hash.includes('=') && get(decodeURIComponent(location.hash.slice(1)));
if (linked) { linked.open = true; linked.scrollIntoView(); }
