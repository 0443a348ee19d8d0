import type { Actor } from '#server/auth/actor.ts';
import { getExecution } from '#server/executions/service.ts';
import { onChange } from '#server/live/changes.ts';
import { log } from '#server/log.ts';
import { notification } from './messages.ts';

/**
 * Tells of each change of an execution's status. What the follower may see is asked at every look.
 *
 * @returns how to stop
 * @throws AppError `NOT_FOUND` when there is none that the actor may see
 */
export async function followExecution(
  actor: Actor,
  id: number,
  send: (text: string) => void,
): Promise<() => void> {
  let { status } = await getExecution(actor, id);
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const execution = await getExecution(actor, id);
    if (execution.status === status) return;
    const payload = {
      entity_type: 'execution',
      entity_id: id,
      id,
      action_ref: execution.action_ref,
      status: execution.status,
      old_status: status,
      trace_tag: execution.trace_tag,
      enforcement: execution.enforcement,
      rule_ref: execution.rule_ref,
      trigger_ref: execution.trigger_ref,
      parent: execution.parent,
      started_at: execution.started_at,
      created: execution.created,
      updated: execution.updated,
      auth_mode: 'full',
    };
    status = execution.status;
    send(
      notification({
        notification_type: 'execution_status_changed',
        entity_type: 'execution',
        entity_id: id,
        payload,
      }),
    );
  };
  const again = () => {
    looking = looking
      .then(look)
      .catch((error: unknown) =>
        log.debug({ err: error }, 'a follower lost sight of an execution'),
      );
  };
  const stop = onChange([`execution:${id}`], again);
  again(); // what changed before we listened
  return stop;
}
