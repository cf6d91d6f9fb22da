// The texts of the UI in this language, one file for each area.
import access from "./en/access.json";
import core from "./en/core.json";
import data from "./en/data.json";
import desk from "./en/desk.json";
import lists from "./en/lists.json";
import records from "./en/records.json";
import settings from "./en/settings.json";

export default { ...core, ...data, ...access, ...desk, ...lists, ...records, ...settings };
