-- Who waits, in the order of what they used, so that a claim looks at the few who are next and not at everybody.
-- CreateTable
CREATE TABLE "waiting_team" (
    "team_id" TEXT NOT NULL,
    "lane" "job_lane" NOT NULL,
    "model_hash" TEXT NOT NULL,
    "log_use" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "waiting_team_pkey" PRIMARY KEY ("team_id", "lane", "model_hash")
);
CREATE INDEX "waiting_team_lane_model_hash_log_use_team_id_idx" ON "waiting_team" ("lane", "model_hash", "log_use", "team_id");
ALTER TABLE "waiting_team" ADD CONSTRAINT "waiting_team_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "waiting_person" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "lane" "job_lane" NOT NULL,
    "model_hash" TEXT NOT NULL,
    "log_use" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "waiting_person_pkey" PRIMARY KEY ("team_id", "user_id", "lane", "model_hash")
);
CREATE INDEX "waiting_person_team_id_lane_model_hash_log_use_user_id_idx" ON "waiting_person" ("team_id", "lane", "model_hash", "log_use", "user_id");
CREATE INDEX "waiting_person_user_id_idx" ON "waiting_person" ("user_id");
ALTER TABLE "waiting_person" ADD CONSTRAINT "waiting_person_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "waiting_person" ADD CONSTRAINT "waiting_person_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Small and rewritten all the time.
ALTER TABLE "waiting_team" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE "waiting_person" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

-- What a team and a person have running.
CREATE INDEX "job_account_idx" ON "job" ("team_id", "user_id") INCLUDE ("cost_seconds") WHERE "state" = 'running';

-- What remains now of seconds noted then; half after ten minutes. A note from the future, by a clock that was set back,
-- counts whole, and more than sixty half-lives would underflow.
CREATE FUNCTION decayed(seconds double precision, noted_at timestamptz) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
RETURN seconds * power(0.5::float8, least(greatest(extract(epoch FROM now() - noted_at)::float8 / 600, 0), 60));

-- Seconds used by now as a number whose order does not change while time passes: everything decays at one rate, so the
-- base-2 logarithm of what is left falls by one in ten minutes for everybody, and this adds what it fell.
CREATE FUNCTION log_use(seconds double precision) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
RETURN ln(greatest(seconds, 1e-9)) / ln(2::float8) + extract(epoch FROM now())::float8 / 600;

