"use client";

import { Select as BaseSelect } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { classNames } from "./class-names.ts";
import { CONTROL_CLASSES, ITEM_CLASSES, POPUP_CLASSES } from "./control-classes.ts";

export interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly note?: string | undefined;
}

export interface SelectProps<Value extends string> {
  readonly options: readonly SelectOption<Value>[];
  readonly value: Value;
  readonly onValueChange: (value: Value) => void;
  readonly placeholder?: string;
}

/** One of a few values, labelled by the Field around it. */
export function Select<Value extends string>({ options, value, onValueChange, placeholder }: SelectProps<Value>) {
  return (
    <BaseSelect.Root
      items={options.map(({ value: item, label }) => ({ value: item, label }))}
      value={options.some((option) => option.value === value) ? value : null}
      onValueChange={(next) => {
        if (next !== null) onValueChange(next);
      }}
    >
      <BaseSelect.Trigger
        className={classNames(
          CONTROL_CLASSES,
          "flex h-9 w-full items-center justify-between gap-2 text-left pointer-coarse:h-11",
        )}
      >
        <BaseSelect.Value placeholder={placeholder} className="truncate data-placeholder:text-ink-quiet" />
        <BaseSelect.Icon className="text-ink-quiet">
          <ChevronsUpDown className="size-3.5" aria-hidden />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner className="z-50 outline-none" sideOffset={6} alignItemWithTrigger={false}>
          <BaseSelect.Popup className={classNames(POPUP_CLASSES, "min-w-(--anchor-width)")}>
            <BaseSelect.List className="max-h-(--available-height) overflow-y-auto">
              {options.map((option) => (
                <BaseSelect.Item key={option.value} value={option.value} className={ITEM_CLASSES}>
                  <BaseSelect.ItemText className="flex-1">{option.label}</BaseSelect.ItemText>
                  {option.note !== undefined && <span className="text-xs text-ink-quiet">{option.note}</span>}
                  <span className="size-4">
                    <BaseSelect.ItemIndicator>
                      <Check className="size-4 text-copper" aria-hidden />
                    </BaseSelect.ItemIndicator>
                  </span>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
