import { useEffect, useRef } from "preact/hooks";
import { t } from "../core/i18n";
import { guardLeaving } from "../core/router";

/** For a form whose draft is not kept: she is asked before what she chose in it is thrown away. */
export function useLeaveGuard(isChanged: () => boolean): void {
  const newest = useRef(isChanged);
  newest.current = isChanged;
  useEffect(() => {
    guardLeaving(() => !newest.current() || confirm(t("confirm.leave")));
    const beforeUnload = (event: BeforeUnloadEvent): void => {
      if (newest.current()) event.preventDefault();
    };
    addEventListener("beforeunload", beforeUnload);
    return () => {
      guardLeaving(undefined);
      removeEventListener("beforeunload", beforeUnload);
    };
  }, []);
}
