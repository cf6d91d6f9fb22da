// Dangerous calls ask for the password or a code of the last ten minutes. Whoever makes one wraps it
// in `withStepUp`: where the server asks, a dialog does, and the call is made again.
import { signal } from "@preact/signals";
import { Cancelled } from "./action";
import { ApiError } from "./api";
import { Lazy } from "./lazy";

/** Set while the dialog is open; called with whether she has confirmed. */
const asking = signal<((confirmed: boolean) => void) | undefined>(undefined);
let answer: Promise<boolean> | undefined;

/** Calls that fail together ask once. */
function ask(): Promise<boolean> {
  answer ??= new Promise<boolean>((done) => {
    asking.value = (confirmed) => {
      asking.value = undefined;
      answer = undefined;
      done(confirmed);
    };
  });
  return answer;
}

/** Throws `Cancelled` when she closes the dialog. */
export async function withStepUp<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "confirmation_required") throw error;
  }
  if (!(await ask())) throw new Cancelled();
  return call();
}

const dialog = () => import("../kit/step_up_dialog");

/** Stands once in the shell, above everything else. */
export function StepUp() {
  const answered = asking.value;
  return answered ? <Lazy load={dialog} props={{ onAnswer: answered }} /> : null;
}
