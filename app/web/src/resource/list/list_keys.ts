// What the keyboard does in a list.
import type { Scope, Shortcut } from "../../core/keys";
import { navigate } from "../../core/router";
import { may } from "../../core/session";
import { focusGrid, startEditing } from "./cell_editor";
import type { List } from "./list_model";

export interface ListCommands {
  peek: () => void;
  /** Closes the topmost of what is open; false: nothing was. */
  closePeek: () => boolean;
  filter: () => void;
  views: () => void;
  trash: () => void;
  page: () => number;
}

export function listScope(list: List, commands: ListCommands): Scope {
  const { selection } = list;
  const move = (by: number) => (): void => {
    const from = list.current.peek();
    list.moveTo(from < 0 ? list.visible.first : from + by);
    if (document.activeElement === document.body || document.activeElement?.id === "main") focusGrid();
  };
  const moveColumn = (by: number) => (): void => {
    list.currentColumn.value = Math.max(0, Math.min(list.columns.peek().length - 1, list.currentColumn.peek() + by));
  };
  const withRow = (act: (index: number) => void) => (): void => {
    if (list.current.peek() >= 0) act(list.current.peek());
  };
  const shortcuts: Shortcut[] = [
    { keys: "j", label: "list.keys.next", run: move(1) },
    { keys: "arrowdown", label: "list.keys.next", run: move(1), hidden: true },
    { keys: "k", label: "list.keys.previous", run: move(-1) },
    { keys: "arrowup", label: "list.keys.previous", run: move(-1), hidden: true },
    { keys: "arrowleft", label: "list.keys.left", run: moveColumn(-1), hidden: true },
    { keys: "arrowright", label: "list.keys.right", run: moveColumn(1), hidden: true },
    { keys: "pagedown", label: "list.keys.next", run: () => move(commands.page())(), hidden: true },
    { keys: "pageup", label: "list.keys.previous", run: () => move(-commands.page())(), hidden: true },
    { keys: "home", label: "list.keys.previous", run: () => list.moveTo(0), hidden: true },
    { keys: "end", label: "list.keys.next", run: () => list.moveTo(list.rows.peek().order.peek().length - 1), hidden: true },
    { keys: "enter", label: "action.open", run: () => {
      const row = list.currentRow();
      if (row) navigate(`/${list.resource.collection}/${row.id}`);
    } },
    { keys: "space", label: "list.keys.peek", run: withRow(commands.peek) },
    { keys: "x", label: "list.keys.select", run: withRow(selection.toggle) },
    { keys: "shift+x", label: "list.keys.extend", run: withRow(selection.extend) },
    { keys: "mod+a", label: "list.keys.all", run: selection.selectAll, whileTyping: false },
    { keys: "e", label: "list.keys.edit", run: () => startEditing(list) },
    { keys: "f2", label: "list.keys.edit", run: () => startEditing(list), hidden: true },
    { keys: "f", label: "list.filter", run: commands.filter },
    { keys: "v", label: "list.views", run: commands.views },
    { keys: "escape", label: "list.keys.clear", whileTyping: false, run: () => {
      if (!commands.closePeek()) selection.clear();
    } },
  ];
  if (may(list.resource.collection, "delete")) shortcuts.push({ keys: "delete", label: "action.delete", run: commands.trash });
  if (may(list.resource.collection, "create"))
    shortcuts.push({ keys: "c", label: "action.new", run: () => navigate(`/${list.resource.collection}/new`) });
  return { name: "keys.list", shortcuts };
}
