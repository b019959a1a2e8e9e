// One dashboard drawn from answers of Prometheus that are there already. Tells `window.drawn` what became of each panel.
import { Component } from 'react';
import { createRoot } from 'react-dom/client';
import { lastValueFrom } from 'rxjs';
import {
  ThemeContext, applyFieldOverrides, cacheFieldDisplayNames, createTheme, dateTime, getValueFormats, standardTransformers, standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, PanelChrome } from '@grafana/ui';
import 'uplot/dist/uPlot.min.css';
import { framesOf } from './frames.js';
import { KINDS, completed, optionsOf } from './panels.jsx';

const [CELL, GAP, EDGE] = [30, 8, 16];
const UNITS = new Set(getValueFormats().flatMap(({ submenu }) => submenu.map(({ value }) => value)));
const faults = {};

class Guard extends Component {
  state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  componentDidCatch(error) {
    faults[this.props.id] = error.message;
  }

  render() {
    return !this.state.broken && this.props.children;
  }
}

async function prepared(panel, world) {
  const fieldConfig = completed(panel);
  const { defaults, overrides } = fieldConfig;
  const units = [defaults, ...overrides.flatMap(({ properties }) => properties.filter(({ id }) => id === 'unit').map(({ value }) => ({ unit: value })))];
  for (const { unit } of units) if (!UNITS.has(unit) && !unit.startsWith('suffix:')) throw new Error(`unit ${unit} is none of Grafana's`);
  for (const { id } of panel.transformations ?? []) if (!standardTransformersRegistry.getIfExists(id)) throw new Error(`no transformation ${id}`);
  if (!KINDS[panel.type]) throw new Error(`no drawing of ${panel.type}`);
  const raw = framesOf(panel, world.answers[panel.id], world.times);
  const changed = await lastValueFrom(transformDataFrame(panel.transformations ?? [], raw));
  const frames = applyFieldOverrides({
    data: changed, fieldConfig, fieldConfigRegistry: optionsOf(fieldConfig), replaceVariables: (text) => text, theme: world.theme, timeZone: world.zone,
  });
  cacheFieldDisplayNames(frames);
  return { panel: { ...panel, fieldConfig }, frames };
}

function Framed({ panel, frames, style, world }) {
  const Kind = KINDS[panel.type];
  const has = frames.some(({ length }) => length);
  if (!has) faults[panel.id] ??= 'empty';
  return (
    <div style={style}>
      <PanelChrome description={panel.description} height={style.height} padding={panel.type === 'stat' ? 'none' : 'md'} title={panel.title} width={style.width}>
        {(width, height) => has && (
          <Guard id={panel.id}>
            <Kind frames={frames} height={height} panel={panel} range={world.range} width={width} zone={world.zone} />
          </Guard>
        )}
      </PanelChrome>
    </div>
  );
}

function Whole({ board, states, world, width }) {
  const column = (width + GAP) / 24;
  const place = ({ x, y, w, h }) => ({
    position: 'absolute', left: x * column, top: y * (CELL + GAP), width: w * column - GAP, height: h * (CELL + GAP) - GAP,
  });
  const rows = Math.max(...board.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  const { theme } = world;
  return (
    <div id="whole" style={{ background: theme.colors.background.canvas, color: theme.colors.text.primary, padding: EDGE, width: width + 2 * EDGE }}>
      <div style={{ fontSize: 18, fontWeight: 500, marginBottom: EDGE }}>{board.title}</div>
      <div style={{ height: rows * (CELL + GAP), position: 'relative' }}>
        {board.panels.map((panel) => (panel.type === 'row'
          ? <div key={panel.id} style={{ ...place(panel.gridPos), fontSize: 16, lineHeight: `${CELL}px` }}>{panel.title}</div>
          : states[panel.id] && <Framed key={panel.id} {...states[panel.id]} style={place(panel.gridPos)} world={world} />))}
      </div>
    </div>
  );
}

async function fonts() {
  for (let tries = 0; tries < 400; tries++) {
    if ((await document.fonts.load('500 14px Inter', 'ệ')).length) return;
    await new Promise((then) => setTimeout(then, 25));
  }
  throw new Error('the font has not come: text would be measured wrongly');
}

async function draw() {
  const { board, answers, times } = await (await fetch('/board')).json();
  const theme = createTheme({ colors: { mode: new URLSearchParams(location.search).get('theme') } });
  // some minutes past the end, so that the last label of the axis has room
  const [from, to] = [dateTime(times[0] * 1000), dateTime(times.at(-1) * 1000 + 180_000)];
  const world = { answers, range: { from, raw: { from, to }, to }, theme, times, zone: board.timezone };
  window.grafanaBootData = { settings: { featureToggles: {} }, user: {} };
  await initPluginTranslations('congthu');
  const known = Object.values(standardTransformers).filter((one) => one?.id);
  standardTransformersRegistry.setInit(() => [...new Map(known.map((one) => [one.id, {
    editor: () => null, id: one.id, imageDark: '', imageLight: '', name: one.name, transformation: async () => one,
  }])).values()]);
  const states = {};
  for (const panel of board.panels.filter(({ type }) => type !== 'row')) {
    try {
      states[panel.id] = await prepared(panel, world);
    } catch (error) {
      faults[panel.id] = error.message;
    }
  }
  document.body.style.background = theme.colors.background.canvas;
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const show = (what) => root.render(<ThemeContext.Provider value={theme}><GlobalStyles />{what}</ThemeContext.Provider>);
  show(null); // the styles bring the font
  await fonts();
  show(<Whole board={board} states={states} width={1568} world={world} />);
}

draw().then(() => requestAnimationFrame(() => setTimeout(() => { window.drawn = { faults }; }, 500)), (error) => { window.drawn = { fatal: error.stack }; });
