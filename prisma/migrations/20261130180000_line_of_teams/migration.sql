-- Takes those out of the line for whom no job is queued any more. It never waits: whoever enters the line holds a row
-- of it until its commit, and that row is skipped. Each statement sees what was committed before it began, so the look
-- behind the lock is the one that counts. Teams are looked at also when nobody of them leaves now: the last two people of a
-- team who left at the same moment each still saw the other, and the end of their jobs is when neither is there.
CREATE OR REPLACE FUNCTION leave_line(teams text[], users text[], lanes job_lane[], models text[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  held tid[];
BEGIN
  SELECT array_agg(locked.ctid) INTO held FROM (
    SELECT w.ctid
    FROM (SELECT DISTINCT * FROM unnest(teams, users, lanes, models) AS e (team_id, user_id, lane, model_hash)) AS e
    JOIN waiting_person w USING (team_id, user_id, lane, model_hash)
    WHERE NOT EXISTS (
      SELECT FROM job j
      WHERE j.state = 'queued' AND j.lane = e.lane AND coalesce(j.model_hash, '') = e.model_hash
        AND j.team_id = e.team_id AND j.user_id = e.user_id OFFSET 0
    )
    FOR UPDATE OF w SKIP LOCKED
  ) AS locked;
  IF held IS NOT NULL THEN
    DELETE FROM waiting_person w
    WHERE w.ctid = ANY (held) AND NOT EXISTS (
      SELECT FROM job j
      WHERE j.state = 'queued' AND j.lane = w.lane AND coalesce(j.model_hash, '') = w.model_hash
        AND j.team_id = w.team_id AND j.user_id = w.user_id OFFSET 0
    );
  END IF;
  SELECT array_agg(locked.ctid) INTO held FROM (
    SELECT w.ctid
    FROM (SELECT DISTINCT * FROM unnest(teams, lanes, models) AS e (team_id, lane, model_hash)) AS e
    JOIN waiting_team w USING (team_id, lane, model_hash)
    WHERE NOT EXISTS (
      SELECT FROM waiting_person p
      WHERE p.team_id = e.team_id AND p.lane = e.lane AND p.model_hash = e.model_hash OFFSET 0
    )
    FOR UPDATE OF w SKIP LOCKED
  ) AS locked;
  IF held IS NULL THEN RETURN; END IF;
  DELETE FROM waiting_team w
  WHERE w.ctid = ANY (held) AND NOT EXISTS (
    SELECT FROM waiting_person p
    WHERE p.team_id = w.team_id AND p.lane = w.lane AND p.model_hash = w.model_hash OFFSET 0
  );
END
$$;

-- Takes out whoever stands there in vain: those of whom every last job left the queue at the same moment, and none of those
-- jobs had an end to come, because they were cancelled.
CREATE FUNCTION prune_line() RETURNS void LANGUAGE sql AS $$
  SELECT leave_line(array_agg(team_id), array_agg(user_id), array_agg(lane), array_agg(model_hash))
  FROM waiting_team LEFT JOIN waiting_person USING (team_id, lane, model_hash) HAVING count(*) > 0
$$;
SELECT prune_line();
