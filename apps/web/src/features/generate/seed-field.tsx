"use client";

import { Button } from "@mezzotint/ui/button";
import { Field } from "@mezzotint/ui/field";
import { Icon } from "@mezzotint/ui/icon";
import { TextInput } from "@mezzotint/ui/text-input";
import { Tooltip } from "@mezzotint/ui/tooltip";

export interface SeedFieldProps {
  /** Empty for a new seed each time. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  /** The seed of the latest generation, to go on from. */
  readonly lastSeed: string | null;
}

export function SeedField({ value, onChange, error, lastSeed }: SeedFieldProps) {
  const isRandom = value.trim() === "";
  return (
    <Field
      label="Seed"
      error={error}
      hint={isRandom ? "A new one each time." : "The same seed and settings draw the same picture."}
    >
      <div className="flex gap-2">
        <TextInput
          value={value}
          onChange={(event) => onChange(event.target.value)}
          inputMode="numeric"
          placeholder="Random"
          className="tabular-nums"
        />
        <Tooltip text="Throw the dice">
          <Button variant="outline" size="icon" aria-label="Throw the dice" onClick={() => onChange(drawSeed())}>
            <Icon name="dice" />
          </Button>
        </Tooltip>
        {isRandom ? (
          <Tooltip text="Keep the last seed">
            <Button
              variant="outline"
              size="icon"
              aria-label="Keep the last seed"
              disabled={lastSeed === null}
              onClick={() => onChange(lastSeed ?? "")}
            >
              <Icon name="unlocked" />
            </Button>
          </Tooltip>
        ) : (
          <Tooltip text="A new seed each time">
            <Button variant="outline" size="icon" aria-label="A new seed each time" onClick={() => onChange("")}>
              <Icon name="locked" className="size-4 text-copper" />
            </Button>
          </Tooltip>
        )}
      </div>
    </Field>
  );
}

function drawSeed(): string {
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  return String(seed ?? 0);
}
