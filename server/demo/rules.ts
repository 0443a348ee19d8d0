import type { RuleCreate } from '#lib/contracts/rules.ts';

export const DEMO_PACK_REF = 'demo';

interface DemoRule {
  readonly ref: string;
  readonly label: string;
  readonly everySeconds: number;
  readonly actionRef: string;
  readonly actionParams: RuleCreate['action_params'];
}

/** What the demo runs. `apiUrl`: where its own receiver listens. */
export const demoRules = (apiUrl: string): readonly DemoRule[] => [
  {
    ref: 'demo.echo_every_second',
    label: 'Echo every second',
    everySeconds: 1,
    actionRef: 'core.echo',
    actionParams: {
      message: 'Fire {{ event.payload.execution_count }} at {{ event.payload.fired_at }}',
    },
  },
  {
    ref: 'demo.sleep_every_5s',
    label: 'Sleep every 5 seconds',
    everySeconds: 5,
    actionRef: 'core.sleep',
    actionParams: { seconds: 1 },
  },
  {
    ref: 'demo.http_every_10s',
    label: 'Post every 10 seconds',
    everySeconds: 10,
    actionRef: 'core.http_request',
    actionParams: {
      url: `${apiUrl}/api/v1/demo/receiver`,
      method: 'POST',
      json_body: { fired_at: '{{ event.payload.fired_at }}' },
    },
  },
];

/** A rule of the demo as the API takes it. */
export const toRuleCreate = ({
  ref,
  label,
  everySeconds,
  actionRef,
  actionParams,
}: DemoRule): RuleCreate => ({
  ref,
  pack_ref: DEMO_PACK_REF,
  label,
  trigger_ref: 'core.intervaltimer',
  trigger_params: { unit: 'seconds', interval: everySeconds },
  action_ref: actionRef,
  action_params: actionParams,
  enabled: true,
});
