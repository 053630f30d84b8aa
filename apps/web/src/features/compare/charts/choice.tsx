import { useId } from "react";

export interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly id: Value; readonly title: string }[];
  readonly onChoose: (value: Value) => void;
}

/** A choice of what a chart shows; the browser's own list, which every phone and reader knows. */
export function Choice<Value extends string>({ label, value, options, onChoose }: ChoiceProps<Value>) {
  const id = useId();
  return (
    <span className="flex items-center gap-2 text-sm print:hidden">
      <label htmlFor={id} className="text-ink-soft">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.id === target.value);
          if (chosen !== undefined) onChoose(chosen.id);
        }}
        className="h-9 max-w-44 rounded-control border border-line bg-mat px-2 text-ink pointer-coarse:h-11"
      >
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.title}
          </option>
        ))}
      </select>
    </span>
  );
}
