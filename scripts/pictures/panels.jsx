// The kinds of panel our dashboards use, each drawn by what @grafana/ui publishes. Another kind fails.
import {
  FieldColorModeId, FieldConfigOptionsRegistry, FieldType, VizOrientation, getDisplayValueAlignmentFactors, getFieldDisplayValues,
} from '@grafana/data';
import { BarGauge, BigValue, TimeSeries, VizRepeater, useTheme2 } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';

const LINES = {
  axisPlacement: 'auto', axisColorMode: 'text', axisLabel: '', barAlignment: 0, drawStyle: 'line', fillOpacity: 0, gradientMode: 'none',
  hideFrom: { legend: false, tooltip: false, viz: false }, insertNulls: false, lineInterpolation: 'linear', lineWidth: 1, pointSize: 5,
  scaleDistribution: { type: 'linear' }, showPoints: 'auto', spanNulls: false, stacking: { group: 'A', mode: 'none' }, thresholdsStyle: { mode: 'off' },
};
const CELLS = { align: 'auto', cellOptions: { type: 'auto' }, inspect: false };

/** What a plugin adds to the fields of a panel that leaves it open. */
export function completed({ type, fieldConfig }) {
  const { defaults, overrides = [] } = fieldConfig;
  const color = { mode: type === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds };
  const custom = { ...{ table: CELLS, timeseries: LINES }[type], ...defaults.custom };
  return { defaults: { color, mappings: [], ...defaults, custom }, overrides };
}

// The lowest step of thresholds is written as null, which JSON has and minus infinity it has not.
const bottomless = (value) => value && { ...value, steps: value.steps.map((step) => ({ ...step, value: step.value ?? -Infinity })) };

/** The options an override may set: those of every field and those this panel names. */
export function optionsOf({ defaults, overrides }) {
  const registry = new FieldConfigOptionsRegistry();
  const take = (id, path, isCustom) => registry.register({
    id, path, isCustom, name: id, editor: () => null, getItemsCount: () => 0, override: (value) => value,
    process: path === 'thresholds' ? bottomless : (value) => value,
    shouldApply: (field) => !path.startsWith('axis') || field.type !== FieldType.time,
  });
  for (const id of ['color', 'decimals', 'displayName', 'mappings', 'max', 'min', 'noValue', 'thresholds', 'unit']) take(id, id, false);
  const set = overrides.flatMap(({ properties }) => properties.map(({ id }) => id)).filter((id) => id.startsWith('custom.'));
  for (const path of new Set([...Object.keys(defaults.custom), ...set.map((id) => id.slice(7))])) take(`custom.${path}`, path, true);
  return registry;
}

const valuesOf = ({ panel, frames, theme, zone }) => getFieldDisplayValues({
  data: frames, fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions, replaceVariables: (text) => text, theme, timeZone: zone,
});

function Repeated({ given, children, ...more }) {
  const theme = useTheme2();
  return (
    <VizRepeater getAlignmentFactors={getDisplayValueAlignmentFactors} getValues={() => valuesOf({ ...given, theme })} height={given.height}
      renderCounter={0} renderValue={(one) => children(one, theme)} source={given.frames} width={given.width} {...more} />
  );
}

const Stat = (given) => (
  <Repeated autoGrid given={given} itemSpacing={3} orientation={VizOrientation.Auto}>
    {({ alignmentFactors, count, height, value, width }, theme) => (
      <BigValue alignmentFactors={alignmentFactors} colorMode={given.panel.options.colorMode} count={count} disableWideLayout={!given.panel.options.wideLayout}
        graphMode="none" height={height} justifyMode="auto" textMode="auto" theme={theme} value={value.display} width={width} />
    )}
  </Repeated>
);

const Bars = (given) => {
  const { displayMode, maxVizHeight, minVizHeight, namePlacement, showUnfilled, text } = given.panel.options;
  return (
    <Repeated given={given} itemSpacing={10} maxVizHeight={maxVizHeight} minVizHeight={minVizHeight} minVizWidth={8} orientation={VizOrientation.Horizontal}>
      {({ alignmentFactors, height, orientation, value, width }, theme) => (
        <BarGauge alignmentFactors={alignmentFactors} display={value.view?.getFieldDisplayProcessor(value.colIndex)} displayMode={displayMode} field={value.field}
          height={height} itemSpacing={8} namePlacement={namePlacement} orientation={orientation} showUnfilled={showUnfilled} text={text} theme={theme}
          value={value.display} valueDisplayMode="color" width={width} />
      )}
    </Repeated>
  );
};

const Series = ({ panel, frames, range, zone, width, height }) => (
  <TimeSeries frames={frames} height={height} legend={{ calcs: [], ...panel.options.legend }} options={panel.options} structureRev={1} timeRange={range}
    timeZone={zone} width={width} />
);

const Table = ({ panel, frames, range, width, height }) => (
  <TableNG cellHeight="sm" data={frames[0]} fieldConfig={panel.fieldConfig} height={height} sortBy={panel.options.sortBy} structureRev={1} timeRange={range} width={width} />
);

export const KINDS = { bargauge: Bars, stat: Stat, table: Table, timeseries: Series };