-- Makes sure that these stand in the line, and that nobody takes them out of it before this transaction has ended.
CREATE FUNCTION enter_line(teams text[], users text[], lanes job_lane[], models text[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  entry record;
BEGIN
  FOR entry IN
    SELECT DISTINCT * FROM unnest(teams, users, lanes, models) AS e (team_id, user_id, lane, model_hash) ORDER BY 1, 3, 4, 2
  LOOP
    LOOP
      PERFORM 1 FROM waiting_team w
      WHERE w.team_id = entry.team_id AND w.lane = entry.lane AND w.model_hash = entry.model_hash FOR KEY SHARE;
      EXIT WHEN FOUND;
      INSERT INTO waiting_team (team_id, lane, model_hash, log_use)
      SELECT entry.team_id, entry.lane, entry.model_hash, log_use(
        (SELECT coalesce(sum(decayed(u.seconds, u.updated_at)), 0) FROM usage u WHERE u.team_id = entry.team_id)
        + (SELECT coalesce(sum(j.cost_seconds), 0) FROM job j WHERE j.state = 'running' AND j.team_id = entry.team_id))
      ON CONFLICT DO NOTHING;
      EXIT WHEN FOUND;
    END LOOP;
    LOOP
      PERFORM 1 FROM waiting_person w
      WHERE w.team_id = entry.team_id AND w.user_id = entry.user_id AND w.lane = entry.lane
        AND w.model_hash = entry.model_hash FOR KEY SHARE;
      EXIT WHEN FOUND;
      INSERT INTO waiting_person (team_id, user_id, lane, model_hash, log_use)
      SELECT entry.team_id, entry.user_id, entry.lane, entry.model_hash, log_use(
        (SELECT coalesce(sum(decayed(u.seconds, u.updated_at)), 0) FROM usage u
          WHERE u.team_id = entry.team_id AND u.user_id = entry.user_id)
        + (SELECT coalesce(sum(j.cost_seconds), 0) FROM job j
          WHERE j.state = 'running' AND j.team_id = entry.team_id AND j.user_id = entry.user_id))
      ON CONFLICT DO NOTHING;
      EXIT WHEN FOUND;
    END LOOP;
  END LOOP;
END
$$;

-- Takes those out of the line for whom no job is queued any more. It never waits: whoever enters the line holds a row
-- of it until its commit, and that row is skipped. Each statement sees what was committed before it began, so the look
-- behind the lock is the one that counts.
CREATE FUNCTION leave_line(teams text[], users text[], lanes job_lane[], models text[]) RETURNS void LANGUAGE plpgsql
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
  IF held IS NULL THEN RETURN; END IF;
  DELETE FROM waiting_person w
  WHERE w.ctid = ANY (held) AND NOT EXISTS (
    SELECT FROM job j
    WHERE j.state = 'queued' AND j.lane = w.lane AND coalesce(j.model_hash, '') = w.model_hash
      AND j.team_id = w.team_id AND j.user_id = w.user_id OFFSET 0
  );
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

-- Moves teams and people to where their accounts put them. It never waits either: a row that another transaction moves
-- stays where that one puts it, and a row changed since this statement began is left alone; nor is a row moved for one
-- hundredth of what was used. The place in the line says whom a claim looks at; whom it takes, the accounts themselves.
CREATE FUNCTION note_use(teams text[], users text[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  WITH held AS MATERIALIZED (
    SELECT w.ctid, w.team_id FROM waiting_team w WHERE w.team_id = ANY (teams) FOR NO KEY UPDATE SKIP LOCKED
  ), used AS MATERIALIZED (
    SELECT t.team_id,
      (SELECT coalesce(sum(decayed(u.seconds, u.updated_at)), 0) FROM usage u WHERE u.team_id = t.team_id)
      + (SELECT coalesce(sum(j.cost_seconds), 0) FROM job j WHERE j.state = 'running' AND j.team_id = t.team_id) AS seconds
    FROM (SELECT DISTINCT held.team_id FROM held) AS t
  )
  UPDATE waiting_team w SET log_use = log_use(used.seconds)
  FROM held JOIN used USING (team_id)
  WHERE w.ctid = held.ctid AND abs(w.log_use - log_use(used.seconds)) > 0.015;
  WITH held AS MATERIALIZED (
    SELECT w.ctid, w.team_id, w.user_id
    FROM (SELECT DISTINCT * FROM unnest(teams, users) AS e (team_id, user_id)) AS e
    JOIN waiting_person w USING (team_id, user_id)
    FOR NO KEY UPDATE OF w SKIP LOCKED
  ), used AS MATERIALIZED (
    SELECT p.team_id, p.user_id,
      (SELECT coalesce(sum(decayed(u.seconds, u.updated_at)), 0) FROM usage u
        WHERE u.team_id = p.team_id AND u.user_id = p.user_id)
      + (SELECT coalesce(sum(j.cost_seconds), 0) FROM job j
        WHERE j.state = 'running' AND j.team_id = p.team_id AND j.user_id = p.user_id) AS seconds
    FROM (SELECT DISTINCT held.team_id, held.user_id FROM held) AS p
  )
  UPDATE waiting_person w SET log_use = log_use(used.seconds)
  FROM held JOIN used USING (team_id, user_id)
  WHERE w.ctid = held.ctid AND abs(w.log_use - log_use(used.seconds)) > 0.015;
END
$$;

CREATE FUNCTION job_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM enter_line(array_agg(team_id), array_agg(user_id), array_agg(lane), array_agg(coalesce(model_hash, '')))
  FROM added WHERE state = 'queued' HAVING count(*) > 0;
  RETURN NULL;
END
$$;

-- Whoever leaves the queue may be the last of its person; so may whoever ends, when two were claimed at the same moment
-- and each claim still saw the other's job.
CREATE FUNCTION job_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  teams text[];
  users text[];
BEGIN
  PERFORM enter_line(array_agg(n.team_id), array_agg(n.user_id), array_agg(n.lane), array_agg(coalesce(n.model_hash, '')))
  FROM after n JOIN before o USING (id)
  WHERE n.state = 'queued' AND o.state <> 'queued' HAVING count(*) > 0;
  PERFORM leave_line(array_agg(n.team_id), array_agg(n.user_id), array_agg(n.lane), array_agg(coalesce(n.model_hash, '')))
  FROM after n JOIN before o USING (id)
  WHERE n.state <> 'queued' AND o.state <> n.state HAVING count(*) > 0;
  SELECT array_agg(n.team_id), array_agg(n.user_id) INTO teams, users
  FROM after n JOIN before o USING (id) WHERE n.state = 'running' AND o.state <> 'running';
  IF teams IS NOT NULL THEN PERFORM note_use(teams, users); END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION job_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM leave_line(array_agg(team_id), array_agg(user_id), array_agg(lane), array_agg(coalesce(model_hash, '')))
  FROM (SELECT DISTINCT team_id, user_id, lane, model_hash FROM removed) AS gone HAVING count(*) > 0;
  PERFORM note_use(array_agg(team_id), array_agg(user_id)) FROM removed WHERE state = 'running' HAVING count(*) > 0;
  RETURN NULL;
END
$$;

CREATE FUNCTION usage_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_use(array_agg(team_id), array_agg(user_id)) FROM changed HAVING count(*) > 0;
  RETURN NULL;
END
$$;

CREATE TRIGGER job_added AFTER INSERT ON job REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION job_added();
CREATE TRIGGER job_moved AFTER UPDATE ON job REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION job_moved();
CREATE TRIGGER job_removed AFTER DELETE ON job REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION job_removed();
CREATE TRIGGER usage_added AFTER INSERT ON usage REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION usage_changed();
CREATE TRIGGER usage_moved AFTER UPDATE ON usage REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION usage_changed();
CREATE TRIGGER usage_removed AFTER DELETE ON usage REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION usage_changed();

-- Writes the line anew from the jobs: here, and whenever jobs were written past the triggers.
CREATE FUNCTION restore_line() RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM waiting_person;
  DELETE FROM waiting_team;
  PERFORM enter_line(array_agg(team_id), array_agg(user_id), array_agg(lane), array_agg(model))
  FROM (SELECT DISTINCT team_id, user_id, lane, coalesce(model_hash, '') AS model FROM job WHERE state = 'queued') AS waiting
  HAVING count(*) > 0;
END
$$;
SELECT restore_line();
