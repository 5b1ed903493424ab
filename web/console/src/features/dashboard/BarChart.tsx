import { ChartColumn, Table2 } from 'lucide-react';
import { useId, useState } from 'react';

import { IconButton } from '../../components/Button';
import { Card } from '../../components/Layout';

export interface Series {
  name: string;
  /** A colour of the theme. */
  color: string;
  /** What tells it from the others without a colour. */
  pattern: 'solid' | 'stripes' | 'dots';
}

interface Props {
  /** The subject, with its unit. */
  title: string;
  series: readonly Series[];
  groups: readonly { label: string; values: readonly number[] }[];
  /** What is shown when there is nothing. */
  empty: string;
  isWall?: boolean;
}

const WIDTH = 420;
const HEIGHT = 210;
const BELOW = 22;
const LEFT = 28;

/** Columns, one series upon the other; and the same as a table. */
export function BarChart({ title, series, groups, empty, isWall = false }: Props) {
  const [isTable, setTable] = useState(false);
  const isEmpty = groups.every(({ values }) => values.every((value) => value === 0));
  return (
    <Card
      title={title}
      className={isWall ? 'text-xl' : ''}
      action={
        !isWall &&
        !isEmpty && (
          <IconButton
            icon={isTable ? ChartColumn : Table2}
            label={isTable ? `${title}: show the chart` : `${title}: show the table`}
            onClick={() => setTable(!isTable)}
          />
        )
      }
    >
      {isEmpty ? (
        <p className="grid h-56 place-content-center text-muted">{empty}</p>
      ) : isTable ? (
        <Numbers title={title} series={series} groups={groups} />
      ) : (
        <Columns title={title} series={series} groups={groups} />
      )}
    </Card>
  );
}

type Drawn = Pick<Props, 'title' | 'series' | 'groups'>;

function Numbers({ title, series, groups }: Drawn) {
  return (
    <div className="h-56 overflow-y-auto" tabIndex={0} role="region" aria-label={title}>
      <table className="w-full text-right">
        <thead className="text-sm text-muted">
          <tr>
            <td />
            {series.map(({ name }) => (
              <th key={name} scope="col" className="py-1 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ label, values }) => (
            <tr key={label} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-medium">
                {label}
              </th>
              {values.map((value, at) => (
                <td key={at}>{value.toLocaleString()}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Columns({ title, series, groups }: Drawn) {
  const id = useId();
  const top = scale(Math.max(...groups.map(({ values }) => sum(values))));
  const step = (WIDTH - LEFT) / groups.length;
  const width = Math.min(48, step * 0.64);
  const y = (value: number) => HEIGHT - BELOW - (value / top) * (HEIGHT - BELOW - 8);
  const lines = [0, top / 2, top].filter(Number.isInteger);
  const every = Math.ceil(groups.length / 8);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}: ${described(series, groups)}`}
        className="h-auto w-full"
      >
        <defs>
          {series.map(({ color, pattern }, at) => (
            <Pattern key={at} id={`${id}-${at}`} color={color} kind={pattern} />
          ))}
        </defs>
        {lines.map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} stroke="var(--line)" />
            <text x={LEFT - 6} y={y(value) + 4} textAnchor="end" fontSize="12" fill="var(--muted)">
              {value}
            </text>
          </g>
        ))}
        {groups.map(({ label, values }, group) => {
          const x = LEFT + step * group + (step - width) / 2;
          return (
            <g key={label}>
              {values.map((value, at) => {
                const below = sum(values.slice(0, at));
                return (
                  value > 0 && (
                    <rect
                      key={at}
                      x={x}
                      width={width}
                      y={y(below + value)}
                      height={y(below) - y(below + value)}
                      rx={2}
                      fill={`url(#${id}-${at})`}
                      stroke="var(--surface)"
                    >
                      <title>{`${label}: ${value} ${series[at]?.name.toLowerCase()}`}</title>
                    </rect>
                  )
                );
              })}
              {group % every === 0 && (
                <text x={x + width / 2} y={HEIGHT - 6} textAnchor="middle" fontSize="12" fill="var(--muted)">
                  {label}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      {series.length > 1 && (
        <figcaption className="mt-2 flex flex-wrap gap-4 text-muted">
          {series.map(({ name }, at) => (
            <span key={name} className="flex items-center gap-1.5">
              <svg width="14" height="14" aria-hidden>
                <rect width="14" height="14" rx="3" fill={`url(#${id}-${at})`} />
              </svg>
              {name}
            </span>
          ))}
        </figcaption>
      )}
    </figure>
  );
}

function Pattern({ id, color, kind }: { id: string; color: string; kind: Series['pattern'] }) {
  return (
    <pattern
      id={id}
      width="8"
      height="8"
      patternUnits="userSpaceOnUse"
      patternTransform={kind === 'stripes' ? 'rotate(45)' : undefined}
    >
      <rect width="8" height="8" fill={color} />
      {kind === 'stripes' && <rect width="3" height="8" fill="var(--surface)" opacity="0.55" />}
      {kind === 'dots' && <circle cx="4" cy="4" r="1.6" fill="var(--surface)" opacity="0.8" />}
    </pattern>
  );
}

/** An even end of the axis, so that the line in the middle is a whole number. */
function scale(highest: number): number {
  const steps = [2, 4, 6, 8, 10, 12, 16, 20, 30, 40, 60, 80, 100];
  return steps.find((step) => step >= highest) ?? Math.ceil(highest / 100) * 100;
}

function described(series: readonly Series[], groups: Props['groups']): string {
  return series
    .map(({ name }, at) => `${sum(groups.map(({ values }) => values[at] ?? 0))} ${name.toLowerCase()}`)
    .join(', ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
