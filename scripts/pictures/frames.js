// Answers of Prometheus as the data frames Grafana's components take.
import { FieldType, toDataFrame } from '@grafana/data';

/** A number as Prometheus writes it. */
const toNumber = (text) => ({ '+Inf': Infinity, '-Inf': -Infinity })[text] ?? Number(text);

/** `{{label}}` of a legend filled in. */
const named = (legend, labels) => legend.replace(/{{(\w+)}}/g, (_, label) => labels[label] ?? label);

/** One row a series, a column a label: how panels of format `table` are fed. */
function tableOf(target, answer, isAlone) {
  const labels = [...new Set(answer.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const column = (name, type, pick) => ({ name, type, config: {}, values: answer.map(pick) });
  return toDataFrame({
    refId: target.refId,
    fields: [
      column('Time', FieldType.time, ({ value }) => value[0] * 1000),
      ...labels.map((label) => column(label, FieldType.string, ({ metric }) => metric[label] ?? '')),
      column(isAlone ? 'Value' : `Value #${target.refId}`, FieldType.number, ({ value }) => toNumber(value[1])),
    ],
  });
}

/** One frame a series; a step without a value is a gap. */
function seriesOf(target, { metric, value, values }, times) {
  const known = new Map((values ?? [value]).map(([at, text]) => [at, toNumber(text)]));
  const at = values ? times : [value[0]];
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, config: {}, values: at.map((second) => second * 1000) },
      {
        name: 'Value', type: FieldType.number, labels: metric, values: at.map((second) => known.get(second) ?? null),
        config: { displayNameFromDS: named(target.legendFormat || 'Value', metric) },
      },
    ],
  });
}

/** All frames of a panel; `answers` maps refId to the result list of Prometheus, `times` are the steps in seconds. */
export function framesOf(panel, answers, times) {
  return panel.targets.flatMap((target) => {
    const answer = answers[target.refId];
    if (target.format === 'table') return answer.length ? [tableOf(target, answer, panel.targets.length === 1)] : [];
    return answer.map((series) => seriesOf(target, series, times));
  });
}
